"""Where a gap comes from: who could take the cases, what the proposals did, what people chose (balance M8)."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from iso_portal.balance.domain.intervals import within
from iso_portal.balance.domain.measures import HEAVIEST, LARGE


class How(enum.StrEnum):
    """How cases count: each as one, by weight, or large ones alone, by weight."""

    COUNT = "count"
    WEIGHTED = "weighted"
    LARGE = "large"


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A case as it was decided, for one community: f_g of the first proposal's lead and of the chosen one, p_c and pi.

    None where it is not known; such a case is left out.
    """

    first: float | None
    chosen: float | None
    expected: float | None
    weight: float
    staff_share: float | None = None
    part: str = ""

    @property
    def known(self) -> bool:
        """Whether both leads declared and there is something to compare with."""
        return None not in (self.first, self.chosen, self.expected, self.staff_share)


@dataclass(frozen=True, kw_only=True)
class Where:
    """The parts of a gap over the same n cases, so that they add up: total = structural + rule + choice."""

    structural: float
    rule: float
    choice: float
    n: int

    @property
    def allocation(self) -> float:
        """What proposals and people made together."""
        return self.rule + self.choice

    @property
    def total(self) -> float:
        """The whole difference from the staff share."""
        return self.structural + self.allocation


def where_from(cases: Sequence[Decided], how: How = How.WEIGHTED, *, large: float = LARGE) -> Where | None:
    """Return where one community's gap comes from; None when no case is fully known.

    Raises ValueError for numbers outside their ranges.
    """
    known = [case for case in cases if case.known and (how is not How.LARGE or case.weight >= large)]
    if not known:
        return None
    share, expected, first, chosen = (
        _mean(known, how, name) for name in ("staff_share", "expected", "first", "chosen")
    )
    return Where(structural=expected - share, rule=first - expected, choice=chosen - first, n=len(known))


def by_part(cases: Sequence[Decided], how: How = How.WEIGHTED) -> dict[str, Where | None]:
    """Return the same for each part, small ones too; parts in the order of their names."""
    return {
        part: where_from([case for case in cases if case.part == part], how)
        for part in sorted({case.part for case in cases})
    }


def decomposed(staff_share: float, expected: float, led: float) -> dict[str, float]:
    """Return the parts of one figure: total = structural + allocation."""
    for name, value in (("staff_share", staff_share), ("expected", expected), ("led", led)):
        within(name, value, 0, 1)
    return {"total": led - staff_share, "structural": expected - staff_share, "allocation": led - expected}


def _mean(cases: Sequence[Decided], how: How, name: str) -> float:
    weights = [1.0 if how is How.COUNT else within("weight", case.weight, 0, HEAVIEST) for case in cases]
    total = math.fsum(weights)
    if total <= 0:
        raise ValueError("weight must be over 0")
    return (
        math.fsum(u * within(name, getattr(case, name), 0, 1) for u, case in zip(weights, cases, strict=True)) / total
    )
