"""What may leave the office: words in bands, audited tables, sums without dominance, a fixed calendar (balance BR1-BR5)."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from iso_portal.balance.domain.intervals import whole, within
from iso_portal.balance.domain.measures import NO, UNTOLD, YES

LEAST_COUNT, ROUND_TO = 10, 5
LEAST_STAFF = 40  # below, no count or share of staff ever leaves the office
LARGEST, LARGEST_TWO, REST = 0.75, 0.90, 0.10


class Subject(enum.StrEnum):
    """What a band statement speaks of."""

    PORTFOLIO = "portfolio"
    JOINT = "joint"
    WORKLOAD = "workload"
    EXPOSURE = "exposure"


def all_within(positions: Iterable[str]) -> str:
    """Return one word for all communities, so that none is named: no if any lies outside, yes if all lie inside."""
    words = list(positions)
    if any(word not in {YES, NO, UNTOLD} for word in words):
        raise ValueError("positions must be yes, no or cannot be stated")
    if NO in words:
        return NO
    return YES if words and set(words) == {YES} else UNTOLD


def band_statement(positions: Mapping[Subject, Sequence[str]]) -> dict[Subject, str]:
    """Return the half-yearly statement: a word for each subject; one without a figure cannot be stated."""
    return {subject: all_within(positions.get(subject, ())) for subject in Subject}


def compatible_counts(n: int, band: tuple[float, float]) -> tuple[int, int]:
    """Return the counts of n that a band allows: what even a word tells about a small office."""
    whole("n", n, least=1)
    low, high = within("band", band[0], 0, 1), within("band", band[1], band[0], 1)
    return math.ceil(n * low - 1e-9), math.floor(n * high + 1e-9)


def staff_counts_may_leave(people: int) -> bool:
    """Return whether counts or shares of staff may leave the office at all, by the rules of tables."""
    return whole("people", people) >= LEAST_STAFF


def rounded_to_5(count: int) -> int:
    """Return a count rounded to the nearest 5."""
    return ROUND_TO * ((whole("count", count) + 2) // ROUND_TO)


def published(count: int) -> int | None:
    """Return a count as it is published: hidden under 10, zero too; else rounded to 5."""
    return None if whole("count", count) < LEAST_COUNT else rounded_to_5(count)


def percentage(part: int | None, of: int | None) -> float | None:
    """Return a percentage from published counts alone; None when one of them is hidden."""
    if part is None or not of:
        return None
    return 100 * whole("part", part) / whole("of", of)


@dataclass(frozen=True, kw_only=True)
class Dominance:
    """Whether a sum of jobs or EUR tells too much about its largest contributors."""

    largest: float
    largest_two: float
    largest_tells: bool
    two_tell: bool
    rest_too_small: bool
    too_few: bool

    @property
    def may_be_shown(self) -> bool:
        """Whether the sum may be shown."""
        return not (self.largest_tells or self.two_tell or self.rest_too_small or self.too_few)


def dominance(contributions: Sequence[float]) -> Dominance:
    """Judge a sum by its contributions; zeros contribute nothing. Raises ValueError for a negative or missing number."""
    for value in contributions:
        within("contributions", value, 0, math.inf)
        if math.isinf(value):
            raise ValueError("contributions must be numbers")
    ordered = sorted((value for value in contributions if value), reverse=True)
    total = math.fsum(ordered)
    one, two = (math.fsum(ordered[:n]) / total if total else 0.0 for n in (1, 2))
    rest = math.fsum(ordered[2:])
    return Dominance(
        largest=one,
        largest_two=two,
        largest_tells=one > LARGEST + 1e-12,
        two_tell=two > LARGEST_TWO + 1e-12,
        rest_too_small=not ordered or rest < REST * ordered[0] - 1e-9,
        too_few=len(ordered) < LEAST_COUNT,
    )


def change_tells(before: int, after: int) -> bool:
    """Return whether the difference of two published populations tells about few: a change by 1 to 9 (BR4)."""
    return 1 <= abs(whole("after", after) - whole("before", before)) < LEAST_COUNT


@dataclass(frozen=True, kw_only=True)
class Differencing:
    """What two releases tell together. reveals: the one community whose count alone changed, if it did by 1 to 9."""

    changed: dict[str, int]
    blocked: bool
    reveals: str | None


def differencing(before: Mapping[str, int], after: Mapping[str, int]) -> Differencing:
    """Compare the published populations of two releases, and their sums; a name missing on one side counts 0."""
    names = sorted({*before, *after})
    counts = {name: (before.get(name, 0), after.get(name, 0)) for name in names}
    changed = {name: new - old for name, (old, new) in counts.items() if new != old}
    sums = sum(before.values()), sum(after.values())
    return Differencing(
        changed=changed,
        blocked=change_tells(*sums) or any(change_tells(old, new) for old, new in counts.values()),
        reveals=next(iter(changed)) if len(changed) == 1 and change_tells(*sums) else None,
    )
