"""Intervals and exact tests of one share: which method stands where is said in balance M7.

Wilson for display, Clopper-Pearson where a guarantee is printed; an interval never stands beside another method's test.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import stats

DISPLAY, GUARANTEE = 0.90, 0.95
LEVEL, POWER = 0.05, 0.80
_TIES = 1 + 1e-7  # outcomes as likely as the one seen count as seen


def whole(name: str, value: float, *, least: float = 0, most: float = math.inf) -> int:
    """Return a count. Raises ValueError, naming it, for a fraction, NaN, or a number outside its range."""
    if not math.isfinite(value) or value != int(value) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}, not {value}")
    return int(value)


def within(name: str, value: float, low: float, high: float) -> float:
    """Return a number. Raises ValueError, naming it, for NaN or a number outside [low, high]."""
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low} to {high}, not {value}")
    return value


def wilson(successes: float, n: int, confidence: float = DISPLAY) -> tuple[float, float]:
    """Return the Wilson interval of a share; fractions of a success are allowed.

    Raises ValueError when there are no cases, or more successes than cases.
    """
    whole("n", n, least=1)
    p = min(within("successes", successes, 0, n + 1e-9), n) / n
    z = _quantile(confidence)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (0.0 if p == 0 else max(0.0, middle - half)), (1.0 if p == 1 else min(1.0, middle + half))


def clopper_pearson(successes: int, n: int, confidence: float = GUARANTEE) -> tuple[float, float]:
    """Return the Clopper-Pearson interval, which covers at least as often as it says."""
    whole("n", n, least=1)
    k, outside = whole("successes", successes, most=n), (1 - within("confidence", confidence, 0, 1)) / 2
    low = float(stats.beta.ppf(outside, k, n - k + 1)) if k else 0.0
    high = float(stats.beta.ppf(1 - outside, k + 1, n - k)) if k < n else 1.0
    return low, high


def newcombe(k1: int, n1: int, k2: int, n2: int, confidence: float = GUARANTEE) -> tuple[float, float]:
    """Return Newcombe's interval of a difference of two shares."""
    (low1, high1), (low2, high2) = wilson(k1, n1, confidence), wilson(k2, n2, confidence)
    p1, p2 = k1 / n1, k2 / n2
    return (
        p1 - p2 - math.hypot(p1 - low1, high2 - p2),
        p1 - p2 + math.hypot(high1 - p1, p2 - low2),
    )


def binomial_p(k: int, n: int, p0: float = 0.5) -> float:
    """Return the two-sided exact binomial p: what is at most as likely as k."""
    whole("n", n)
    whole("k", k, most=n)
    chances = stats.binom.pmf(np.arange(n + 1), n, within("p0", p0, 0, 1))
    return float(_two_sided(chances)[k])


def hypergeometric_p(seen: int, *, pool: int, members: int, drawn: int) -> tuple[float, float]:
    """Return (expected, two-sided p) for one finite pool only; never for exposure over several inquiries (M11)."""
    whole("pool", pool, least=1)
    whole("members", members, most=pool)
    whole("drawn", drawn, most=pool)
    least, most = max(0, drawn - (pool - members)), min(members, drawn)
    whole("seen", seen, least=least, most=most)
    chances = stats.hypergeom.pmf(np.arange(least, most + 1), pool, members, drawn)
    return drawn * members / pool, float(_two_sided(chances)[seen - least])


def accepted_counts(n: int, p0: float = 0.5, level: float = LEVEL) -> tuple[int, int]:
    """Return the smallest and the largest count that the exact test against p0 lets pass."""
    chances = stats.binom.pmf(np.arange(whole("n", n, least=1) + 1), n, within("p0", p0, 0, 1))
    passing = np.flatnonzero(_two_sided(chances) > within("level", level, 0, 1))
    return int(passing[0]), int(passing[-1])


def size_of_test(n: int, p0: float = 0.5, level: float = LEVEL) -> float:
    """Return how often the exact test speaks although nothing leans."""
    low, high = accepted_counts(n, p0, level)
    return float(stats.binom.cdf(low - 1, n, p0) + stats.binom.sf(high, n, p0))


def smallest_share_found(n: int, p0: float = 0.5, level: float = LEVEL, power: float = POWER) -> float | None:
    """Return the smallest share above p0, in steps of .005, that the exact test finds with this power; None if none."""
    low, high = accepted_counts(n, p0, level)
    for step in range(1, round((1 - p0) / 0.005) + 1):
        share = round(p0 + 0.005 * step, 10)
        if stats.binom.cdf(low - 1, n, share) + stats.binom.sf(high, n, share) >= power:
            return share
    return None


def least_n_within(half_width: float) -> int:
    """Return the smallest even n at which the 90 % Wilson interval of one half lies inside .5 +- half_width."""
    within("half_width", half_width, 0.01, 0.5)
    n = 2
    while wilson(n / 2, n)[0] < 0.5 - half_width:
        n += 2
    return n


def outcome_sample_size(p1: float, p2: float) -> int:
    """Return how many businesses per group it takes to tell two rates apart, four times in five."""
    within("p1", p1, 0, 1)
    within("p2", p2, 0, 1)
    if p1 == p2:
        raise ValueError("p2 must differ from p1")
    z = _quantile(GUARANTEE) + float(stats.norm.ppf(POWER))
    return math.ceil(z * z * (p1 * (1 - p1) + p2 * (1 - p2)) / (p1 - p2) ** 2)


def _two_sided(chances: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return for each outcome the chance of all that are at most as likely."""
    ordered = np.sort(chances)
    sums = np.concatenate(([0.0], np.cumsum(ordered)))
    return np.minimum(1.0, sums[np.searchsorted(ordered, chances * _TIES, side="right")])


def _quantile(confidence: float) -> float:
    return float(stats.norm.ppf(0.5 + within("confidence", confidence, 0, 1) / 2))
