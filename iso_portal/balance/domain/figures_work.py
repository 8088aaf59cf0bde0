"""Shares of led work: now, by month, where a gap comes from, and large cases (balance M2, M7, M8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from iso_portal.balance.domain.decomposition import How, where_from
from iso_portal.balance.domain.figures_base import Lens, Told, cannot, told
from iso_portal.balance.domain.measures import LEAST_CASES, Portfolio, Why, portfolio, views
from iso_portal.balance.domain.policy import TargetOf
from iso_portal.balance.domain.results import STEP, figure_of

VIEWS = ("weighted", "count", "large")
MONTHS = 12


def shares(lens: Lens) -> dict[str, dict[str, Told]]:
    """Return each community's share of the last twelve months, in three views, with range, bounds and interval."""
    places = lens.year()
    return {g: _three(lens, g, places, lens.office.today) for g in lens.tracked}


def _three(lens: Lens, g: str, places: list[int], end: date) -> dict[str, Told]:
    large = lens.office.policy.large_from
    cases = lens.of(g, places)
    seen = views(cases, large=large)
    of_large = portfolio([case for case in cases if case.weight >= large], weighted=False)
    before = [i for i, case in enumerate(lens.office.cases) if case.on <= end]
    base = {"weighted": len(before), "count": len(before)}
    base["large"] = sum(lens.office.cases[i].weight >= large for i in before)
    pairs = {
        "weighted": (seen.count, seen.weighted),
        "count": (seen.count, seen.count),
        "large": (of_large, seen.large),
    }
    return {view: _told(lens, g, *pairs[view], base=base[view]) for view in VIEWS}


def _told(lens: Lens, g: str, count: Portfolio, shown: Portfolio, *, base: int) -> Told:
    band = lens.office.policy.range_of(TargetOf.PORTFOLIO_SHARE, g, reference=shown.staff_share)
    row = told(figure_of(count, shown, band=band), base, rounded=lens.hidden, staff=shown.staff_share)
    if "why" in row:
        row.pop("staff", None)
        return row
    if band is not None and (not lens.hidden or (TargetOf.PORTFOLIO_SHARE, g) in lens.office.policy.targets):
        row["band"] = [round(limit, 4) for limit in band]
    if not lens.hidden:
        row["ledger"] = round(shown.ledger, 2)
    return row


def ends_of_months(today: date) -> list[tuple[str, date]]:
    """Return the last twelve months, the present one last, each with its last day (today for the present one)."""
    result, end = [], today
    for _ in range(MONTHS):
        result.append((f"{end.year}-{end.month:02d}", end))
        end = end.replace(day=1) - timedelta(days=1)
    return result[::-1]


def series(lens: Lens, kept: Mapping[str, Mapping[str, dict[str, Told]]]) -> dict[str, dict[str, dict[str, Told]]]:
    """Return the shares at the end of each month: {month: {community: views}}, each over twelve months.

    kept: the months as they were shown before. A month that is over stays as it was shown; so nothing about the past
    moves when somebody changes an answer. A month in which fewer than five cases came repeats the one before (P7).
    """
    result: dict[str, dict[str, dict[str, Told]]] = {}
    before: Mapping[str, dict[str, Told]] = {}
    present = ends_of_months(lens.office.today)[-1][0]
    for month, end in ends_of_months(lens.office.today):
        old = kept.get(month, {})
        row: dict[str, dict[str, Told]] = {}
        for g in lens.tracked:
            if month != present and g in old:
                row[g] = old[g]
            else:
                fresh = _three(lens, g, lens.within_year(end), end)
                row[g] = {view: _stepped(before.get(g, {}).get(view), fresh[view], end) for view in VIEWS}
        result[month] = before = row
    return result


def _stepped(before: Told | None, now: Told, end: date) -> Told:
    new_quarter = end.month in {1, 4, 7, 10}
    if before is None or "why" in before or new_quarter or now["base"] - before["base"] >= STEP:
        return now
    return before


def where(lens: Lens) -> dict[str, dict[str, Told]]:
    """Return for each community where its gap comes from, in three views; the parts add up to the total."""
    places = lens.year()
    large = lens.office.policy.large_from
    base = len(lens.office.cases)
    bases = {How.WEIGHTED: base, How.COUNT: base}
    bases[How.LARGE] = sum(case.weight >= large for case in lens.office.cases)
    return {
        g: {how.value: _parts_of_gap(lens, [lens.decided[g][i] for i in places], how, bases[how], large) for how in How}
        for g in lens.tracked
    }


def _parts_of_gap(lens: Lens, cases: list, how: How, base: int, large: float) -> Told:  # type: ignore[type-arg]  # of Decided
    found = where_from(cases, how, large=large)
    n = found.n if found else 0
    if found is None or n < LEAST_CASES:
        return cannot(Why.FEW_CASES, n=n, base=base) | {"needs": LEAST_CASES}
    looked_at = [case for case in cases if how is not How.LARGE or case.weight >= large]
    if (len(looked_at) - n) / len(looked_at) > 0.2:
        return cannot(Why.UNDECLARED_WORK, n=n, base=base)
    places = 0 if lens.hidden else 2
    points = {name: round(100 * getattr(found, name), places) for name in ("structural", "rule", "choice")}
    if lens.hidden:
        points = {name: 5.0 * round(value / 5) for name, value in points.items()}
    parts = {name: round(value / 100, 4) for name, value in points.items()}
    return {"n": n, "base": base, **parts, "total": round(sum(parts.values()), 4)}


def worst_structural(rows: Mapping[str, Mapping[str, Told]]) -> tuple[float | None, int]:
    """Return the largest gap of who could lead by weight, and on how many cases; None where none is known."""
    known = [row["weighted"] for row in rows.values() if "structural" in row["weighted"]]
    if not known:
        return None, 0
    row = max(known, key=lambda one: abs(one["structural"]))
    return row["structural"], row["n"]
