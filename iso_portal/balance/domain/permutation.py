"""Tests that deal labels anew: over people for work and parts, over businesses within a stratum for exposure and sums.

All arrangements where there are few enough, else seeded draws with p = (1 + hits) / (draws + 1). A test whose smallest
possible p exceeds .05 is refused (balance M10); tests read at one time are adjusted as one family (Holm).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from iso_portal.balance.domain.intervals import LEVEL, whole, within
from iso_portal.balance.domain.measures import LEAST_PEOPLE, Why, fraction

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Kinds = np.ndarray[Any, np.dtype[np.int64]]

MOST_ARRANGEMENTS = 200_000
LOAD_DRAWS, BUSINESS_DRAWS = 20_000, 999
SAME = 1e-12
LARGE_RATIO = 1.2
_CHUNK = 20_000


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """What a test of labels says. why: why it cannot speak. mean: the statistic's mean under dealing labels anew;
    bias: what small samples alone make of it.

    large: whether the difference has the size that attention needs; p: unadjusted, or adjusted after `family`.
    """

    __test__ = False  # no test class of pytest's

    statistic: float | None = None
    p: float | None = None
    mean: float | None = None
    bias: float | None = None
    arrangements: int = 0
    exact: bool = True
    large: bool = False
    why: Why | None = None

    @property
    def speaks(self) -> bool:
        """Whether it gives attention: improbable under chance, and large."""
        return self.p is not None and self.p <= LEVEL and self.large


def smallest_p(first: int, second: int) -> float:
    """Return the smallest p that any outcome can reach with groups of these sizes."""
    n_g, n_h = whole("first", first, least=1), whole("second", second, least=1)
    return (2 if n_g == n_h else 1) / math.comb(n_g + n_h, n_g)


def test_possible(first: int, second: int) -> bool:
    """Return whether a test of people's labels can speak at all; if not: too few people for any test."""
    return smallest_p(first, second) <= LEVEL


test_possible.__test__ = False  # type: ignore[attr-defined]


def holm(p: Sequence[float]) -> list[float]:
    """Return p values adjusted as one family, in the order given."""
    order = sorted(range(len(p)), key=lambda i: within("p", p[i], 0, 1))
    adjusted, largest = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = largest
    return adjusted


def family(results: Mapping[str, TestResult]) -> dict[str, TestResult]:
    """Return the tests of one quarter's close with their p adjusted together; those that cannot speak stay as they are."""
    able = [key for key in results if results[key].p is not None]
    adjusted = holm([results[key].p or 0.0 for key in able])
    return {**results, **{key: replace(results[key], p=p) for key, p in zip(able, adjusted, strict=True)}}


def workload_difference(
    loads: Mapping[str, float], declared: Mapping[str, Collection[str]], first: str, second: str, *, seed: int = 0
) -> TestResult:
    """Return the test of the difference between two communities' mean loads, labels dealt anew over declared people.

    The statistic is the first mean minus the second.
    """
    people, labels, refused = labelled(loads, declared, first, second)
    if refused is not None:
        return refused
    load = np.array([loads[key] for key in people])

    def means(dealt: Numbers) -> Numbers:
        sums: Numbers = np.einsum("mnc,n->mc", dealt, load) / dealt.sum(axis=1)
        return sums

    own = means(labels[None])[0]
    values, exact = dealt_anew(labels, LOAD_DRAWS, seed, lambda dealt: means(dealt) @ np.array([1.0, -1.0]))
    seen = float(own[0] - own[1])
    large = max(own) >= LARGE_RATIO * min(own) - SAME
    return result(seen, values, np.abs(values) >= abs(seen) - SAME, exact=exact, large=bool(large))


def stratified_sum(
    values: Mapping[str, float],
    members: Mapping[str, float],
    strata: Mapping[str, str] | None = None,
    *,
    draws: int = BUSINESS_DRAWS,
    seed: int = 0,
) -> TestResult:
    """Return the test of a community's sum, labels dealt anew within each stratum, two-sided about its mean (M11, M5).

    values: of each declared business; members: f_g of each. Used for exposure less opportunity, for jobs and EUR.
    """
    names, value, label, groups = in_strata(values, members, strata)
    if not names:
        return TestResult(why=Why.FEW_CASES)
    if min(label.sum(), (1 - label).sum()) < LEAST_PEOPLE:
        return TestResult(why=Why.SMALL_GROUP)
    return sums_test(value[:, None], label, groups, draws=draws, seed=seed)[0]


def sums_test(
    columns: Numbers, label: Numbers, groups: Sequence[Sequence[int]], *, draws: int, seed: int
) -> tuple[TestResult, Numbers]:
    """Return the test on the first column, and each column's sums under every arrangement or draw.

    No size and no refusal of small groups here: callers know what is large.
    """
    many = math.prod(arrangements(label[list(group), None]) for group in groups)
    exact = many <= MOST_ARRANGEMENTS
    if exact:
        sums = np.zeros((1, columns.shape[1]))
        for group in groups:
            dealt = np.concatenate(list(_every(label[list(group), None])))[:, :, 0]
            sums = (sums[:, None] + (dealt @ columns[list(group)])[None]).reshape(-1, columns.shape[1])
    else:
        sums = np.zeros((draws, columns.shape[1]))
        random = np.random.default_rng(seed)
        for group in groups:
            dealt = random.permuted(np.tile(label[list(group)], (draws, 1)), axis=1)
            sums += dealt @ columns[list(group)]
    seen, mean = float(label @ columns[:, 0]), float(sums[:, 0].mean())
    if not exact:  # the exact mean of a sum under dealing within strata
        mean = float(sum(label[list(group)].mean() * columns[list(group), 0].sum() for group in groups))
    hits = np.abs(sums[:, 0] - mean) >= abs(seen - mean) - SAME
    return replace(result(seen, sums[:, 0], hits, exact=exact, large=False), mean=mean), sums


