"""What was decided, and on which lists."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from iso_portal.accounts.models import Person
from iso_portal.core.db import db
from iso_portal.matches.models import Decision, SuggestionLog


@dataclass(frozen=True, kw_only=True)
class JudgedRun:
    """The decisions that people made looking at one list, with what the list was made of.

    decisions: the newest about each firm on this list, by its place; a firm that nobody decided about stands only in
    the log. wings: of the people who decided, by their decision's id; None for people of neither.
    """

    run_id: uuid.UUID
    case_id: uuid.UUID
    log: SuggestionLog
    decisions: Sequence[Decision]
    wings: dict[uuid.UUID, str | None]


def decisions(case_id: uuid.UUID) -> dict[uuid.UUID, Decision]:
    """Return the newest decision about each firm of a case."""
    rows = db.session.scalars(_newest().where(Decision.case_id == case_id)).all()
    return {row.business_id: row for row in rows}


def decision(case_id: uuid.UUID, business_id: uuid.UUID) -> Decision | None:
    """Return the newest decision about one firm of a case, or None."""
    return db.session.scalars(
        _newest().where(Decision.case_id == case_id, Decision.business_id == business_id)
    ).one_or_none()


def decisions_about(case_id: uuid.UUID, business_id: uuid.UUID) -> Sequence[Decision]:
    """Return all decisions about one firm of a case, newest first, then by id."""
    return db.session.scalars(
        sa.select(Decision)
        .where(Decision.case_id == case_id, Decision.business_id == business_id)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
    ).all()


def _newest() -> sa.Select[Decision]:
    return (
        sa.select(Decision)
        .ext(distinct_on(Decision.case_id, Decision.business_id))
        .order_by(Decision.case_id, Decision.business_id, Decision.decided_at.desc(), Decision.id.desc())
    )


def judged_runs() -> Sequence[JudgedRun]:
    """Return every list that somebody decided on, with its log and the decisions made on it, oldest first, by id.

    A decision counts for the list that the person looked at. A changed mind is a new decision: on one list the newest
    about a firm counts. Lists older than the log are left out.
    """
    rows = db.session.execute(
        sa.select(Decision, SuggestionLog, Person.wing)
        .join(SuggestionLog, SuggestionLog.run_id == Decision.run_id)
        .join(Person, Person.id == Decision.decided_by_id)
        .order_by(Decision.decided_at, Decision.id)
    )
    logs: dict[uuid.UUID, SuggestionLog] = {}
    newest: dict[uuid.UUID, dict[uuid.UUID, Decision]] = {}
    wings: dict[uuid.UUID, str | None] = {}
    for made, log, wing in rows:
        logs[log.run_id] = log
        newest.setdefault(log.run_id, {})[made.business_id] = made
        wings[made.id] = wing.value if wing else None
    return [_judged(log, list(newest[key].values()), wings) for key, log in logs.items()]


def _judged(log: SuggestionLog, made: list[Decision], wings: dict[uuid.UUID, str | None]) -> JudgedRun:
    made.sort(key=lambda one: (one.rank or 0, one.business_id))
    return JudgedRun(
        run_id=log.run_id,
        case_id=made[0].case_id,
        log=log,
        decisions=made,
        wings={one.id: wings[one.id] for one in made},
    )
