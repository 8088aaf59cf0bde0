"""Small functions that all templates share."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _

from iso_portal.core.i18n import Language, current_language
from iso_portal.core.scripts import to_cyrillic, to_latin

# The footnote on designation; itself disputed, so it is a setting with several wordings or none (domain D7).
FOOTNOTES = {
    "eu": lambda: _(
        "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ "
        "Opinion on the Kosovo declaration of independence."
    ),
    "original": lambda: _(
        "This designation is without prejudice to positions on status, and is in line with UNSC 1244 and the ICJ "
        "Opinion on the Kosovo declaration of independence."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A text in the other script of its language."""

    text: str
    tag: str


def footnote(version: str) -> str:
    """Return the footnote's text, empty when it is off."""
    return FOOTNOTES[version]() if version in FOOTNOTES else ""


def tag_of(code: str | None) -> str:
    """Return the lang= value of a stored language code."""
    return Language(code).tag if code in set(Language) else (code or "")


def other_script(text: str, code: str | None) -> Derived | None:
    """Return a Serbian text in the script of the page when that is the other one; else None (domain D32)."""
    here = current_language()
    if code == Language.SR_LATN and here is Language.SR_CYRL:
        return Derived(text=to_cyrillic(text), tag=here.tag)
    if code == Language.SR_CYRL and here is Language.SR_LATN:
        return Derived(text=to_latin(text), tag=here.tag)
    return None


def page_address(cursor: str) -> str:
    """Return the address of this list at another page; its filters stay."""
    values = {**request.args.to_dict(), **(request.view_args or {}), "page": cursor}
    values.pop("lang", None)
    return url_for(request.endpoint or "", **values)
