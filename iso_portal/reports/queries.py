"""Reads for reports: events from the entries of cases, figures, and what stands behind one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from iso_portal.cases.domain import ANSWER_DAYS, REPORTED, EntryKind
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db
from iso_portal.reports.domain.calculation import Cell, Event, cell_of
from iso_portal.reports.domain.indicators import SHEETS
from iso_portal.reports.domain.periods import Quarter
from iso_portal.reports.models import Confirmation, Verification

YES = ("yes", "yes_with_changes")
OUTCOMES = (EntryKind.INVESTMENT_LANDED, EntryKind.JOBS_CONFIRMED)


def due_at(received: datetime) -> datetime:
    """Return when the answer to an inquiry is due: the close of the second working day after it (W4)."""
    return office_calendar(received.astimezone(clock.LOCAL).year).end_of_working_day(received, ANSWER_DAYS)


def events(*, since: datetime | None = None) -> list[Event]:
    """Return what happened, without what was taken back, with its level of verification; by time, then id."""
    voided = sa.select(Entry.voids_id).where(Entry.voids_id.is_not(None))
    checked = (
        sa.select(Verification.entry_id, sa.func.max(Verification.level).label("level"))
        .group_by(Verification.entry_id)
        .subquery()
    )
    answered = (
        sa.select(
            Confirmation.entry_id,
            sa.func.bool_or(Confirmation.answer.in_(YES)).label("yes"),
            sa.func.bool_or(Confirmation.answer == "no").label("no"),
        )
        .group_by(Confirmation.entry_id)
        .subquery()
    )
    level = sa.case((answered.c.no, 1), else_=sa.func.coalesce(checked.c.level, sa.case((answered.c.yes, 2), else_=1)))
    query = (
        sa.select(
            Entry.id,
            Entry.kind,
            Entry.occurred_at,
            Entry.case_id,
            Entry.investor_id,
            Entry.business_id,
            Entry.facts,
            level,
        )
        .outerjoin(checked, checked.c.entry_id == Entry.id)
        .outerjoin(answered, answered.c.entry_id == Entry.id)
        .where(Entry.kind.in_(list(REPORTED)), Entry.id.not_in(voided))
        .order_by(Entry.occurred_at, Entry.id)
    )
    if since is not None:
        query = query.where(Entry.occurred_at >= since)
    return [
        Event(
            id=row[0],
            kind=row[1].value,
            at=row[2],
            day=row[2].astimezone(clock.LOCAL).date(),
            case=row[3],
            investor=row[4],
            firm=row[5],
            facts=row[6],
            level=row[7],
        )
        for row in db.session.execute(query)
    ]


def cells(quarters: Sequence[Quarter]) -> dict[str, list[Cell]]:
    """Return every indicator in every quarter, by code."""
    happened = events()
    as_of, today = clock.now(), clock.today()
    return {
        code: [cell_of(sheet, quarter, happened, as_of=as_of, today=today, due=due_at) for quarter in quarters]
        for code, sheet in SHEETS.items()
    }


def cell(code: str, quarter: Quarter) -> Cell:
    """Return one cell. Raises KeyError for an unknown indicator."""
    return cell_of(SHEETS[code], quarter, events(), as_of=clock.now(), today=clock.today(), due=due_at)


@dataclass(frozen=True, kw_only=True)
class Behind:
    """One entry behind a number, with its case's reference."""

    entry: Entry
    reference: str


def behind(ids: Sequence[uuid.UUID]) -> list[Behind]:
    """Return the entries behind a number with who wrote them down, by time, then id; at most 500."""
    rows = db.session.execute(
        sa.select(Entry, Case.reference)
        .join(Case, Case.id == Entry.case_id)
        .where(Entry.id.in_(list(ids)[:500]))
        .options(joinedload(Entry.recorded_by))
        .order_by(Entry.occurred_at, Entry.id)
    ).all()
    return [Behind(entry=row[0], reference=row[1]) for row in rows]


def levels(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the verification level of each entry."""
    found = {event.id: event.level for event in events()}
    return {key: found.get(key, 1) for key in ids}


def level_of(entry_id: uuid.UUID) -> int:
    """Return the verification level of one entry, 1 to 4."""
    return levels_of([entry_id])[0]


def levels_of(entry_ids: Sequence[uuid.UUID]) -> list[int]:
    """Return the verification levels of entries, 1 to 4, in their order."""
    checked: dict[uuid.UUID, int] = {}
    for entry_id, level in db.session.execute(
        sa.select(Verification.entry_id, Verification.level).where(Verification.entry_id.in_(entry_ids))
    ):
        checked[entry_id] = max(level, checked.get(entry_id, 0))
    answers: dict[uuid.UUID, set[str | None]] = {}
    for entry_id, answer in db.session.execute(
        sa.select(Confirmation.entry_id, Confirmation.answer).where(Confirmation.entry_id.in_(entry_ids))
    ):
        answers.setdefault(entry_id, set()).add(answer)
    return [_level(checked.get(key), answers.get(key, set())) for key in entry_ids]


def _level(checked: int | None, answers: set[str | None]) -> int:
    if "no" in answers:
        return 1
    return checked or (2 if answers & set(YES) else 1)


def to_verify() -> list[Behind]:
    """Return outcomes below level V3 with who wrote them down, oldest first, then by id; at most 200."""
    voided = sa.select(Entry.voids_id).where(Entry.voids_id.is_not(None))
    verified = sa.select(Verification.entry_id).where(Verification.level >= 3)
    rows = db.session.execute(
        sa.select(Entry, Case.reference)
        .join(Case, Case.id == Entry.case_id)
        .where(Entry.kind.in_(OUTCOMES), Entry.id.not_in(voided), Entry.id.not_in(verified))
        .options(joinedload(Entry.recorded_by))
        .order_by(Entry.occurred_at, Entry.id)
        .limit(200)
    ).all()
    return [Behind(entry=row[0], reference=row[1]) for row in rows]


def confirmation_by_hash(token_hash: bytes) -> Confirmation | None:
    """Return the confirmation that a link opens, or None."""
    return db.session.scalars(sa.select(Confirmation).where(Confirmation.token_hash == token_hash)).one_or_none()


def is_outcome(entry: Entry) -> bool:
    """Whether an entry is an outcome that can be verified: of the right kind, and not taken back."""
    voided = db.session.scalar(sa.select(sa.exists().where(Entry.voids_id == entry.id)))
    return entry.kind in OUTCOMES and not voided


def confirmations_on(case_id: uuid.UUID) -> Sequence[Confirmation]:
    """Return the confirmations that were asked on a case, by id."""
    on_case = sa.select(Entry.id).where(Entry.case_id == case_id)
    return db.session.scalars(
        sa.select(Confirmation).where(Confirmation.entry_id.in_(on_case)).order_by(Confirmation.id)
    ).all()


def confirmations_of(entry_id: uuid.UUID) -> int:
    """Return how many links were sent about an entry."""
    return db.session.scalar(sa.select(sa.func.count()).where(Confirmation.entry_id == entry_id)) or 0
