"""Open cases: whose lists are kept fresh, and whose inquiries are compared with a firm."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.models import Business
from iso_portal.cases.domain import EntryKind, Stage, Status
from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db
from iso_portal.matches.models import BusinessRun, SuggestionLog, SuggestionRun, SuitingInquiry
from iso_portal.matches.queries.asked import consent_to_share

# The office looks for firms from the first day until an investment is checked.
LOOKING = (Stage.RECEIVED, Stage.QUALIFIED, Stage.MATCHING, Stage.INTRODUCED, Stage.NEGOTIATING)
OPEN = (Case.stage.in_(LOOKING), Case.status.in_((Status.ONGOING, Status.WAITING)))


def _asks_for(divisions: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether an inquiry names one of these divisions."""
    return sa.func.coalesce(Inquiry.sectors.op("&&")(sa.cast(list(divisions), sa.ARRAY(sa.Text()))), sa.false())


def affected(business_id: uuid.UUID, divisions: Collection[str], *, most: int) -> Sequence[uuid.UUID]:
    """Return the open cases that a firm's changed profile may concern, by how surely it does, then newest, then by id.

    First those on whose newest list the firm was ranked; then those that ask for one of its divisions; then others.
    """
    run = sa.select(SuggestionRun.id).where(SuggestionRun.case_id == Case.id)
    newest = run.order_by(SuggestionRun.made_at.desc(), SuggestionRun.id).limit(1).correlate(Case).scalar_subquery()
    ranked = sa.exists().where(SuggestionLog.run_id == newest, SuggestionLog.rows.contains([[str(business_id)]]))
    return db.session.scalars(
        sa.select(Case.id)
        .join(Case.inquiry)
        .where(*OPEN)
        .order_by(ranked.desc(), _asks_for(divisions).desc(), Case.received_at.desc(), Case.id)
        .limit(most)
    ).all()


def outdated(before: datetime) -> Sequence[uuid.UUID]:
    """Return the open cases without a list made since a moment, those without any first, then the oldest, then by id."""
    newest = sa.select(sa.func.max(SuggestionRun.made_at)).where(SuggestionRun.case_id == Case.id).scalar_subquery()
    old = sa.or_(newest.is_(None), newest < before)
    return db.session.scalars(sa.select(Case.id).where(*OPEN, old).order_by(newest.asc().nulls_first(), Case.id)).all()


def no_longer_busy(today: date) -> Sequence[uuid.UUID]:
    """Return the firms that wanted no inquiry when inquiries were compared with them last, and do now, by id."""
    return db.session.scalars(
        sa.select(Business.id)
        .join(BusinessRun, BusinessRun.business_id == Business.id)
        .where(Business.busy_until <= today, sa.cast(BusinessRun.made_at, sa.Date()) < Business.busy_until)
        .order_by(Business.id)
    ).all()


def looking(divisions: Collection[str], *, most: int) -> Sequence[Case]:
    """Return open cases whose investor shares the inquiry, with inquiry and investor.

    Those that ask for one of these divisions come first, then the newest, then by id.
    """
    return db.session.scalars(
        sa.select(Case)
        .join(Case.inquiry)
        .where(*OPEN, consent_to_share())
        .options(joinedload(Case.inquiry), joinedload(Case.investor))
        .order_by(_asks_for(divisions).desc(), Case.received_at.desc(), Case.id)
        .limit(most)
    ).all()


def learnt(case_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Mapping[str, Any]]:
    """Return for each case what was learnt after its inquiry, as cases.said() does for one."""
    voided = sa.select(Entry.voids_id).where(Entry.voids_id.is_not(None))
    rows = db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id.in_(case_ids), Entry.kind == EntryKind.FACTS_LEARNT, Entry.id.not_in(voided))
        .order_by(Entry.recorded_at, Entry.id)
    )
    told: dict[uuid.UUID, dict[str, Any]] = {}
    for row in rows:
        if row.case_id is not None:
            told.setdefault(row.case_id, {}).update({name: value for name, value in row.facts.items() if value})
    return told


def business_run(business_id: uuid.UUID) -> BusinessRun | None:
    """Return the inquiries that would suit a firm, those still open and shared, with case, inquiry and investor."""
    still = sa.select(Case.id).join(Case.inquiry).where(*OPEN, consent_to_share())
    return db.session.scalars(
        sa.select(BusinessRun)
        .where(BusinessRun.business_id == business_id)
        .options(
            selectinload(BusinessRun.inquiries.and_(SuitingInquiry.case_id.in_(still)))
            .joinedload(SuitingInquiry.case)
            .options(joinedload(Case.inquiry), joinedload(Case.investor))
        )
    ).one_or_none()
