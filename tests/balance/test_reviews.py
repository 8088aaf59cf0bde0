"""Alerts: a note, a review, letters to both desks, written words; nothing is corrected by machine."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.balance import queries, service
from iso_portal.balance.models import Alert, Booking, Level, Scope
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db, unit_of_work
from iso_portal.letters.models import Letter
from tests import factories
from tests.balance.monitored import book, open_gate, staff
from tests.conftest import signed_in

LATE_IN_THE_YEAR = datetime(2026, 11, 20, 9, 0, tzinfo=clock.LOCAL)


def managers() -> tuple[Person, Person]:
    """Return the co-managers, one of each desk."""
    both = tuple(factories.person("manager", wing=wing) for wing in (Wing.SQ, Wing.SR))
    db.session.commit()
    for one in both:
        db.session.refresh(one)
    return both  # type: ignore[return-value]  # two of them


def leaning(first: float = 0.95, cases: int = 200) -> None:
    """Take a snapshot of an office that leans."""
    open_gate()
    book(staff(), cases, first=first)
    with unit_of_work():
        service.take_snapshot()


def test_a_clear_lean_opens_one_dated_review_and_writes_to_both_co_managers(own_app: Flask) -> None:
    with clock.turned_to(LATE_IN_THE_YEAR), own_app.test_request_context():
        managers()
        leaning()
        with unit_of_work():
            service.take_snapshot()
        office = [row for row in queries.alerts() if row.scope is Scope.OFFICE]
        assert [row.level for row in office] == [Level.REVIEW]
        due = office_calendar(2026).end_of_working_day(LATE_IN_THE_YEAR, 20).date()
        assert office[0].due_on == due
        letters = db.session.scalars(sa.select(Letter).where(Letter.kind == "balance.review")).all()
        assert len(letters) == 2 * len({row.id for row in queries.alerts() if row.level is Level.REVIEW})
        assert all("Albanian\n" not in one.text and "/balance/reviews/" in one.text for one in letters)
        assert queries.latest_snapshot().content["blocks"]["portfolio"]["result"] == "attention"  # type: ignore[union-attr]


def test_a_fair_office_gets_no_alert_and_its_evidence_stays_low(own_app: Flask) -> None:
    with clock.turned_to(LATE_IN_THE_YEAR), own_app.test_request_context():
        leaning(0.5, 300)
        assert queries.alerts() == []
        assert max(row.e for row in queries.evidence_of(2026)) < 20


def test_values_of_evidence_are_kept_as_shown_and_begin_anew_each_year(own_app: Flask) -> None:
    with own_app.test_request_context():
        with clock.turned_to(LATE_IN_THE_YEAR):
            open_gate()
            people = staff()
            book(people, 100, first=0.9)
            with unit_of_work():
                service.take_snapshot()
            before = [(row.cases, row.e) for row in queries.evidence_of(2026) if row.scope is Scope.OFFICE]
            book(people, 10, first=0.1, days=2)
            with unit_of_work():
                service.take_snapshot()
            after = [(row.cases, row.e) for row in queries.evidence_of(2026) if row.scope is Scope.OFFICE]
        assert after[: len(before)] == before
        assert len(after) == len(before) + 1
        with pytest.raises(DatabaseError):
            db.session.execute(sa.text("update balance_evidence set e = 1"))
        db.session.rollback()
        with clock.turned_to(LATE_IN_THE_YEAR + timedelta(days=60)):
            book(people, 6, days=1)
            with unit_of_work():
                service.take_snapshot()
            first = next(row for row in queries.evidence_of(2027) if row.scope is Scope.OFFICE)
        assert first.cases <= 6
        assert first.e < 3


def test_both_desks_write_versions_are_kept_and_the_review_closes(own_app: Flask) -> None:
    with own_app.test_request_context():
        with clock.turned_to(LATE_IN_THE_YEAR):
            one, other = managers()
            leaning()
            alert_id = next(row.id for row in queries.alerts() if row.scope is Scope.OFFICE)
            teams = db.session.execute(sa.select(Booking.id, Booking.lead_id)).all()
        first, second = signed_in(own_app, one), signed_in(own_app, other)
    address = f"/balance/reviews/{alert_id}"
    refused = first.post(address, data={"findings": "Written here.", "follow_up": ""})
    assert refused.status_code == 422
    assert "Written here." in refused.text
    for words in ("Languages.", "Languages and leave."):
        assert first.post(address, data={"findings": words, "follow_up": "Nothing."}).status_code == 303
    with own_app.test_request_context():
        assert queries.alert(alert_id).closed_at is None
        assert len(queries.alert(alert_id).texts) == 2
    assert second.post(address, data={"findings": "Same.", "follow_up": "Train two people."}).status_code == 303
    with own_app.test_request_context():
        alert = queries.alert(alert_id)
        assert alert.closed_at is not None
        assert [text.wing for text in alert.texts] == ["sq", "sq", "sr"]
        assert db.session.execute(sa.select(Booking.id, Booking.lead_id)).all() == teams
    page = signed_in(own_app, "officer").get(address)
    assert "Train two people." in page.text
    assert "evidence" not in page.text.lower().replace("evidence-based", "")


def test_who_may_read_and_who_may_write(own_app: Flask) -> None:
    with own_app.app_context():
        alert = Alert(
            scope=Scope.OFFICE, level=Level.NOTE, year=2026, opened_at=clock.now(), e=25.0, gap=0.12, cases=60
        )
        db.session.add(alert)
        db.session.commit()
        address = f"/balance/reviews/{alert.id}"
    for role, reads, writes in (("officer", 200, 403), ("data_steward", 200, 403), ("adviser", 404, 404)):
        client = signed_in(own_app, role)
        assert client.get(address).status_code == reads
        assert client.post(address, data={"findings": "a", "follow_up": "b"}).status_code == writes
    assert signed_in(own_app, "manager").get(f"/balance/reviews/{uuid.uuid4()}").status_code == 404


def test_a_note_of_a_year_that_is_over_closes_and_a_review_waits_for_its_words(own_app: Flask) -> None:
    with own_app.test_request_context(), clock.turned_to(LATE_IN_THE_YEAR):
        for level in Level:
            db.session.add(
                Alert(scope=Scope.CROSS, level=level, year=2025, opened_at=clock.now(), e=25.0, gap=0.1, cases=40)
            )
        db.session.commit()
        with unit_of_work():
            assert service.close_years_before(2026) == 1
        with unit_of_work():
            assert service.close_years_before(2026) == 0
        assert [row.level for row in queries.open_alerts()] == [Level.REVIEW]
