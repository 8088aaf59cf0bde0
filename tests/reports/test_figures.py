"""Indicators: what counts, what is hidden, and that every number leads somewhere (reports R9-R18, R32, R35)."""

from __future__ import annotations

import csv
import io
import random
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from iso_portal.accounts.domain import Wing
from iso_portal.cases import queries as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.core import clock
from iso_portal.core.calendar import WorkingCalendar
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.links import token_for
from iso_portal.reports import queries, service
from iso_portal.reports.domain.calculation import Event, Figure, Flag, Reason, cell_of, combine, fte_of
from iso_portal.reports.domain.indicators import SHEETS
from iso_portal.reports.domain.periods import Quarter, latest
from iso_portal.reports.models import Confirmation, Verification
from tests import factories
from tests.conftest import counted_queries, signed_in, work_off

Q = Quarter(2026, 1)
DAY = datetime(2026, 2, 3, 9, tzinfo=UTC)
CALENDAR = WorkingCalendar()


def due(received: datetime) -> datetime:
    return CALENDAR.end_of_working_day(received, 2)


def happened(
    kind: str, *, n: int = 0, day: datetime = DAY, firm: int | None = None, level: int = 1, **facts: Any
) -> Event:
    return Event(
        id=uuid.uuid4(),
        kind=kind,
        at=day,
        day=day.date(),
        case=uuid.UUID(int=n),
        investor=uuid.UUID(int=n + 1000),
        firm=None if firm is None else uuid.UUID(int=firm),
        facts=facts,
        level=level,
    )


def figure(code: str, events: list[Event], *, today: date = date(2026, 6, 1)) -> Any:
    as_of = datetime(today.year, today.month, today.day, tzinfo=UTC)
    return cell_of(SHEETS[code], Q, events, as_of=as_of, today=today, due=due)


def test_merged_inquiries_and_spam_do_not_count() -> None:
    events = [happened("inquiry.created", n=n) for n in range(6)]
    events += [happened("inquiry.spam", n=0), happened("inquiry.merged", n=1)]
    assert figure("OP-01", events).headline.value == 4


def test_answered_in_time_counts_only_what_was_due_and_unanswered_as_late() -> None:
    events = [happened("inquiry.created", n=n) for n in range(18)]
    events += [happened("reply.first", n=n, day=DAY + timedelta(hours=5)) for n in range(15)]
    events += [happened("reply.first", n=15, day=DAY + timedelta(days=9))]
    events += [happened("reply.first", n=16, day=DAY, holding=True)]
    cell = figure("OP-03", events).headline
    assert (cell.numerator, cell.denominator) == (15, 18)
    assert round(cell.value * 100, 1) == Decimal("83.3")


def test_no_denominator_is_a_flag_and_no_value_never_zero() -> None:
    cell = figure("OP-03", []).headline
    assert (cell.value, cell.reason) == (None, Reason.NOT_APPLICABLE)
    assert Flag.ZERO_DENOMINATOR in cell.flags
    assert figure("OP-01", []).headline.value == 0


def test_a_pair_counts_once_and_only_when_confirmed() -> None:
    events = [happened("introduction.held", n=n, firm=n, level=2) for n in range(3)]
    events += [happened("introduction.held", n=0, firm=0, level=2, day=DAY + timedelta(days=5))]
    events += [happened("introduction.held", n=9, firm=firm) for firm in range(20, 24)]
    cell = figure("OP-05", events)
    assert cell.headline.value == 3
    assert cell.reported.value == 4


def test_the_headline_counts_level_three_and_the_rest_stands_apart() -> None:
    events = [happened("investment.landed", n=n, level=3, involvement="minor") for n in range(3)]
    events += [happened("investment.landed", n=n, level=1, involvement="minor") for n in range(3, 7)]
    events += [happened("investment.landed", n=8, level=3, involvement="none")]
    cell = figure("OC-01", events)
    assert (cell.headline.value, cell.reported.value) == (3, 4)


def test_full_time_equivalents_follow_hours_and_months() -> None:
    rows = [(12, 40, 12), (4, 20, 12), (3, 40, 5)]
    total = sum((fte_of({"people": p, "weekly_hours": h, "months": m}) for p, h, m in rows), Decimal(0))
    assert total == Decimal("15.25")


