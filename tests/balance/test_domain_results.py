"""What a block says, and alerts, funnel and steps (balance M1, M4, M6-M9, P7)."""

from __future__ import annotations

from typing import Any

import pytest

from iso_portal.balance.domain import decomposition, evidence, exposure, measures, outcomes, permutation, results
from iso_portal.balance.domain.decomposition import Decided
from iso_portal.balance.domain.dissimilarity import person_dissimilarity
from iso_portal.balance.domain.evidence import Alert
from iso_portal.balance.domain.measures import Crossing, LedCase, Result, Why
from iso_portal.balance.domain.outcomes import Counts
from iso_portal.balance.domain.permutation import TestResult
from iso_portal.balance.domain.results import Kind


def cases(led: int, other: int, unknown: int = 0, *, weight: float = 1.0, expected: float = 0.5) -> list[LedCase]:
    row = {"expected": expected, "weight": weight, "staff_share": 0.5}
    return [LedCase(led=1.0, **row)] * led + [LedCase(led=0.0, **row)] * other + [LedCase(led=None, **row)] * unknown


def test_a_figure_stands_with_its_bounds_interval_and_place() -> None:
    found = results.figure_of(measures.portfolio(cases(50, 50, 4), weighted=False), band=(0.4, 0.6))
    assert found.value == 0.5
    assert found.undeclared_work == pytest.approx(4 / 104)
    assert found.bounds == pytest.approx((50 / 104, 54 / 104))
    assert found.interval == pytest.approx((0.4016976207, 0.5983023793))
    assert (found.within, found.why, found.n) == ("yes", None, 104)


def test_a_weighted_figure_takes_its_interval_from_counts() -> None:
    views = measures.views([*cases(40, 40), *cases(2, 0, weight=6.0)])
    found = results.figure_of(views.count, views.weighted, band=(0.3, 0.7))
    assert found.value == pytest.approx(52 / 92)
    assert found.interval == pytest.approx(results.figure_of(views.count).interval)


@pytest.mark.parametrize(
    ("rows", "why", "needs"),
    [
        (cases(6, 6), Why.FEW_CASES, 20),
        (cases(10, 10, 20), Why.UNDECLARED_WORK, None),
        ([LedCase(led=1.0, expected=None, weight=1.0)] * 25, Why.NO_REFERENCE, None),
    ],
)
def test_a_figure_that_cannot_be_stated_says_why_and_what_time_will_bring(
    rows: list[LedCase], why: Why, needs: int | None
) -> None:
    found = results.figure_of(measures.portfolio(rows, weighted=False), band=(0.0, 1.0))
    assert (found.value, found.why, found.needs, found.within) == (None, why, needs, "cannot be stated")
    assert (found.bounds is not None) is (why is Why.UNDECLARED_WORK)


def test_cases_without_a_reference_are_counted_and_left_out() -> None:
    rows = [*cases(10, 10), LedCase(led=1.0, expected=None, weight=1.0)]
    found = measures.portfolio(rows, weighted=True)
    assert (found.n, found.known, found.no_reference, found.share) == (21, 20, 1, 0.5)
    assert measures.portfolio(rows, weighted=True).structural == pytest.approx(0.0)


def speaks(p: float = 0.01, *, large: bool = True) -> TestResult:
    return TestResult(statistic=1.0, p=p, large=large)


@pytest.mark.parametrize(
    ("given", "result", "kinds", "reasons"),
    [
        ({"within": "yes"}, Result.OK, (), ()),
        ({"within": "yes", "alert": Alert.NOTE}, Result.ATTENTION, (Kind.EVIDENCE,), ()),
        ({"within": "yes", "test": speaks()}, Result.ATTENTION, (Kind.TEST,), ()),
        ({"within": "yes", "test": speaks(large=False)}, Result.OK, (), ()),
        ({"within": "yes", "test": speaks(p=0.051)}, Result.OK, (), ()),
        ({"within": "yes", "structural": -0.1, "n": 30}, Result.ATTENTION, (Kind.SUPPLY,), ()),
        ({"within": "yes", "structural": -0.1, "n": 29}, Result.OK, (), ()),
        ({"within": "yes", "structural": 0.099, "n": 30}, Result.OK, (), ()),
        ({"within": "no"}, Result.INSUFFICIENT, (), (Why.NOT_ENOUGH_EVIDENCE,)),
        (
            {"within": "cannot be stated", "unstated": (Why.NO_REFERENCE, Why.FEW_CASES)},
            Result.INSUFFICIENT,
            (),
            (Why.FEW_CASES, Why.NO_REFERENCE),
        ),
        (
            {"within": "cannot be stated", "test": TestResult(why=Why.NO_TEST_POSSIBLE)},
            Result.INSUFFICIENT,
            (),
            (Why.NO_TEST_POSSIBLE,),
        ),
    ],
)
def test_what_a_block_says(
    given: dict[str, Any], result: Result, kinds: tuple[Kind, ...], reasons: tuple[Why, ...]
) -> None:
    assert results.block(**given) == results.Block(result=result, reasons=reasons, kinds=kinds)


