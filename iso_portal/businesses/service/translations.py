"""Translations of a firm's texts by staff; the original is the firm's and is never touched here (casework B1)."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import TRANSLATED_INTO, Refusal, Stale, TextKind
from iso_portal.businesses.models import Business, BusinessText
from iso_portal.businesses.service.profiles import refold
from iso_portal.core import clock


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a translator had before the eyes: the original and the translation so far, empty when there was none."""

    original: str
    translation: str


def languages_for(original: BusinessText) -> list[str]:
    """Return the languages that a text can be translated into: all but its own, in whatever script."""
    return [code for code in TRANSLATED_INTO if code[:2] != original.language[:2]]


def translate(business: Business, kind: TextKind, language: str, text: str, *, seen: Seen, by: Person) -> BusinessText:
    """Keep a translation; it counts as fitting the original that the translator saw.

    Raises Stale when original or translation is another one by now, Refusal when there is nothing to translate.
    """
    own, row = _now(business, kind, language)
    if seen != Seen(original=own.text, translation=row.text if row else ""):
        raise Stale
    if row is None:
        row = BusinessText(kind=kind, language=language, text=text, original=False)
        business.texts.append(row)
    row.text, row.stale = text, False
    row.written_at, row.written_by_id = clock.now(), by.id
    refold(business)
    _tell(business, "business.translate", kind, language, by)
    return row


def still_right(business: Business, kind: TextKind, language: str, *, seen: Seen, by: Person) -> None:
    """Keep that a translation still says what the changed original says. Raises Stale as translate() does."""
    own, row = _now(business, kind, language)
    if row is None or seen != Seen(original=own.text, translation=row.text):
        raise Stale
    if row.stale:
        row.stale, row.written_at, row.written_by_id = False, clock.now(), by.id
        _tell(business, "business.translation_right", kind, language, by)


def remove_translation(business: Business, kind: TextKind, language: str, *, seen: Seen, by: Person) -> None:
    """Take a translation away. Raises Stale as translate() does."""
    own, row = _now(business, kind, language)
    if row is None or seen != Seen(original=own.text, translation=row.text):
        raise Stale
    business.texts.remove(row)
    refold(business)
    _tell(business, "business.remove_translation", kind, language, by)


def _now(business: Business, kind: TextKind, language: str) -> tuple[BusinessText, BusinessText | None]:
    """Return original and translation as they are now, with the firm held against other writers."""
    (fresh,) = queries.locked(business.id)
    if fresh.merged_into_id is not None:
        raise Refusal(_("This record was merged into another one."))
    own = queries.original_of(fresh, kind)
    if own is None or language not in languages_for(own):
        raise Refusal(_("There is no text of the firm to translate."))
    row = next((one for one in fresh.texts if one.kind is kind and one.language == language), None)
    return own, row


def _tell(business: Business, verb: str, kind: TextKind, language: str, by: Person) -> None:
    audit.record(verb=verb, by=by, subject=business, details={"kind": kind.value, "language": language})
