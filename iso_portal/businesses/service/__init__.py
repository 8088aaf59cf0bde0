"""What is done with firms: profiles, imports, sites, sign-in links, duplicates, checks, translations."""

from iso_portal.businesses.service.imports import alike_in_import, keep_import, undo_import
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
    "SIGN_IN",
    "add_picture",
    "alike_in_import",
    "change",
    "confirm",
    "create",
    "erase",
    "keep_import",
    "keep_site",
    "read_anew",
    "refold",
    "remove_picture",
    "send_sign_in_link",
    "undo_import",
    "use_link",
    "values_of",
]
