"""Alerts and their reviews: evidence is kept as shown, two co-managers write what they found, nothing is corrected (M9)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Role
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries, words
from iso_portal.balance.domain import figures_tests
from iso_portal.balance.domain.evidence import Alert as Strength
from iso_portal.balance.domain.evidence import Watch
from iso_portal.balance.domain.figures_base import Lens
from iso_portal.balance.domain.periods import quarter_of
from iso_portal.balance.domain.results import may_step
from iso_portal.balance.models import Alert, Evidence, Level, ReviewText, Scope
from iso_portal.balance.service.refusals import Refusal
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters

DAYS_FOR_REVIEW = 20  # working days
MOST_E = 1e9  # more evidence than this tells nobody anything


def watch(lens: Lens) -> None:
    """Add this night's evidence, and open notes and reviews that are due. What was shown is never written again."""
    year, shown = lens.office.today.year, queries.evidence_of(lens.office.today.year)
    for scope, watched in figures_tests.watches(lens).items():
        points = [row for row in shown if row.scope == scope]
        if _step(lens, Scope(scope), watched, points[-1] if points else None):
            _raise_alert(lens, Scope(scope), watched, year)
    db.session.flush()


def _step(lens: Lens, scope: Scope, watched: Watch, last: Evidence | None) -> bool:
    """Add a value of E, if it may move (P7). Returns whether it did."""
    places, today = lens.reporting_year(), lens.office.today
    cases = len(watched.path) if scope in {Scope.OFFICE, Scope.CROSS} else len(places)
    if last is None and scope is Scope.OFFICE:
        for on, e, n in figures_tests.known_days(lens.office, watched, places):
            if n < cases:
                _add(scope, e, n, on)
    elif last is not None:
        closed = quarter_of(last.on) != quarter_of(today)
        if cases <= last.cases or not may_step(cases - last.cases, quarter_closed=closed):
            return False
    if not cases:
        return False
    _add(scope, watched.e, cases, today)
    return True


def _add(scope: Scope, e: float, cases: int, on: date) -> None:
    row = Evidence(scope=scope, year=on.year, cases=cases, on=on, e=min(e, MOST_E), shown_at=clock.now())
    db.session.add(row)


def _raise_alert(lens: Lens, scope: Scope, watched: Watch, year: int) -> None:
    """Open what the evidence asks for, once a year for each level. A review takes the place of an open note."""
    if watched.alert is Strength.NONE:
        return
    level = Level(watched.alert.value)
    earlier = [row for row in queries.alerts_of(year) if row.scope is scope]
    if any(row.level in {level, Level.REVIEW} for row in earlier):
        return
    for row in earlier:
        row.closed_at = row.closed_at or clock.now()
    gap, cases = figures_tests.gap_of(lens, scope)
    due = office_calendar(clock.today().year).end_of_working_day(clock.now(), DAYS_FOR_REVIEW).date()
    alert = Alert(
        scope=scope,
        level=level,
        year=year,
        opened_at=clock.now(),
        e=min(watched.e, MOST_E),
        gap=round(gap, 4),
        cases=cases,
        due_on=due if level is Level.REVIEW else None,
    )
    db.session.add(alert)
    db.session.flush()
    audit.record(verb=f"balance.{level.value}", by=None, subject=alert, details={"scope": scope.value, "year": year})
    _tell(alert)


def _tell(alert: Alert) -> None:
    for manager in accounts.people():
        if manager.active and manager.role is Role.MANAGER and manager.wing is not None:
            letters.post(
                kind=f"balance.{alert.level.value}",
                to=manager.email,
                name=manager.name,
                language=Language(manager.language),
                template=f"balance/letters/{alert.level.value}",
                context={"name": manager.name, "alert": alert, "balance_words": words},
            )


def close_years_before(year: int) -> int:
    """Close the notes of reporting years that are over, since evidence begins anew; reviews stay until both wrote."""
    over = [row for row in queries.open_alerts() if row.year < year and row.level is Level.NOTE]
    for row in over:
        row.closed_at = clock.now()
        audit.record(verb="balance.note_over", by=None, subject=row, details={"year": row.year})
    db.session.flush()
    return len(over)


def write_review(alert: Alert, *, findings: str, follow_up: str, by: Person) -> ReviewText:
    """Add what a co-manager found and what follows, as a new version. With words of both desks the alert closes.

    Raises Refusal for somebody of no desk.
    """
    if by.wing is None:
        raise Refusal(_("A review is written by a co-manager of each desk."))
    text = ReviewText(
        alert_id=alert.id,
        by_id=by.id,
        wing=by.wing.value,
        written_at=clock.now(),
        language=by.language,
        findings=findings,
        follow_up=follow_up,
    )
    db.session.add(text)
    if alert.closed_at is None and {row.wing for row in alert.texts} | {text.wing} >= {"sq", "sr"}:
        alert.closed_at = clock.now()
    db.session.flush()
    audit.record(
        verb="balance.review_text", by=by, subject=alert, details={"closed": alert.closed_at is not None}
    )  # fmt: skip
    return text
