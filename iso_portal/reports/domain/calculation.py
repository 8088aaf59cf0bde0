"""Figures from what happened: any order of the events gives the same result, and missing is never zero."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from iso_portal.reports.domain.indicators import Accumulation, Sheet
from iso_portal.reports.domain.periods import Quarter

FULL_TIME, FULL_YEAR = Decimal(40), Decimal(12)
LEAST_FIRMS_OF_JOBS = 3
PLACES = {"count": Decimal(1), "fte": Decimal("0.1"), "percent": Decimal("0.001")}


class Reason(enum.StrEnum):
    """Why a figure has no value (R9)."""

    NOT_DUE = "not_due"
    NOT_REPORTED = "not_reported"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"


class Flag(enum.StrEnum):
    """What stands beside a figure: provisional, hidden, denominator zero."""

    PROVISIONAL = "p"
    HIDDEN = "c"
    ZERO_DENOMINATOR = "z"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened, as reports need it. day: local day of occurrence. level: verification, 1 to 4."""

    id: uuid.UUID
    kind: str
    at: datetime
    day: date
    case: uuid.UUID | None
    investor: uuid.UUID | None
    firm: uuid.UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    level: int = 1


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One cell. value is None exactly when reason is given. events: what it was computed from, empty when hidden."""

    value: Decimal | None
    reason: Reason | None = None
    flags: frozenset[Flag] = frozenset()
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    contributors: int = 0
    events: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Cell:
    """An indicator in a quarter: the headline, and what is recorded but not yet verified, never added to it."""

    sheet: Sheet
    quarter: Quarter
    headline: Figure
    reported: Figure | None


Due = Callable[[datetime], datetime]


def fte_of(facts: Mapping[str, Any]) -> Decimal:
    """Return full-time equivalents: min(hours / 40, 1) x min(months / 12, 1), for each person (W5)."""
    hours = min(Decimal(str(facts["weekly_hours"])) / FULL_TIME, Decimal(1))
    months = min(Decimal(str(facts["months"])) / FULL_YEAR, Decimal(1))
    return hours * months * Decimal(str(facts.get("people", 1)))


def rounded(value: Decimal, unit: str) -> Decimal:
    """Round half up, only when shown: counts 0, FTE 1, percent 1 decimal."""
    return value.quantize(PLACES[unit], ROUND_HALF_UP)


def combine(sheet: Sheet, figures: Iterable[Figure]) -> Decimal | None:
    """Combine periods: flow adds up, a rate divides the sums (W1). None when a period has no value.

    A hidden period makes the sum unknown: else the hidden value could be told from it.
    """
    rows = list(figures)
    if not rows or any(row.value is None for row in rows):
        return None
    if sheet.accumulation is Accumulation.RATE:
        below = sum((row.denominator or Decimal(0) for row in rows), Decimal(0))
        return sum((row.numerator or Decimal(0) for row in rows), Decimal(0)) / below if below else None
    return sum((row.value or Decimal(0) for row in rows), Decimal(0))


def cell_of(
    sheet: Sheet, quarter: Quarter, events: Collection[Event], *, as_of: datetime, today: date, due: Due
) -> Cell:
    """Compute one cell. events: of any kinds and periods, none voided; due: when an answer to an inquiry was due."""
    if today < quarter.starts:
        return Cell(sheet=sheet, quarter=quarter, headline=Figure(value=None, reason=Reason.NOT_DUE), reported=None)
    first = min((event.day for event in events), default=None)
    if first is not None and quarter.ends <= Quarter.of(first).starts:  # the office was not there yet: no zero
        return Cell(
            sheet=sheet, quarter=quarter, headline=Figure(value=None, reason=Reason.NOT_APPLICABLE), reported=None
        )
    compute = COMPUTED[sheet.code]
    headline, reported = compute(quarter, sorted(events, key=lambda event: (event.at, str(event.id))), as_of, due)
    open_period = frozenset({Flag.PROVISIONAL}) if today < quarter.ends else frozenset()
    return Cell(
        sheet=sheet,
        quarter=quarter,
        headline=_protected(sheet, _flagged(headline, open_period)),
        reported=_protected(sheet, _flagged(reported, open_period)) if reported is not None else None,
    )


def _flagged(figure: Figure, flags: frozenset[Flag]) -> Figure:
    return Figure(**{**vars(figure), "flags": figure.flags | flags})


def _protected(sheet: Sheet, figure: Figure) -> Figure:
    """Hide a figure behind which stand too few (R32); a zero is shown. Nothing of a hidden figure is kept."""
    if figure.value is None or (figure.value == 0 and figure.contributors == 0) or figure.contributors >= sheet.k:
        return figure
    return Figure(value=None, reason=Reason.SUPPRESSED, flags=figure.flags | {Flag.HIDDEN})


def _sum(events: list[Event], values: Iterable[Decimal], contributors: int) -> Figure:
    return Figure(value=sum(values, Decimal(0)), contributors=contributors, events=tuple(event.id for event in events))


def _count(events: list[Event]) -> Figure:
    return _sum(events, [Decimal(1)] * len(events), len({event.investor for event in events}))


def _counted_inquiries(events: list[Event]) -> list[Event]:
    out = {event.case for event in events if event.kind in {"inquiry.spam", "inquiry.merged"}}
    return [event for event in events if event.kind == "inquiry.created" and event.case not in out]


Computed = tuple[Figure, Figure | None]


def _received(quarter: Quarter, events: list[Event], as_of: datetime, due: Due) -> Computed:
    return _count([event for event in _counted_inquiries(events) if event.day in quarter]), None


def _qualified(quarter: Quarter, events: list[Event], as_of: datetime, due: Due) -> Computed:
    counted = {event.case for event in _counted_inquiries(events)}
    first: dict[uuid.UUID | None, Event] = {}
    for event in events:
        if event.kind == "inquiry.qualified" and event.case in counted:
            first.setdefault(event.case, event)
    return _count([event for event in first.values() if event.day in quarter]), None


def _in_time(quarter: Quarter, events: list[Event], as_of: datetime, due: Due) -> Computed:
    asked = [event for event in _counted_inquiries(events) if event.day in quarter and due(event.at) <= as_of]
    answers: dict[uuid.UUID | None, Event] = {}
    for event in events:
        if event.kind == "reply.first" and not event.facts.get("automatic") and not event.facts.get("holding"):
            answers.setdefault(event.case, event)
    if not asked:
        return Figure(value=None, reason=Reason.NOT_APPLICABLE, flags=frozenset({Flag.ZERO_DENOMINATOR})), None
    good = [event for event in asked if event.case in answers and answers[event.case].at <= due(event.at)]
    above, below = Decimal(len(good)), Decimal(len(asked))
    figure = Figure(
        value=above / below,
        numerator=above,
        denominator=below,
        contributors=len({event.investor for event in asked}),
        events=tuple(event.id for event in asked),
    )
    return figure, None


def _introductions(quarter: Quarter, events: list[Event], as_of: datetime, due: Due) -> Computed:
    first: dict[tuple[uuid.UUID | None, uuid.UUID | None], Event] = {}
    waiting: dict[tuple[uuid.UUID | None, uuid.UUID | None], Event] = {}
    for event in events:
        if event.kind == "introduction.held":
            (first if event.level >= 2 else waiting).setdefault((event.investor, event.firm), event)
    held = [event for event in first.values() if event.day in quarter]
    open_ones = [event for pair, event in waiting.items() if pair not in first and event.day in quarter]
    return _pairs(held), _pairs(open_ones)


def _pairs(events: list[Event]) -> Figure:
    return _sum(events, [Decimal(1)] * len(events), len({event.firm for event in events}))


def _outcomes(quarter: Quarter, events: list[Event], kind: str) -> tuple[list[Event], list[Event]]:
    own = [
        event
        for event in events
        if event.kind == kind and event.day in quarter and event.facts.get("involvement") != "none"
    ]
    return [event for event in own if event.level >= 3], [event for event in own if event.level < 3]


def _landed(quarter: Quarter, events: list[Event], as_of: datetime, due: Due) -> Computed:
    verified, recorded = _outcomes(quarter, events, "investment.landed")
    return _count(verified), _count(recorded)


def _jobs(quarter: Quarter, events: list[Event], as_of: datetime, due: Due) -> Computed:
    verified, recorded = _outcomes(quarter, events, "jobs.confirmed")
    return _job_figure(verified), _job_figure(recorded)


def _job_figure(events: list[Event]) -> Figure:
    """Both limits hold: at least five people and three firms; with fewer firms nobody counts as a contributor."""
    people = sum(int(event.facts.get("people", 1)) for event in events)
    firms = len({event.investor for event in events})
    return _sum(
        events, (fte_of(event.facts) for event in events), people if firms >= LEAST_FIRMS_OF_JOBS else min(people, 1)
    )


COMPUTED: dict[str, Callable[[Quarter, list[Event], datetime, Due], Computed]] = {
    "OP-01": _received,
    "OP-02": _qualified,
    "OP-03": _in_time,
    "OP-05": _introductions,
    "OC-01": _landed,
    "OC-03": _jobs,
}
