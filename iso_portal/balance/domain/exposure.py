"""What businesses got of the places on lists, against what their pools offered (balance M4, M11).

One list of five can prove nothing, so lists are pooled. Nothing is re-ranked by community, and a ratio means nothing by
itself: the range of ratios that chance makes stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from iso_portal.balance.domain.intervals import LEVEL, whole, within
from iso_portal.balance.domain.measures import LEAST_PEOPLE, Why, fraction
from iso_portal.balance.domain.permutation import BUSINESS_DRAWS, Numbers, in_strata, sums_test

LARGE_GAP = 0.10
NEUTRAL = (0.05, 0.95)


def position_value(rank: int) -> float:
    """Return what a place on a list is worth: v(r) = 1 / log2(1 + r), ranks from 1."""
    return 1 / math.log2(1 + whole("rank", rank, least=1))


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What each business got (exposure) and what it was offered by the pools it stood in (opportunity)."""

    exposure: dict[str, float]
    opportunity: dict[str, float]


def exposures(pools: Sequence[Collection[str]], lists: Sequence[Sequence[str]]) -> Exposure:
    """Return exposure and opportunity of every business in some pool; lists[i] is what was shown of pools[i].

    Raises ValueError for lists of unequal number, for a business shown twice, and for one shown from outside its pool.
    """
    if len(pools) != len(lists):
        raise ValueError("lists must be as many as pools")
    got: dict[str, list[float]] = {key: [] for pool in pools for key in sorted(pool)}
    offered: dict[str, list[float]] = {key: [] for key in got}
    for pool, shown in zip(pools, lists, strict=True):
        if len(set(shown)) < len(shown) or not set(shown) <= set(pool):
            raise ValueError("lists must show businesses of their pools, each once")
        values = [position_value(rank) for rank in range(1, len(shown) + 1)]
        for key, value in zip(shown, values, strict=True):
            got[key].append(value)
        for key in set(pool):
            offered[key].append(math.fsum(values) / len(set(pool)))
    return Exposure(
        exposure={key: math.fsum(values) for key, values in got.items()},
        opportunity={key: math.fsum(values) for key, values in offered.items()},
    )


@dataclass(frozen=True, kw_only=True)
class ExposureTest:
    """One community's exposure over declared businesses.

    share, expected: of exposure and of opportunity; ratio: the one over the other; neutral: where ratios lie in nine of
    ten shuffles. large: the share is off by ten points. why: why it cannot be stated or tested.
    """

    n: int
    share: float | None = None
    expected: float | None = None
    ratio: float | None = None
    neutral: tuple[float, float] | None = None
    statistic: float | None = None
    mean: float | None = None
    p: float | None = None
    arrangements: int = 0
    exact: bool = True
    large: bool = False
    why: Why | None = None

    @property
    def speaks(self) -> bool:
        """Whether it gives attention: improbable under chance, and large."""
        return self.p is not None and self.p <= LEVEL and self.large


def exposure_ratio(community: str, found: Exposure, declared: Mapping[str, Collection[str]]) -> float | None:
    """Return (e_g / e) / (opp_g / opp) over declared businesses; None where there is nothing to divide by."""
    share, expected = (_share(community, values, declared) for values in (found.exposure, found.opportunity))
    return share / expected if share is not None and expected else None


def exposure_test(
    community: str,
    found: Exposure,
    declared: Mapping[str, Collection[str]],
    strata: Mapping[str, str] | None = None,
    *,
    draws: int = BUSINESS_DRAWS,
    seed: int = 0,
) -> ExposureTest:
    """Return the ratio with its own neutral range and its test: labels dealt anew within strata (M11).

    Groups of fewer than three businesses get no figure and no test.
    """
    members = {key: fraction(community, declared[key]) for key in found.exposure if declared.get(key)}
    counted = sum(value > 0 for value in members.values())
    if min(counted, len(members) - counted) < LEAST_PEOPLE:
        return ExposureTest(n=len(members), why=Why.SMALL_GROUP)
    above = {key: found.exposure[key] - found.opportunity[key] for key in members}
    names, statistic, label, groups = in_strata(above, members, strata)
    got, offered = (np.array([part[key] for key in names]) for part in (found.exposure, found.opportunity))
    share, expected = (_share(community, part, declared) for part in (found.exposure, found.opportunity))
    if share is None or not expected:
        return ExposureTest(n=len(members), why=Why.FEW_CASES)
    test, sums = sums_test(np.column_stack([statistic, got, offered]), label, groups, draws=draws, seed=seed)
    return ExposureTest(
        n=len(members),
        share=share,
        expected=expected,
        ratio=share / expected,
        neutral=_range(sums, float(got.sum()), float(offered.sum())),
        statistic=test.statistic,
        mean=test.mean,
        p=test.p,
        arrangements=test.arrangements,
        exact=test.exact,
        large=abs(share - expected) >= LARGE_GAP - 1e-12,
    )


def _range(sums: Numbers, got: float, offered: float) -> tuple[float, float] | None:
    told = sums[:, 2] > 0
    if not told.any():
        return None
    low, high = np.quantile((sums[told, 1] / got) / (sums[told, 2] / offered), NEUTRAL)
    return float(low), float(high)


def _share(community: str, values: Mapping[str, float], declared: Mapping[str, Collection[str]]) -> float | None:
    known = sorted(key for key in values if declared.get(key))
    total = math.fsum(values[key] for key in known)
    return math.fsum(values[key] * fraction(community, declared[key]) for key in known) / total if total else None


FUNNEL = ("registered", "eligible", "shown", "introduced", "outcome")


def funnel(
    businesses: Mapping[str, int], declared: Mapping[str, Collection[str]], tracked: Sequence[str]
) -> dict[str, dict[str, float | None]]:
    """Return each tracked community's share among declared businesses that came at least to each step.

    businesses: the furthest step of each, as its place in FUNNEL. A community of fewer than three businesses at a step
    gets None there, and so does everybody when the rest of that step would tell it.
    """
    for reached in businesses.values():
        whole("businesses", reached, most=len(FUNNEL) - 1)
    result: dict[str, dict[str, float | None]] = {}
    for place, step in enumerate(FUNNEL):
        there = [declared[key] for key in sorted(businesses) if declared.get(key) and businesses[key] >= place]
        few = len(there) < 2 * LEAST_PEOPLE or any(sum(g in codes for codes in there) < LEAST_PEOPLE for g in tracked)
        result[step] = {
            g: None if few else math.fsum(fraction(g, codes) for codes in there) / len(there) for g in tracked
        }
    return result


def top_list_bounds(places: int, p: float, alpha: float) -> tuple[list[int], float]:
    """Return the least number of a group's members in the first i places that chance would give, and how often a fair
    list breaks that somewhere. One list of five can never show anything.
    """
    whole("places", places, least=1)
    within("p", p, 0, 1)
    within("alpha", alpha, 0, 1)
    least = [int(stats.binom.ppf(alpha, i, p)) for i in range(1, places + 1)]
    chance = {0: 1.0}
    for bound in least:
        grown: dict[int, float] = {}
        for members, likely in chance.items():
            grown[members] = grown.get(members, 0.0) + likely * (1 - p)
            grown[members + 1] = grown.get(members + 1, 0.0) + likely * p
        chance = {members: likely for members, likely in grown.items() if members >= bound}
    return least, 1 - math.fsum(chance.values())
