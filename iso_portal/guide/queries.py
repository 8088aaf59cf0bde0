"""Reads of the public information pages: facts, zones and crossing points from the vocabulary, figures from entries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from iso_portal.cases.domain import ANSWER_DAYS, EntryKind
from iso_portal.cases.models import Entry
from iso_portal.core import clock
from iso_portal.core.calendar import WorkingCalendar, office_calendar
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.scripts import sort_key, to_cyrillic
from iso_portal.guide.domain import (
    AREA_OF,
    RIVER_ROW,
    SHOWN_CONFIDENCE,
    THEMES,
    Answers,
    Area,
    Crossing,
    Fact,
    Shown,
    Zone,
    answers_of,
    as_of,
)
from iso_portal.vocabulary import queries as vocabulary
from iso_portal.vocabulary.domain import Municipality, NaceCode

HOUR = Decimal(3600)


@cache
def _rows(name: str) -> tuple[Mapping[str, Any], ...]:
    rows: list[Mapping[str, Any]] = json.loads((vocabulary.DATA / f"{name}.json").read_text(encoding="utf-8"))
    return tuple(rows)


def _shown(row: Mapping[str, Any], field: str, language: str, *, names: bool = False) -> Shown:
    """Return a field of a row in a language, the English one with its tag where nobody translated it.

    A translation made of an older value is left out (domain D19). Cyrillic is the override where one is set, else
    derived (D31). names: a text of foreign names, which stay in Latin script when there is no override.
    """
    original = str(row[field] or "")
    stale = row.get("translation_of") != row.get("value", row.get("note"))
    if language == Language.EN:
        return Shown(text=original if stale else row.get(f"{field}_en", original))
    given = None if stale else row.get(f"{field}_{language}")
    if given is None and language == Language.SR_CYRL and not stale:
        latin = row.get(f"{field}_sr_latn")
        given = latin if latin is None or names else to_cyrillic(latin)
    if given is not None:
        return Shown(text=given)
    return Shown(text=original, tag="" if names else Language.EN.tag)


def facts(language: str) -> dict[Area, list[Fact]]:
    """Return what the public may see, by area and then in the order of the data; undated values are left out."""
    today = clock.today()
    found: dict[Area, list[Fact]] = {area: [] for area in Area}
    for row in _rows("investor_facts"):
        when = as_of(row["as_of"])
        if not row["public"] or row["confidence"] not in SHOWN_CONFIDENCE or when is None or not row["source"]:
            continue
        area = AREA_OF[row["key"].partition(".")[0]]
        found[area].append(
            Fact(
                key=row["key"],
                area=area,
                topic=_shown(row, "topic", language),
                value=_shown(row, "value", language),
                as_of=when,
                source=_shown(row, "source", language, names=True),
                out_of_date=when.is_out_of_date(today),
            )
        )
    return {area: rows for area, rows in found.items() if rows}


def facts_by_key(language: str) -> dict[str, Fact]:
    """Return the same facts by their key."""
    return {fact.key: fact for rows in facts(language).values() for fact in rows}


def zones(language: str, municipality: str = "") -> list[Zone]:
    """Return the business zones, of one municipality when it is named, sorted as the reader's language sorts."""
    found = [_zone(row, language) for row in _rows("zones") if municipality in {"", row["municipality"]}]
    return sorted(found, key=lambda zone: (sort_key(zone.name, language), zone.slug))


def _zone(row: Mapping[str, Any], language: str) -> Zone:
    when = as_of(row["as_of"])
    return Zone(
        slug=row["slug"],
        name=row.get(language) or row["en"],
        municipality=row["municipality"],
        established=row["established"],
        area_ha=None if row["area_ha"] is None else Decimal(str(row["area_ha"])),
        status=row["status"],
        note=_shown(row, "note", language),
        source=_shown(row, "source", language, names=True),
        as_of=when,
        out_of_date=when is not None and when.is_out_of_date(clock.today()),
    )


def crossings(language: str, municipality: str = "") -> list[Crossing]:
    """Return the crossing points, of one municipality when it is named, sorted as the reader's language sorts."""
    found = [
        Crossing(
            slug=row["slug"],
            name=row.get(language) or row["en"],
            gate=row["gate"] or "",
            municipality=row["municipality"] or "",
            source=row["source"],
        )
        for row in _rows("crossings")
        if municipality in {"", row["municipality"]}
    ]
    return sorted(found, key=lambda crossing: (sort_key(crossing.name, language), crossing.slug))