def test_too_few_contributors_hide_a_figure_and_everything_about_it() -> None:
    cell = figure("OP-01", [happened("inquiry.created", n=n) for n in range(2)]).headline
    assert (cell.value, cell.reason, cell.numerator, cell.contributors, cell.events) == (
        None,
        Reason.SUPPRESSED,
        None,
        0,
        (),
    )
    jobs = [happened("jobs.confirmed", n=n, level=3, people=9, weekly_hours=40, months=12) for n in range(2)]
    assert Flag.HIDDEN in figure("OC-03", jobs).headline.flags


def test_a_sum_with_a_hidden_period_is_unknown_and_rates_divide_sums() -> None:
    flow, rate = SHEETS["OP-01"], SHEETS["OP-03"]
    assert combine(flow, [Figure(value=Decimal(4)), Figure(value=Decimal(6))]) == 10
    assert combine(flow, [Figure(value=Decimal(4)), Figure(value=None, reason=Reason.SUPPRESSED)]) is None
    parts = [
        Figure(value=Decimal("0.9"), numerator=Decimal(9), denominator=Decimal(10)),
        Figure(value=Decimal("0.2"), numerator=Decimal(1), denominator=Decimal(5)),
    ]
    assert round(combine(rate, parts) or 0, 3) == Decimal("0.667")


@given(st.integers(0, 10_000))
def test_the_order_of_events_does_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    kinds = ["inquiry.created", "inquiry.qualified", "reply.first", "introduction.held", "investment.landed"]
    events = [
        happened(chance.choice(kinds), n=chance.randrange(6), firm=chance.randrange(4), level=chance.randrange(1, 4),
                 day=DAY + timedelta(days=chance.randrange(60)))
        for _ in range(30)
    ]  # fmt: skip
    shuffled = chance.sample(events, len(events))
    for code in SHEETS:
        one, other = figure(code, events), figure(code, shuffled)
        assert (one.headline.value, one.headline.flags) == (other.headline.value, other.headline.flags)


def test_an_open_quarter_is_provisional_and_a_future_one_not_due() -> None:
    assert Flag.PROVISIONAL in figure("OP-01", [], today=date(2026, 2, 1)).headline.flags
    assert figure("OP-01", [], today=date(2025, 12, 1)).headline.reason is Reason.NOT_DUE
    assert [q.label for q in latest(date(2026, 2, 1), 3)] == ["2025-Q3", "2025-Q4", "2026-Q1"]
    with pytest.raises(ValueError, match="not a quarter"):
        Quarter.parse("2026-Q5")


SECRET = 2


@pytest.fixture
def reported(own_app: Flask) -> Flask:
    """Five inquiries last quarter, and two in this one, which must stay hidden."""
    with own_app.test_request_context(), unit_of_work():
        before = latest(clock.today(), 2)[0]
        for _ in range(5):
            factories.case(received_at=datetime(before.starts.year, before.starts.month, 10, 9, tzinfo=UTC))
        for _ in range(SECRET):
            factories.case()
    return own_app


def test_a_hidden_number_is_in_no_page_drawing_or_export(reported: Flask) -> None:
    donor = signed_in(reported, "donor")
    now, before = latest(clock.today(), 2)[1], latest(clock.today(), 2)[0]
    page = donor.get("/reports/").text
    assert "[c]" in page
    assert ">5<" in page
    rows = list(csv.DictReader(io.StringIO(donor.get("/reports/figures.csv").text)))
    hidden = next(row for row in rows if row["indicator"] == "OP-01" and row["period"] == now.label)
    shown = next(row for row in rows if row["indicator"] == "OP-01" and row["period"] == before.label)
    assert (hidden["value"], hidden["reason"], hidden["numerator"]) == ("", "suppressed", "")
    assert "c" in hidden["flag"]
    assert (shown["value"], shown["reason"]) == ("5", "")
    derived = donor.get(f"/reports/numbers/OP-01.{now.label}").text
    assert "Entries counted" not in derived
    assert "fewer than 3 investors" in derived


