"""Aggregates of a night."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from iso_portal.core.db import Record


class Snapshot(Record, kw_only=True):
    """Aggregates of one night; pages read these and never the vault."""

    __tablename__ = "balance_snapshots"
    __table_args__ = (sa.Index("ix_balance_snapshots_taken_at", sa.text("taken_at desc")),)

    taken_at: Mapped[datetime]
    bookings: Mapped[int]
    content: Mapped[dict[str, Any]]
