"""Measures of balance with their bounds and their limits (balance section 6). Symmetric: swapping two communities
swaps them in every result and changes nothing else. `None` or an empty set of communities means not declared."""

from __future__ import annotations

import enum
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from iso_portal.balance.domain.intervals import binomial_p, whole, wilson, within

__all__ = ["LARGE", "LEAST_CASES", "LEAST_PEOPLE", "wilson"]  # wilson: for those who show a measure with its interval

NONE, PREFER_NOT, OTHER = "none", "prefer_not", "other"
LEAST_CASES, WIDEST_BOUNDS = 20, 0.20
LARGE = 2.0  # the weight from which a case is large; set before a reporting year and kept for all of it
LEAD_PART, CO_LEAD_PART = 0.65, 0.35
LEAST_PEOPLE = 3
HEAVIEST = 6.0
YES, NO, UNTOLD = "yes", "no", "cannot be stated"


class Result(enum.StrEnum):
    """What a block of the page says."""

    OK = "ok"
    ATTENTION = "attention"
    INSUFFICIENT = "insufficient"


class Why(enum.StrEnum):
    """Why a figure cannot be stated."""

    NOT_COLLECTED = "not_collected"
    GATE_EXPIRED = "gate_expired"
    FEW_CASES = "few_cases"
    UNDECLARED_WORK = "undeclared_work"
    SMALL_GROUP = "small_group"
    NO_TEST_POSSIBLE = "no_test_possible"
    NO_REFERENCE = "no_reference"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


def fraction(community: str, declared: Collection[str]) -> float:
    """Return f_g: the part of a person that counts for a community; "none" is an answer but no community."""
    real = [code for code in declared if code != NONE]
    return 1 / len(real) if community in real else 0.0


def expected_share(
    community: str, fte: Mapping[str, float], declared: Mapping[str, Collection[str]], could_lead: Collection[str]
) -> float | None:
    """Return p_c from the choice set that the proposal used; None when nobody there declared.

    Over everybody who may lead at all it is the staff share instead (pi). Raises ValueError for a negative FTE.
    """
    known = sorted(key for key in could_lead if declared.get(key))
    total = math.fsum(within("fte", fte[key], 0, math.inf) for key in known)
    if total <= 0:
        return None
    return min(1.0, math.fsum(fte[key] * fraction(community, declared[key]) for key in known) / total)


def is_joint(lead: Collection[str], co_lead: Collection[str]) -> bool | None:
    """Return whether two people declared different communities; None where that cannot be told."""
    one, other = set(lead) - {NONE}, set(co_lead) - {NONE}
    if not one or not other:
        return None
    return len(one | other) > 1


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate among those that can be told, with bounds over all."""

    rate: float | None
    bounds: tuple[float, float] | None
    n: int


def joint_rate(joint: int, same: int, unclassified: int) -> Rate:
    """Return the share of joint teams. Raises ValueError for a negative count."""
    for name, count in (("joint", joint), ("same", same), ("unclassified", unclassified)):
        whole(name, count)
    n = joint + same + unclassified
    known = joint + same
    bounds = (joint / n, (joint + unclassified) / n) if n else None
    return Rate(rate=joint / known if known else None, bounds=bounds, n=n)


@dataclass(frozen=True, kw_only=True)
class Symmetry:
    """Who leads joint teams of two communities: n teams, the first one's share of leads, exact p against the target."""

    n: int
    share: float | None
    p: float | None


def role_symmetry(
    teams: Sequence[tuple[Collection[str], Collection[str]]], first: str, second: str, *, target: float = 0.5
) -> Symmetry:
    """Return who leads among the joint teams (lead, co-lead) of two communities.

    A team in which both declared both tells nothing about roles and is left out.
    """
    within("target", target, 0, 1)
    led = [(first in lead and second in co_lead, second in lead and first in co_lead) for lead, co_lead in teams]
    told = [by_first for by_first, by_second in led if by_first != by_second]
    if not told:
        return Symmetry(n=0, share=None, p=None)
    return Symmetry(n=len(told), share=sum(told) / len(told), p=binomial_p(sum(told), len(told), target))