def in_strata(
    values: Mapping[str, float], members: Mapping[str, float], strata: Mapping[str, str] | None
) -> tuple[list[str], Numbers, Numbers, list[list[int]]]:
    """Return names in order, their values, their labels, and the places of each stratum."""
    names = sorted(key for key in values if key in members)
    label = np.array([within("members", members[key], 0, 1) for key in names])
    value = np.array([values[key] for key in names], dtype=float)
    if not np.isfinite(value).all():
        raise ValueError("values must be numbers")
    of = [strata[key] if strata else "" for key in names]
    return names, value, label, [[i for i, one in enumerate(of) if one == stratum] for stratum in sorted(set(of))]


def labelled(
    rows: Mapping[str, object], declared: Mapping[str, Collection[str]], first: str, second: str
) -> tuple[list[str], Numbers, TestResult | None]:
    """Return the people who declared one of two communities, their f of both, and a refusal where no test can speak."""
    if first == second:
        raise ValueError("second must differ from first")
    pairs = {key: [fraction(g, declared.get(key) or ()) for g in (first, second)] for key in sorted(rows)}
    people = [key for key, pair in pairs.items() if any(pair)]
    labels = np.array([pairs[key] for key in people], dtype=float).reshape(-1, 2)
    if not people:
        return people, labels, TestResult(why=Why.SMALL_GROUP)
    sizes = (labels > 0).sum(axis=0)
    if min(sizes) < 1:
        return people, labels, TestResult(why=Why.SMALL_GROUP)
    even = sorted(map(tuple, labels)) == sorted(map(tuple, labels[:, ::-1]))
    if (2 if even else 1) / arrangements(labels) > LEVEL:
        return people, labels, TestResult(why=Why.NO_TEST_POSSIBLE, arrangements=arrangements(labels))
    if min(sizes) < LEAST_PEOPLE:
        return people, labels, TestResult(why=Why.SMALL_GROUP)
    return people, labels, None


def arrangements(labels: Numbers) -> int:
    """Return in how many ways these labels can be dealt."""
    _kinds, counts = np.unique(labels, axis=0, return_counts=True)
    product, left = 1, len(labels)
    for count in counts.tolist():
        product *= math.comb(left, count)
        left -= count
    return product


def dealt_anew(labels: Numbers, draws: int, seed: int, statistic: Any) -> tuple[Numbers, bool]:
    """Return the statistic under every way of dealing labels, or under seeded draws; a way without a value counts as 0."""
    exact = arrangements(labels) <= MOST_ARRANGEMENTS
    ways = _every(labels) if exact else _drawn(labels, draws, seed)
    return np.nan_to_num(np.concatenate([statistic(way) for way in ways])), exact


def _drawn(labels: Numbers, draws: int, seed: int) -> Iterator[Numbers]:
    random = np.random.default_rng(seed)
    places = np.arange(len(labels))
    for begin in range(0, draws, _CHUNK):
        many = min(_CHUNK, draws - begin)
        yield labels[random.permuted(np.tile(places, (many, 1)), axis=1)]


def _every(labels: Numbers) -> Iterator[Numbers]:
    """Yield every way of dealing labels, in chunks of ways x people x columns."""
    kinds, counts = np.unique(labels, axis=0, return_counts=True)
    ways = _arrangement_kinds(tuple(counts.tolist()))
    for begin in range(0, len(ways), _CHUNK):
        yield kinds[ways[begin : begin + _CHUNK]]


def _arrangement_kinds(counts: tuple[int, ...]) -> Kinds:
    """Return every arrangement of so many labels of each kind, as rows of kinds."""
    n = sum(counts)
    if len(counts) <= 1:
        return np.zeros((1, n), dtype=np.int64)
    chosen = np.array(list(combinations(range(n), counts[0])), dtype=np.int64).reshape(-1, counts[0])
    rest = _arrangement_kinds(counts[1:]) + 1
    mask = np.ones((len(chosen), n), dtype=bool)
    np.put_along_axis(mask, chosen, values=False, axis=1)
    result = np.zeros((len(chosen), len(rest), n), dtype=np.int64)
    result[np.broadcast_to(mask[:, None], result.shape)] = np.broadcast_to(
        rest[None], (len(chosen), *rest.shape)
    ).reshape(-1)
    return result.reshape(-1, n)


def result(seen: float, values: Numbers, hits: Any, *, exact: bool, large: bool) -> TestResult:
    """Return a test's result from the statistic seen, its values under dealing anew, and which are as extreme."""
    count = int(np.count_nonzero(hits))
    return TestResult(
        statistic=seen,
        p=count / len(values) if exact else (1 + count) / (len(values) + 1),
        mean=float(values.mean()),
        arrangements=len(values),
        exact=exact,
        large=bool(large),
    )
