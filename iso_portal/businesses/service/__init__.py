"""What is done with firms: profiles, imports, sites, sign-in links, duplicates, checks, translations."""

from iso_portal.businesses.service.checks import keep_check
from iso_portal.businesses.service.duplicates import call_different, find_duplicates, set_apart
from iso_portal.businesses.service.imports import alike_in_import, keep_import, undo_import
from iso_portal.businesses.service.merging import MOVES, STAYS, edits_since, merge, unmerge
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
from iso_portal.businesses.service.snapshots import Profile, parts_of, snapshot
from iso_portal.businesses.service.translations import Seen, languages_for, remove_translation, still_right, translate

__all__ = [
    "MOVES",
    "SIGN_IN",
    "STAYS",
    "Profile",
    "Seen",
    "add_picture",
    "alike_in_import",
    "call_different",
    "change",
    "confirm",
    "create",
    "edits_since",
    "erase",
    "find_duplicates",
    "keep_check",
    "keep_import",
    "keep_site",
    "languages_for",
    "merge",
    "move_address",
    "parts_of",
    "read_anew",
    "refold",
    "remove_picture",
    "remove_site",
    "remove_translation",
    "secret_link",
    "send_sign_in_link",
    "set_apart",
    "snapshot",
    "still_right",
    "translate",
    "undo_import",
    "unmerge",
    "use_link",
    "values_of",
    "values_of_site",
]
