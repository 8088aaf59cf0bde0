"""The aggregates of a snapshot: from bookings and declarations to figures that a page may show."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from iso_portal.balance.domain.measures import (
    Crossing,
    LedCase,
    Why,
    cross_service,
    expected_share,
    fraction,
    is_joint,
    joint_rate,
    portfolio,
    spread,
    unstated,
    wilson,
)
from iso_portal.balance.domain.proposals import CO_LEAD_WEIGHT, LEAD_WEIGHT

LEAST_PEOPLE = 3
LARGE = 2.0
WINDOW_QUARTERS = 4


class Booked(Protocol):
    """A booking as the figures need it."""

    booked_at: datetime
    weight: Decimal
    language: str
    lead_id: uuid.UUID
    co_lead_id: uuid.UUID
    choice_set: dict[str, Any]


def quarter_of(day: date) -> str:
    """Return the quarter of a day: 2026-Q4."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def figures(
    rows: Sequence[Booked],
    *,
    people: Mapping[str, tuple[float, str]],
    declared: Mapping[str, Sequence[str]],
    tracked: Sequence[str],
    today: date,
) -> dict[str, Any]:
    """Return the content of a snapshot: JSON values, no person, no case.

    people: (FTE, wing) by key. declared: communities by key, people who did not declare left out. tracked: the
    communities of the policy; one with fewer than three people gets no figure.
    """
    year = [row for row in rows if (today - row.booked_at.date()).days < 365]
    shown = [code for code in tracked if sum(code in answer for answer in declared.values()) >= LEAST_PEOPLE]
    quarters = sorted({quarter_of(row.booked_at.date()) for row in rows})[-8:]
    return {
        "quarter": quarter_of(today),
        "stepped_at": len(rows),
        "n": len(year),
        "communities": [_community(code, rows, year, people, declared, quarters) for code in shown],
        "small_groups": len(tracked) > len(shown),
        "joint": _joint(year, declared),
        "both_wings": _both_wings(year, people),
        "workload": _workload(year, people),
        "cross": _cross(year, people),
        "overrides": sum(getattr(row, "override", None) is not None for row in year),
    }


def _led(
    code: str, row: Booked, people: Mapping[str, tuple[float, str]], declared: Mapping[str, Sequence[str]]
) -> LedCase:
    answer = declared.get(str(row.lead_id))
    could = [key for key in row.choice_set if key in people]
    return LedCase(
        led=fraction(code, answer) if answer else None,
        expected=expected_share(code, {key: people[key][0] for key in could}, declared, could),
        weight=float(row.weight),
    )


def _community(
    code: str,
    rows: Sequence[Booked],
    year: Sequence[Booked],
    people: Mapping[str, tuple[float, str]],
    declared: Mapping[str, Sequence[str]],
    quarters: Sequence[str],
) -> dict[str, Any]:
    cases = [_led(code, row, people, declared) for row in year]
    large = [case for case in cases if case.weight >= LARGE]
    series = []
    for place, quarter in enumerate(quarters):
        window = set(quarters[max(0, place - WINDOW_QUARTERS + 1) : place + 1])
        inside = [_led(code, row, people, declared) for row in rows if quarter_of(row.booked_at.date()) in window]
        series.append({"quarter": quarter, **_figure(inside, weighted=True)})
    return {
        "code": code,
        "count": _figure(cases, weighted=False),
        "weighted": _figure(cases, weighted=True),
        "large": _figure(large, weighted=False),
        "series": series,
    }


def _figure(cases: Sequence[LedCase], *, weighted: bool) -> dict[str, Any]:
    """Return share, expectation, bounds and interval, or the reason why they cannot be stated."""
    found = portfolio(cases, weighted=weighted)
    why = unstated(found.n, found.bounds) or (Why.NO_REFERENCE if found.share is None else None)
    if why is not None:
        bounds = found.bounds if why is Why.UNDECLARED_WORK else None
        return {"n": found.n, "why": why.value, "bounds": bounds}
    assert found.share is not None
    known = found.n - found.undeclared
    return {
        "n": found.n,
        "share": found.share,
        "expected": found.expected,
        "difference": found.allocation,
        "bounds": found.bounds,
        "interval": wilson(found.share * known, known),
    }


def _joint(rows: Sequence[Booked], declared: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    answers = [is_joint(declared.get(str(row.lead_id), ()), declared.get(str(row.co_lead_id), ())) for row in rows]
    found = joint_rate(answers.count(True), answers.count(False), answers.count(None))
    why = unstated(found.n, found.bounds)
    return {"n": found.n, "why": why.value} if why else {"n": found.n, "share": found.rate, "bounds": found.bounds}


def _both_wings(rows: Sequence[Booked], people: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    both = sum(
        len({people.get(str(key), (0, ""))[1] for key in (row.lead_id, row.co_lead_id)} - {""}) == 2 for row in rows
    )
    if unstated(len(rows), (0, 0)):
        return {"n": len(rows), "why": Why.FEW_CASES.value}
    return {"n": len(rows), "share": both / len(rows), "interval": wilson(both, len(rows))}


def _workload(rows: Sequence[Booked], people: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    """Return the spread of a year's work over everybody with a desk, declared or not; nobody is named."""
    loads = {key: 0.0 for key, (fte, wing) in people.items() if fte > 0 and wing}
    for row in rows:
        for key, part in ((str(row.lead_id), LEAD_WEIGHT), (str(row.co_lead_id), CO_LEAD_WEIGHT)):
            if key in loads:
                loads[key] += part * float(row.weight) / people[key][0]
    found = spread({key: load for key, load in loads.items() if load > 0})
    if found is None or len(found.loads) < LEAST_PEOPLE:
        return {"n": len(rows), "why": Why.SMALL_GROUP.value}
    return {
        "n": len(rows),
        "people": len(found.loads),
        "mean": found.mean,
        "spread": found.spread,
        "variation": found.variation,
    }


def _cross(rows: Sequence[Booked], people: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    crossings = []
    for row in rows:
        own = "sr" if row.language.startswith("sr") else row.language
        if own in {"sq", "sr"}:
            able = {
                wing: sum(people[k][0] for k in row.choice_set if k in people and people[k][1] == wing)
                for wing in ("sq", "sr")
            }
            total = sum(able.values())
            lead_wing = people.get(str(row.lead_id), (0, ""))[1]
            crossings.append(
                Crossing(
                    crossed=lead_wing != own, expected=able["sr" if own == "sq" else "sq"] / total if total else None
                )
            )
    n, crossed, expected = cross_service(crossings)
    if unstated(n, (0, 0)) or crossed is None:
        return {"n": n, "why": Why.FEW_CASES.value}
    return {"n": n, "share": crossed, "expected": expected, "interval": wilson(crossed * n, n)}
