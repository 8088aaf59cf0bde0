"""What a gate record, a target and a joint weight must be (balance G1-G4, section 10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from iso_portal.balance.domain import gates, periods
from iso_portal.balance.domain.gates import Aim, Approver, GateBasis, State, Target

TODAY = date(2026, 11, 25)
SOUND = GateBasis(
    kind="legal",
    purpose="Monitoring",
    basis="Law 06/L-082, Article 5",
    document="basis.pdf",
    impact_assessment="DPIA-7",
    recorded_on=TODAY,
    expires_on=date(2027, 11, 25),
    requester="r",
    approvers=(Approver(key="a", wing="sq"), Approver(key="b", wing="sr")),
)
TARGET = Target(
    aim=Aim.PORTFOLIO_SHARE,
    low=0.4,
    high=0.6,
    author="a",
    reason="Agreed for the year",
    begins_on=TODAY,
    expires_on=date(2027, 6, 30),
    community="serb",
)


def test_a_complete_record_opens_a_gate() -> None:
    assert gates.gate_errors(SOUND, TODAY, demo=False) == {}
    assert gates.state(SOUND, TODAY, demo=False) is State.OPEN


@pytest.mark.parametrize(
    ("change", "field", "wrong"),
    [
        ({"purpose": " "}, "purpose", "missing"),
        ({"basis": ""}, "basis", "missing"),
        ({"document": ""}, "document", "missing"),
        ({"impact_assessment": ""}, "impact_assessment", "missing"),
        ({"requester": ""}, "requester", "missing"),
        ({"expires_on": None}, "expires_on", "missing"),
        ({"expires_on": date(2026, 11, 24)}, "expires_on", "past"),
        ({"expires_on": date(2027, 11, 26)}, "expires_on", "too_long"),
        ({"kind": "demonstration"}, "kind", "demonstration"),
        ({"approvers": ()}, "approvers", "not_two"),
        ({"approvers": SOUND.approvers[:1]}, "approvers", "not_two"),
        ({"approvers": (SOUND.approvers[0],) * 2}, "approvers", "same_person"),
        ({"approvers": (Approver(key="a", wing="sq"), Approver(key="b", wing="sq"))}, "approvers", "one_wing"),
        ({"approvers": (Approver(key="a", wing="sq"), Approver(key="b", wing=""))}, "approvers", "one_wing"),
        ({"requester": "a"}, "approvers", "requester"),
    ],
)
def test_what_keeps_a_gate_closed_is_named_by_field(change: dict[str, Any], field: str, wrong: str) -> None:
    record = replace(SOUND, **change)
    assert gates.gate_errors(record, TODAY, demo=False) == {field: wrong}
    assert gates.state(record, TODAY, demo=False) is not State.OPEN


def test_a_demonstration_opens_in_the_demo_alone() -> None:
    record = replace(SOUND, kind="demonstration")
    assert gates.state(record, TODAY, demo=True) is State.OPEN
    assert gates.state(record, TODAY, demo=False) is State.CLOSED


def test_a_gate_closes_by_itself_after_its_last_day() -> None:
    assert gates.state(SOUND, date(2027, 11, 25), demo=False) is State.OPEN
    assert gates.state(SOUND, date(2027, 11, 26), demo=False) is State.EXPIRED
    assert gates.state(replace(SOUND, kind="demonstration"), date(2027, 11, 26), demo=False) is State.CLOSED
    assert gates.state(SOUND, TODAY, demo=False, closed=True) is State.CLOSED
    assert gates.state(None, TODAY, demo=True) is State.CLOSED
    assert gates.destroyed_on(date(2026, 1, 1)) == date(2026, 4, 1)


def test_letters_go_out_sixty_thirty_and_seven_days_before() -> None:
    due = {
        days: gates.letter_due(date(2027, 3, 1), date.fromordinal(date(2027, 3, 1).toordinal() - days))
        for days in range(70)
    }
    assert {days for days, found in due.items() if found is not None} == {60, 30, 7}


def test_twelve_months_after_a_leap_day() -> None:
    assert gates.twelve_months_after(date(2028, 2, 29)) == date(2029, 2, 28)


def test_assignment_never_opens_while_collection_is_closed() -> None:
    assert gates.may_open_assignment(State.OPEN, {})
    assert not gates.may_open_assignment(State.EXPIRED, {})
    assert not gates.may_open_assignment(State.OPEN, {"purpose": gates.Wrong.MISSING})


@pytest.mark.parametrize(
    ("change", "field", "wrong"),
    [
        ({"low": 0.7}, "low", "low_over_high"),
        ({"low": -0.1}, "low", "outside"),
        ({"high": 1.1}, "high", "outside"),
        ({"high": float("nan")}, "high", "outside"),
        ({"reason": ""}, "reason", "missing"),
        ({"author": ""}, "author", "missing"),
        ({"reason": "because of ISO-2026-000123"}, "reason", "names_a_case"),
        ({"community": "unknown"}, "community", "unknown"),
        ({"aim": Aim.JOINT_RATE}, "community", "unknown"),
        ({"expires_on": date(2026, 11, 1)}, "expires_on", "past"),
        ({"expires_on": date(2028, 1, 1)}, "expires_on", "too_long"),
    ],
)
def test_what_is_wrong_with_a_target_is_named_by_field(change: dict[str, Any], field: str, wrong: str) -> None:
    assert gates.target_errors(TARGET, TODAY, tracked=("albanian", "serb")) == {}
    assert gates.target_errors(replace(TARGET, **change), TODAY, tracked=("albanian", "serb")) == {field: wrong}


def test_a_load_ratio_may_lie_above_one() -> None:
    load = replace(TARGET, aim=Aim.LOAD_RATIO, community="", low=1 / 1.2, high=1.2)
    assert gates.target_errors(load, TODAY, tracked=("albanian",)) == {}
    assert load.middle == pytest.approx((1 / 1.2 + 1.2) / 2)


def test_ranges_of_shares_must_be_able_to_add_to_one() -> None:
    assert gates.ranges_error({"a": (0.6, 0.7), "b": (0.5, 0.6)}, everybody=False) == "cannot_add_up"
    assert gates.ranges_error({"a": (0.1, 0.2), "b": (0.1, 0.3)}, everybody=True) == "cannot_add_up"
    assert gates.ranges_error({"a": (0.1, 0.2), "b": (0.1, 0.3)}, everybody=False) is None
    assert gates.ranges_error({"a": (0.4, 0.6), "b": (0.4, 0.6)}, everybody=True) is None
    assert gates.ranges_error({}, everybody=True) is None


def test_proposed_ranges_lie_around_the_staff_share() -> None:
    assert gates.proposed_range(Aim.PORTFOLIO_SHARE, 0.95) == pytest.approx((0.85, 1.0))
    assert gates.proposed_range(Aim.EXPOSURE_SHARE, 0.05) == pytest.approx((0.0, 0.15))
    assert gates.proposed_range(Aim.JOINT_RATE, 0.5) is None
    assert gates.proposed_range(Aim.LOAD_RATIO) == (1 / 1.2, 1.2)


@pytest.mark.parametrize(
    ("weight", "wrong"), [(0, None), (100, None), (-1, "outside"), (101, "outside"), (float("nan"), "outside")]
)
def test_a_joint_weight_lies_between_0_and_100(weight: float, wrong: str | None) -> None:
    assert gates.joint_weight_error(weight) == wrong


def test_the_panel_takes_whole_people() -> None:
    assert gates.panel_errors(6, 6) == {}
    assert gates.panel_errors(0, 2.5) == {"first": "not_whole", "second": "not_whole"}
    assert gates.panel_errors(-3, float("nan")) == {"first": "not_whole", "second": "not_whole"}


def test_periods_of_the_calendar() -> None:
    assert (periods.quarter_of(TODAY), periods.half_year_of(TODAY)) == ("2026-Q4", "2026-H2")
    assert periods.next_quarter(TODAY) == date(2027, 1, 1)
    assert periods.next_quarter(date(2026, 1, 1)) == date(2026, 4, 1)
    assert periods.next_half_year(date(2026, 6, 30)) == date(2026, 7, 1)
    assert periods.next_half_year(date(2026, 7, 1)) == date(2027, 1, 1)
