"""What a night's figures are made from, and what was kept of them: evidence, alerts, closings, statements."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from iso_portal.balance.models import Alert, Booking, Closing, Evidence, ReviewText, ShownList, Statement
from iso_portal.businesses.models import Business, BusinessActivity
from iso_portal.cases.domain import EntryKind, Stage
from iso_portal.cases.models import Case, Entry
from iso_portal.core.db import db

Rows = Sequence[Any]  # of columns, as the docstrings say


def booked_cases() -> Rows:
    """Return (booking's columns, municipality, stage, status) of all bookings that hold, in order of booking, then id."""
    table = Booking.__table__.c
    columns = [column for column in table if column.name not in {"override_text", "created_at"}]
    return db.session.execute(
        sa.select(*columns, Case.municipality, Case.stage, Case.status)
        .join(Case, Case.id == Booking.case_id)
        .where(Booking.ended_at.is_(None))
        .order_by(Booking.booked_at, Booking.id)
    ).all()


def shown_lists(since: datetime) -> Rows:
    """Return (pool, order, stratum) of the lists that were shown since a moment, oldest first, then by id."""
    return db.session.execute(
        sa.select(ShownList.pool, ShownList.order, ShownList.stratum)
        .where(ShownList.shown_at >= since)
        .order_by(ShownList.shown_at, ShownList.id)
    ).all()


def has_list(list_key: str) -> bool:
    """Return whether a shown list is kept already."""
    return bool(db.session.scalar(sa.select(sa.exists().where(ShownList.list_key == list_key))))


def firms() -> Rows:
    """Return (id, employees, main code) of the businesses that are no double of another, by id."""
    main = (
        sa.select(BusinessActivity.code)
        .where(BusinessActivity.business_id == Business.id)
        .order_by(BusinessActivity.position)
        .limit(1)
        .scalar_subquery()
    )
    return db.session.execute(
        sa.select(Business.id, Business.employees, main.label("code"))
        .where(Business.merged_into_id.is_(None))
        .order_by(Business.id)
    ).all()


def introduced(since: datetime) -> Rows:
    """Return (business, whether the case landed) of the introductions held since a moment; by business, then entry."""
    voided = sa.select(Entry.voids_id).where(Entry.voids_id.is_not(None))
    return db.session.execute(
        sa.select(Entry.business_id, Case.stage.in_([Stage.LANDED, Stage.AFTERCARE]).label("landed"))
        .join(Case, Case.id == Entry.case_id)
        .where(
            Entry.kind == EntryKind.INTRODUCTION_HELD,
            Entry.business_id.is_not(None),
            Entry.occurred_at >= since,
            Entry.id.not_in(voided),
        )
        .order_by(Entry.business_id, Entry.id)
    ).all()


def evidence_of(year: int) -> Sequence[Evidence]:
    """Return the values of E as they were shown in a year, by what they are about, then number of cases."""
    return db.session.scalars(
        sa.select(Evidence).where(Evidence.year == year).order_by(Evidence.scope, Evidence.cases)
    ).all()


def alerts() -> Sequence[Alert]:
    """Return all notes and reviews with their texts and who wrote them, newest first, then by id."""
    return db.session.scalars(
        sa.select(Alert)
        .options(selectinload(Alert.texts).joinedload(ReviewText.by))
        .order_by(Alert.opened_at.desc(), Alert.id)
    ).all()


def open_alerts() -> Sequence[Alert]:
    """Return the notes and reviews that are open, oldest first, then by id."""
    return db.session.scalars(
        sa.select(Alert).where(Alert.closed_at.is_(None)).order_by(Alert.opened_at, Alert.id)
    ).all()


def alerts_of(year: int) -> Sequence[Alert]:
    """Return the notes and reviews of a reporting year, oldest first, then by id."""
    return db.session.scalars(sa.select(Alert).where(Alert.year == year).order_by(Alert.opened_at, Alert.id)).all()


def alert(alert_id: uuid.UUID) -> Alert:
    """Return one alert with its texts and who wrote them. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Alert).where(Alert.id == alert_id).options(selectinload(Alert.texts).joinedload(ReviewText.by))
    ).one()


def alert_to_change(alert_id: uuid.UUID) -> Alert:
    """Return one alert with its texts, held until the transaction ends, as it is now. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Alert)
        .where(Alert.id == alert_id)
        .options(selectinload(Alert.texts))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def closing(quarter: str | None = None) -> Closing | None:
    """Return the tests of a quarter, of the newest one without a quarter; None where there are none."""
    query = sa.select(Closing)
    if quarter is not None:
        query = query.where(Closing.quarter == quarter)
    return db.session.scalars(query.order_by(Closing.quarter.desc()).limit(1)).one_or_none()


def statements(*, approved: bool | None = None) -> Sequence[Statement]:
    """Return band statements, newest half-year first; approved: only those with both keys, or only those without."""
    query = sa.select(Statement)
    if approved is not None:
        query = query.where(Statement.second_at.is_not(None) if approved else Statement.second_at.is_(None))
    return db.session.scalars(query.order_by(Statement.half.desc())).all()


def statement(statement_id: uuid.UUID) -> Statement:
    """Return one statement, held until the transaction ends, as it is now. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Statement)
        .where(Statement.id == statement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
