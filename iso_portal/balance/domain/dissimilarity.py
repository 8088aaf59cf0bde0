"""Whether two communities lead in different parts: D by sector, municipality or stage (balance M2).

The decision deals labels anew over people, each keeping all own cases; dealing them over cases tells the bias alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from iso_portal.balance.domain.intervals import whole
from iso_portal.balance.domain.measures import Why
from iso_portal.balance.domain.permutation import SAME, Numbers, TestResult, dealt_anew, labelled, result

PARTS_DRAWS, BIAS_DRAWS = 2_000, 400
LARGE_D = 0.10


def dissimilarity(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return D = half the sum over parts of |a_k / a - b_k / b|; None where one of them leads nothing."""
    a, b = _leads(first, second)
    if not a.sum() or not b.sum():
        return None
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)


@dataclass(frozen=True, kw_only=True)
class CaseLaw:
    """The law of D when labels are dealt anew over cases: its mean is the bias of small samples, taken off D.

    The other two are told, never acted on: shuffling cases alarms in 15 % of neutral offices.
    """

    mean: float
    quantile95: float
    p: float


def case_bias(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return the exact mean of D under shuffling labels over cases. Raises ValueError for leads that are not whole."""
    a, b = _leads(first, second)
    if not a.sum() or not b.sum():
        return None
    in_part = [whole("first and second", n) for n in a + b]
    led, cases = whole("first", a.sum()), sum(in_part)
    total = 0.0
    for n in in_part:
        k = np.arange(max(0, led - (cases - n)), min(n, led) + 1)
        total += float((stats.hypergeom.pmf(k, cases, n, led) * np.abs(k / led - (n - k) / (cases - led))).sum())
    return total / 2


def case_shuffled(first: Sequence[int], second: Sequence[int]) -> CaseLaw | None:
    """Return the whole law of D under shuffling labels over cases, exactly; for small tables."""
    a, b = _leads(first, second)
    if not a.sum() or not b.sum():
        return None
    led, other = whole("first", a.sum()), whole("second", b.sum())
    states: dict[tuple[int, int], int] = {(0, 0): 1}
    for n in (whole("first and second", n) for n in a + b):
        grown: dict[tuple[int, int], int] = {}
        for (used, sum_), ways in states.items():
            for k in range(min(n, led - used) + 1):
                key = used + k, sum_ + abs(k * other - (n - k) * led)
                grown[key] = grown.get(key, 0) + ways * math.comb(n, k)
        states = grown
    law = sorted((sum_, ways) for (used, sum_), ways in states.items() if used == led)
    everything, scale = sum(ways for _sum, ways in law), 2 * led * other
    seen = round((dissimilarity(first, second) or 0.0) * scale)
    below = np.cumsum([ways / everything for _sum, ways in law])
    return CaseLaw(
        mean=sum(sum_ * ways for sum_, ways in law) / everything / scale,
        quantile95=law[int(np.searchsorted(below, 0.95 - SAME))][0] / scale,
        p=sum(ways for sum_, ways in law if sum_ >= seen) / everything,
    )


def person_dissimilarity(
    leads: Mapping[str, Mapping[str, float]],
    declared: Mapping[str, Collection[str]],
    first: str,
    second: str,
    *,
    seed: int = 0,
) -> TestResult:
    """Return the test of D between two communities, labels dealt anew over people who each keep all own cases.

    leads: for each person the number of cases led in each part. Who declared neither is left out.
    """
    parts = sorted({part for row in leads.values() for part in row})
    people, labels, refused = labelled(leads, declared, first, second)
    if refused is not None:
        return refused
    table = np.array([[leads[key].get(part, 0) for part in parts] for key in people], dtype=float)
    seen = part_gap(labels[None], table)
    if not len(seen) or not np.isfinite(seen[0]):
        return TestResult(why=Why.FEW_CASES)
    values, exact = dealt_anew(labels, PARTS_DRAWS, seed, lambda dealt: part_gap(dealt, table))
    bias = _bias(labels, table, seed)
    large = seen[0] - bias >= LARGE_D - SAME
    return replace(result(float(seen[0]), values, values >= seen[0] - SAME, exact=exact, large=large), bias=bias)


def _bias(labels: Numbers, table: Numbers, seed: int) -> float:
    """Return the mean of D under dealing labels over cases: exact where each label is one community, else drawn."""
    by_part = labels.T @ table
    if np.array_equal(labels, np.round(labels)) and np.array_equal(by_part, np.round(by_part)):
        return case_bias(*by_part) or 0.0
    counts = np.round(table).astype(int)
    part = np.concatenate([np.repeat(np.arange(table.shape[1]), row) for row in counts])
    of = np.repeat(np.arange(len(labels)), counts.sum(axis=1))
    random = np.random.default_rng(seed)
    gaps = []
    for _ in range(BIAS_DRAWS):
        dealt = labels[random.permuted(of)]
        first, second = (np.bincount(part, column, minlength=table.shape[1]).tolist() for column in dealt.T)
        gaps.append(dissimilarity(first, second) or 0.0)
    return math.fsum(gaps) / BIAS_DRAWS


def _leads(first: Sequence[float], second: Sequence[float]) -> tuple[Numbers, Numbers]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise ValueError("second must have as many parts as first")
    for name, row in (("first", a), ("second", b)):
        if not np.isfinite(row).all() or (row < 0).any():
            raise ValueError(f"{name} must be numbers of at least 0")
    return a, b


def part_gap(dealt: Numbers, table: Numbers) -> Numbers:
    """Return D for each way of dealing labels; dealt: ways x people x 2, table: people x parts."""
    sums = np.einsum("mnc,nk->mck", dealt, table)
    totals = sums.sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap: Numbers = np.abs(sums[:, 0] / totals[:, :1] - sums[:, 1] / totals[:, 1:]).sum(axis=1) / 2
    return np.where((totals > 0).all(axis=1), gap, np.nan)
