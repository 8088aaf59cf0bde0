"""Whether a gate is open, and by what."""

from __future__ import annotations

import sqlalchemy as sa

from iso_portal.balance.models import BasisKind, Gate, GateRecord
from iso_portal.core import clock
from iso_portal.core.db import db


def open_gate(gate: Gate, *, demo: bool) -> GateRecord | None:
    """Return the record that holds a gate open today, or None: expired, closed, or a demonstration outside the demo."""
    query = sa.select(GateRecord).where(
        GateRecord.gate == gate, GateRecord.closed_at.is_(None), GateRecord.expires_on >= clock.today()
    )
    if not demo:
        query = query.where(GateRecord.kind != BasisKind.DEMONSTRATION)
    return db.session.scalars(query.order_by(GateRecord.opened_at.desc(), GateRecord.id).limit(1)).one_or_none()
