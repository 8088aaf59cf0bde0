"""Measures of balance with their bounds and their limits (balance section 6). Symmetric: swapping two communities
swaps them in every result and changes nothing else. `None` or an empty set of communities means not declared."""

from __future__ import annotations

import enum
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import norm

NONE, PREFER_NOT, OTHER = "none", "prefer_not", "other"
LEAST_CASES, WIDEST_BOUNDS = 20, 0.20
DISPLAY, GUARANTEE = 0.90, 0.95


class Result(enum.StrEnum):
    """What a block of the page says."""

    OK = "ok"
    ATTENTION = "attention"
    INSUFFICIENT = "insufficient"


class Why(enum.StrEnum):
    """Why a figure cannot be stated."""

    NOT_COLLECTED = "not_collected"
    FEW_CASES = "few_cases"
    UNDECLARED_WORK = "undeclared_work"
    SMALL_GROUP = "small_group"
    NO_REFERENCE = "no_reference"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


def fraction(community: str, declared: Collection[str]) -> float:
    """Return f_g: the part of a person that counts for a community; "none" is an answer but no community."""
    real = [code for code in declared if code != NONE]
    return 1 / len(real) if community in real else 0.0


def expected_share(
    community: str, fte: Mapping[str, float], declared: Mapping[str, Collection[str]], could_lead: Collection[str]
) -> float | None:
    """Return p_c from the choice set that the proposal used; None when nobody there declared."""
    known = [key for key in could_lead if declared.get(key)]
    total = math.fsum(fte[key] for key in known)
    if total <= 0:
        return None
    return math.fsum(fte[key] * fraction(community, declared[key]) for key in known) / total


def is_joint(lead: Collection[str], co_lead: Collection[str]) -> bool | None:
    """Return whether two people declared different communities; None where that cannot be told."""
    one, other = set(lead) - {NONE}, set(co_lead) - {NONE}
    if not one or not other:
        return None
    return any(g != h for g in one for h in other)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate among those that can be told, with bounds over all."""

    rate: float | None
    bounds: tuple[float, float] | None
    n: int


def joint_rate(joint: int, same: int, unclassified: int) -> Rate:
    """Return the share of joint teams. Raises ValueError for a negative count."""
    if min(joint, same, unclassified) < 0:
        raise ValueError("counts must not be negative")
    n = joint + same + unclassified
    known = joint + same
    bounds = (joint / n, (joint + unclassified) / n) if n else None
    return Rate(rate=joint / known if known else None, bounds=bounds, n=n)


@dataclass(frozen=True, kw_only=True)
class LedCase:
    """One case of a portfolio. led: f_g of the lead, or None when the lead did not declare; expected: p_c."""

    led: float | None
    expected: float | None
    weight: float


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """One community's share of led work. share and expected are over declared leads, bounds over all cases."""

    share: float | None
    expected: float | None
    bounds: tuple[float, float] | None
    ledger: float
    n: int
    undeclared: int

    @property
    def allocation(self) -> float | None:
        """Share minus expectation."""
        return None if self.share is None or self.expected is None else self.share - self.expected


def portfolio(cases: Sequence[LedCase], *, weighted: bool) -> Portfolio:
    """Return a community's portfolio by count or by weight. Raises ValueError for numbers outside their ranges."""
    for case in cases:
        for name, value in (("led", case.led), ("expected", case.expected)):
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name} must be from 0 to 1, not {value}")
        if not 0 < case.weight <= 6:
            raise ValueError(f"weight must be over 0 and at most 6, not {case.weight}")
    weights = [case.weight if weighted else 1.0 for case in cases]
    known = [
        (u, case) for u, case in zip(weights, cases, strict=True) if case.led is not None and case.expected is not None
    ]
    total, whole = math.fsum(u for u, _case in known), math.fsum(weights)
    led = math.fsum(u * (case.led or 0.0) for u, case in zip(weights, cases, strict=True))
    open_part = math.fsum(u for u, case in zip(weights, cases, strict=True) if case.led is None)
    return Portfolio(
        share=math.fsum(u * (case.led or 0) for u, case in known) / total if total else None,
        expected=math.fsum(u * (case.expected or 0) for u, case in known) / total if total else None,
        bounds=(led / whole, (led + open_part) / whole) if whole else None,
        ledger=math.fsum(u * ((case.led or 0) - (case.expected or 0)) for u, case in known),
        n=len(cases),
        undeclared=sum(case.led is None for case in cases),
    )


def unstated(n: int, bounds: tuple[float, float] | None) -> Why | None:
    """Return why a share cannot be stated, or None when it can (M7)."""
    if n < LEAST_CASES or bounds is None:
        return Why.FEW_CASES
    return Why.UNDECLARED_WORK if bounds[1] - bounds[0] > WIDEST_BOUNDS + 1e-12 else None


def wilson(successes: float, n: int, confidence: float = DISPLAY) -> tuple[float, float]:
    """Return the Wilson interval of a share. Raises ValueError when there are more successes than cases."""
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"needs 0 <= successes <= n and n > 0, not {successes} of {n}")
    z = float(norm.ppf(0.5 + confidence / 2))
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def band_position(led: float, undeclared: int, n: int, band: tuple[float, float]) -> tuple[tuple[float, float], str]:
    """Return (interval, "yes" | "no" | "cannot be stated"): whether a share lies within an agreed range."""
    interval = wilson(led, n)[0], wilson(led + undeclared, n)[1]
    if n < LEAST_CASES or undeclared / n > WIDEST_BOUNDS:
        return interval, "cannot be stated"
    if band[0] <= interval[0] and interval[1] <= band[1]:
        return interval, "yes"
    return interval, "no" if interval[1] < band[0] or interval[0] > band[1] else "cannot be stated"


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


def decomposed(staff_share: float, expected: float, led: float) -> dict[str, float]:
    """Return where a gap comes from: total = structural + allocation (M8)."""
    return {"total": led - staff_share, "structural": expected - staff_share, "allocation": led - expected}


def feasibility(first: int, second: int) -> dict[str, float | bool]:
    """Return what even joint work would mean for groups of these sizes, from numbers typed in (M3).

    Raises ValueError for numbers below 1.
    """
    if first < 1 or second < 1:
        raise ValueError("both numbers must be at least 1")
    lead, co_lead = 0.65, 0.35
    share = second / (first + second)
    of_first = ((1 - share) * lead + share * co_lead) / first
    of_second = (share * lead + (1 - share) * co_lead) / second
    even = (second * lead - first * co_lead) / ((lead - co_lead) * (first + second))
    return {
        "max_joint_rate": min(1.0, 2 * min(first, second) / (first + second)),
        "load_ratio": of_second / of_first,
        "lead_share_for_equal_load": even,
        "possible": 0 <= even <= 1,
    }
