"""What a page says about a pair: who covers what, what changes for both and for the office, and why a pair is not possible
(balance A1, section 8). Facts about work alone: no community.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iso_portal.balance.domain.proposals import (
    CO_LEAD_WEIGHT,
    LEAD_WEIGHT,
    OFFICE_LANGUAGES,
    CaseNeed,
    Colleague,
    Obstacle,
    Pair,
)

LONG_ABSENCE_DAYS = 28


class Condition(enum.StrEnum):
    """What a pair does not meet."""

    SAME_PERSON = "same_person"
    UNKNOWN = "unknown"
    NO_FTE = "no_fte"
    TIE = "tie"
    ABSENT = "absent"
    LANGUAGE = "language"
    SKILL = "skill"
    OFFICE_LANGUAGES = "office_languages"


OBSTACLES = {Obstacle.NO_FTE: Condition.NO_FTE, Obstacle.TIE: Condition.TIE, Obstacle.ABSENT: Condition.ABSENT}


def why_not(
    need: CaseNeed, staff: Sequence[Colleague], lead: str, co_lead: str, *, both_languages: bool
) -> Condition | None:
    """Return the first condition that these two do not meet together, or None. A tie can never be overridden."""
    if lead == co_lead:
        return Condition.SAME_PERSON
    found = {one.key: one for one in staff if one.key in {lead, co_lead}}
    if len(found) < 2:
        return Condition.UNKNOWN
    pair = [found[lead], found[co_lead]]
    if any(one.fte <= 0 for one in pair):
        return Condition.NO_FTE
    hindered = {OBSTACLES[one.obstacle] for one in pair if one.obstacle is not None}
    for condition in OBSTACLES.values():
        if condition in hindered:
            return condition
    languages = pair[0].languages | pair[1].languages
    if need.language not in languages:
        return Condition.LANGUAGE
    if need.section not in pair[0].sections | pair[1].sections:
        return Condition.SKILL
    return Condition.OFFICE_LANGUAGES if both_languages and not languages >= set(OFFICE_LANGUAGES) else None


@dataclass(frozen=True, kw_only=True)
class Covers:
    """Which of the two covers what: keys of people for the language, the skill, and each office language."""

    language: tuple[str, ...]
    skill: tuple[str, ...]
    office: dict[str, tuple[str, ...]]

    @property
    def lacks(self) -> tuple[str, ...]:
        """Office languages that neither works in: the team gets the task to name a member who does."""
        return tuple(code for code, keys in self.office.items() if not keys)


def covers(need: CaseNeed, pair: Pair) -> Covers:
    """Return which of the two covers what, the lead first."""
    both = (pair.lead, pair.co_lead)
    return Covers(
        language=tuple(one.key for one in both if need.language in one.languages),
        skill=tuple(one.key for one in both if need.section in one.sections),
        office={code: tuple(one.key for one in both if code in one.languages) for code in OFFICE_LANGUAGES},
    )


@dataclass(frozen=True, kw_only=True)
class Loads:
    """Booked and open load, and weight led; all by FTE."""

    booked: float
    open: float
    led: float


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a case changes for one person, or for the means of the office."""

    now: Loads
    after: Loads


def loads_of(one: Colleague) -> Loads:
    """Return what somebody carries now."""
    return Loads(booked=one.booked, open=one.open, led=one.led)


def change(need: CaseNeed, pair: Pair) -> dict[str, Change]:
    """Return what the case would change for the lead and for the co-lead, by key."""
    return {
        one.key: Change(now=loads_of(one), after=loads_of(_with_case(need, one, pair)))
        for one in (pair.lead, pair.co_lead)
    }


def office_means(staff: Sequence[Colleague]) -> Loads:
    """Return the means over everybody who takes cases; zeros when nobody does."""
    able = [one for one in staff if one.fte > 0]
    booked, open_now, led = (
        math.fsum(getattr(one, name) for one in able) / len(able) if able else 0.0 for name in ("booked", "open", "led")
    )
    return Loads(booked=booked, open=open_now, led=led)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Largest over smallest booked load in the office; None while somebody carries nothing."""

    before: float | None
    after: float | None


def effect(need: CaseNeed, pair: Pair, staff: Sequence[Colleague]) -> Effect:
    """Return how evenly work lies before and after this pair takes the case."""
    able = [one for one in staff if one.fte > 0]
    return Effect(
        before=_evenness([one.booked for one in able]),
        after=_evenness([_with_case(need, one, pair).booked for one in able]),
    )


def started(
    staff: Sequence[Colleague], *, joiners: Collection[str] = (), returned: Collection[str] = ()
) -> list[Colleague]:
    """Return the staff with fair starting points: who joined starts at the means of the others; who is back after more
    than four weeks is raised to the means where below. Open load is what it is.
    """
    means = office_means([one for one in staff if one.key not in joiners])
    result = []
    for one in staff:
        if one.key in joiners:
            result.append(replace(one, booked=means.booked, led=means.led))
        elif one.key in returned:
            result.append(replace(one, booked=max(one.booked, means.booked), led=max(one.led, means.led)))
        else:
            result.append(one)
    return result


def is_long_absence(first_day: date, last_day: date) -> bool:
    """Return whether an absence is longer than four weeks. Raises ValueError when it ends before it begins."""
    if last_day < first_day:
        raise ValueError("last_day must not be before first_day")
    return (last_day - first_day).days + 1 > LONG_ABSENCE_DAYS


def _with_case(need: CaseNeed, one: Colleague, pair: Pair) -> Colleague:
    """Return the person as the case would leave them."""
    if one.key not in {pair.lead.key, pair.co_lead.key}:
        return one
    leads = one.key == pair.lead.key
    added = (LEAD_WEIGHT if leads else CO_LEAD_WEIGHT) * need.weight / one.fte
    led = one.led + (need.weight / one.fte if leads else 0.0)
    return replace(one, booked=one.booked + added, open=one.open + added, led=led)


def _evenness(loads: Sequence[float]) -> float | None:
    return max(loads) / min(loads) if loads and min(loads) > 0 else None
