"""Who could lead a case together, in which order, and why; language-paired mode reads no community at all.

Hard conditions and cost rule: balance section 5. Nothing here knows a community: the input has no field for one.
"""

from __future__ import annotations

import enum
import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

LEAD_WEIGHT, CO_LEAD_WEIGHT = 0.65, 0.35
OPEN_WORK, EVEN_LEADING = 0.3, 0.15
LEAST_PROPOSALS = 3
OFFICE_LANGUAGES = ("sq", "sr")
SAME_COST = 1e-9


class Obstacle(enum.StrEnum):
    """Why somebody cannot work on a case now. A tie comes before an absence: it cannot be waited out."""

    ABSENT = "absent"
    TIE = "tie"
    NO_FTE = "no_fte"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person as the proposal sees them. All loads are divided by FTE: booked so far, open now, led so far.

    back_on: the first day somebody absent is here again, None where it is not known.
    """

    key: str
    languages: frozenset[str]
    sections: frozenset[str]
    fte: float
    booked: float
    open: float
    led: float
    obstacle: Obstacle | None = None
    back_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseNeed:
    """What a case asks of its team: language, NACE section, weight."""

    key: str
    language: str
    section: str
    weight: float


class Pair(NamedTuple):
    """An ordered pair with its cost and the parts of it; `paired` tells whether condition 5 holds; least cost first."""

    lead: Colleague
    co_lead: Colleague
    load: float
    open: float
    leading: float
    cost: float
    paired: bool


class Lacking(enum.StrEnum):
    """What no pair has. OFFICE_LANGUAGES: pairs exist, but none works in both languages of the office."""

    TWO_PEOPLE = "two_people"
    LANGUAGE = "language"
    SKILL = "skill"
    OFFICE_LANGUAGES = "office_languages"


class WayKind(enum.StrEnum):
    """What can be done when no pair meets every condition."""

    WAIT = "wait"
    BORROW = "borrow"
    WAIVE_LANGUAGES = "waive_languages"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One thing that is missing. wanted: languages or sections; away: absent people who have it, with the day they are
    back; tied: people who have it and declared a tie; until: the first day somebody has it again.
    """

    what: Lacking
    wanted: tuple[str, ...]
    away: tuple[tuple[str, date | None], ...]
    tied: tuple[str, ...]
    until: date | None


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way out. until and keys: the day to wait for, and who is back that day."""

    kind: WayKind
    until: date | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Ranked pairs. relaxed: no pair has both office languages, so pairs without are offered and marked.

    lacking: what is missing when there is no pair at all; then `pairs` is empty. missing, ways: the explicit answer
    in that case, and in the relaxed one (A2).
    """

    pairs: tuple[Pair, ...]
    relaxed: bool
    lacking: tuple[Lacking, ...]
    missing: tuple[Missing, ...] = ()
    ways: tuple[Way, ...] = ()

    @cached_property
    def first(self) -> tuple[Pair, ...]:
        """The pairs shown first: at least three where there are, of the same two people only when nothing else is."""
        taken: list[int] = []
        teams: list[set[str]] = []
        for place, pair in enumerate(self.pairs):
            people = {pair.lead.key, pair.co_lead.key}
            if people not in teams:
                taken.append(place)
                teams.append(people)
            if len(taken) == LEAST_PROPOSALS:
                break
        rest = [place for place in range(min(len(self.pairs), 2 * LEAST_PROPOSALS)) if place not in taken]
        return tuple(self.pairs[place] for place in sorted([*taken, *rest[: LEAST_PROPOSALS - len(taken)]]))

    def choice_set(self) -> dict[str, int]:
        """Return who could lead, with the number of pairs each leads (F_c)."""
        counts: dict[str, int] = {}
        for pair in self.pairs:
            counts[pair.lead.key] = counts.get(pair.lead.key, 0) + 1
        return counts

    def pair(self, lead: str, co_lead: str) -> Pair | None:
        """Return the pair of these two in these roles, or None when it is not in the choice set."""
        return next((one for one in self.pairs if (one.lead.key, one.co_lead.key) == (lead, co_lead)), None)


class CostParts(NamedTuple):
    """The parts of the cost of every ordered pair: load and open by (lead, co-lead), leading by lead."""

    load: Numbers
    open: Numbers
    leading: Numbers


