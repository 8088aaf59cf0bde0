"""Measures of balance against their worked vectors, each also with the two communities exchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from iso_portal.balance.domain import (
    decomposition,
    evidence,
    exposure,
    feasibility,
    intervals,
    measures,
    outcomes,
    permutation,
)
from iso_portal.balance.domain.decomposition import Decided
from iso_portal.balance.domain.dissimilarity import case_bias, case_shuffled, dissimilarity, person_dissimilarity
from iso_portal.balance.domain.measures import Crossing, LedCase
from iso_portal.balance.domain.outcomes import Counts
from iso_portal.balance.domain.permutation import in_strata, sums_test
from tests.balance.vectors import cases, close, groups, other

TESTED_ELSEWHERE = {
    "assignment_cost",
    "hidden_cell_attack",
    "ten_five_audit",
    "rounding_to_5",
    "dominance",
    "differencing",
    "what_a_band_reveals",
}


def test_every_group_of_vectors_has_its_test(shared_data: Path) -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    for name in groups():
        if not name.startswith("background_") and name not in TESTED_ELSEWHERE:
            assert f'@cases("{name}"' in text, name


@cases("joint_team")
def test_joint_teams(case: dict[str, Any]) -> None:
    assert measures.is_joint(case["input"]["lead"], case["input"]["co_lead"]) is case["expect"]["joint"]


@cases("joint_rate", swap=False)
def test_joint_rate(case: dict[str, Any]) -> None:
    found = measures.joint_rate(**case["input"])
    assert found.rate == close(case["expect"]["joint_rate"])
    assert found.bounds == close(case["expect"]["bounds"])
    assert found.n == case["expect"]["n"]


@cases("expected_share_of_a_case")
def test_expected_share_of_a_case(case: dict[str, Any]) -> None:
    people = case["input"]["people"]
    fte = {person["id"]: person["fte"] for person in people}
    declared = {person["id"]: person["declared"] for person in people}
    for community in ("A", "S"):
        share = measures.expected_share(community, fte, declared, case["input"]["could_lead"])
        assert share == close(case["expect"][f"p_{community}"])


@cases("portfolio")
def test_portfolio_by_count_and_by_weight(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    own = given["community"]

    def expected(row: dict[str, Any]) -> float:
        return float(row[f"p_{own}"]) if f"p_{own}" in row else 1 - float(row[f"p_{other(own)}"])

    rows = [
        LedCase(
            led=None if row["lead"] is None else float(row["lead"] == own),
            expected=expected(row),
            weight=row["weight"],
            part=row["sector"],
        )
        for row in given["cases"]
    ]
    views = measures.views(rows)
    for name, found in (("count", views.count), ("weighted", views.weighted)):
        assert found.share == close(wanted[f"share_{name}"])
        assert found.expected == close(wanted[f"expected_{name}"])
        assert found.allocation == close(wanted[f"allocation_gap_{name}"])
        assert found.ledger == close(wanted[f"ledger_{name}"])
        assert found.bounds == close(wanted[f"bounds_{name}"])
        assert (found.n, found.undeclared) == (wanted["n"], wanted["undeclared"])
    assert views.large.n == 3
    assert sum(part.n for part in measures.by_part(rows).values()) == wanted["n"]


@cases("undeclared_bounds")
def test_bounds_of_undeclared_work(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    own = next(iter(letter for letter in given if letter in {"A", "S"}))
    rows = [LedCase(led=1.0, expected=0.5, weight=1)] * given[own]
    rows += [LedCase(led=0.0, expected=0.5, weight=1)] * given[other(own)]
    rows += [LedCase(led=None, expected=0.5, weight=1)] * given["undeclared"]
    found = measures.portfolio(rows, weighted=False)
    assert found.share == close(wanted["share_among_declared"])
    assert found.bounds == close(wanted["bounds"])
    assert found.undeclared_work == close(wanted["width"])
    assert (measures.unstated(found.n, found.bounds) is None) is wanted["can_be_stated"]


@cases("binomial", swap=False)
def test_exact_binomial_and_intervals_of_one_share(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    assert intervals.binomial_p(given["k"], given["n"], given["p0"]) == close(wanted["p_value"])
    assert intervals.wilson(given["k"], given["n"], 0.95) == close(wanted["wilson95"])
    assert intervals.wilson(given["k"], given["n"]) == close(wanted["wilson90"])
    assert intervals.clopper_pearson(given["k"], given["n"]) == close(wanted["clopper_pearson95"])


@cases("hypergeometric", swap=False)
def test_hypergeometric_test_of_a_single_pool(case: dict[str, Any]) -> None:
    given = case["input"]
    found = intervals.hypergeometric_p(given["x"], pool=given["N"], members=given["K"], drawn=given["n"])
    assert found == close((case["expect"]["expected"], case["expect"]["p_value"]))


@cases("two_by_two", swap=False)
def test_two_rates_side_by_side(case: dict[str, Any]) -> None:
    from scipy.stats import barnard_exact

    given, wanted = case["input"], case["expect"]
    first, second = Counts(k=given["k1"], n=given["n1"]), Counts(k=given["k2"], n=given["n2"])
    found, mirrored = outcomes.two_by_two(first, second), outcomes.two_by_two(second, first)
    assert found.difference == close(wanted["difference"])
    assert found.ratio == close(wanted["ratio"])
    assert found.fisher == close(wanted["fisher"])
    assert found.boschloo == close(wanted["boschloo"], 2e-5)
    assert found.newcombe95 == close(wanted["newcombe95"])
    assert mirrored.difference == close(-wanted["difference"])
    assert mirrored.fisher == close(wanted["fisher"])
    assert mirrored.boschloo == close(wanted["boschloo"], 2e-5)
    assert mirrored.newcombe95 == close([-wanted["newcombe95"][1], -wanted["newcombe95"][0]])
    table = [[first.k, second.k], [first.n - first.k, second.n - second.k]]
    assert barnard_exact(table, n=64).pvalue == close(wanted["barnard"], 2e-5)


@cases("smallest_p_of_label_permutation")
def test_too_few_people_for_any_test(case: dict[str, Any]) -> None:
    sizes, wanted = (case["input"]["n_A"], case["input"]["n_S"]), case["expect"]
    assert permutation.smallest_p(*sizes) == close(wanted["min_p"])
    assert permutation.test_possible(*sizes) is wanted["test_possible_at_05"]
    labels = np.array([[1.0, 0.0]] * sizes[0] + [[0.0, 1.0]] * sizes[1])
    assert permutation.arrangements(labels) == wanted["arrangements"]


@cases("workload_permutation")
def test_workload_of_two_groups(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    loads = {f"{letter}{i}": load for letter in ("A", "S") for i, load in enumerate(given[f"loads_{letter}"])}
    declared = {key: [key[0]] for key in loads}
    first = "A" if "ratio_S_over_A" in wanted else "S"
    found = permutation.workload_difference(loads, declared, first, other(first))
    means = {letter: measures.group_mean(loads, letter, declared) for letter in ("A", "S")}
    assert means == {letter: close(wanted[f"mean_{letter}"]) for letter in ("A", "S")}
    spread = measures.spread(loads)
    assert spread is not None
    assert (spread.variation, spread.spread) == close((wanted["cv_population"], wanted["spread"]))
    assert found.arrangements == wanted["arrangements"]
    assert (found.p is not None) is wanted["test_possible_at_05"]
    if found.p is not None:
        assert found.statistic == close(wanted["difference"])
        assert found.p == close(wanted["p_value"])
        assert found.large
        assert (means[other(first)] or 0) / (means[first] or 1) == close(wanted[f"ratio_{other(first)}_over_{first}"])
    else:
        assert found.why is measures.Why.NO_TEST_POSSIBLE


@cases("workload", swap=False)
def test_workload(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    loads = {key: measures.load(one["lead"], one["co"], one["fte"]) for key, one in given["people"].items()}
    found = measures.spread(loads)
    assert found is not None
    assert found.loads == close(wanted["load"])
    assert (found.mean, found.spread, found.variation) == close(
        (wanted["mean"], wanted["spread"], wanted["cv_population"])
    )
    declared = {key: [name] for name in ("first", "second") for key in given[name]}
    one, two = (measures.group_mean(loads, name, declared) for name in ("first", "second"))
    assert two is not None
    assert one is not None
    assert two / one == close(wanted["ratio_second_over_first"])


@cases("dissimilarity")
def test_dissimilarity_of_parts_and_its_small_sample_bias(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    first, second = given["leads_A"], given["leads_S"]
    assert dissimilarity(first, second) == close(wanted["D"])
    for letter in ("A", "S"):
        if f"share_{letter}" in wanted:
            led = given[f"leads_{letter}"]
            assert sum(led) / (sum(first) + sum(second)) == close(wanted[f"share_{letter}"])
    if law := wanted.get("case_permutation"):
        found = case_shuffled(first, second)
        assert found is not None
        assert (found.mean, found.quantile95, found.p) == close((law["mean"], law["quantile95"], law["p_value"]))
        assert case_bias(first, second) == close(law["mean"])
    if "part_binomial_p" in wanted:
        parts = [intervals.binomial_p(a, a + b) for a, b in zip(first, second, strict=True)]
        assert parts == close(wanted["part_binomial_p"])
        assert intervals.binomial_p(sum(first), sum(first) + sum(second)) == close(wanted["office_binomial_p"])


@cases("dissimilarity_person_permutation")
def test_dissimilarity_with_labels_shuffled_over_people(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    letter = "A" if "label_A" in given else "S"
    leads = {
        f"p{i}": {f"part{k}": float(n) for k, n in enumerate(row)} for i, row in enumerate(given["people_by_part"])
    }
    declared = {f"p{i}": [letter if label else other(letter)] for i, label in enumerate(given[f"label_{letter}"])}
    found = person_dissimilarity(leads, declared, "A", "S")
    assert found.statistic == close(wanted["D"])
    assert found.mean == close(wanted["mean"])
    assert (found.p, found.arrangements, found.exact) == (close(wanted["p_value"]), wanted["arrangements"], True)


@cases("simpson")
def test_an_overall_rate_never_stands_alone(case: dict[str, Any]) -> None:
    given, wanted = case["input"]["strata"], case["expect"]
    first = "A" if "mantel_haenszel_odds_ratio_A_over_S" in wanted else "S"
    second = other(first)
    strata = {name: (Counts(**row[first]), Counts(**row[second])) for name, row in given.items()}
    found = outcomes.stratified(strata)
    assert found.overall == close((wanted[f"overall_{first}"], wanted[f"overall_{second}"]))
    assert found.by_stratum == {name: close((row[first], row[second])) for name, row in wanted["by_stratum"].items()}
    assert found.odds_ratio == close(wanted[f"mantel_haenszel_odds_ratio_{first}_over_{second}"])
    assert (found.chi2, found.p) == close((wanted["cmh_chi2"], wanted["cmh_p"]))
    assert found.standardised == close((wanted[f"standardised_{first}"], wanted[f"standardised_{second}"]))
    together = [Counts(k=sum(p[i].k for p in strata.values()), n=sum(p[i].n for p in strata.values())) for i in (0, 1)]
    assert outcomes.two_by_two(*together).fisher == close(wanted["fisher_unstratified"])
    mirrored = outcomes.stratified({name: (b, a) for name, (a, b) in strata.items()})
    assert mirrored.odds_ratio == close(1 / wanted[f"mantel_haenszel_odds_ratio_{first}_over_{second}"])
    assert mirrored.chi2 == close(wanted["cmh_chi2"])


@cases("structural_feasibility")
def test_what_even_joint_work_would_mean(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    second = "S" if "load_ratio_S_over_A_all_joint" in wanted else "A"
    found = feasibility.panel(
        given[f"n_{other(second)}"], given[f"n_{second}"], lead=given["w_lead"], co_lead=given["w_co"]
    )
    assert found.max_joint_rate == close(wanted["max_joint_rate_equal_roles"])
    assert found.load_ratio == close(wanted[f"load_ratio_{second}_over_{other(second)}_all_joint"])
    assert found.lead_share == close(wanted[f"lead_share_{second}_for_equal_load"])
    assert found.possible is wanted["possible"]


@cases("decomposition", swap=False)
def test_decomposition(case: dict[str, Any]) -> None:
    given = case["input"]
    assert decomposition.decomposed(given["pi"], given["P"], given["L"]) == close(case["expect"])


@cases("rule_and_choice")
def test_rule_and_choice(case: dict[str, Any]) -> None:
    rows = case["input"]["cases"]
    letter = "A" if "p_A" in rows[0] else "S"
    found = decomposition.where_from(
        [
            Decided(
                first=float(row["first"] == letter),
                chosen=float(row["chosen"] == letter),
                expected=row[f"p_{letter}"],
                weight=row["weight"],
                staff_share=0.5,
            )
            for row in rows
        ]
    )
    assert found is not None
    wanted = case["expect"]
    assert (found.rule, found.choice, found.allocation) == close(
        (wanted["rule"], wanted["choice"], wanted["allocation"])
    )


@cases("cross_service", swap=False)
def test_cross_service(case: dict[str, Any]) -> None:
    desk_of, opposite = {"sq": "albanian", "sr": "serbian"}, {"albanian": "serbian", "serbian": "albanian"}
    rows = []
    for row in case["input"]["cases"]:
        if row["language"] in desk_of:
            own, able = desk_of[row["language"]], row["could_lead_fte"]
            rows.append(Crossing(crossed=row["lead_wing"] != own, expected=able[opposite[own]] / sum(able.values())))
    n, crossed, expected = measures.cross_service(rows)
    assert crossed is not None
    wanted = case["expect"]
    assert (n, crossed, expected) == close((wanted["n"], wanted["crossed"], wanted["expected_crossed"]))
    assert 1 - crossed == close(wanted["same_desk"])


@cases("e_value_tilt", swap=False)
def test_tilt_evidence_and_its_mirror(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    if "e" not in wanted:
        path = evidence.tilt_path([1.0] * 20, [0.5] * 20)
        assert int(np.argmax(path >= 20)) + 1 == wanted["first_case_at_20"]
        assert int(np.argmax(path >= 100)) + 1 == wanted["first_case_at_100"]
        for n in (12, 13, 16, 17):
            assert path[n - 1] == close(wanted[f"e_at_{n}"])
        return
    assert evidence.tilt(given["x"], given["p"]) == close(wanted["e"])
    mirror = evidence.tilt([1 - x for x in given["x"]], [1 - p for p in given["p"]])
    assert mirror == close(wanted["e"])


@cases("e_value_betting", swap=False)
def test_betting_evidence_and_its_mirror(case: dict[str, Any]) -> None:
    assert evidence.betting(case["input"]["y"]) == close(case["expect"]["e"])
    assert evidence.betting([-y for y in case["input"]["y"]]) == close(case["expect"]["e"])


@cases("e_value_office", swap=False)
def test_evidence_of_the_office(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    found = evidence.office_path(given["x"], given["p"], given["u"])
    assert found.tilt_all[-1] == close(wanted["tilt_all"])
    assert found.betting_all[-1] == close(wanted["betting_all"])
    assert found.tilt_large[-1] == close(wanted["tilt_large"])
    assert found.office[-1] == close(wanted["office"])
    rows = [LedCase(led=x, expected=p, weight=u) for x, p, u in zip(*(given[k] for k in "xpu"), strict=True)]
    mirror = [LedCase(led=1 - (r.led or 0), expected=1 - (r.expected or 0), weight=r.weight) for r in rows]
    assert evidence.watch({"A": rows, "S": mirror}).e == close(wanted["office"])
    assert sum(u >= measures.LARGE for u in given["u"]) == wanted["large_cases"]


@cases("e_value_beta_mixture", swap=False)
def test_the_mixture_that_tilts_are_compared_with(case: dict[str, Any]) -> None:
    from math import exp, log

    from scipy.special import betaln

    k, n, p0, a, b = (case["input"][name] for name in ("k", "n", "p0", "a", "b"))
    mixture = exp(betaln(a + k, b + n - k) - betaln(a, b) - k * log(p0) - (n - k) * log(1 - p0))
    assert mixture == close(case["expect"]["e"])


@cases("cusum", swap=False)
def test_early_warning_by_cusum(case: dict[str, Any]) -> None:
    found = evidence.cusum(case["input"]["x"])
    assert found.up == close(case["expect"]["path"])
    assert found.reached is None
    ones = evidence.cusum([1] * 40)
    assert ones.reached is not None
    assert ones.reached + 1 == case["expect"]["all_ones_reach_limit_at"]
    mirror = evidence.cusum([1 - x for x in case["input"]["x"]])
    assert (mirror.up, mirror.down) == (found.down, found.up)


@cases("holm", swap=False)
def test_one_family_of_tests(case: dict[str, Any]) -> None:
    assert permutation.holm(case["input"]["p"]) == close(case["expect"]["adjusted"])


@cases("exposure")
def test_exposure_and_its_test(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    found = exposure.exposures(given["pools"], given["lists"])
    for name, values in (("exposure", found.exposure), ("opportunity", found.opportunity)):
        assert values == close(wanted[name])
    declared = {key: [letter] for key, letter in given["community"].items()}
    for letter in ("A", "S"):
        assert exposure.exposure_ratio(letter, found, declared) == close(wanted["exposure_ratio"][letter])
    letter = "S" if "statistic_S" in wanted else "A"
    above = {key: found.exposure[key] - found.opportunity[key] for key in declared}
    members = {key: float(letter in codes) for key, codes in declared.items()}
    _names, values, label, strata = in_strata(above, members, given.get("stratum"))
    test, _sums = sums_test(values[:, None], label, strata, draws=999, seed=0)
    assert test.statistic == close(wanted[f"statistic_{letter}"])
    assert test.mean == close(wanted["permutation_mean"])
    assert (test.arrangements, test.p) == (wanted["arrangements"], close(wanted["p_value"]))


@cases("top_list_group_bounds", swap=False)
def test_least_members_among_the_first_places(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    least, broken = exposure.top_list_bounds(given["places"], given["p"], given["alpha"])
    assert least == wanted["least"]
    assert broken == close(wanted.get("fair_list_breaks_it", 0.0))


@cases("power", swap=False)
def test_what_a_number_of_cases_can_find(case: dict[str, Any]) -> None:
    n, wanted = case["input"]["n"], case["expect"]
    assert list(intervals.accepted_counts(n)) == wanted["accepted_counts"]
    assert intervals.size_of_test(n) == close(wanted["size"])
    assert intervals.smallest_share_found(n) == close(wanted["smallest_share_found_80"])


@cases("least_n_to_call_balanced", swap=False)
def test_cases_it_takes_to_say_yes(case: dict[str, Any]) -> None:
    n, wanted = intervals.least_n_within(case["input"]["half_width"]), case["expect"]
    assert n == wanted["least_n"]
    assert intervals.wilson(n / 2, n) == close(wanted["wilson90_at_half"])
    assert intervals.wilson((n - 2) / 2, n - 2) == close(wanted["wilson90_two_fewer"])


@cases("outcome_sample_size", swap=False)
def test_businesses_it_takes_to_tell_two_rates_apart(case: dict[str, Any]) -> None:
    given, n = case["input"], case["expect"]["n_per_group"]
    assert intervals.outcome_sample_size(given["p1"], given["p2"]) == n
    assert intervals.outcome_sample_size(given["p2"], given["p1"]) == n


@cases("band_position", swap=False)
def test_position_in_an_agreed_range(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    interval, place = measures.band_position(
        given["led_by_group"], given["undeclared"], given["n"], tuple(given["band"])
    )
    assert interval == close(wanted["interval"])
    assert place == wanted["within"]


def test_a_range_and_its_mirror_have_the_same_place() -> None:
    for led, undeclared, n in ((33, 0, 66), (50, 4, 104), (90, 0, 120)):
        interval, place = measures.band_position(led, undeclared, n, (0.4, 0.6))
        mirror, mirrored = measures.band_position(n - led - undeclared, undeclared, n, (0.4, 0.6))
        assert mirrored == place
        assert mirror == pytest.approx((1 - interval[1], 1 - interval[0]))
