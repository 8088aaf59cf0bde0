"""Teams that hold, and what people carry."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from iso_portal.balance.models import Booking
from iso_portal.cases.domain import Status
from iso_portal.cases.models import Case
from iso_portal.core.db import db


def bookings() -> Sequence[Booking]:
    """Return all bookings that were not replaced, in order of booking, then by id."""
    return db.session.scalars(
        sa.select(Booking).where(Booking.ended_at.is_(None)).order_by(Booking.booked_at, Booking.id)
    ).all()


@dataclass(frozen=True, kw_only=True)
class Load:
    """Weights somebody carries, not yet divided by FTE: booked and led over all time, open now."""

    booked: float = 0.0
    open: float = 0.0
    led: float = 0.0


LEAD, CO_LEAD = 0.65, 0.35


def loads() -> Mapping[uuid.UUID, Load]:
    """Return what each person carries, from two sums over the bookings that hold."""
    result: dict[uuid.UUID, Load] = {}
    going_on = sa.case((Case.status != Status.CLOSED, Booking.weight), else_=0)
    for column, part, leads in ((Booking.lead_id, LEAD, True), (Booking.co_lead_id, CO_LEAD, False)):
        rows = db.session.execute(
            sa.select(column, sa.func.sum(Booking.weight), sa.func.sum(going_on))
            .join(Case, Case.id == Booking.case_id)
            .where(Booking.ended_at.is_(None))
            .group_by(column)
        ).all()
        for person, weight, still in rows:
            before = result.get(person, Load())
            result[person] = Load(
                booked=before.booked + part * float(weight),
                open=before.open + part * float(still),
                led=before.led + (float(weight) if leads else 0.0),
            )
    return result


def booking_of(case_id: uuid.UUID) -> Booking | None:
    """Return the booking that holds for a case, or None."""
    return db.session.scalars(
        sa.select(Booking)
        .where(Booking.case_id == case_id, Booking.ended_at.is_(None))
        .order_by(Booking.booked_at.desc(), Booking.id)
        .limit(1)
    ).one_or_none()
