"""The worked vectors of the balance spec, each also with the two communities swapped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from iso_portal.balance.domain import decomposition, feasibility, measures
from iso_portal.balance.domain.measures import Crossing, LedCase
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, propose

CLOSE = 1e-6


def cases_of(shared: Path, group: str) -> list[dict[str, Any]]:
    groups = json.loads((shared / "balance" / "vectors.json").read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = next(entry["cases"] for entry in groups if entry["id"] == group)
    assert found
    return found


def swapped(value: Any) -> Any:
    """Return the value with the communities A and S exchanged."""
    if isinstance(value, dict):
        return {key: swapped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [swapped(inner) for inner in value]
    return {"A": "S", "S": "A"}.get(value, value) if isinstance(value, str) else value


def test_joint_teams(shared_data: Path) -> None:
    for case in cases_of(shared_data, "joint_team"):
        for given in (case["input"], swapped(case["input"])):
            assert measures.is_joint(given["lead"], given["co_lead"]) is case["expect"]["joint"]


def test_joint_rate(shared_data: Path) -> None:
    for case in cases_of(shared_data, "joint_rate"):
        rate = measures.joint_rate(**case["input"])
        assert rate.rate == pytest.approx(case["expect"]["joint_rate"], abs=CLOSE)
        assert rate.bounds == pytest.approx(case["expect"]["bounds"], abs=CLOSE)
        assert rate.n == case["expect"]["n"]


def test_expected_share_of_a_case(shared_data: Path) -> None:
    for case in cases_of(shared_data, "expected_share_of_a_case"):
        for swap in (False, True):
            given = swapped(case["input"]) if swap else case["input"]
            fte = {person["id"]: person["fte"] for person in given["people"]}
            declared = {person["id"]: person["declared"] for person in given["people"]}
            for community, other in (("A", "S"), ("S", "A")):
                wanted = case["expect"][f"p_{other if swap else community}"]
                share = measures.expected_share(community, fte, declared, given["could_lead"])
                assert share == (None if wanted is None else pytest.approx(wanted, abs=CLOSE))


def test_portfolio(shared_data: Path) -> None:
    for case in cases_of(shared_data, "portfolio"):
        given, wanted = case["input"], case["expect"]
        expected = {"A": lambda p: p, "S": lambda p: 1 - p}[given["community"]]
        rows = [
            LedCase(
                led=None if row["lead"] is None else float(row["lead"] == given["community"]),
                expected=expected(row["p_A"]),
                weight=row["weight"],
            )
            for row in given["cases"]
        ]
        for name, weighted in (("count", False), ("weighted", True)):
            found = measures.portfolio(rows, weighted=weighted)
            assert found.share == pytest.approx(wanted[f"share_{name}"], abs=CLOSE)
            assert found.expected == pytest.approx(wanted[f"expected_{name}"], abs=CLOSE)
            assert found.allocation == pytest.approx(wanted[f"allocation_gap_{name}"], abs=CLOSE)
            assert found.ledger == pytest.approx(wanted[f"ledger_{name}"], abs=CLOSE)
            assert found.bounds == pytest.approx(wanted[f"bounds_{name}"], abs=CLOSE)
            assert (found.n, found.undeclared) == (wanted["n"], wanted["undeclared"])


def test_bounds_of_undeclared_work(shared_data: Path) -> None:
    for case in cases_of(shared_data, "undeclared_bounds"):
        given, wanted = case["input"], case["expect"]
        for community in ("A", "S"):
            rows = [
                LedCase(led=float(own == community), expected=0.5, weight=1)
                for own in ("A", "S")
                for _ in range(given[own])
            ]
            rows += [LedCase(led=None, expected=0.5, weight=1)] * given["undeclared"]
            found = measures.portfolio(rows, weighted=False)
            assert (measures.unstated(found.n, found.bounds) is None) is wanted["can_be_stated"]
            if community == "A":
                assert found.share == pytest.approx(wanted["share_among_declared"], abs=CLOSE)
                assert found.bounds == pytest.approx(wanted["bounds"], abs=CLOSE)


def test_wilson_intervals(shared_data: Path) -> None:
    for case in cases_of(shared_data, "binomial"):
        given, wanted = case["input"], case["expect"]
        assert measures.wilson(given["k"], given["n"], 0.95) == pytest.approx(wanted["wilson95"], abs=CLOSE)
        assert measures.wilson(given["k"], given["n"], 0.90) == pytest.approx(wanted["wilson90"], abs=CLOSE)


def test_position_in_an_agreed_range(shared_data: Path) -> None:
    for case in cases_of(shared_data, "band_position"):
        given, wanted = case["input"], case["expect"]
        interval, within = measures.band_position(
            given["led_by_group"], given["undeclared"], given["n"], tuple(given["band"])
        )
        assert interval == pytest.approx(wanted["interval"], abs=CLOSE)
        assert within == wanted["within"]


def test_decomposition(shared_data: Path) -> None:
    for case in cases_of(shared_data, "decomposition"):
        given = case["input"]
        assert decomposition.decomposed(given["pi"], given["P"], given["L"]) == pytest.approx(case["expect"], abs=CLOSE)


def test_workload(shared_data: Path) -> None:
    for case in cases_of(shared_data, "workload"):
        loads = {
            key: (0.65 * sum(one["lead"]) + 0.35 * sum(one["co"])) / one["fte"]
            for key, one in case["input"]["people"].items()
        }
        found = measures.spread(loads)
        assert found is not None
        assert found.loads == pytest.approx(case["expect"]["load"], abs=CLOSE)
        assert found.mean == pytest.approx(case["expect"]["mean"], abs=CLOSE)
        assert found.spread == pytest.approx(case["expect"]["spread"], abs=CLOSE)
        assert found.variation == pytest.approx(case["expect"]["cv_population"], abs=CLOSE)


def test_cross_service(shared_data: Path) -> None:
    desk_of, other = {"sq": "albanian", "sr": "serbian"}, {"albanian": "serbian", "serbian": "albanian"}
    for case in cases_of(shared_data, "cross_service"):
        rows = []
        for row in case["input"]["cases"]:
            if row["language"] in desk_of:
                own = desk_of[row["language"]]
                able = row["could_lead_fte"]
                rows.append(Crossing(crossed=row["lead_wing"] != own, expected=able[other[own]] / sum(able.values())))
        n, crossed, expected = measures.cross_service(rows)
        assert n == case["expect"]["n"]
        assert crossed == pytest.approx(case["expect"]["crossed"], abs=CLOSE)
        assert expected == pytest.approx(case["expect"]["expected_crossed"], abs=CLOSE)


def test_what_even_joint_work_would_mean(shared_data: Path) -> None:
    for case in cases_of(shared_data, "structural_feasibility"):
        found, wanted = feasibility.panel(case["input"]["n_A"], case["input"]["n_S"]), case["expect"]
        assert found.max_joint_rate == pytest.approx(wanted["max_joint_rate_equal_roles"], abs=CLOSE)
        assert found.load_ratio == pytest.approx(wanted["load_ratio_S_over_A_all_joint"], abs=CLOSE)
        assert found.lead_share == pytest.approx(wanted["lead_share_S_for_equal_load"], abs=CLOSE)
        assert found.possible is wanted["possible"]


def test_costs_of_language_paired_proposals(shared_data: Path) -> None:
    case = next(c for c in cases_of(shared_data, "assignment_cost") if c["name"] == "language-paired")
    given = case["input"]
    staff = [
        Colleague(
            key=one["id"],
            languages=frozenset(one["languages"]),
            sections=frozenset(one["skills"]),
            fte=1,
            booked=one["C"],
            open=one["O"],
            led=one["lead"],
        )
        for one in given["people"]
    ]
    need = CaseNeed(key="c", language=given["case_language"], section=given["sector"], weight=given["weight"])
    found = propose(need, staff)
    assert [(pair.lead.key, pair.co_lead.key) for pair in found.pairs] == [
        (row["lead"], row["co_lead"]) for row in case["expect"]["ranked"]
    ]
    for pair, row in zip(found.pairs, case["expect"]["ranked"], strict=True):
        assert (pair.load, pair.open, pair.leading, pair.cost) == pytest.approx(
            (row["load"], row["open"], row["lead_work"], row["cost"]), abs=CLOSE
        )
    assert len(found.first) == 3
    assert len({frozenset((pair.lead.key, pair.co_lead.key)) for pair in found.first}) == 3