def test_ratios_have_their_place_by_range_and_attention() -> None:
    assert results.ratio_position(1.1, (1 / 1.2, 1.2), attention=False) == "yes"
    assert results.ratio_position(1.3, (1 / 1.2, 1.2), attention=False) == "cannot be stated"
    assert results.ratio_position(None, (1 / 1.2, 1.2), attention=False) == "cannot be stated"
    assert results.ratio_position(1.1, (1 / 1.2, 1.2), attention=True) == "no"


def test_shown_figures_step_after_five_cases_or_a_quarter() -> None:
    assert [results.may_step(n, quarter_closed=False) for n in (0, 4, 5)] == [False, False, True]
    assert results.may_step(0, quarter_closed=True)


def test_the_rest_to_one_hundred_is_not_told_by_subtraction() -> None:
    shares = {"A": 0.573, "S": 0.374, "B": 0.053}
    assert results.shown_shares(shares, {"A": 11, "S": 7, "B": 1}) == {"A": 0.55, "S": 0.35, "B": None}
    assert results.shown_shares(shares, {"A": 11, "S": 7, "B": 3}) == shares


def test_who_leads_joint_teams() -> None:
    teams = [(("A",), ("S",))] * 8 + [(("S",), ("A",))] * 2 + [(("A", "S"), ("A", "S")), (("A",), ("A",)), ((), ("S",))]
    found, mirror = measures.role_symmetry(teams, "A", "S"), measures.role_symmetry(teams, "S", "A")
    assert (found.n, found.share, found.p) == (10, 0.8, pytest.approx(0.109375))
    assert (mirror.share, mirror.p) == (pytest.approx(0.2), pytest.approx(found.p))
    assert measures.role_symmetry([], "A", "S").p is None


def test_a_note_needs_size_and_evidence_and_a_review_more_of_it() -> None:
    rows = {"A": cases(60, 0), "S": cases(0, 60)}
    found = evidence.watch(rows)
    assert found.note_at == 29  # evidence came earlier, size takes 30 cases
    assert found.path[20] > 20
    assert found.alert is Alert.REVIEW
    assert evidence.watch({"A": cases(0, 60), "S": cases(60, 0)}) == found
    in_turn = [row for pair in zip(cases(30, 0), cases(0, 30), strict=True) for row in pair]
    assert evidence.watch({"A": in_turn}).alert is Alert.NONE


def test_the_early_sign_comes_before_a_note_and_is_none() -> None:
    rows = {"A": [*cases(0, 0, 3), *cases(20, 0)], "S": [*cases(0, 0, 3), *cases(0, 20)]}
    found = evidence.watch(rows)
    assert found.early_at == 3 + 13 - 1  # the thirteenth known case, after three that tell nothing
    assert found.alert is Alert.NONE
    assert evidence.watch({"A": cases(3, 3)}).early_at is None


def test_evidence_stays_a_number_however_long_a_lean_goes_on() -> None:
    found = evidence.watch({"A": cases(4000, 0, weight=6.0)})
    assert found.path[-1] < float("inf")
    assert found.alert is Alert.REVIEW


def test_a_gap_of_exactly_ten_points_on_thirty_cases_has_size() -> None:
    for led, sized in ((18, True), (12, True), (17, False)):
        x = [1.0] * led + [0.0] * (30 - led)
        assert bool(evidence.office_path(x, [0.5] * 30, [1.0] * 30).size[-1]) is sized
        large = evidence.office_path([*x, *[0.5] * 200], [0.5] * 230, [2.0] * 30 + [1.0] * 200)
        assert bool(large.size[-1]) is sized  # large cases alone, by count
    assert not evidence.office_path([1.0] * 29, [0.5] * 29, [2.0] * 29).size.any()


