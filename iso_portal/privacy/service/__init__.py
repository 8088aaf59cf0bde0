"""What is done with requests about personal data: taken, released with two keys, refused; copies and erasure."""

from iso_portal.privacy.service.copies import copy_of_business, copy_of_case, use_telling
from iso_portal.privacy.service.erasure import erase_business, erase_case, use_forget
from iso_portal.privacy.service.requests import ask_of_business, ask_of_case, open_of_case, refuse, release

__all__ = [
    "ask_of_business",
    "ask_of_case",
    "copy_of_business",
    "copy_of_case",
    "erase_business",
    "erase_case",
    "open_of_case",
    "refuse",
    "release",
    "use_forget",
    "use_telling",
]
