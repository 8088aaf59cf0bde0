"""The half-yearly band statement: drafted by the calendar, approved by both desks, frozen, shown (balance BR1, BR4)."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries
from iso_portal.balance.domain import figures, releases
from iso_portal.balance.domain.periods import half_year_of
from iso_portal.balance.models import Snapshot, Statement
from iso_portal.balance.service.gates import turn
from iso_portal.balance.service.refusals import Refusal
from iso_portal.core import clock
from iso_portal.core.db import db


def draft_statement() -> Statement | None:
    """Draft the statement of the half-year that ended last, once. None without a snapshot, or when it exists."""
    half = half_year_of(_last_day_of_half(clock.today()))
    snapshot = queries.latest_snapshot()
    if any(row.half == half for row in queries.statements()):
        return None
    if snapshot is None or snapshot.content.get("shape") != figures.SHAPE:
        return None
    said = releases.band_statement(
        {releases.Subject(name): rows for name, rows in figures.positions(snapshot.content).items()}
    )
    row = Statement(
        half=half,
        words={subject.value: word for subject, word in said.items()},
        populations=_populations(snapshot),
        drafted_at=clock.now(),
        requested_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(verb="statement.draft", by=None, subject=row, details={"half": half})
    return row


def turn_statement_key(row: Statement, *, by: Person) -> bool:
    """Turn a key; with the second one the statement is frozen and shown. Returns whether it is.

    Raises Refusal when it is frozen already, for a second key of the same desk or person, and while what it speaks
    about changed by 1 to 9 since the statement before (BR4).
    """
    if row.second_at is not None:
        raise Refusal(_("This was decided meanwhile."))
    if blocked(row):
        raise Refusal(
            _(
                "This statement is not released: since the one before, what it speaks about changed by so few that the "
                "difference of the two would tell about them. It can be stated with the next half-year."
            )
        )
    approved = turn(row, by=by, requester_may=True)
    db.session.flush()
    verb = "statement.approve" if approved else "statement.key"
    audit.record(verb=verb, by=by, subject=row, details={"half": row.half})
    return approved


def blocked(row: Statement) -> bool:
    """Whether this and the approved statement before together would tell about few."""
    before = next((one for one in queries.statements(approved=True) if one.half < row.half), None)
    return before is not None and releases.differencing(before.populations, row.populations).blocked


def _populations(snapshot: Snapshot) -> dict[str, int]:
    content = snapshot.content
    lists = max((one.get("n", 0) for one in content["exposure"].values()), default=0)
    return {"cases": snapshot.bookings, "lists": lists}


def _last_day_of_half(day: date) -> date:
    first = date(day.year, 1 if day.month <= 6 else 7, 1)
    return first - timedelta(days=1)
