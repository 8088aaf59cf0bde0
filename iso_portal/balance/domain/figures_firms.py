"""Businesses: exposure on lists, the funnel, outcomes (balance M4, M5, M11). Keys of businesses are pseudonyms."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from iso_portal.balance.domain.exposure import Exposure, ExposureTest, exposure_test, exposures, funnel
from iso_portal.balance.domain.figures_base import Told, cannot, short_pair
from iso_portal.balance.domain.measures import LEAST_CASES, Why, fraction, unstated
from iso_portal.balance.domain.outcomes import Counts, outcome_test, stratified
from iso_portal.balance.domain.permutation import TestResult
from iso_portal.balance.domain.policy import Policy, TargetOf
from iso_portal.balance.domain.results import ratio_position, tracked_now

REGISTERED, ELIGIBLE, SHOWN, INTRODUCED, LANDED = range(5)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One list as somebody saw it."""

    pool: Sequence[str]
    order: Sequence[str]
    stratum: str


@dataclass(frozen=True, kw_only=True)
class Firm:
    """A business: sector and size for strata, how often introduced in the last twelve months, and whether landed."""

    stratum: str
    introduced: int = 0
    landed: bool = False


@dataclass(frozen=True, kw_only=True)
class Firms:
    """Everything behind the figures of businesses; in memory only. declared: of owners. closed: why not collected."""

    lists: Sequence[Shown] = ()
    firms: Mapping[str, Firm] = field(default_factory=dict)
    declared: Mapping[str, Collection[str]] = field(default_factory=dict)
    closed: Why | None = None


class Market:
    """The businesses as the tracked communities see them, with exposure worked out once."""

    def __init__(self, firms: Firms, policy: Policy, seed: int) -> None:
        """Pool the lists, and test each community's exposure."""
        self.firms, self.policy = firms, policy
        self.tracked = () if firms.closed else tracked_now(policy.tracked, firms.declared)
        self.found = exposures([one.pool for one in firms.lists], [one.order for one in firms.lists])
        strata = _strata(firms.lists)
        self.tests = {
            g: exposure_test(g, self.found, firms.declared, strata, seed=seed)
            for g in self.tracked
        }  # fmt: skip

    def exposure(self, attention: Collection[str] = ()) -> dict[str, Told]:
        """Return each community's part of the places on lists, with its ratio and that ratio's neutral range."""
        n = len(self.firms.lists)
        return {g: self._told(g, self.tests[g], n, attention=g in attention) for g in self.tracked}

    def _told(self, g: str, test: ExposureTest, n: int, *, attention: bool) -> Told:
        bounds = _bounds(g, self.found, self.firms.declared)
        why = unstated(n, bounds) or test.why
        if why is not None or test.share is None or test.expected is None:
            row = cannot(why or Why.FEW_CASES, n=n, base=n)
            if why is Why.FEW_CASES:
                row["needs"] = LEAST_CASES
            return row | ({"bounds": short_pair(bounds)} if why is Why.UNDECLARED_WORK else {})
        band = self.policy.range_of(TargetOf.EXPOSURE_SHARE, g, reference=test.expected)
        row = {"n": n, "base": n, "firms": test.n, "value": round(test.share, 4), "expected": round(test.expected, 4)}
        row |= {"bounds": short_pair(bounds), "neutral": short_pair(test.neutral), "band": short_pair(band)}
        row |= {"ratio": round(test.ratio or 0.0, 3), "difference": round(test.share - test.expected, 4)}
        row["within"] = ratio_position(test.share, band, attention=attention) if band else "cannot be stated"
        return row

    def funnel(self) -> dict[str, dict[str, float | None]]:
        """Return each community's share among declared businesses that came to each step."""
        reached = dict.fromkeys(self.firms.firms, REGISTERED)
        for one in self.firms.lists:
            reached |= {key: max(reached.get(key, 0), ELIGIBLE) for key in one.pool}
        for one in self.firms.lists:
            reached |= {key: max(reached.get(key, 0), SHOWN) for key in one.order}
        for key, firm in self.firms.firms.items():
            step = LANDED if firm.landed else INTRODUCED if firm.introduced else REGISTERED
            reached[key] = max(reached[key], step)
        found = funnel(reached, self.firms.declared, self.tracked)
        return {
            step: {g: None if share is None else round(share, 2) for g, share in row.items()}
            for step, row in found.items()
        }

    def pairs(self) -> list[tuple[str, str]]:
        """Return all pairs of tracked communities in the order of codes."""
        codes = sorted(self.tracked)
        return [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]

    def counts(self, first: str, second: str) -> dict[str, tuple[Counts, Counts]]:
        """Return by stratum how many introduced businesses of each community landed; who declared both counts for none."""
        table: dict[str, list[list[int]]] = {}
        for key, firm in self.firms.firms.items():
            answer = self.firms.declared.get(key) or ()
            if not firm.introduced or (first in answer) == (second in answer):
                continue
            side = table.setdefault(firm.stratum, [[0, 0], [0, 0]])[0 if first in answer else 1]
            side[0] += firm.landed
            side[1] += 1
        return {name: (Counts(k=a[0], n=a[1]), Counts(k=b[0], n=b[1])) for name, (a, b) in sorted(table.items())}

    def outcomes(self) -> list[Told]:
        """Return for each pair the rates of businesses that landed: overall, and standardised over sector and size."""
        return [{"pair": [a, b], **_rates(self.counts(a, b))} for a, b in self.pairs()]

    def family(self) -> dict[str, Any]:
        """Return the tests of a quarter's close about businesses, by name."""
        tests: dict[str, Any] = {f"exposure:{g}": _as_test(one) for g, one in self.tests.items()}
        return tests | {f"outcomes:{a}:{b}": outcome_test(self.counts(a, b)) for a, b in self.pairs()}


def _rates(counts: Mapping[str, tuple[Counts, Counts]]) -> Told:
    n = sum(a.n + b.n for a, b in counts.values())
    sizes = [sum(pair[i].n for pair in counts.values()) for i in (0, 1)]
    if n < LEAST_CASES:
        return cannot(Why.FEW_CASES, n=n, base=n) | {"needs": LEAST_CASES}
    found = stratified(counts)
    if min(sizes) < 3 or None in found.standardised:
        return cannot(Why.SMALL_GROUP, n=n, base=n)
    row: Told = {"n": n, "base": n, "strata": len(counts)}
    row["overall"] = short_pair((found.overall[0] or 0.0, found.overall[1] or 0.0))
    return row | {"value": short_pair((found.standardised[0] or 0.0, found.standardised[1] or 0.0))}


def _as_test(found: ExposureTest) -> TestResult:
    return TestResult(statistic=found.ratio, p=found.p, mean=found.mean, large=found.large, why=found.why)


def _bounds(g: str, found: Exposure, declared: Mapping[str, Collection[str]]) -> tuple[float, float] | None:
    total = math.fsum(found.exposure.values())
    if not total:
        return None
    own = math.fsum(value * fraction(g, declared.get(key) or ()) for key, value in found.exposure.items())
    unknown = math.fsum(value for key, value in found.exposure.items() if not declared.get(key))
    return own / total, min(1.0, (own + unknown) / total)


def _strata(lists: Sequence[Shown]) -> dict[str, str]:
    """Return in which stratum each business stood most often; of equals the first by name."""
    seen: dict[str, dict[str, int]] = {}
    for one in lists:
        for key in one.pool:
            row = seen.setdefault(key, {})
            row[one.stratum] = row.get(one.stratum, 0) + 1
    return {key: min(row, key=lambda name: (-row[name], name)) for key, row in seen.items()}
