"""What a gate record, a range and a joint weight must be (balance G1-G4, section 10)."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest

from iso_portal.balance.domain import gates, periods
from iso_portal.balance.domain.gates import Fault, GateBasis, Key, State, Target
from iso_portal.balance.domain.policy import TargetOf

TODAY = date(2026, 11, 25)
BOTH = ("albanian", "serb")
WHOLE = {
    "purpose": "To see whether work is shared evenly",
    "basis": "Law 06/L-082, article 8",
    "document": "Decision 4/2026, registry 12",
    "assessment": "DPIA-2026-3",
    "kind": "legal",
}


def basis(**changes: Any) -> GateBasis:
    values: dict[str, Any] = {
        **WHOLE,
        "assessed_on": date(2026, 10, 1),
        "expires_on": date(2027, 6, 30),
    }
    return GateBasis(**values | changes)


def target(**changes: Any) -> Target:
    values: dict[str, Any] = {
        "what": TargetOf.PORTFOLIO_SHARE,
        "community": "serb",
        "low": 0.4,
        "high": 0.6,
        "reason": "agreed",
        "expires_on": date(2027, 6, 30),
    }
    return Target(**values | changes)


def faults(one: Target, **others: tuple[float, float]) -> dict[str, Fault]:
    return gates.target_errors(one, others=others, tracked=BOTH, today=TODAY)


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("purpose", "", Fault.MISSING),
        ("basis", "", Fault.MISSING),
        ("document", "", Fault.MISSING),
        ("assessment", "", Fault.MISSING),
        ("assessed_on", None, Fault.MISSING),
        ("assessed_on", date(2026, 11, 26), Fault.NOT_YET),
        ("expires_on", None, Fault.MISSING),
        ("expires_on", TODAY, Fault.PAST),
        ("expires_on", date(2027, 11, 26), Fault.TOO_LONG),
    ],
)
def test_a_basis_names_the_field_that_is_wrong(field: str, value: Any, fault: Fault) -> None:
    assert gates.gate_errors(basis(**{field: value}), today=TODAY, demo=False) == {field: fault}


def test_a_whole_basis_is_good_up_to_twelve_months_and_a_demonstration_in_the_demo_alone() -> None:
    assert gates.gate_errors(basis(expires_on=date(2027, 11, 25)), today=TODAY, demo=False) == {}
    assert gates.latest_expiry(date(2028, 2, 29)) == date(2029, 2, 28)
    assert gates.gate_errors(basis(kind="demonstration"), today=TODAY, demo=True) == {}
    assert gates.gate_errors(basis(kind="demonstration"), today=TODAY, demo=False) == {"kind": Fault.DEMONSTRATION}


@pytest.mark.parametrize(
    ("key", "first", "requester", "fault"),
    [
        (Key(person=1, wing="sq"), None, 9, None),
        (Key(person=1, wing=None), None, 9, Fault.NO_WING),
        (Key(person=9, wing="sq"), None, 9, Fault.REQUESTER),
        (Key(person=1, wing="sq"), Key(person=1, wing="sq"), 9, Fault.SAME_PERSON),
        (Key(person=2, wing="sq"), Key(person=1, wing="sq"), 9, Fault.SAME_WING),
        (Key(person=2, wing="sr"), Key(person=1, wing="sq"), 9, None),
        (Key(person=9, wing="sr"), Key(person=1, wing="sq"), None, None),
    ],
)
def test_keys_belong_to_two_people_of_two_wings_and_never_to_who_asked(
    key: Key, first: Key | None, requester: object | None, fault: Fault | None
) -> None:
    assert gates.key_error(key, first=first, requester=requester) == fault


@pytest.mark.parametrize(
    ("left", "sent", "due"),
    [(61, None, None), (60, None, 60), (60, 60, None), (45, None, 60), (30, 60, 30), (20, 30, None), (7, 30, 7),
     (0, 7, None), (0, None, 7), (-1, None, None), (5, 60, 7)],
)  # fmt: skip
def test_letters_leave_60_30_and_7_days_before_and_each_once(left: int, sent: int | None, due: int | None) -> None:
    assert gates.letter_due(TODAY + timedelta(days=left), TODAY, sent=sent) == due


@pytest.mark.parametrize(
    ("changes", "demo", "state"),
    [
        ({}, False, State.OPEN),
        ({"opened": False}, False, State.CLOSED),
        ({"closed": True}, False, State.CLOSED),
        ({"expires_on": TODAY}, False, State.OPEN),
        ({"expires_on": TODAY - timedelta(days=1)}, False, State.EXPIRED),
        ({"kind": "demonstration"}, False, State.CLOSED),
        ({"kind": "demonstration"}, True, State.OPEN),
    ],
)
def test_a_gate_holds_through_its_last_day(changes: dict[str, Any], demo: bool, state: State) -> None:
    record: dict[str, Any] = {"opened": True, "closed": False, "expires_on": TODAY, "kind": "legal"}
    assert gates.state(**record | changes, today=TODAY, demo=demo) is state


@pytest.mark.parametrize(
    ("changes", "others", "found"),
    [
        ({}, {}, {}),
        ({}, {"albanian": (0.4, 0.6)}, {}),
        ({"low": 0.6, "high": 0.4}, {}, {"low": Fault.ORDER}),
        ({"low": -0.1}, {}, {"low": Fault.OUTSIDE}),
        ({"high": 1.1}, {}, {"high": Fault.OUTSIDE}),
        ({"high": math.nan}, {}, {"high": Fault.OUTSIDE}),
        ({"low": None}, {}, {"low": Fault.MISSING}),
        ({"low": 0.6, "high": 0.9}, {"albanian": (0.5, 0.6)}, {"low": Fault.SUM}),
        ({"low": 0.1, "high": 0.3}, {"albanian": (0.5, 0.6)}, {"high": Fault.SUM}),
        ({"reason": " "}, {}, {"reason": Fault.MISSING}),
        ({"reason": "for ISO-2026-000123"}, {}, {"reason": Fault.NAMES_A_CASE}),
        ({"community": ""}, {}, {"community": Fault.COMMUNITY}),
        ({"community": "gorani"}, {}, {"community": Fault.NOT_TRACKED}),
        ({"what": TargetOf.JOINT_RATE}, {}, {"community": Fault.NO_COMMUNITY}),
        ({"what": TargetOf.JOINT_RATE, "community": ""}, {}, {}),
        ({"what": TargetOf.LOAD_RATIO, "community": "", "low": 0.8, "high": 1.25}, {}, {}),
        ({"what": TargetOf.LOAD_RATIO, "community": "", "low": 0.9, "high": 1.25}, {}, {"low": Fault.ONE_WAY}),
        ({"what": TargetOf.LOAD_RATIO, "community": "", "low": 0.0, "high": 1.2}, {}, {"low": Fault.OUTSIDE}),
        ({"expires_on": TODAY}, {}, {"expires_on": Fault.PAST}),
        ({"expires_on": date(2028, 1, 1)}, {}, {"expires_on": Fault.TOO_LONG}),
    ],
)
def test_a_range_names_the_field_that_is_wrong(
    changes: dict[str, Any], others: dict[str, tuple[float, float]], found: dict[str, Fault]
) -> None:
    assert faults(target(**changes), **others) == found


@pytest.mark.parametrize("low", [0.1, 0.4, 0.6])
@pytest.mark.parametrize("high", [0.3, 0.6, 0.9])
def test_swapping_two_communities_changes_nothing_about_a_range(low: float, high: float) -> None:
    one = faults(target(community="serb", low=low, high=high), albanian=(0.5, 0.6))
    other = faults(target(community="albanian", low=low, high=high), serb=(0.5, 0.6))
    assert one == other


@pytest.mark.parametrize(("weight", "fault"), [(0, None), (100, None), (-0.1, Fault.OUTSIDE), (100.1, Fault.OUTSIDE),
                                              (None, Fault.MISSING), (math.nan, Fault.OUTSIDE)])  # fmt: skip
def test_a_joint_weight_lies_between_0_and_100(weight: float | None, fault: Fault | None) -> None:
    assert gates.joint_weight_error(weight) == fault


@pytest.mark.parametrize("number", [0, -3, 2.5, math.nan, None, True, 1001])
def test_the_panel_takes_whole_people(number: object) -> None:
    assert gates.panel_errors(6, 6) == {}
    assert gates.panel_errors(number, 6) == {"first": Fault.PEOPLE}
    assert gates.panel_errors(6, number) == {"second": Fault.PEOPLE}


def test_sealed_records_of_a_closed_gate_stay_for_90_days() -> None:
    assert gates.destroy_on(date(2026, 1, 1)) == date(2026, 4, 1)


def test_periods_of_the_calendar() -> None:
    assert (periods.quarter_of(TODAY), periods.half_year_of(TODAY)) == ("2026-Q4", "2026-H2")
    assert periods.next_quarter(TODAY) == date(2027, 1, 1)
    assert periods.next_quarter(date(2026, 1, 1)) == date(2026, 4, 1)
    assert periods.next_half_year(date(2026, 6, 30)) == date(2026, 7, 1)
    assert periods.next_half_year(date(2026, 7, 1)) == date(2027, 1, 1)
