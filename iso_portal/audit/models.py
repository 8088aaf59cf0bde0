"""The line that every service writes; append-only by the database's own rule."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record


class Act(Record, kw_only=True):
    """One act of one person (or of the clock, when `by_id` is empty).

    verb: named thing.verb, as in "case.move". subject: what it was done to. details: codes, numbers and names of
    fields, never a declared community.
    """

    __tablename__ = "acts"
    __table_args__ = (
        sa.Index("ix_acts_subject", "subject_kind", "subject_id", "at"),
        sa.Index("ix_acts_at", sa.text("at desc"), "id"),
    )

    at: Mapped[datetime]
    verb: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    by_name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
