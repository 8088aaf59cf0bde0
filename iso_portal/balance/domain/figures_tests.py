"""What is tested when a quarter closes, as one family, and what is watched at every look (balance M9, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from iso_portal.balance.domain.evidence import CUSUM_LIMIT, Watch, cusum, watch, watch_crossings, watch_cut
from iso_portal.balance.domain.figures_base import CUTS, Lens, Office, Told
from iso_portal.balance.domain.figures_firms import Market
from iso_portal.balance.domain.figures_parts import differences
from iso_portal.balance.domain.figures_people import crossings, loads
from iso_portal.balance.domain.measures import LEAST_CASES, LedCase, Why, role_symmetry
from iso_portal.balance.domain.permutation import TestResult, family, workload_difference
from iso_portal.balance.domain.results import STEP

OFFICE, CROSS = "office", "cross"
SYMMETRY_GAP = 0.10
MOST_POINTS = 60
LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A test of a quarter's close as it was kept; p is adjusted within its family."""

    p: float | None
    large: bool
    why: Why | None

    @property
    def speaks(self) -> bool:
        """Whether it gives attention: improbable under chance, and large."""
        return self.p is not None and self.p <= LEVEL and self.large


def closed_tests(kept: Mapping[str, Told] | None) -> dict[str, Closed]:
    """Return the kept tests of a quarter by name."""
    return {
        name: Closed(p=row.get("p"), large=row["large"], why=Why(row["why"]) if "why" in row else None)
        for name, row in (kept or {}).items()
    }


def close_quarter(lens: Lens, market: Market, end: date, *, seed: int) -> dict[str, Told]:
    """Return the tests of a quarter that ended with a day: a year's cases up to it, adjusted as one family (Holm)."""
    places = lens.within_year(end)
    tests: dict[str, TestResult] = {}
    for cut in CUTS:
        tests |= differences(lens, places, cut, seed=seed)
    carried = loads(lens.office)
    for first, second in lens.pairs():
        name = f"{first}:{second}"
        tests[f"workload:{name}"] = workload_difference(carried, lens.office.declared, first, second, seed=seed)
        tests[f"symmetry:{name}"] = _symmetry(lens, places, first, second)
    tests |= market.family()
    return {name: _kept(one) for name, one in sorted(family(tests).items())}


def _symmetry(lens: Lens, places: list[int], first: str, second: str) -> TestResult:
    declared = lens.office.declared
    cases = [lens.office.cases[i] for i in places]
    found = role_symmetry([(declared.get(c.lead, ()), declared.get(c.co_lead, ())) for c in cases], first, second)
    if found.share is None or found.n < LEAST_CASES:
        return TestResult(why=Why.FEW_CASES)
    return TestResult(statistic=found.share, p=found.p, large=abs(found.share - 0.5) >= SYMMETRY_GAP - 1e-12)


def _kept(test: TestResult) -> Told:
    row: dict[str, Any] = {"large": test.large}
    for name in ("statistic", "p", "mean", "bias"):
        value = getattr(test, name)
        if value is not None:
            row[name] = round(float(value), 4)
    return row if test.why is None else row | {"why": test.why.value}


def watches(lens: Lens) -> dict[str, Watch]:
    """Return the evidence of this reporting year: of the office, of each cut, and of the desks."""
    places = lens.reporting_year()
    found = {CROSS: watch_crossings(crossings(lens.office, places))}
    if lens.tracked:
        found[OFFICE] = watch({g: lens.of(g, places) for g in lens.tracked}, large=lens.office.policy.large_from)
        for cut in CUTS:
            found[cut] = watch_cut(_by_part(lens, places, cut))
    return found


def early_warning(lens: Lens) -> dict[str, Told]:
    """Return the CUSUM of this year's leads for each community; drawn as early warning, never an alert."""
    places, result = lens.reporting_year(), {}
    for g in lens.tracked:
        found = cusum([case.led for case in lens.of(g, places) if case.led is not None])
        up, down = (round(path[-1], 2) if path else 0.0 for path in (found.up, found.down))
        row: Told = {"n": len(found.up), "base": len(lens.office.cases), "up": up, "down": down}
        result[g] = row | {"limit": CUSUM_LIMIT, "reached": found.reached is not None}
    return result


def _by_part(lens: Lens, places: list[int], cut: str) -> dict[str, dict[str, list[LedCase]]]:
    result: dict[str, dict[str, list[LedCase]]] = {}
    for g in lens.tracked:
        for case in lens.of(g, places, cut):
            result.setdefault(case.part, {}).setdefault(g, []).append(case)
    return result


def gap_of(lens: Lens, scope: str) -> tuple[float, int]:
    """Return the weighted gap behind an alert of this year, the largest of the communities, and its number of cases."""
    places = lens.reporting_year()
    if scope == CROSS:
        rows = [one for one in crossings(lens.office, places) if one.expected is not None]
        gap = sum(one.crossed - (one.expected or 0.0) for one in rows) / len(rows) if rows else 0.0
        return abs(gap), len(rows)
    gaps = [0.0]
    for g in lens.tracked:
        known = [case for case in lens.of(g, places) if case.counts]
        total = sum(case.weight for case in known)
        gaps.append(abs(sum(c.weight * ((c.led or 0) - (c.expected or 0)) for c in known) / total) if total else 0.0)
    return max(gaps), len(places)


def known_days(office: Office, watched: Watch, places: list[int]) -> list[tuple[date, float, int]]:
    """Return (day, E, cases so far) at every fifth case of the year, for a path that begins in the middle of a year.

    With many cases further apart, so that a page never draws more than sixty.
    """
    apart = STEP * max(1, -(-len(watched.path) // (STEP * MOST_POINTS)))
    steps = list(range(apart - 1, len(watched.path), apart))
    return [(office.cases[places[i]].on, watched.path[i], i + 1) for i in steps]
