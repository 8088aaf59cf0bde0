"""Whether a gate is open, and by what."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from iso_portal.balance.domain import gates
from iso_portal.balance.domain.gates import State
from iso_portal.balance.models import BasisKind, Gate, GateRecord
from iso_portal.core import clock
from iso_portal.core.db import db


def open_gate(gate: Gate, *, demo: bool) -> GateRecord | None:
    """Return the record that holds a gate open today, or None: expired, closed, or a demonstration outside the demo.

    Assignment is closed while nothing may be collected from the staff.
    """
    query = sa.select(GateRecord).where(
        GateRecord.gate == gate,
        GateRecord.opened_at.is_not(None),
        GateRecord.closed_at.is_(None),
        GateRecord.expires_on >= clock.today(),
    )
    if not demo:
        query = query.where(GateRecord.kind != BasisKind.DEMONSTRATION)
    found = db.session.scalars(query.order_by(GateRecord.opened_at.desc(), GateRecord.id).limit(1)).one_or_none()
    if found is not None and gate is Gate.USE_COMMUNITY_IN_ASSIGNMENT:
        return found if open_gate(Gate.COLLECT_STAFF, demo=demo) is not None else None
    return found


def gate_state(gate: Gate, *, demo: bool) -> State:
    """Return how a gate stands: open, closed, or expired (it was not closed by a person and not renewed)."""
    if open_gate(gate, demo=demo) is not None:
        return State.OPEN
    last = db.session.scalars(
        sa.select(GateRecord)
        .where(GateRecord.gate == gate, GateRecord.opened_at.is_not(None))
        .order_by(GateRecord.opened_at.desc(), GateRecord.id)
        .limit(1)
    ).one_or_none()
    if last is None or (last.closed_at is not None and last.closed_by_id is not None):
        return State.CLOSED
    return gates.state(
        opened=True, closed=False, expires_on=last.expires_on, kind=last.kind, today=clock.today(), demo=demo
    )


def gate_records() -> Sequence[GateRecord]:
    """Return the records of all gates, newest first, then by id."""
    return db.session.scalars(
        sa.select(GateRecord).order_by(
            sa.func.coalesce(GateRecord.requested_at, GateRecord.opened_at, GateRecord.created_at).desc(),
            GateRecord.id,
        )
    ).all()


def gate_record(record_id: uuid.UUID) -> GateRecord:
    """Return one record. Raises NoResultFound."""
    return db.session.scalars(sa.select(GateRecord).where(GateRecord.id == record_id)).one()


def gate_record_to_change(record_id: uuid.UUID) -> GateRecord:
    """Return one record, held until the transaction ends, as it is now. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(GateRecord)
        .where(GateRecord.id == record_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def gates_to_close() -> Sequence[GateRecord]:
    """Return records that count as open though their last day is over; by id."""
    return db.session.scalars(
        sa.select(GateRecord)
        .where(GateRecord.opened_at.is_not(None), GateRecord.closed_at.is_(None), GateRecord.expires_on < clock.today())
        .order_by(GateRecord.id)
    ).all()
