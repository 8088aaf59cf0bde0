"""Shares by sector, municipality and stage, and how different the parts are that communities lead (balance M2)."""

from __future__ import annotations

from collections.abc import Mapping

from iso_portal.balance.domain.decomposition import Decided, where_from
from iso_portal.balance.domain.dissimilarity import person_dissimilarity
from iso_portal.balance.domain.figures_base import NOWHERE, OF_QUARTERS, Lens, Told, told
from iso_portal.balance.domain.measures import LEAST_CASES, by_part
from iso_portal.balance.domain.permutation import TestResult
from iso_portal.balance.domain.policy import TargetOf
from iso_portal.balance.domain.results import figure_of


def parts(lens: Lens, cut: str) -> dict[str, Told]:
    """Return {part: {"n": cases, "by": {community: figure}}} of the last twelve months; small parts stay listed.

    These figures move only when a quarter closed: moving one by one they would tell about single cases.
    """
    places = lens.year()
    counts: dict[str, int] = {}
    for i in places:
        part = lens.office.cases[i].parts.get(cut, NOWHERE)
        counts[part] = counts.get(part, 0) + 1
    result: dict[str, Told] = {part: {"n": counts[part], "base": OF_QUARTERS, "by": {}} for part in sorted(counts)}
    for g in lens.tracked:
        cases = lens.of(g, places, cut)
        by_count, by_weight = by_part(cases, weighted=False), by_part(cases, weighted=True)
        gaps = _gaps(lens, g, places, cut)
        for part in result:
            shown = by_weight[part]
            band = lens.office.policy.range_of(TargetOf.PORTFOLIO_SHARE, g, reference=shown.staff_share)
            row = told(figure_of(by_count[part], shown, band=band), OF_QUARTERS, rounded=lens.hidden)
            if "why" not in row and not lens.hidden:
                row["band"] = [round(limit, 4) for limit in band] if band else None
                row |= gaps.get(part, {})
            result[part]["by"][g] = row
    return result


def _gaps(lens: Lens, g: str, places: list[int], cut: str) -> dict[str, dict[str, float]]:
    """Return where the gap of each part comes from, for parts of at least twenty cases."""
    rows: dict[str, list[Decided]] = {}
    for i in places:
        rows.setdefault(lens.office.cases[i].parts.get(cut, NOWHERE), []).append(lens.decided[g][i])
    found = {part: where_from(cases) for part, cases in rows.items()}
    return {
        part: {name: round(getattr(one, name), 4) for name in ("structural", "rule", "choice")}
        for part, one in found.items()
        if one is not None and one.n >= LEAST_CASES
    }


def leads_by_part(lens: Lens, places: list[int], cut: str) -> dict[str, dict[str, float]]:
    """Return for each person how many cases they led in each part; for a test in memory alone."""
    result: dict[str, dict[str, float]] = {}
    for i in places:
        case = lens.office.cases[i]
        row = result.setdefault(case.lead, {})
        part = case.parts.get(cut, NOWHERE)
        row[part] = row.get(part, 0) + 1
    return result


def differences(lens: Lens, places: list[int], cut: str, *, seed: int) -> Mapping[str, TestResult]:
    """Return the test of D for each pair of communities, by its name in the family of the quarter."""
    leads = leads_by_part(lens, places, cut)
    return {
        f"{cut}:{first}:{second}": person_dissimilarity(leads, lens.office.declared, first, second, seed=seed)
        for first, second in lens.pairs()
    }