def cost_parts(booked: Numbers, open_now: Numbers, led: Numbers, fte: Numbers, weight: float) -> CostParts:
    """Return how much the squares of the cost rule grow, for everybody against everybody."""
    as_lead, as_co_lead = LEAD_WEIGHT * weight / fte, CO_LEAD_WEIGHT * weight / fte
    above = booked - math.fsum(booked) / len(booked)
    return CostParts(
        load=grown(above, as_lead)[:, None] + grown(above, as_co_lead),
        open=grown(open_now, as_lead)[:, None] + grown(open_now, as_co_lead),
        leading=grown(led - math.fsum(led) / len(led), weight / fte),
    )


def grown(state: Numbers, added: Numbers) -> Numbers:
    """Return how much a square grows when something is added."""
    return added * (2 * state + added)


def feasible(present: Flags, speaks: Flags, skilled: Flags) -> Flags:
    """Return which ordered pairs of two people meet conditions 1 to 4: both here, one speaks it, one knows it."""
    pairs: Flags = present[:, None] & present & either(speaks) & either(skilled)
    np.fill_diagonal(pairs, val=False)
    return pairs


def either(flags: Flags) -> Flags:
    """Return for each pair whether one of the two has something."""
    return flags[:, None] | flags


def propose(need: CaseNeed, staff: Sequence[Colleague]) -> Proposal:
    """Rank all ordered pairs that meet the hard conditions. Same state and case, same answer.

    Raises ValueError for a weight outside 0.5 to 6.
    """
    return ranked(need, staff, even_leading=EVEN_LEADING)


def ranked(
    need: CaseNeed,
    staff: Sequence[Colleague],
    *,
    even_leading: float,
    steering: Callable[[Sequence[Colleague]], Numbers] | None = None,
) -> Proposal:
    """Rank pairs by the cost rule. steering: what a policy adds to the cost of each pair of the people given to it;
    with it, both office languages are no hard condition (section 5).
    """
    _check(need, staff)
    able = [one for one in staff if one.fte > 0]
    fitting, both = _conditions(need, able)
    relaxed = steering is None and bool(fitting.any()) and not (fitting & both).any()
    chosen = fitting if relaxed or steering is not None else fitting & both
    missing = _missing(need, able, fitting=fitting, relaxed=relaxed)
    return Proposal(
        pairs=_in_order(need, able, chosen, both, even_leading, steering) if chosen.any() else (),
        relaxed=relaxed,
        lacking=() if relaxed else tuple(one.what for one in missing),
        missing=missing,
        ways=_ways(need, able, relaxed=relaxed) if missing else (),
    )


def _check(need: CaseNeed, staff: Sequence[Colleague]) -> None:
    if not 0.5 <= need.weight <= 6:
        raise ValueError(f"weight must be from 0.5 to 6, not {need.weight}")
    for one in staff:
        if not 0 <= one.fte <= 1:
            raise ValueError(f"fte must be from 0 to 1, not {one.fte}")
        if not (math.isfinite(one.booked) and math.isfinite(one.open) and math.isfinite(one.led)):
            raise ValueError("booked, open and led must be numbers")


def _conditions(need: CaseNeed, able: Sequence[Colleague]) -> tuple[Flags, Flags]:
    """Return which pairs meet conditions 1 to 4, and which work in both office languages."""
    fitting = feasible(
        np.array([one.obstacle is None for one in able], dtype=bool),
        np.array([need.language in one.languages for one in able], dtype=bool),
        np.array([need.section in one.sections for one in able], dtype=bool),
    )
    first, second = (np.array([code in one.languages for one in able], dtype=bool) for code in OFFICE_LANGUAGES)
    return fitting, either(first) & either(second)


def _in_order(
    need: CaseNeed,
    able: Sequence[Colleague],
    chosen: Flags,
    both: Flags,
    even_leading: float,
    steering: Callable[[Sequence[Colleague]], Numbers] | None,
) -> tuple[Pair, ...]:
    booked, open_now, led, fte = (
        np.array([getattr(one, name) for one in able], dtype=float) for name in ("booked", "open", "led", "fte")
    )
    parts = cost_parts(booked, open_now, led, fte, need.weight)
    costs = parts.load + OPEN_WORK * parts.open + even_leading * parts.leading[:, None]
    if steering is not None:
        costs = costs + steering(able)
    leads, co_leads = np.nonzero(chosen)
    order = in_order(
        costs[chosen], lambda place: tie_breaker(need.key, able[leads[place]].key, able[co_leads[place]].key)
    )
    leads, co_leads = leads[order], co_leads[order]
    columns = (
        parts.load[leads, co_leads],
        parts.open[leads, co_leads],
        parts.leading[leads],
        costs[leads, co_leads],
        both[leads, co_leads],
    )
    people = list(able)
    return tuple(
        Pair(people[lead], people[co_lead], *rest)
        for lead, co_lead, *rest in zip(
            leads.tolist(), co_leads.tolist(), *(column.tolist() for column in columns), strict=True
        )
    )


