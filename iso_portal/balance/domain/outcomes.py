"""Outcomes of businesses by community: stratified beside overall, with one fixed test (balance M5).

Unit: the business (introduced at least once in the period; landed). Sums of jobs and EUR: permutation.stratified_sum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from iso_portal.balance.domain.intervals import newcombe, whole
from iso_portal.balance.domain.measures import LEAST_PEOPLE, Why
from iso_portal.balance.domain.permutation import TestResult

LARGE_GAP = 0.10
_NUISANCE = 64  # points of the search over the rate that both would share


@dataclass(frozen=True, kw_only=True)
class Counts:
    """k of n businesses had the outcome."""

    k: int
    n: int

    @property
    def rate(self) -> float | None:
        """Their rate; None of none."""
        return self.k / self.n if self.n else None


@dataclass(frozen=True, kw_only=True)
class TwoByTwo:
    """Two rates side by side. boschloo is the one test the office uses; the others stand for reference."""

    difference: float
    ratio: float | None
    fisher: float
    boschloo: float
    newcombe95: tuple[float, float]


def two_by_two(first: Counts, second: Counts) -> TwoByTwo:
    """Compare two rates. Raises ValueError for more outcomes than businesses, or none to compare."""
    _check(first, second)
    if not first.n or not second.n:
        raise ValueError("first and second must have at least one business")
    p1, p2 = first.k / first.n, second.k / second.n
    # scipy wants the two groups as columns; as rows it answers another question
    table = [[first.k, second.k], [first.n - first.k, second.n - second.k]]
    same = first.k + second.k in {0, first.n + second.n}
    return TwoByTwo(
        difference=p1 - p2,
        ratio=p1 / p2 if p2 else None,
        fisher=float(stats.fisher_exact(table).pvalue),
        boschloo=1.0 if same else min(1.0, float(stats.boschloo_exact(table, n=_NUISANCE).pvalue)),
        newcombe95=newcombe(first.k, first.n, second.k, second.n),
    )


@dataclass(frozen=True, kw_only=True)
class Stratified:
    """Rates of two communities: overall, by stratum, and standardised to the pooled strata; never one without the others.

    odds_ratio: Mantel-Haenszel, first over second. chi2, p: Cochran-Mantel-Haenszel without continuity correction.
    """

    overall: tuple[float | None, float | None]
    by_stratum: dict[str, tuple[float | None, float | None]]
    standardised: tuple[float | None, float | None]
    odds_ratio: float | None
    chi2: float | None
    p: float | None


def stratified(strata: Mapping[str, tuple[Counts, Counts]]) -> Stratified:
    """Compare two communities over strata of sector and size. Raises ValueError for impossible counts."""
    for first, second in strata.values():
        _check(first, second)
    rows = [strata[name] for name in sorted(strata)]
    both = [(a, b) for a, b in rows if a.n and b.n]
    totals = [Counts(k=sum(row[i].k for row in rows), n=sum(row[i].n for row in rows)) for i in (0, 1)]
    chi2 = _cmh(both)
    up = math.fsum(a.k * (b.n - b.k) / (a.n + b.n) for a, b in both)
    down = math.fsum(b.k * (a.n - a.k) / (a.n + b.n) for a, b in both)
    return Stratified(
        overall=(totals[0].rate, totals[1].rate),
        by_stratum={name: (strata[name][0].rate, strata[name][1].rate) for name in sorted(strata)},
        standardised=(_standardised(both, 0), _standardised(both, 1)),
        odds_ratio=up / down if down else None,
        chi2=chi2,
        p=None if chi2 is None else float(stats.chi2.sf(chi2, 1)),
    )


def outcome_test(strata: Mapping[str, tuple[Counts, Counts]]) -> TestResult:
    """Return the one fixed test: Boschloo where there is one stratum, CMH over several; large from ten points.

    Groups of fewer than three businesses get no test.
    """
    found = stratified(strata)
    sizes = [sum(pair[i].n for pair in strata.values()) for i in (0, 1)]
    if not sum(sizes):
        return TestResult(why=Why.FEW_CASES)
    if min(sizes) < LEAST_PEOPLE:
        return TestResult(why=Why.SMALL_GROUP)
    one, other = found.standardised
    if one is None or other is None:
        return TestResult(why=Why.NO_TEST_POSSIBLE)
    p = two_by_two(*next(iter(strata.values()))).boschloo if len(strata) == 1 else found.p
    if p is None:
        return TestResult(why=Why.NO_TEST_POSSIBLE, statistic=one - other)
    return TestResult(statistic=one - other, p=p, large=abs(one - other) >= LARGE_GAP - 1e-12)


def _cmh(both: list[tuple[Counts, Counts]]) -> float | None:
    seen = expected = variance = 0.0
    for a, b in both:
        n, k = a.n + b.n, a.k + b.k
        seen += a.k
        expected += a.n * k / n
        variance += a.n * b.n * k * (n - k) / (n * n * (n - 1))
    return (seen - expected) ** 2 / variance if variance else None


def _standardised(both: list[tuple[Counts, Counts]], which: int) -> float | None:
    total = sum(a.n + b.n for a, b in both)
    if not total:
        return None
    return math.fsum((pair[which].rate or 0.0) * (pair[0].n + pair[1].n) for pair in both) / total


def _check(first: Counts, second: Counts) -> None:
    for name, counts in (("first", first), ("second", second)):
        whole(name, counts.k, most=whole(name, counts.n))