def test_evidence_restarts_with_each_reporting_year() -> None:
    rows = {"A": cases(60, 0)}
    by_year = evidence.watch_by_year(rows, [2025] * 30 + [2026] * 30)
    assert by_year[2025].path == by_year[2026].path
    assert by_year[2026].path[0] < 2


def test_a_cut_needs_size_in_a_part() -> None:
    leaning = {"A": cases(40, 0), "S": cases(0, 40)}
    found = evidence.watch_cut({"agri": leaning, "wood": {"A": cases(2, 2), "S": cases(2, 2)}})
    assert (found.alert, found.counted, found.sized) == (Alert.REVIEW, 44, True)
    tilts = [evidence.tilt([1.0] * 40, [0.5] * 40), evidence.tilt([1.0, 1.0, 0.0, 0.0], [0.5] * 4)]
    assert found.e == pytest.approx(sum(tilts) / 2)
    assert evidence.watch_cut({"agri": {"A": cases(20, 0)}}).alert is Alert.NONE
    assert evidence.watch_cut({"agri": {"A": []}}).e == 1.0


def test_desks_that_never_cross_are_noticed_without_any_declaration() -> None:
    found = evidence.watch_crossings([Crossing(crossed=False, expected=0.5)] * 40)
    assert found.note_at == 29
    assert evidence.watch_crossings([Crossing(crossed=False, expected=None)] * 40).alert is Alert.NONE
    even = [Crossing(crossed=i % 2 == 0, expected=0.5) for i in range(60)]
    assert evidence.watch_crossings(even).alert is Alert.NONE


def test_one_quarters_tests_are_one_family() -> None:
    given = {"roles": speaks(0.0004), "load": speaks(0.03), "none": TestResult(why=Why.SMALL_GROUP)}
    found = permutation.family(given)
    assert (found["roles"].p, found["load"].p, found["none"].p) == (0.0008, 0.03, None)


def test_drawn_labels_are_the_same_at_every_run_and_from_both_ends() -> None:
    loads = {f"p{i}": float((i * 37) % 23) for i in range(24)}
    declared = {key: ("A",) if i % 2 else ("S",) for i, key in enumerate(loads)}
    one = permutation.workload_difference(loads, declared, "A", "S", seed=3)
    two = permutation.workload_difference(loads, declared, "S", "A", seed=3)
    assert (one.exact, one.arrangements) == (False, 20_000)
    assert one == permutation.workload_difference(loads, declared, "A", "S", seed=3)
    assert one.p == two.p
    assert one.p is not None
    assert one.p * 20_001 == pytest.approx(round(one.p * 20_001))  # (1 + hits) / (draws + 1)
    apart = {key: 1.0 + (declared[key] == ("A",)) for key in loads}
    assert permutation.workload_difference(apart, declared, "A", "S").p == pytest.approx(1 / 20_001)
    fractional = {**declared, "p0": ("A", "S"), "p1": ("A", "S")}
    leads = {key: {"x": float(i % 4), "y": float(i % 3)} for i, key in enumerate(loads)}
    found = person_dissimilarity(leads, fractional, "A", "S", seed=1)
    assert found.arrangements == 2_000
    assert found.bias == pytest.approx(person_dissimilarity(leads, fractional, "S", "A", seed=1).bias or 0.0)


def test_a_load_is_large_from_a_fifth_above_the_other_group() -> None:
    declared = {f"{g}{i}": (g,) for g in "AS" for i in range(4)}
    for own, large in ((1.2, True), (1.19, False), (1 / 1.2, True), (1.0, False)):
        loads = {key: 10.0 * (own if codes == ("A",) else 1.0) for key, codes in declared.items()}
        assert permutation.workload_difference(loads, declared, "A", "S").large is large


