"""What is done with firms: profiles, imports, sites, sign-in links, duplicates, checks, translations."""

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
    move_address,
    remove_picture,
    remove_site,
    secret_link,
    send_sign_in_link,
    use_link,
    values_of_site,
)

__all__ = [
    "COLUMNS",
    "LARGEST_FILE",
    "MOST_ROWS",
    "SIGN_IN",
    "Row",
    "add_picture",
    "change",
    "confirm",
    "create",
    "erase",
    "keep_import",
    "keep_site",
    "move_address",
    "read_anew",
    "read_file",
    "read_rows",
    "refold",
    "remove_picture",
    "remove_site",
    "secret_link",
    "send_sign_in_link",
    "undo_import",
    "use_link",
    "values_of",
    "values_of_site",
]
