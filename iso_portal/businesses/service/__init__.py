"""What is done with firms: profiles, imports, sites, sign-in links, duplicates, checks, translations."""

from iso_portal.businesses.service.duplicates import call_different, find_duplicates, set_apart
from iso_portal.businesses.service.imports import (
    COLUMNS,
    LARGEST_FILE,
    MOST_ROWS,
    Row,
    keep_import,
    read_file,
    read_rows,
    undo_import,
)
from iso_portal.businesses.service.profiles import change, confirm, create, erase, read_anew, refold, values_of
from iso_portal.businesses.service.sites import (
    SIGN_IN,
    add_picture,
    keep_site,
    remove_picture,
    send_sign_in_link,
    use_link,
)

__all__ = [
    "COLUMNS",
    "LARGEST_FILE",
    "MOST_ROWS",
    "SIGN_IN",
    "Row",
    "add_picture",
    "call_different",
    "change",
    "confirm",
    "create",
    "erase",
    "find_duplicates",
    "keep_import",
    "keep_site",
    "read_anew",
    "read_file",
    "read_rows",
    "refold",
    "remove_picture",
    "send_sign_in_link",
    "set_apart",
    "undo_import",
    "use_link",
    "values_of",
]
