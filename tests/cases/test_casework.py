"""Work on a case: moves through gates, answers stop clocks, nothing changes unseen (casework K1-K10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.cases import queries, service
from iso_portal.cases.domain import (
    MOVES,
    CaseFacts,
    CloseReason,
    EntryKind,
    GateClosed,
    Missing,
    Refusal,
    Stage,
    Stale,
    Status,
    missing_for,
    weight_of,
)
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.letters.models import Letter
from tests import factories
from tests.conftest import counted_queries, signed_in

READY = CaseFacts(
    sectors=1,
    project_type=True,
    size_or_need=True,
    timeline=True,
    screened=True,
    lead=True,
    co_lead=True,
    accepted_matches=1,
    investor_shares=True,
    business_shares=True,
    outcome_level=3,
)


def kinds(case: Case) -> list[str]:
    return [entry.kind.value for entry in queries.timeline(case.id)]


def opened() -> Case:
    return queries.get(factories.case().id)


@pytest.mark.parametrize(
    ("stage", "changes", "code"),
    [
        (Stage.QUALIFIED, {"sectors": 0}, Missing.SECTOR),
        (Stage.QUALIFIED, {"project_type": False}, Missing.PROJECT_TYPE),
        (Stage.QUALIFIED, {"size_or_need": False}, Missing.SIZE_OR_NEED),
        (Stage.QUALIFIED, {"timeline": False}, Missing.TIMELINE),
        (Stage.QUALIFIED, {"screened": False}, Missing.SCREENING),
        (Stage.MATCHING, {"co_lead": False}, Missing.TEAM),
        (Stage.INTRODUCED, {"accepted_matches": 0}, Missing.ACCEPTED_MATCH),
        (Stage.INTRODUCED, {"investor_shares": False}, Missing.INVESTOR_CONSENT),
        (Stage.INTRODUCED, {"business_shares": False}, Missing.BUSINESS_CONSENT),
        (Stage.VERIFYING, {"outcome_level": None}, Missing.OUTCOME),
        (Stage.LANDED, {"outcome_level": 2}, Missing.CONFIRMED_OUTCOME),
    ],
)
def test_each_gate_asks_for_its_facts(stage: Stage, changes: dict[str, Any], code: Missing) -> None:
    assert missing_for(stage, READY) == []
    assert missing_for(stage, CaseFacts(**vars(READY) | changes)) == [code]


def test_every_stage_can_be_reached_from_received() -> None:
    reached, waiting = {Stage.RECEIVED}, [Stage.RECEIVED]
    while waiting:
        fresh = set(MOVES[waiting.pop()]) - reached
        reached |= fresh
        waiting += fresh
    assert reached == set(Stage)


@pytest.mark.parametrize(
    ("band", "kind", "weight"),
    [("<100k", "contract_sourcing", "0.5"), ("100-500k", "greenfield", "1.5"), ("0.5-1m", "expansion", "2.5"),
     (">10m", "joint_venture", "6"), (None, "services_outsourcing", "1")],
)  # fmt: skip
def test_weights_are_halves_rounded_up(band: str | None, kind: str, weight: str) -> None:
    assert weight_of(band, kind) == Decimal(weight)


def test_a_case_moves_when_its_gate_is_open_and_says_what_is_missing_when_not(session: scoped_session[Any]) -> None:
    case, officer = opened(), factories.person()
    with pytest.raises(GateClosed) as closed:
        service.move(case, Stage.QUALIFIED, by=officer)
    assert closed.value.missing == [Missing.SCREENING]
    service.record_screening(case, clear=True, note="Lists of today.", by=officer)
    db.session.flush()
    service.move(case, Stage.QUALIFIED, by=officer)
    assert {"inquiry.qualified", "stage.moved"} <= set(kinds(case))
    with pytest.raises(Refusal):
        service.move(case, Stage.LANDED, by=officer)


def test_a_corrected_qualification_no_longer_counts(session: scoped_session[Any]) -> None:
    case, officer = opened(), factories.person("manager")
    service.record_screening(case, clear=True, note="Lists of today.", by=officer)
    db.session.flush()
    service.move(case, Stage.QUALIFIED, by=officer)
    db.session.flush()
    with pytest.raises(Refusal):
        service.correct_stage(case, Stage.RECEIVED, by=officer, reason=" ")
    service.correct_stage(case, Stage.RECEIVED, by=officer, reason="wrong case")
    db.session.flush()
    voided = db.session.scalars(sa.select(Entry).where(Entry.voids_id.is_not(None))).one()
    assert db.session.get(Entry, voided.voids_id).kind is EntryKind.INQUIRY_QUALIFIED  # type: ignore[union-attr]  # there


def test_a_stale_page_changes_nothing(session: scoped_session[Any]) -> None:
    case, officer = opened(), factories.person()
    with pytest.raises(Stale):
        service.change_status(case, Status.DORMANT, by=officer, version=case.version + 1)
    assert case.status is Status.ONGOING


def test_closing_needs_a_reason_and_spam_leaves_the_count(session: scoped_session[Any]) -> None:
    case, officer = opened(), factories.person()
    with pytest.raises(Refusal):
        service.change_status(case, Status.CLOSED, by=officer)
    service.change_status(case, Status.CLOSED, by=officer, close_reason=CloseReason.SPAM)
    db.session.flush()
    assert "inquiry.spam" in kinds(case)


def test_the_first_substantive_message_stops_the_clock_once_and_leaves_as_a_letter(
    session: scoped_session[Any],
) -> None:
    case, officer = opened(), factories.person()
    service.send_message(case, "We look into it.", by=officer, substantive=False)
    assert case.answered_at is None
    service.send_message(case, "Here is our answer.", by=officer)
    service.send_message(case, "And more.", by=officer)
    db.session.flush()
    assert kinds(case).count("reply.first") == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 3


def test_a_message_from_the_investor_wakes_a_waiting_case(session: scoped_session[Any]) -> None:
    case, officer = opened(), factories.person()
    service.change_status(case, Status.WAITING, by=officer, reason="for papers")
    service.receive_message(case, "Here they are.", language="en")
    assert case.status is Status.ONGOING


def test_the_page_keeps_what_was_typed_when_it_is_refused(app: Flask) -> None:
    with app.app_context():
        case_id = factories.case().id
        db.session.commit()
    officer = signed_in(app, "officer")
    answer = officer.post(f"/cases/{case_id}/tasks", data={"title": "Ring Ute Šarić", "due_on": "no day"})
    assert answer.status_code == 422
    assert "Ring Ute Šarić" in answer.text
    stale = officer.post(
        f"/cases/{case_id}/status", data={"status": "dormant", "version": "99", "reason": "kept words"}
    )
    assert stale.status_code == 409
    assert "kept words" in stale.text
    for address, data in (
        ("notes", {"text": "Internal."}),
        ("calls", {"text": "Called.", "substantive": "y"}),
        ("messages", {"text": "Hello."}),
        ("tasks", {"title": "Ring", "due_on": "2026-12-01"}),
        ("screening", {"clear": "yes", "note": "Lists of today."}),
        ("landings", {"kind": "new", "landed_on": "2026-01-05", "amount": "120 000", "involvement": "minor"}),
        ("jobs", {"starts_on": "2026-01-05", "people": "3", "sex": "female", "age_band": "30+", "weekly_hours": "40", "months": "12"}),
    ):  # fmt: skip
        assert officer.post(f"/cases/{case_id}/{address}", data=data).status_code == 303, address


def test_search_finds_across_scripts_and_the_list_costs_the_same_for_more_rows(app: Flask) -> None:
    with app.app_context():
        asked = factories.inquiry(investor=factories.investor("Шаљска AG"), description="Ëndrra për dyer")
        factories.case(inquiry=asked, search="saljska ag endrra per dyer")
        db.session.commit()
    officer = signed_in(app, "officer")
    for words in ("saljska", "Šaljska", "Шаљска", "ENDRRA"):
        assert "Шаљска AG" in officer.get(f"/cases/?text={words}").text
    officer.get("/cases/")
    with counted_queries(app) as few:
        officer.get("/cases/")
    with app.app_context():
        for _ in range(30):
            factories.case()
        db.session.commit()
    with counted_queries(app) as many:
        officer.get("/cases/")
    assert len(few) == len(many) <= 12


def test_pages_of_a_list_follow_each_other_without_gaps(app: Flask, session: scoped_session[Any]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(120):
        factories.case(received_at=start + timedelta(minutes=number // 3))
    page, seen = queries.listed(queries.Filters()), []
    while True:
        seen += [case.id for case in page.rows]
        if page.next is None:
            break
        page = queries.listed(queries.Filters(), cursor=page.next)
    assert len(seen) == len(set(seen)) == 120
    back = queries.listed(queries.Filters(), cursor=page.previous)
    assert [case.id for case in back.rows] == seen[50:100]


def test_a_friday_afternoon_plus_an_hour_is_monday_morning() -> None:
    from iso_portal.core.calendar import WorkingCalendar

    friday = datetime(2026, 11, 20, 16, 30, tzinfo=clock.LOCAL)
    plain = WorkingCalendar()
    assert plain.add_hours(friday, 1) == datetime(2026, 11, 23, 9, 30, tzinfo=clock.LOCAL)
    closed = WorkingCalendar(closed=frozenset({date(2026, 11, 23), date(2026, 11, 24)}))
    assert closed.add_hours(friday, 1) == datetime(2026, 11, 25, 9, 30, tzinfo=clock.LOCAL)
    assert plain.end_of_working_day(friday, 2) == datetime(2026, 11, 24, 17, tzinfo=clock.LOCAL)
    assert closed.end_of_working_day(friday, 2) == datetime(2026, 11, 26, 17, tzinfo=clock.LOCAL)
