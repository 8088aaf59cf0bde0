"""Reads of the directory that no other feature has: business zones from the vocabulary, texts for a reader."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.core.scripts import sort_key, to_cyrillic
from iso_portal.directory.domain import BRIDGE, Told, Written, spoken, told
from iso_portal.vocabulary import queries as vocabulary

# In a list the first one that a firm has stands for it.
IN_A_LINE = (TextKind.SUMMARY, TextKind.DESCRIPTION, TextKind.PRODUCTS)


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A business zone in the reader's language; note_language: code of the language that the note is in."""

    slug: str
    name: str
    municipality: str
    status: str
    established: int | None
    area_ha: Decimal | None
    note: str
    note_language: str


@cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    rows: list[Mapping[str, Any]] = json.loads((vocabulary.DATA / "zones.json").read_text(encoding="utf-8"))
    return tuple(rows)


def zones(language: str, municipality: str = "") -> list[Zone]:
    """Return the business zones, of one municipality when it is named, sorted as the reader's language sorts."""
    found = [_zone(row, language) for row in _rows() if municipality in {"", row["municipality"]}]
    return sorted(found, key=lambda zone: (sort_key(zone.name, language), zone.slug))


def without_zone(language: str) -> list[tuple[str, str]]:
    """Return (slug, name) of the municipalities in which no zone is known (domain D16)."""
    known = {row["municipality"] for row in _rows()}
    return [(slug, name) for slug, name in vocabulary.places(language) if slug not in known]


def _zone(row: Mapping[str, Any], language: str) -> Zone:
    note, note_language = _note(row, language)
    return Zone(
        slug=row["slug"],
        name=row.get(language) or row["en"],
        municipality=row["municipality"],
        status=row["status"],
        established=row["established"],
        area_ha=None if row["area_ha"] is None else Decimal(str(row["area_ha"])),
        note=note,
        note_language=note_language,
    )


def _note(row: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return a zone's note and its language; a translation of an older note is left out (domain D19)."""
    original = str(row["note"] or "")
    if row.get("translation_of") != row["note"] or language == "en":
        return original, "en"
    given = row.get(f"note_{language}")
    if given is None and language == "sr_cyrl" and row.get("note_sr_latn"):
        given = to_cyrillic(row["note_sr_latn"])
    return (str(given), language) if given else (original, "en")


def told_of(business: Business, kind: TextKind, *, reader: str) -> Told | None:
    """Return what a reader is told of one kind, or None. The firm is loaded with its texts."""
    firsts = sorted(business.texts, key=lambda text: (text.language != business.language, text.language))
    return told([text for text in firsts if text.kind is kind and text.text.strip()], reader=reader)


def in_a_line(business: Business, *, reader: str) -> Written | None:
    """Return the text that stands for a firm in a list, or None: the shortest kind that the reader understands."""
    found = [shown for kind in IN_A_LINE if (shown := told_of(business, kind, reader=reader)) is not None]
    return min(
        (shown.text for shown in found),
        key=lambda text: (spoken(text.language) != spoken(reader), text.language != BRIDGE),
        default=None,
    )
