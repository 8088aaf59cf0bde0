"""Teams, desks and workload (balance M1, M3, M6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from iso_portal.balance.domain.figures_base import Booked, Lens, Office, Told, cannot, short_pair, told
from iso_portal.balance.domain.intervals import wilson
from iso_portal.balance.domain.measures import (
    LEAST_CASES,
    LEAST_PEOPLE,
    UNTOLD,
    Crossing,
    Why,
    band_position,
    cross_service,
    fraction,
    group_mean,
    is_joint,
    joint_rate,
    load,
    role_symmetry,
    spread,
)
from iso_portal.balance.domain.permutation import test_possible
from iso_portal.balance.domain.policy import MARGIN, TargetOf
from iso_portal.balance.domain.results import Spoken, figure, ratio_position

DESKS = ("sq", "sr")


def joint(lens: Lens) -> Told:
    """Return the rate of joint teams of the last twelve months, with bounds over all teams."""
    declared = lens.office.declared
    cases = [lens.office.cases[i] for i in lens.year()]
    answers = [is_joint(declared.get(case.lead, ()), declared.get(case.co_lead, ())) for case in cases]
    found = joint_rate(answers.count(True), answers.count(False), answers.count(None))
    row = told(figure(found.rate, n=found.n, bounds=found.bounds), len(lens.office.cases))
    if "why" in row:
        return row
    row["interval"] = short_pair(wilson((found.rate or 0.0) * (known := found.n - answers.count(None)), known))
    band = lens.office.policy.range_of(TargetOf.JOINT_RATE)
    if band is not None:
        row["band"] = list(band)
        row["within"] = band_position(answers.count(True), answers.count(None), found.n, band)[1]
    return row


def both_wings(office: Office, places: Sequence[int]) -> Told:
    """Return the rate of teams of both desks; no community data."""
    wings = [
        {office.people[key].wing for key in (office.cases[i].lead, office.cases[i].co_lead) if key in office.people}
        for i in places
    ]
    both = sum(len(found - {""}) == 2 for found in wings)
    row = told(figure(both / len(wings) if wings else None, n=len(wings)), len(wings))
    return row if "why" in row else row | {"interval": short_pair(wilson(both, len(wings)))}


def symmetry(lens: Lens) -> list[Told]:
    """Return for each pair of communities who leads their joint teams."""
    declared, cases = lens.office.declared, [lens.office.cases[i] for i in lens.year()]
    teams = [(declared.get(case.lead, ()), declared.get(case.co_lead, ())) for case in cases]
    rows = []
    for first, second in lens.pairs():
        found = role_symmetry(teams, first, second)
        row = told(figure(found.share, n=found.n), len(lens.office.cases), rounded=lens.hidden)
        if "why" not in row:
            row["interval"] = short_pair(wilson((found.share or 0.0) * found.n, found.n))
        rows.append({"pair": [first, second], **row})
    return rows


def loads(office: Office) -> dict[str, float]:
    """Return what each assignable person carries in open cases, by FTE; for use in memory alone."""
    led: dict[str, list[float]] = {}
    co_led: dict[str, list[float]] = {}
    for case in office.cases:
        if case.open:
            led.setdefault(case.lead, []).append(case.weight)
            co_led.setdefault(case.co_lead, []).append(case.weight)
    able = {key: one for key, one in office.people.items() if one.fte > 0 and one.assignable}
    return {key: load(led.get(key, ()), co_led.get(key, ()), one.fte) for key, one in able.items()}


def workload(office: Office) -> Told:
    """Return how evenly open work lies on everybody, declared or not; nobody is named."""
    carried, cases = loads(office), sum(case.open for case in office.cases)
    found = spread(carried)
    if found is None or len(carried) < LEAST_PEOPLE:
        return cannot(Why.SMALL_GROUP, n=cases)
    if cases < LEAST_CASES:
        return cannot(Why.FEW_CASES, n=cases) | {"needs": LEAST_CASES}
    return {
        "n": cases,
        "base": cases,
        "people": len(carried),
        "mean": round(found.mean, 2),
        "spread": round(found.spread, 2),
        "value": round(found.spread / found.mean, 4) if found.mean else 0.0,
        "variation": round(found.variation, 4),
    }


def group_loads(lens: Lens, closing: Mapping[str, Spoken]) -> list[Told]:
    """Return for each pair of communities their mean loads and the larger by the smaller, with the test of the quarter.

    closing: the tests of the last closed quarter.
    """
    carried, declared = loads(lens.office), lens.office.declared
    cases = sum(case.open for case in lens.office.cases)
    band = lens.office.policy.range_of(TargetOf.LOAD_RATIO) or (0.0, 10.0)
    rows = []
    for first, second in lens.pairs():
        means = [group_mean(carried, g, declared) for g in (first, second)]
        sizes = [sum(fraction(g, declared.get(key) or ()) > 0 for key in carried) for g in (first, second)]
        test = closing.get(f"workload:{first}:{second}")
        rows.append({"pair": [first, second], **_ratio(means, sizes, cases, band, test, len(lens.office.cases))})
    return rows


def _ratio(
    means: Sequence[float | None],
    sizes: Sequence[int],
    cases: int,
    band: tuple[float, float],
    test: Spoken | None,
    base: int,
) -> Told:
    if min(sizes) < LEAST_PEOPLE or None in means:
        return cannot(Why.SMALL_GROUP, n=cases, base=base)
    one, other = sorted(mean or 0.0 for mean in means)
    if cases < LEAST_CASES or one == 0:
        return cannot(Why.FEW_CASES, n=cases, base=base) | {"needs": LEAST_CASES}
    speaks = test is not None and test.speaks
    row: Told = {"n": cases, "base": base, "value": round(other / one, 3), "band": [round(limit, 4) for limit in band]}
    row["means"] = [round(mean or 0.0, 2) for mean in means]
    row["within"] = ratio_position(other / one, band, attention=speaks)
    if not test_possible(*sizes):
        row["test"] = Why.NO_TEST_POSSIBLE.value
    return row


def crossings(office: Office, places: Sequence[int]) -> list[Crossing]:
    """Return cases in Albanian or Serbian: whether the other desk led, against its part of those who could lead."""
    result = []
    for i in places:
        case = office.cases[i]
        own = "sr" if case.language.startswith("sr") else case.language
        if own not in DESKS:
            continue
        able = {desk: _able(office, case, desk) for desk in DESKS}
        total, lead = sum(able.values()), office.people.get(case.lead)
        if lead is None or not lead.wing:
            continue
        other = able["sr" if own == "sq" else "sq"]
        result.append(Crossing(crossed=lead.wing != own, expected=other / total if total else None))
    return result


def _able(office: Office, case: Booked, desk: str) -> float:
    fte = case.fte or {}
    return sum(
        fte.get(key, office.people[key].fte)
        for key in case.could
        if key in office.people and office.people[key].wing == desk
    )


def cross(office: Office, places: Sequence[int]) -> Told:
    """Return how much is led from the other language's desk, against what could have been; desks alone."""
    n, crossed, expected = cross_service(crossings(office, places))
    row = told(figure(crossed, n=n, expected=expected), n)
    if "why" in row or crossed is None or expected is None:
        return row
    band = max(0.0, expected - MARGIN), min(1.0, expected + MARGIN)
    interval, within = band_position(round(crossed * n), 0, n, band) if n else ((0.0, 1.0), UNTOLD)
    return row | {"interval": short_pair(interval), "band": short_pair(band), "within": within}


def quarter_closed(day: date) -> date:
    """Return the last day of the quarter that closed before a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date.fromordinal(first.toordinal() - 1)
