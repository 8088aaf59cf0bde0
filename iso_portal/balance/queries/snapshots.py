"""The newest aggregates."""

from __future__ import annotations

import sqlalchemy as sa

from iso_portal.balance.models import Snapshot
from iso_portal.core.db import db


def latest_snapshot() -> Snapshot | None:
    """Return the newest snapshot, or None before the first."""
    return db.session.scalars(
        sa.select(Snapshot).order_by(Snapshot.taken_at.desc(), Snapshot.id).limit(1)
    ).one_or_none()
