"""Teams that hold, what people carry, pairs that wait, and weights that were changed later."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload

from iso_portal.balance.domain.choices import Kind
from iso_portal.balance.models import Booking, LaterWeight, LoadStart, PairRequest
from iso_portal.businesses.models import Business
from iso_portal.cases.domain import Status
from iso_portal.cases.models import Case, Entry
from iso_portal.core.db import db
from iso_portal.core.paging import Page, paged

LEAD, CO_LEAD = 0.65, 0.35
EXACT = sa.Numeric()  # sums that do not depend on the order of rows


def bookings() -> Sequence[Booking]:
    """Return all bookings that were not replaced, in order of booking, then by id."""
    return db.session.scalars(
        sa.select(Booking).where(Booking.ended_at.is_(None)).order_by(Booking.booked_at, Booking.id)
    ).all()


@dataclass(frozen=True, kw_only=True)
class Load:
    """Weights somebody carries, not yet divided by FTE: booked and led over all time, open now. last: newest booking."""

    booked: float = 0.0
    open: float = 0.0
    led: float = 0.0
    last: datetime | None = None


def loads(*, without: uuid.UUID | None = None) -> Mapping[uuid.UUID, Load]:
    """Return what each person carries, from one sum over the bookings that hold. without: a case that is assigned anew.

    Open work counts with the newest weight of a case, everything else with the first (A8).
    """
    newest = (
        sa.select(LaterWeight.case_id, LaterWeight.weight)
        .ext(distinct_on(LaterWeight.case_id))
        .order_by(LaterWeight.case_id, LaterWeight.at.desc(), LaterWeight.id.desc())
        .subquery()
    )
    still = sa.case((Case.status != Status.CLOSED, sa.func.coalesce(newest.c.weight, Booking.weight)), else_=0)
    parts = sa.union_all(
        *(
            sa.select(
                column.label("person"),
                (Booking.weight * sa.literal(part, EXACT)).label("booked"),
                (still * sa.literal(part, EXACT)).label("open"),
                (Booking.weight * sa.literal(leads, EXACT)).label("led"),
                Booking.booked_at.label("at"),
            )
            .join(Case, Case.id == Booking.case_id)
            .outerjoin(newest, newest.c.case_id == Booking.case_id)
            .where(Booking.ended_at.is_(None), *_other(without))
            for column, part, leads in ((Booking.lead_id, LEAD, 1), (Booking.co_lead_id, CO_LEAD, 0))
        )
    ).subquery()
    booked, still_open, led_so_far = (sa.func.sum(parts.c[name]) for name in ("booked", "open", "led"))
    rows = db.session.execute(
        sa.select(parts.c.person, booked, still_open, led_so_far, sa.func.max(parts.c.at))
        .group_by(parts.c.person)
        .order_by(parts.c.person)
    ).all()
    return {row[0]: Load(booked=float(row[1]), open=float(row[2]), led=float(row[3]), last=row[4]) for row in rows}


def _other(case_id: uuid.UUID | None) -> list[sa.ColumnElement[bool]]:
    return [] if case_id is None else [Booking.case_id != case_id]


@dataclass(frozen=True, kw_only=True)
class Led:
    """A booked case as the steering ledgers need it, before anybody's declaration."""

    lead_id: uuid.UUID
    weight: float
    section: str
    at: datetime


def led(*, without: uuid.UUID | None = None) -> Sequence[Led]:
    """Return who led what of the bookings that hold, in order of booking, then by id. without: as for loads."""
    rows = db.session.execute(
        sa.select(Booking.lead_id, Booking.weight, Booking.section, Booking.booked_at)
        .where(Booking.ended_at.is_(None), *_other(without))
        .order_by(Booking.booked_at, Booking.id)
    ).all()
    return [Led(lead_id=lead, weight=float(weight), section=section, at=at) for lead, weight, section, at in rows]


def load_starts() -> Sequence[LoadStart]:
    """Return where loads begin that did not begin at zero; by person, then id."""
    return db.session.scalars(sa.select(LoadStart).order_by(LoadStart.person_id, LoadStart.id)).all()


def booking_of(case_id: uuid.UUID) -> Booking | None:
    """Return the booking that holds for a case, or None."""
    return db.session.scalars(
        sa.select(Booking)
        .where(Booking.case_id == case_id, Booking.ended_at.is_(None))
        .order_by(Booking.booked_at.desc(), Booking.id)
        .limit(1)
    ).one_or_none()


def later_weights(case_id: uuid.UUID) -> Sequence[LaterWeight]:
    """Return the weights that a case was given after intake, newest first, then by id."""
    return db.session.scalars(
        sa.select(LaterWeight)
        .where(LaterWeight.case_id == case_id)
        .order_by(LaterWeight.at.desc(), LaterWeight.id.desc())
    ).all()


def firms_of(case_id: uuid.UUID) -> Mapping[uuid.UUID, str]:
    """Return the firms that something on a case is about, with their names."""
    rows = db.session.execute(
        sa.select(Business.id, Business.name)
        .where(Business.id.in_(sa.select(Entry.business_id).where(Entry.case_id == case_id)))
        .order_by(Business.id)
    ).all()
    return {row.id: row.name for row in rows}


def pair_request(request_id: uuid.UUID) -> PairRequest:
    """Return one pair that was asked for, with its case. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(PairRequest).where(PairRequest.id == request_id).options(joinedload(PairRequest.case))
    ).one()


def waiting_pair(case_id: uuid.UUID) -> PairRequest | None:
    """Return the pair that waits on a case, as it is now, or None."""
    return db.session.scalars(
        sa.select(PairRequest)
        .where(PairRequest.case_id == case_id, PairRequest.closed_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()


def waiting_pairs() -> Sequence[PairRequest]:
    """Return all pairs that wait, with their cases, oldest first, then by id."""
    return db.session.scalars(
        sa.select(PairRequest)
        .where(PairRequest.closed_at.is_(None))
        .options(joinedload(PairRequest.case))
        .order_by(PairRequest.asked_at, PairRequest.id)
    ).all()


def overrides(*, cursor: str | None = None) -> Page[Booking]:
    """Return bookings that had to give a reason, with their cases, newest first, then by id.

    Raises ValueError for a bad cursor.
    """
    query = sa.select(Booking).where(Booking.kind.in_([Kind.OVERRIDE, Kind.WAIVED])).options(joinedload(Booking.case))
    return paged(query, (Booking.booked_at, Booking.id), cursor=cursor)