def in_order(costs: Numbers, breaker: Callable[[int], str]) -> list[int]:
    """Return the places of costs, least first; those within 1e-9 of the least of their group by the tie breaker."""
    order: list[int] = np.argsort(costs, kind="stable").tolist()
    ordered = costs[order]
    if not (np.diff(ordered) <= SAME_COST).any():
        return order
    result: list[int] = []
    values = ordered.tolist()
    while len(result) < len(order):
        begin = len(result)
        end = int(np.searchsorted(ordered, values[begin] + SAME_COST, side="right"))
        group = order[begin:end]
        result += group if len(group) == 1 else sorted(group, key=breaker)
    return result


def tie_breaker(case: str, lead: str, co_lead: str) -> str:
    """Return what orders pairs of the same cost: nobody can steer it, and it is the same at every run."""
    return hashlib.sha256(f"{case}|{lead}|{co_lead}".encode()).hexdigest()


def _missing(need: CaseNeed, able: Sequence[Colleague], *, fitting: Flags, relaxed: bool) -> tuple[Missing, ...]:
    """Return what is missing: for any pair at all or, where pairs exist without them, of the office languages."""
    if relaxed:
        return (_missing_office_languages(able, fitting),)
    if fitting.any():
        return ()
    here = [one for one in able if one.obstacle is None]
    result = []
    if len(here) < 2:
        result.append(_lack(Lacking.TWO_PEOPLE, (), able, still=2 - len(here)))
    for what, wanted, having in (
        (Lacking.LANGUAGE, need.language, [one for one in able if need.language in one.languages]),
        (Lacking.SKILL, need.section, [one for one in able if need.section in one.sections]),
    ):
        if not any(one.obstacle is None for one in having):
            result.append(_lack(what, (wanted,), having))
    return tuple(result)


def _missing_office_languages(able: Sequence[Colleague], fitting: Flags) -> Missing:
    leads, co_leads = np.nonzero(fitting)
    spoken = [able[i].languages | able[j].languages for i, j in zip(leads.tolist(), co_leads.tolist(), strict=True)]
    never = tuple(code for code in OFFICE_LANGUAGES if not any(code in known for known in spoken))
    wanted = never or OFFICE_LANGUAGES
    having = [one for one in able if not one.languages.isdisjoint(wanted)]
    return _lack(Lacking.OFFICE_LANGUAGES, wanted, having)


def _lack(what: Lacking, wanted: tuple[str, ...], having: Sequence[Colleague], *, still: int = 1) -> Missing:
    """Return what is missing, with who has it; still: so many of them must come back."""
    away = sorted((one for one in having if one.obstacle is Obstacle.ABSENT), key=_return)
    days = [one.back_on for one in away if one.back_on]
    return Missing(
        what=what,
        wanted=wanted,
        away=tuple((one.key, one.back_on) for one in away),
        tied=tuple(sorted(one.key for one in having if one.obstacle is Obstacle.TIE)),
        until=days[still - 1] if len(days) >= still else None,
    )


def _return(one: Colleague) -> tuple[date, str]:
    return one.back_on or date.max, one.key


def _ways(need: CaseNeed, able: Sequence[Colleague], *, relaxed: bool) -> tuple[Way, ...]:
    """Return what can be done: wait for the first day on which a pair is complete, borrow, or waive condition 5."""
    ways = [Way(kind=WayKind.WAIVE_LANGUAGES)] if relaxed else []
    for day in sorted({one.back_on for one in able if one.obstacle is Obstacle.ABSENT and one.back_on}):
        then = [_back(one, day) for one in able]
        fitting, both = _conditions(need, then)
        if ((fitting & both) if relaxed else fitting).any():
            keys = tuple(sorted(one.key for one in able if one.obstacle is Obstacle.ABSENT and one.back_on == day))
            ways.insert(0, Way(kind=WayKind.WAIT, until=day, keys=keys))
            break
    return (*ways, Way(kind=WayKind.BORROW))


def _back(one: Colleague, day: date) -> Colleague:
    if one.obstacle is not Obstacle.ABSENT or one.back_on is None or one.back_on > day:
        return one
    return replace(one, obstacle=None, back_on=None)
