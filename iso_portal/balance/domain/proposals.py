"""Who could lead a case together, in which order, and why; language-paired mode reads no community at all.

Hard conditions and cost rule: balance section 5. Nothing here knows a community: the input has no field for one.
"""

from __future__ import annotations

import enum
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

LEAD_WEIGHT, CO_LEAD_WEIGHT = 0.65, 0.35
OPEN_WORK, EVEN_LEADING = 0.3, 0.15
LEAST_PROPOSALS = 3
OFFICE_LANGUAGES = frozenset({"sq", "sr"})


class Obstacle(enum.StrEnum):
    """Why somebody cannot work on a case now."""

    ABSENT = "absent"
    TIE = "tie"
    NO_FTE = "no_fte"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person as the proposal sees them. All loads are divided by FTE: booked so far, open now, led so far."""

    key: str
    languages: frozenset[str]
    sections: frozenset[str]
    fte: float
    booked: float
    open: float
    led: float
    obstacle: Obstacle | None = None


@dataclass(frozen=True, kw_only=True)
class CaseNeed:
    """What a case asks of its team: language, NACE section, weight."""

    key: str
    language: str
    section: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An ordered pair with its cost and what the cost is made of; `paired` tells whether condition 5 holds."""

    lead: Colleague
    co_lead: Colleague
    load: float
    open: float
    leading: float
    paired: bool

    @property
    def cost(self) -> float:
        """The rule's sum; least comes first."""
        return self.load + OPEN_WORK * self.open + EVEN_LEADING * self.leading


class Lacking(enum.StrEnum):
    """What no pair has."""

    TWO_PEOPLE = "two_people"
    LANGUAGE = "language"
    SKILL = "skill"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Ranked pairs. relaxed: no pair has both office languages, so pairs without are offered and marked.

    lacking: what is missing when there is no pair at all; then `pairs` is empty.
    """

    pairs: tuple[Pair, ...]
    relaxed: bool
    lacking: tuple[Lacking, ...]

    @property
    def first(self) -> tuple[Pair, ...]:
        """The pairs shown first: at least three where there are, of the same two people only when nothing else is."""
        shown: list[Pair] = []
        for pair in self.pairs:
            people = {pair.lead.key, pair.co_lead.key}
            if all(people != {other.lead.key, other.co_lead.key} for other in shown):
                shown.append(pair)
            if len(shown) == LEAST_PROPOSALS:
                return tuple(shown)
        rest = [pair for pair in self.pairs if pair not in shown]
        return tuple(sorted([*shown, *rest[: LEAST_PROPOSALS - len(shown)]], key=self.pairs.index))

    def choice_set(self) -> dict[str, int]:
        """Return who could lead, with the number of pairs each leads (F_c)."""
        counts: dict[str, int] = {}
        for pair in self.pairs:
            counts[pair.lead.key] = counts.get(pair.lead.key, 0) + 1
        return counts


def propose(need: CaseNeed, staff: Sequence[Colleague]) -> Proposal:
    """Rank all ordered pairs that meet the hard conditions. Same state and case, same answer.

    Raises ValueError for a weight outside 0.5 to 6.
    """
    if not 0.5 <= need.weight <= 6:
        raise ValueError(f"weight must be from 0.5 to 6, not {need.weight}")
    able = [one for one in staff if one.fte > 0]
    mean_booked = _mean([one.booked for one in able])
    mean_led = _mean([one.led for one in able])
    present = [one for one in able if one.obstacle is None]
    fitting = [
        (lead, co_lead)
        for lead, co_lead in permutations(present, 2)
        if need.language in lead.languages | co_lead.languages
        and (need.section in lead.sections or need.section in co_lead.sections)
    ]
    pairs = [_pair(need, lead, co_lead, mean_booked, mean_led) for lead, co_lead in fitting]
    paired = [pair for pair in pairs if pair.paired]
    chosen = paired or pairs
    ranked = sorted(chosen, key=lambda pair: (round(pair.cost, 9), _tie(need, pair)))
    return Proposal(
        pairs=tuple(ranked), relaxed=bool(pairs) and not paired, lacking=() if pairs else _lacking(need, present)
    )


def _pair(need: CaseNeed, lead: Colleague, co_lead: Colleague, mean_booked: float, mean_led: float) -> Pair:
    as_lead, as_co_lead = LEAD_WEIGHT * need.weight / lead.fte, CO_LEAD_WEIGHT * need.weight / co_lead.fte
    return Pair(
        lead=lead,
        co_lead=co_lead,
        load=_grown(lead.booked - mean_booked, as_lead) + _grown(co_lead.booked - mean_booked, as_co_lead),
        open=_grown(lead.open, as_lead) + _grown(co_lead.open, as_co_lead),
        leading=_grown(lead.led - mean_led, need.weight / lead.fte),
        paired=lead.languages | co_lead.languages >= OFFICE_LANGUAGES,
    )


def _grown(state: float, added: float) -> float:
    """Return how much a square grows when something is added."""
    return (state + added) ** 2 - state**2


def _tie(need: CaseNeed, pair: Pair) -> str:
    return hashlib.sha256(f"{need.key}|{pair.lead.key}|{pair.co_lead.key}".encode()).hexdigest()


def _lacking(need: CaseNeed, present: Sequence[Colleague]) -> tuple[Lacking, ...]:
    lacking = [
        (len(present) < 2, Lacking.TWO_PEOPLE),
        (not any(need.language in one.languages for one in present), Lacking.LANGUAGE),
        (not any(need.section in one.sections for one in present), Lacking.SKILL),
    ]
    return tuple(code for is_so, code in lacking if is_so)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