@dataclass(frozen=True, kw_only=True)
class Place:
    """A municipality as its tile and its line in the table show it."""

    row: Municipality
    name: str
    south: bool
    zones: list[Zone]
    crossings: list[Crossing]


def places(language: str) -> list[Place]:
    """Return the seven municipalities, sorted as the reader's language sorts."""
    return [place(slug, language) for slug, _name in vocabulary.places(language)]


def place(slug: str, language: str) -> Place:
    """Return one municipality. Raises KeyError for an unknown one."""
    row = vocabulary.municipalities()[slug]
    return Place(
        row=row,
        name=vocabulary.place_name(slug, language),
        south=row.row >= RIVER_ROW,
        zones=zones(language, slug),
        crossings=crossings(language, slug),
    )


@dataclass(frozen=True, kw_only=True)
class Sector:
    """A NACE section in which firms here have substance. themes: keys of THEMES; divisions: those of its themes."""

    code: str
    name: str
    themes: list[str]
    divisions: list[NaceCode]


def sectors(language: str) -> list[Sector]:
    """Return the sections with real substance here, in the order of the classification (domain D14)."""
    codes = sorted({vocabulary.section_of(code) for divisions in THEMES.values() for code in divisions})
    return [sector(code, language) for code in codes]


def sector(code: str, language: str) -> Sector:
    """Return one section. Raises KeyError for one that has no page."""
    of_theme = {
        key: [known for division in divisions if (known := vocabulary.nace()[division]).section == code]
        for key, divisions in THEMES.items()
    }
    themes = [key for key, divisions in of_theme.items() if divisions]
    if not themes:
        raise KeyError(code)
    divisions = sorted((one for key in themes for one in of_theme[key]), key=lambda one: one.code)
    return Sector(code=code, name=vocabulary.nace_label(code, language), themes=themes, divisions=divisions)


def answers() -> Answers:
    """Return how fast inquiries of the last twelve months were answered, in working time, as of now; one statement.

    As the reports count (OP-03): without spam, merged and voided entries, automatic and holding replies; an inquiry
    without an answer counts as late once its answer was due.
    """
    now = clock.now()
    since = now - timedelta(days=365)
    return _measured([(row[0], row[1]) for row in db.session.execute(_asked_and_answered(since))], now)


def _asked_and_answered(since: datetime) -> sa.Select[datetime, datetime | None]:
    """Select when each inquiry came and when it was first answered."""
    later = aliased(Entry)
    kept = ~sa.exists().where(later.voids_id == Entry.id)
    out = sa.select(Entry.case_id).where(
        Entry.kind.in_([EntryKind.INQUIRY_SPAM, EntryKind.INQUIRY_MERGED]), Entry.case_id.is_not(None), kept
    )
    first = (
        sa.select(Entry.case_id, sa.func.min(Entry.occurred_at).label("at"))
        .where(
            Entry.kind == EntryKind.REPLY_FIRST,
            Entry.occurred_at >= since,
            Entry.facts["automatic"].as_boolean().is_not(True),
            Entry.facts["holding"].as_boolean().is_not(True),
            kept,
        )
        .group_by(Entry.case_id)
        .subquery()
    )
    return (
        sa.select(Entry.occurred_at, first.c.at)
        .outerjoin(first, first.c.case_id == Entry.case_id)
        .where(Entry.kind == EntryKind.INQUIRY_CREATED, Entry.occurred_at >= since, Entry.case_id.not_in(out), kept)
    )


def _measured(rows: list[tuple[datetime, datetime | None]], now: datetime) -> Answers:
    hours: list[Decimal] = []
    in_time = due = 0
    for asked, answered in rows:
        office = office_calendar(asked.astimezone(clock.LOCAL).year)
        until = office.end_of_working_day(asked, ANSWER_DAYS)
        due += until <= now
        in_time += until <= now and answered is not None and answered <= until
        if answered is not None:
            hours.append(working_hours(office, asked, answered))
    return answers_of(hours, in_time=in_time, due=due)


def working_hours(office: WorkingCalendar, start: datetime, end: datetime) -> Decimal:
    """Return the working hours between two moments; none when the end is not after the start."""
    first, last = start.astimezone(clock.LOCAL), end.astimezone(clock.LOCAL)
    seconds = 0.0
    day: date = first.date()
    while day <= last.date():
        if office.is_working_day(day):
            opens = datetime.combine(day, office.opens, clock.LOCAL)
            closes = datetime.combine(day, office.closes, clock.LOCAL)
            seconds += max(0.0, (min(closes, last) - max(opens, first)).total_seconds())
        day = office.next_working_day(day)
    return Decimal(str(seconds)) / HOUR