def test_a_donor_sees_counts_and_the_office_the_entries_themselves(reported: Flask) -> None:
    label = latest(clock.today(), 2)[0].label
    address = f"/reports/numbers/OP-01.{label}"
    assert "ISO-2000-" not in signed_in(reported, "donor").get(address).text
    assert signed_in(reported, "officer").get(address).text.count("ISO-2000-") == 5
    assert signed_in(reported, "donor").get("/reports/numbers/OP-01.nonsense").status_code == 404


def test_pages_ask_as_many_questions_for_more_entries(reported: Flask) -> None:
    donor = signed_in(reported, "donor")
    donor.get("/reports/")
    with counted_queries(reported) as few:
        donor.get("/reports/")
    with reported.test_request_context(), unit_of_work():
        for _ in range(30):
            factories.case()
    with counted_queries(reported) as many:
        assert donor.get("/reports/").status_code == 200
    assert len(few) == len(many) <= 12


def test_nobody_verifies_their_own_record_nor_their_own_desk_at_level_three(own_app: Flask) -> None:
    with own_app.test_request_context():
        with unit_of_work():
            writer = factories.person(wing=Wing.SQ)
            same, other = factories.person(wing=Wing.SQ), factories.person(wing=Wing.SR)
            case = factories.case()
            landed = factories.entry(
                case,
                EntryKind.INVESTMENT_LANDED,
                recorded_by_id=writer.id,
                wing="sq",
                facts={"kind": "new", "amount": "1"},
            )
            entry = cases.entry(landed.id)
            for person, level in ((writer, 2), (same, 3)):
                with pytest.raises(service.Refusal):
                    service.verify(entry, by=person, level=level, tag="contract", reference="folder 1")
            with pytest.raises(service.Refusal):
                service.verify(entry, by=other, level=3, tag="contract", reference=" ")
            service.verify(entry, by=other, level=3, tag="contract", reference="folder 1")
        assert service.level_of(entry.id) == 3
        db.session.add(
            Verification(entry_id=entry.id, level=3, by_id=same.id, wing="sq", entered_by_id=writer.id, entered_wing="sq",
                         tag="contract", reference="x", at=clock.now())
        )  # fmt: skip
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(("said", "level"), [("yes", 2), ("yes_with_changes", 2), ("no", 1)])
def test_a_confirmation_is_asked_by_letter_and_answered_once(app: Flask, said: str, level: int) -> None:
    from iso_portal.core.jobs import defer

    with app.test_request_context():
        case, firm = factories.case(), factories.business("Ibri Metal")
        held = factories.entry(case, EntryKind.INTRODUCTION_HELD, business_id=firm.id, facts={"business": firm.name})
        entry_id = held.id
        defer(db.session, "reports.ask_confirmation", {"entry_id": str(entry_id)})
        defer(db.session, "reports.ask_confirmation", {"entry_id": str(entry_id)})
        db.session.commit()
    work_off(app, only="reports.")
    with app.app_context():
        asked = db.session.scalars(sa.select(Confirmation)).one()
        token = token_for("confirm", asked.id, asked.nonce)
    visitor = app.test_client()
    address = f"/reports/confirm/{token}?lang=sq"
    assert "Ibri Metal" in visitor.get(address).text
    with app.app_context():
        assert db.session.scalars(sa.select(Confirmation.used_at)).one() is None
    assert visitor.post(address, data={"answer": said}).status_code == 303
    assert visitor.post(address, data={"answer": "yes"}).status_code == 409
    with app.app_context():
        assert queries.level_of(entry_id) == level


def test_a_time_before_the_office_has_no_figure_and_no_zero() -> None:
    later = [happened("inquiry.created", n=n, day=DAY + timedelta(days=120)) for n in range(5)]
    cell = figure("OC-01", later)
    assert (cell.headline.value, cell.headline.reason, cell.reported) == (None, Reason.NOT_APPLICABLE, None)


def test_only_outcomes_can_be_verified(app: Flask) -> None:
    with app.app_context():
        writer = factories.person(wing=Wing.SQ)
        held = factories.entry(factories.case(), EntryKind.INTRODUCTION_HELD, recorded_by_id=writer.id, wing="sq")
        entry_id = held.id
        db.session.commit()
    values = {"entry": entry_id, "level": "2", "tag": "contract", "reference": "folder 1"}
    assert signed_in(app, "manager").post("/reports/office/verifications", data=values).status_code == 404