@dataclass(frozen=True, kw_only=True)
class LedCase:
    """One case of a portfolio. led: f_g of the lead, or None when the lead did not declare; expected: p_c.

    staff_share: the share among all who may lead, declared ones alone (pi). part: a sector, municipality or stage.
    """

    led: float | None
    expected: float | None
    weight: float
    staff_share: float | None = None
    part: str = ""

    @property
    def counts(self) -> bool:
        """Whether it enters sums over known cases: its lead declared, and there is something to compare with."""
        return self.led is not None and self.expected is not None


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """One community's share of led work. share, expected, staff_share are over the known cases, bounds over all.

    known: cases with a declared lead and an expectation; no_reference: declared, but nothing to compare with;
    undeclared_work: the part of the work whose leads did not declare.
    """

    share: float | None
    expected: float | None
    staff_share: float | None
    bounds: tuple[float, float] | None
    ledger: float
    n: int
    known: int
    undeclared: int
    no_reference: int

    @property
    def allocation(self) -> float | None:
        """Share minus expectation."""
        return _minus(self.share, self.expected)

    @property
    def structural(self) -> float | None:
        """Expectation minus staff share: what languages, skills and leave make."""
        return _minus(self.expected, self.staff_share)

    @property
    def total(self) -> float | None:
        """Share minus staff share: structural plus allocation."""
        return _minus(self.share, self.staff_share)

    @property
    def undeclared_work(self) -> float:
        """The part of the work led by people who did not declare: the width of the bounds."""
        return self.bounds[1] - self.bounds[0] if self.bounds else 0.0


