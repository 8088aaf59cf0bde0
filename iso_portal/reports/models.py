"""Verifications of outcomes, and confirmations asked of those who were there."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record


class Verification(Record, kw_only=True):
    """Somebody checked an outcome. Nobody verifies what they entered, and V3 needs the other desk (R18)."""

    __tablename__ = "report_verifications"
    __table_args__ = (
        sa.CheckConstraint("level between 2 and 4", name="level"),
        sa.CheckConstraint("by_id <> entered_by_id", name="other_person"),
        sa.CheckConstraint("level < 3 or wing <> entered_wing", name="other_desk"),
    )

    entry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    level: Mapped[int]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    wing: Mapped[str]
    entered_by_id: Mapped[uuid.UUID]
    entered_wing: Mapped[str]
    tag: Mapped[str]
    reference: Mapped[str]
    at: Mapped[datetime]


class Confirmation(Record, kw_only=True):
    """A one-use link that asks somebody whether what the office wrote down took place (R16)."""

    __tablename__ = "report_confirmations"

    entry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("entries.id"), index=True)
    nonce: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str | None] = mapped_column(default=None)
    remark: Mapped[str] = mapped_column(default="")
