"""How long answers really take: counted on entries, in working time, and silent below the limit (casework K3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.calendar import WorkingCalendar
from iso_portal.core.db import db
from iso_portal.guide import queries
from iso_portal.guide.domain import answers_of, as_of, median, months_after
from tests import factories
from tests.conftest import speaking

MONDAY = datetime(2026, 11, 2, 10, tzinfo=clock.LOCAL)
NOW = datetime(2026, 11, 20, 12, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def _later(app: Flask) -> Iterator[None]:
    app.extensions.pop("guide_figures", None)
    with clock.turned_to(NOW):
        yield
    app.extensions.pop("guide_figures", None)


def asked(at: datetime, *, hours: float | None = None, **facts: Any) -> Case:
    """An inquiry of a moment, answered so many hours later by the wall clock, or never."""
    case = factories.case(received_at=at)
    if hours is not None:
        factories.entry(case, EntryKind.REPLY_FIRST, occurred_at=at + timedelta(hours=hours), facts=facts)
    return case


def test_median_and_share_are_those_of_the_planted_answers(session: scoped_session[Any]) -> None:
    for hours in (1, 2, 3, 6):
        asked(MONDAY, hours=hours)
    asked(MONDAY, hours=24 * 4)  # Friday, two days late: 7 + 8 + 8 + 8 + 1 working hours
    found = queries.answers()
    assert (found.answered, found.median_hours) == (5, Decimal(3))
    assert (found.due, found.share) == (5, Decimal("0.8"))
    asked(MONDAY)  # never answered: late, and in no median
    found = queries.answers()
    assert (found.answered, found.due) == (5, 6)
    assert found.share == Decimal(4) / 6


def test_nights_weekends_and_closed_days_do_not_count(session: scoped_session[Any]) -> None:
    friday = datetime(2026, 11, 6, 16, tzinfo=clock.LOCAL)
    for _ in range(5):
        asked(friday, hours=24 * 2 + 18)  # Monday 10:00
    assert queries.answers().median_hours == Decimal(2)
    tuesday = datetime(2026, 11, 3, tzinfo=clock.LOCAL)
    closed = WorkingCalendar(closed=frozenset({tuesday.date()}))
    assert queries.working_hours(closed, MONDAY, MONDAY + timedelta(days=2)) == Decimal(8)
    assert queries.working_hours(closed, MONDAY, MONDAY - timedelta(hours=1)) == 0


def test_an_answer_that_is_not_due_yet_is_not_counted_as_late(session: scoped_session[Any]) -> None:
    for _ in range(6):
        asked(NOW - timedelta(hours=2))
    found = queries.answers()
    assert (found.due, found.share, found.median_hours) == (0, None, None)


def test_what_is_no_answer_or_no_inquiry_does_not_count(session: scoped_session[Any]) -> None:
    asked(MONDAY, hours=1, automatic=True)
    asked(MONDAY, hours=1, holding=True)
    spam, merged = asked(MONDAY, hours=1), asked(MONDAY, hours=1)
    factories.entry(spam, EntryKind.INQUIRY_SPAM)
    factories.entry(merged, EntryKind.INQUIRY_MERGED)
    voided = asked(MONDAY)
    reply = factories.entry(voided, EntryKind.REPLY_FIRST, occurred_at=MONDAY + timedelta(hours=1))
    factories.entry(voided, EntryKind.VOIDED, voids_id=reply.id)
    asked(NOW - timedelta(days=400), hours=1)
    found = queries.answers()
    assert (found.answered, found.due) == (0, 3)


@pytest.mark.parametrize(("number", "stated"), [(4, False), (5, True)])
def test_below_five_nothing_is_stated_and_the_number_is_shown(app: Flask, number: int, stated: bool) -> None:
    with app.app_context():
        for _ in range(number):
            asked(MONDAY, hours=3)
        db.session.commit()
    how, start = (speaking(app, "en").get(path).text for path in ("/guide/how", "/"))
    assert how.count("cannot be stated") == (0 if stated else 2)
    assert f"Answers counted: {number}" in how
    assert f"Inquiries whose answer was due: {number}" in how
    assert ("within 3.0 working hours" in start) is stated
    assert ('<p class="stat-value">100%</p>' in how) is stated


def test_a_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert median([Decimal(4), Decimal(1), Decimal(2), Decimal(3)]) == Decimal("2.5")
    with pytest.raises(ValueError, match="no values"):
        median([])
    assert answers_of([Decimal(1)] * 4, in_time=4, due=4).median_hours is None


def test_dates_are_read_as_exactly_as_they_are_given() -> None:
    assert [as_of(text).precision for text in ("2024", "2024-03", "2024-03-31")] == ["year", "month", "day"]  # type: ignore[union-attr]
    assert as_of("soon") is None
    assert as_of(None) is None
    assert months_after(datetime(2024, 2, 29).date(), 24).isoformat() == "2026-02-28"