def test_parts_differ_largely_from_ten_points_above_what_small_samples_make() -> None:
    declared = {f"{g}{i}": (g,) for g in "AS" for i in range(6)}
    for more, large in ((560.0, True), (545.0, False), (500.0, False)):
        leads = {
            key: {"x": more, "y": 1000 - more} if codes == ("A",) else {"x": 1000 - more, "y": more}
            for key, codes in declared.items()
        }
        found = person_dissimilarity(leads, declared, "A", "S")
        assert found.statistic == pytest.approx(2 * (more - 500) / 1000)
        assert found.bias == pytest.approx(0.0073, abs=0.001)
        assert found.large is large


def test_three_businesses_of_a_community_are_enough_for_a_test() -> None:
    values = {f"b{i}": float(i) for i in range(7)}
    three = {key: float(i < 3) for i, key in enumerate(values)}
    two = {key: float(i < 2) for i, key in enumerate(values)}
    assert permutation.stratified_sum(values, three).arrangements == 35
    assert permutation.stratified_sum(values, {key: 1 - part for key, part in three.items()}).p is not None
    assert permutation.stratified_sum(values, two).why is Why.SMALL_GROUP


def test_sums_of_jobs_are_compared_within_strata() -> None:
    values = {f"b{i}": float(i) for i in range(12)}
    members = {key: float(i % 2) for i, key in enumerate(values)}
    strata = {key: "small" if i < 6 else "large" for i, key in enumerate(values)}
    found = permutation.stratified_sum(values, members, strata)
    mirror = permutation.stratified_sum(values, {key: 1 - part for key, part in members.items()}, strata)
    assert found.p == mirror.p
    assert found.arrangements == 400
    assert permutation.stratified_sum(values, dict.fromkeys(values, 0.0)).why is Why.SMALL_GROUP


def test_the_funnel_shows_no_small_group() -> None:
    businesses = {f"b{i}": min(4, i // 5) for i in range(30)}
    declared = {key: ("A",) if i % 2 else ("S",) for i, key in enumerate(businesses)}
    found = exposure.funnel(businesses, declared, ("A", "S"))
    assert list(found) == list(exposure.FUNNEL)
    assert found["registered"] == {"A": 0.5, "S": 0.5}
    assert found["outcome"] == {"A": 0.5, "S": 0.5}
    silent = {**businesses, **{f"silent{i}": 4 for i in range(9)}}
    assert exposure.funnel(silent, declared, ("A", "S")) == found
    assert exposure.funnel({"b0": 4, "b1": 4}, declared, ("A", "S"))["outcome"] == {"A": None, "S": None}


def test_outcomes_have_one_fixed_test() -> None:
    one = {"all": (Counts(k=3, n=12), Counts(k=9, n=14))}
    assert outcomes.outcome_test(one).p == pytest.approx(0.05273965705, abs=2e-5)
    two = {"x": (Counts(k=42, n=60), Counts(k=15, n=20)), "y": (Counts(k=4, n=20), Counts(k=15, n=60))}
    assert outcomes.outcome_test(two).p == pytest.approx(0.5355735117)
    assert outcomes.outcome_test({"x": (Counts(k=0, n=5), Counts(k=0, n=5))}).p == 1.0
    apart = {"x": (Counts(k=1, n=5), Counts(k=0, n=0)), "y": (Counts(k=0, n=0), Counts(k=2, n=5))}
    assert outcomes.outcome_test(apart).why is Why.NO_TEST_POSSIBLE
    assert outcomes.two_by_two(Counts(k=1, n=5), Counts(k=0, n=5)).ratio is None


def test_parts_of_a_gap_are_told_for_each_sector() -> None:
    row = {"expected": 0.5, "staff_share": 0.4}
    rows = [
        Decided(first=1.0, chosen=0.0, weight=2.0, part="agri", **row),
        Decided(first=1.0, chosen=1.0, weight=1.0, part="wood", **row),
        Decided(first=None, chosen=1.0, weight=1.0, part="wood", **row),
    ]
    found = decomposition.by_part(rows)
    assert found["agri"] is not None
    assert (found["agri"].structural, found["agri"].rule, found["agri"].choice) == pytest.approx((0.1, 0.5, -1.0))
    assert found["wood"] is not None
    assert found["wood"].n == 1
    large = decomposition.where_from(rows, decomposition.How.LARGE)
    assert large is not None
    assert large.n == 1
    with pytest.raises(ValueError, match="weight"):
        decomposition.where_from([Decided(first=1.0, chosen=1.0, weight=9.0, **row)])
