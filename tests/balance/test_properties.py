"""What holds for every office: symmetry, bounds, sums, and no figure where there is none (balance M12, section 13)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_portal.balance.domain import (
    decomposition,
    evidence,
    exposure,
    feasibility,
    intervals,
    ledgers,
    measures,
    outcomes,
    permutation,
    results,
)
from iso_portal.balance.domain.decomposition import Decided, How
from iso_portal.balance.domain.dissimilarity import dissimilarity, person_dissimilarity
from iso_portal.balance.domain.ledgers import Booking
from iso_portal.balance.domain.measures import LedCase, Why
from iso_portal.balance.domain.outcomes import Counts

DOMAIN = Path(permutation.__file__).parent
few = settings(max_examples=40, deadline=None)

halves = st.integers(1, 12).map(lambda n: n / 2)
shares = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 2 / 3, 0.75, 1.0])
answers = st.sampled_from([(), ("A",), ("S",), ("A", "S"), ("B",), ("none",)])
people = st.dictionaries(st.sampled_from([f"p{i}" for i in range(9)]), answers, min_size=1)


def mirror(declared: Any) -> Any:
    """Exchange A and S in what people declared."""
    return {key: tuple({"A": "S", "S": "A"}.get(code, code) for code in row) for key, row in declared.items()}


@st.composite
def portfolios(draw: st.DrawFn) -> dict[str, list[LedCase]]:
    """Draw the same cases for two communities that are all there are."""
    rows = draw(st.lists(st.tuples(st.none() | shares, st.none() | shares, halves, shares), max_size=60))
    first = [
        LedCase(led=x, expected=p, weight=u, staff_share=s, part=f"{i % 3}") for i, (x, p, u, s) in enumerate(rows)
    ]
    second = [
        replace(
            row,
            led=None if row.led is None else 1 - row.led,
            expected=None if row.expected is None else 1 - row.expected,
            staff_share=1 - (row.staff_share or 0),
        )
        for row in first
    ]
    return {"A": first, "S": second}


@few
@given(portfolios())
def test_two_communities_are_each_others_mirror(cases: dict[str, list[LedCase]]) -> None:
    for weighted in (False, True):
        one, two = (measures.portfolio(cases[g], weighted=weighted) for g in "AS")
        assert (one.n, one.known, one.undeclared, one.no_reference) == (
            two.n,
            two.known,
            two.undeclared,
            two.no_reference,
        )
        assert one.ledger == pytest.approx(-two.ledger, abs=1e-9)
        if one.share is not None:
            for name in ("share", "expected", "staff_share"):
                assert getattr(one, name) == pytest.approx(1 - getattr(two, name))
            for name in ("allocation", "structural", "total"):
                assert getattr(one, name) == pytest.approx(-getattr(two, name), abs=1e-9)
        if one.bounds and two.bounds:
            assert one.bounds == pytest.approx((1 - two.bounds[1], 1 - two.bounds[0]))
        figures = [results.figure_of(measures.portfolio(cases[g], weighted=weighted), band=(0.4, 0.6)) for g in "AS"]
        assert (figures[0].why, figures[0].within) == (figures[1].why, figures[1].within)


@few
@given(portfolios())
def test_evidence_is_the_same_from_both_ends_and_starts_at_one(cases: dict[str, list[LedCase]]) -> None:
    found = evidence.watch(cases)
    other = evidence.watch({"A": cases["S"], "S": cases["A"]})
    alone = [evidence.watch({"A": cases[g]}) for g in "AS"]
    assert found.path == pytest.approx(other.path)
    assert alone[0].path == pytest.approx(alone[1].path)
    assert (found.note_at, found.sized) == (other.note_at, other.sized)
    assert len(found.path) == len(cases["A"])
    if not found.counted:
        assert found.e == 1.0
        assert found.alert is evidence.Alert.NONE


@few
@given(portfolios())
def test_cases_that_tell_nothing_leave_the_evidence_as_it_was(cases: dict[str, list[LedCase]]) -> None:
    known = [i for i, row in enumerate(cases["A"]) if row.counts]
    found = evidence.watch(cases)
    alone = evidence.watch({g: [rows[i] for i in known] for g, rows in cases.items()})
    assert [found.path[i] for i in known] == pytest.approx(list(alone.path))
    years = [2026 + (i % 2) for i in range(len(cases["A"]))]
    by_year = evidence.watch_by_year(cases, years)
    assert sum(watch.counted for watch in by_year.values()) == found.counted


@few
@given(st.lists(st.tuples(st.sampled_from([None, 0.0, 1.0]), halves), min_size=1, max_size=8))
def test_bounds_hold_every_way_to_complete_what_is_not_declared(rows: list[tuple[float | None, float]]) -> None:
    cases = [LedCase(led=x, expected=0.5, weight=u) for x, u in rows]
    found = measures.portfolio(cases, weighted=True)
    assert found.bounds is not None
    low, high = found.bounds
    unknown = [i for i, case in enumerate(cases) if case.led is None]
    reached = []
    for values in product((0.0, 1.0), repeat=len(unknown)):
        complete = [replace(case) for case in cases]
        for i, value in zip(unknown, values, strict=True):
            complete[i] = replace(complete[i], led=value)
        share = measures.portfolio(complete, weighted=True).share
        assert share is not None
        reached.append(share)
    assert (min(reached), max(reached)) == pytest.approx((low, high))


@few
@given(portfolios(), st.sampled_from(list(How)), st.randoms())
def test_parts_of_a_gap_add_to_the_total(cases: dict[str, list[LedCase]], how: How, random: Any) -> None:
    def decided(rows: list[LedCase]) -> list[Decided]:
        firsts = [row.led for row in rows]
        return [
            Decided(first=first, chosen=row.led, expected=row.expected, weight=row.weight, staff_share=row.staff_share)
            for row, first in zip(rows, firsts[1:] + firsts[:1], strict=True)
        ]

    one, two = (decomposition.where_from(decided(cases[g]), how) for g in "AS")
    assert (one is None) == (two is None)
    if one is None or two is None:
        return
    assert one.structural + one.rule + one.choice == pytest.approx(one.total, abs=1e-12)
    for name in ("structural", "rule", "choice", "total"):
        assert getattr(one, name) == pytest.approx(-getattr(two, name), abs=1e-9)
    rows = decided(cases["A"])
    again = decomposition.where_from(random.sample(rows, len(rows)), how)
    assert again is not None
    assert again.total == pytest.approx(one.total, abs=1e-12)


@few
@given(
    st.lists(st.builds(Booking, lead=answers, weight=halves, sector=st.sampled_from("CJ")), max_size=20),
    st.integers(0, 20),
)
def test_ledgers_are_the_same_however_bookings_are_grouped(rows: list[Booking], cut: int) -> None:
    targets = {"A": 0.6, "S": 0.3}
    at_once = ledgers.ledgers(rows, targets)
    in_two = ledgers.together(ledgers.ledgers(rows[:cut], targets), ledgers.ledgers(rows[cut:], targets))
    backwards = ledgers.ledgers(rows[::-1], targets)
    for other in (in_two, backwards):
        assert at_once.count == pytest.approx(other.count)
        assert at_once.weighted == pytest.approx(other.weighted)
        assert at_once.sector == pytest.approx(other.sector)


@few
@given(people, st.randoms())
def test_tests_of_labels_are_the_same_from_both_ends(declared: dict[str, tuple[str, ...]], random: Any) -> None:
    loads = {key: random.randint(0, 20) / 2 for key in declared}
    leads = {key: {part: float(random.randint(0, 5)) for part in "xyz"} for key in declared}
    one = permutation.workload_difference(loads, declared, "A", "S")
    two = permutation.workload_difference(loads, mirror(declared), "A", "S")
    assert (one.p, one.why, one.large, one.arrangements) == (two.p, two.why, two.large, two.arrangements)
    if one.statistic is not None:
        assert one.statistic == pytest.approx(-(two.statistic or 0), abs=1e-12)
    first = person_dissimilarity(leads, declared, "A", "S")
    second = person_dissimilarity(leads, mirror(declared), "A", "S")
    assert (first.p, first.why, first.arrangements) == (second.p, second.why, second.arrangements)
    assert first.statistic == pytest.approx(second.statistic)
    if first.p is not None:
        assert 0 < first.p <= 1
        assert first.bias == pytest.approx(second.bias)


@few
@given(people, st.randoms())
def test_exposure_is_the_same_from_both_ends_and_in_any_order(
    declared: dict[str, tuple[str, ...]], random: Any
) -> None:
    names = sorted(declared)
    pools = [random.sample(names, random.randint(1, len(names))) for _ in range(6)]
    lists = [pool[: random.randint(1, 3)] for pool in pools]
    found = exposure.exposures(pools, lists)
    order = random.sample(range(6), 6)
    again = exposure.exposures([pools[i] for i in order], [lists[i] for i in order])
    assert found.exposure == pytest.approx(again.exposure)
    assert found.opportunity == pytest.approx(again.opportunity)
    assert sum(found.exposure.values()) == pytest.approx(sum(found.opportunity.values()))
    one = exposure.exposure_test("A", found, declared)
    two = exposure.exposure_test("S", found, mirror(declared))
    assert (one.why, one.large, one.arrangements) == (two.why, two.large, two.arrangements)
    for name in ("p", "ratio", "neutral"):
        assert getattr(one, name) == (None if getattr(two, name) is None else pytest.approx(getattr(two, name)))


@few
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5))
def test_dissimilarity_lies_between_nothing_and_everything(parts: list[tuple[int, int]]) -> None:
    first, second = [a for a, _b in parts], [b for _a, b in parts]
    found = dissimilarity(first, second)
    assert found == (None if not sum(first) or not sum(second) else pytest.approx(dissimilarity(second, first)))
    assert found is None or 0 <= found <= 1 + 1e-12


@pytest.mark.parametrize("others", [1, 3, 8, 30])
def test_a_group_of_one_yields_no_figure_and_never_a_ratio_of_nothing(others: int) -> None:
    declared: dict[str, tuple[str, ...]] = {f"p{i}": ("A",) for i in range(others)} | {"one": ("S",)}
    loads = {key: 0.0 if key == "one" else 5.0 for key in declared}
    found = permutation.workload_difference(loads, declared, "A", "S")
    assert (found.p, found.statistic) == (None, None)
    assert found.why in {Why.SMALL_GROUP, Why.NO_TEST_POSSIBLE}
    assert results.tracked_now(("A", "S"), declared) == (("A",) if others >= 3 else ())
    lists = exposure.exposures([list(declared)], [["p0"]])
    test = exposure.exposure_test("S", lists, declared)
    assert (test.why, test.ratio, test.share) == (Why.SMALL_GROUP, None, None)
    assert outcomes.outcome_test({"x": (Counts(k=2, n=others), Counts(k=0, n=1))} if others > 1 else {}).p is None
    shown = results.shown_shares({"A": 0.93, "S": 0.07}, {"A": others, "S": 1})
    assert shown == {"A": 0.95 if others >= 3 else None, "S": None}
    leads = {key: {"x": 1.0, "y": 2.0} for key in declared}
    assert person_dissimilarity(leads, declared, "A", "S").statistic is None


def test_nothing_is_insufficient_for_want_of_cases_and_no_error() -> None:
    empty = measures.portfolio([], weighted=True)
    found = results.figure_of(empty)
    assert (found.value, found.why, found.needs) == (None, Why.FEW_CASES, 20)
    assert results.figure(None, n=0).why is Why.FEW_CASES
    assert measures.joint_rate(0, 0, 0).rate is None
    assert measures.spread({}) is None
    assert measures.cross_service([]) == (0, None, None)
    assert evidence.watch({}).e == 1.0
    assert evidence.watch({"A": [], "S": []}).alert is evidence.Alert.NONE
    assert evidence.watch_cut({}).e == 1.0
    assert evidence.watch_crossings([]).note_at is None
    assert (evidence.tilt([], []), evidence.betting([])) == (1.0, 1.0)
    assert evidence.cusum([]).reached is None
    assert decomposition.where_from([]) is None
    assert permutation.holm([]) == []
    assert permutation.stratified_sum({}, {}).why is Why.FEW_CASES
    assert permutation.workload_difference({}, {}, "A", "S").why is Why.SMALL_GROUP
    assert outcomes.outcome_test({}).why is Why.FEW_CASES
    assert exposure.exposures([], []).exposure == {}
    assert results.shown_shares({}, {}) == {}
    block = results.block(within="cannot be stated", unstated=(Why.FEW_CASES,))
    assert (block.result, block.reasons) == (measures.Result.INSUFFICIENT, (Why.FEW_CASES,))


NAN = float("nan")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: measures.portfolio([LedCase(led=1.5, expected=0.5, weight=1)], weighted=True), "led"),
        (lambda: measures.portfolio([LedCase(led=1, expected=NAN, weight=1)], weighted=True), "expected"),
        (lambda: measures.portfolio([LedCase(led=1, expected=0.5, weight=0)], weighted=True), "weight"),
        (lambda: measures.portfolio([LedCase(led=1, expected=0.5, weight=6.5)], weighted=True), "weight"),
        (
            lambda: measures.portfolio([LedCase(led=1, expected=0.5, weight=1, staff_share=-1)], weighted=True),
            "staff_share",
        ),
        (lambda: measures.joint_rate(-1, 0, 0), "joint"),
        (lambda: measures.unstated(-1, None), "n"),
        (lambda: measures.band_position(5, 0, 0, (0.4, 0.6)), "n"),
        (lambda: measures.band_position(30, 0, 20, (0.4, 0.6)), "led"),
        (lambda: measures.band_position(15, 6, 20, (0.4, 0.6)), "led"),
        (lambda: measures.band_position(5, 0, 20, (0.6, 0.4)), "band"),
        (lambda: measures.load([1], [], 0), "fte"),
        (lambda: measures.role_symmetry([], "A", "S", target=2), "target"),
        (lambda: measures.expected_share("A", {"p": -1}, {"p": ["A"]}, ["p"]), "fte"),
        (lambda: measures.spread({"p": NAN}), "loads"),
        (lambda: intervals.wilson(3, 2), "successes"),
        (lambda: intervals.wilson(0, 0), "n"),
        (lambda: intervals.binomial_p(3, 2), "k"),
        (lambda: intervals.binomial_p(1, 2, NAN), "p0"),
        (lambda: intervals.hypergeometric_p(9, pool=10, members=3, drawn=5), "seen"),
        (lambda: intervals.outcome_sample_size(0.3, 0.3), "p2"),
        (lambda: evidence.tilt([1, 0], [0.5]), "p"),
        (lambda: evidence.tilt([2], [0.5]), "x"),
        (lambda: evidence.tilt([1], [NAN]), "p"),
        (lambda: evidence.betting([2]), "y"),
        (lambda: evidence.office_path([1], [0.5], [7]), "u"),
        (lambda: evidence.cusum([NAN]), "x"),
        (lambda: evidence.watch({"A": [], "S": [LedCase(led=1, expected=0.5, weight=1)]}), "by_community"),
        (lambda: evidence.watch_by_year({"A": []}, [2026]), "years"),
        (lambda: permutation.holm([2]), "p"),
        (lambda: permutation.smallest_p(0, 3), "first"),
        (lambda: permutation.workload_difference({}, {}, "A", "A"), "second"),
        (lambda: permutation.stratified_sum({"b": NAN}, {"b": 1}), "values"),
        (lambda: dissimilarity([1], [1, 2]), "second"),
        (lambda: dissimilarity([-1], [1]), "first"),
        (lambda: exposure.exposures([["b"]], []), "lists"),
        (lambda: exposure.exposures([["b"]], [["c"]]), "lists"),
        (lambda: exposure.exposures([["b"]], [["b", "b"]]), "lists"),
        (lambda: exposure.position_value(0), "rank"),
        (lambda: exposure.top_list_bounds(0, 0.5, 0.1), "places"),
        (lambda: exposure.funnel({"b": 9}, {}, ("A",)), "businesses"),
        (lambda: outcomes.stratified({"x": (Counts(k=3, n=2), Counts(k=0, n=1))}), "first"),
        (lambda: outcomes.two_by_two(Counts(k=0, n=0), Counts(k=0, n=1)), "business"),
        (lambda: decomposition.decomposed(0.5, 0.5, NAN), "led"),
        (lambda: feasibility.panel(0, 3), "first"),
        (lambda: feasibility.panel(3, 2.5), "second"),
        (lambda: results.shown_shares({"A": 2}, {}), "shares"),
        (lambda: results.may_step(-1, quarter_closed=False), "booked_since"),
        (lambda: results.ratio_position(1.0, (2, 1), attention=False), "band"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        call()


def test_no_rule_of_the_kind_ratio_below_four_fifths_is_in_the_code() -> None:
    rule = re.compile(r"[<>]=?\s*(0?\.80?|4\s*/\s*5|80\s*%)\b|four.?fifths", re.IGNORECASE)
    for path in sorted(DOMAIN.parent.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not rule.search(line), f"{path.name}:{number}: {line}"


def test_the_domain_knows_neither_clock_nor_unseeded_chance() -> None:
    careless = re.compile(
        r"date\.today|datetime\.now|time\.time|default_rng\(\)|\brandom\.random|np\.random\.(?!default_rng)"
    )
    for path in sorted(DOMAIN.glob("*.py")):
        if path.name != "sealing.py":
            assert not careless.search(path.read_text(encoding="utf-8")), path.name
