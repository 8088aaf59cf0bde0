"""Two profiles side by side, part by part, in the reader's words and the firms' own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from iso_portal.businesses import service, words
from iso_portal.businesses.domain import (
    FOR_BOTH,
    PARTS_TO_CHOOSE,
    Pick,
    Registration,
    Verification,
    first_choice,
    standing,
)
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.formats import date_medium
from iso_portal.core.i18n import Language, current_language
from iso_portal.vocabulary import queries as vocabulary

OWN_WORDS = {"name", "address", "contact_name", "contact_hours", "contact_channel", "certifications"}
EMPTY: tuple[Any, ...] = (None, "", [], False)


@dataclass(frozen=True, kw_only=True)
class Words:
    """One text as the page shows it; language: of what a person wrote, empty for the portal's own words."""

    text: str
    language: str = ""
    translation: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One part of both profiles; same: there is nothing to choose."""

    part: str
    label: str
    left: tuple[Words, ...]
    right: tuple[Words, ...]
    same: bool
    both: bool
    long: bool
    proposed: Pick


def compare(left: Business, right: Business) -> list[Row]:
    """Return the parts that either profile has, in the order of the page, with what is proposed for each."""
    return compare_parts(*_parts(left, right), stays=proposed_to_stay(left, right))


def proposed_to_stay(left: Business, right: Business) -> Pick:
    """Return the record that says more, and of two that say as much the older one."""
    said = [sum(value not in EMPTY for value in parts.values()) for parts in _parts(left, right)]
    if said[0] != said[1]:
        return Pick.LEFT if said[0] > said[1] else Pick.RIGHT
    return Pick.LEFT if left.created_at <= right.created_at else Pick.RIGHT


def _parts(left: Business, right: Business) -> tuple[service.Profile, service.Profile]:
    return service.parts_of(service.snapshot(left)), service.parts_of(service.snapshot(right))


def compare_parts(left: Mapping[str, Any], right: Mapping[str, Any], *, stays: Pick = Pick.LEFT) -> list[Row]:
    """Return the parts of two profiles as a merge keeps them."""
    rows = []
    for part in PARTS_TO_CHOOSE:
        mine, theirs = left[part], right[part]
        if mine in EMPTY and theirs in EMPTY:
            continue
        rows.append(
            Row(
                part=part,
                label=str(words.PARTS[part]),
                left=shown(part, mine, left["language"]),
                right=shown(part, theirs, right["language"]),
                same=(mine or None) == (theirs or None),
                both=part in FOR_BOTH,
                long=part.startswith("text_"),
                proposed=first_choice(part, mine, theirs, stays=stays),
            )
        )
    return rows


def shown(part: str, value: Any, language: str) -> tuple[Words, ...]:
    """Return what the page says for one part of a profile; nothing for what is not given."""
    if part.startswith("text_"):
        return tuple(
            Words(text=row["text"], language=row["language"], translation=not row["original"])
            for row in sorted(value, key=lambda row: (not row["original"], row["language"]))
        )
    if isinstance(value, bool):
        return (Words(text=_("Yes") if value else _("No")),)
    if value in EMPTY:
        return ()
    if part in OWN_WORDS:
        return (Words(text=", ".join(value) if isinstance(value, list) else value, language=language),)
    return (Words(text=_in_words(part, value)),)


def _in_words(part: str, value: Any) -> str:
    """Return a code, or several, in the reader's language; what is no code as it is."""
    return IN_WORDS[part](value) if part in IN_WORDS else str(value)


def _check_in_words(value: list[Any]) -> str:
    """Return level and day of a check. value: level, day as text, whether it has to be done again."""
    level, day = Verification(value[0]), date.fromisoformat(value[1]) if value[1] else None
    told = words.standing_word(standing(level, day, today=clock.today()))
    return f"{told} ({date_medium(day)})" if day else told


def _legal_form(register: str) -> Callable[[Any], str]:
    return lambda code: dict(vocabulary.legal_forms_of(register, current_language())).get(code, str(code))


def _listed(kind: str) -> Callable[[Any], str]:
    return lambda codes: ", ".join(vocabulary.label_all(kind, codes))


IN_WORDS: dict[str, Callable[[Any], str]] = {
    "municipality": lambda slug: vocabulary.place_name(slug, current_language()),
    "language": lambda code: Language(code).own_name if code in set(Language) else str(code),
    "registration": lambda code: str(words.REGISTRATIONS[Registration(code)]),
    "legal_form_xk": _legal_form("XK"),
    "legal_form_rs": _legal_form("RS"),
    "employees": lambda code: vocabulary.label("size", code),
    "turnover": lambda code: vocabulary.label("turnover", code),
    "activities": lambda codes: "; ".join(vocabulary.nace_labels(codes)),
    "export_markets": lambda codes: ", ".join(vocabulary.country_name(code, current_language()) for code in codes),
    "languages": _listed("language"),
    "offers": _listed("offer"),
    "seeks": _listed("seek"),
    "refused_projects": _listed("project_type"),
    "refused_countries": lambda codes: ", ".join(vocabulary.country_name(code, current_language()) for code in codes),
    "refused_sectors": lambda codes: "; ".join(vocabulary.nace_labels(codes)),
    "largest_band": lambda code: vocabulary.label("band", code),
    "busy_until": lambda day: date_medium(date.fromisoformat(day)),
    "verification": _check_in_words,
}