def _minus(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def checked(cases: Sequence[LedCase]) -> Sequence[LedCase]:
    """Return the cases. Raises ValueError for numbers outside their ranges, NaN among them."""
    for case in cases:
        for name, value in (("led", case.led), ("expected", case.expected), ("staff_share", case.staff_share)):
            if value is not None:
                within(name, value, 0, 1)
        if not 0 < case.weight <= HEAVIEST:
            raise ValueError(f"weight must be over 0 and at most {HEAVIEST}, not {case.weight}")
    return cases


def portfolio(cases: Sequence[LedCase], *, weighted: bool) -> Portfolio:
    """Return a community's portfolio by count or by weight. Raises ValueError for numbers outside their ranges."""
    rows = [(case.weight if weighted else 1.0, case) for case in checked(cases)]
    known = [(u, case) for u, case in rows if case.counts]
    total, all_work = math.fsum(u for u, _case in known), math.fsum(u for u, _case in rows)
    led = math.fsum(u * (case.led or 0.0) for u, case in rows)
    unknown = math.fsum(u for u, case in rows if case.led is None)
    compared = bool(known) and all(case.staff_share is not None for _u, case in known)
    return Portfolio(
        share=math.fsum(u * (case.led or 0.0) for u, case in known) / total if known else None,
        expected=math.fsum(u * (case.expected or 0.0) for u, case in known) / total if known else None,
        staff_share=math.fsum(u * (case.staff_share or 0.0) for u, case in known) / total if compared else None,
        bounds=(led / all_work, (led + unknown) / all_work) if rows else None,
        ledger=math.fsum(u * ((case.led or 0.0) - (case.expected or 0.0)) for u, case in known),
        n=len(rows),
        known=len(known),
        undeclared=sum(case.led is None for case in cases),
        no_reference=sum(case.led is not None and case.expected is None for case in cases),
    )


@dataclass(frozen=True, kw_only=True)
class Views:
    """A portfolio seen three ways, because the signs can differ."""

    count: Portfolio
    weighted: Portfolio
    large: Portfolio


def views(cases: Sequence[LedCase], *, large: float = LARGE) -> Views:
    """Return a community's portfolio by count, by weight, and for large cases alone."""
    return Views(
        count=portfolio(cases, weighted=False),
        weighted=portfolio(cases, weighted=True),
        large=portfolio([case for case in cases if case.weight >= large], weighted=True),
    )


def by_part(cases: Sequence[LedCase], *, weighted: bool = True) -> dict[str, Portfolio]:
    """Return a community's portfolio in each part, small ones too; parts in the order of their names."""
    return {
        part: portfolio([case for case in cases if case.part == part], weighted=weighted)
        for part in sorted({case.part for case in cases})
    }


def unstated(n: int, bounds: tuple[float, float] | None) -> Why | None:
    """Return why a share cannot be stated, or None when it can (M7)."""
    if whole("n", n) < LEAST_CASES or bounds is None:
        return Why.FEW_CASES
    return Why.UNDECLARED_WORK if bounds[1] - bounds[0] > WIDEST_BOUNDS + 1e-12 else None


def band_position(led: float, undeclared: int, n: int, band: tuple[float, float]) -> tuple[tuple[float, float], str]:
    """Return (interval, "yes" | "no" | "cannot be stated"): whether a share lies within an agreed range.

    Raises ValueError for counts that do not fit together and for a range that is none.
    """
    low, high = within("band", band[0], 0, 1), within("band", band[1], band[0], 1)
    whole("undeclared", undeclared, most=whole("n", n, least=1))
    within("led", led, 0, n - undeclared + 1e-9)
    interval = wilson(led, n)[0], wilson(min(led + undeclared, n), n)[1]
    if n < LEAST_CASES or undeclared / n > WIDEST_BOUNDS:
        return interval, UNTOLD
    if low <= interval[0] and interval[1] <= high:
        return interval, YES
    return interval, NO if interval[1] < low or interval[0] > high else UNTOLD


def load(led: Iterable[float], co_led: Iterable[float], fte: float) -> float:
    """Return what somebody carries: role weights times the weights of cases led and co-led, by FTE (M3)."""
    if not 0 < fte <= 1:
        raise ValueError(f"fte must be over 0 and at most 1, not {fte}")
    return (LEAD_PART * math.fsum(led) + CO_LEAD_PART * math.fsum(co_led)) / fte


def group_mean(loads: Mapping[str, float], community: str, declared: Mapping[str, Collection[str]]) -> float | None:
    """Return a community's mean load, each person counting by f_g; None when nobody counts."""
    parts = {key: fraction(community, declared.get(key) or ()) for key in sorted(loads)}
    total = math.fsum(parts.values())
    return math.fsum(parts[key] * loads[key] for key in parts) / total if total else None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How evenly work lies on people."""

    loads: dict[str, float]
    mean: float
    spread: float
    variation: float


def spread(loads: Mapping[str, float]) -> Spread | None:
    """Return mean, largest minus smallest and coefficient of variation (population); None without people."""
    if not loads:
        return None
    for value in loads.values():
        within("loads", value, 0, math.inf)
    mean = math.fsum(loads.values()) / len(loads)
    deviation = math.sqrt(math.fsum((load - mean) ** 2 for load in loads.values()) / len(loads))
    return Spread(
        loads=dict(loads),
        mean=mean,
        spread=max(loads.values()) - min(loads.values()),
        variation=deviation / mean if mean else 0.0,
    )


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """A case in Albanian or Serbian: whether the other desk led it, and the other desk's part of those who could."""

    crossed: bool
    expected: float | None


def cross_service(cases: Sequence[Crossing]) -> tuple[int, float | None, float | None]:
    """Return (n, share led from the other desk, expected share); desks only, no community data (M6)."""
    known = [case for case in cases if case.expected is not None]
    if not known:
        return 0, None, None
    return (
        len(known),
        sum(case.crossed for case in known) / len(known),
        math.fsum(case.expected or 0 for case in known) / len(known),
    )
