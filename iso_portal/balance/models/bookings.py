"""Teams as they were assigned, with what the proposal saw; no community."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, one_of


class Override(enum.StrEnum):
    """Why another pair was chosen than the first three; a wish for somebody of a community has no code (A7)."""

    CONTINUITY = "continuity"
    KNOWS_FIRM = "knows_firm"
    TRAINING = "training"
    NAMED_PERSON = "named_person"
    OVERLOAD = "overload"
    LANGUAGE = "language"
    OTHER = "other"


class Booking(Record, kw_only=True):
    """A team as it was assigned, with what the proposal saw; no community.

    choice_set: people who could lead, with the number of pairs each leads.
    """

    __tablename__ = "balance_bookings"
    __table_args__ = (
        one_of("override", Override),
        sa.Index("ix_balance_bookings_case_id", "case_id"),
        sa.Index("ix_balance_bookings_booked_at", "booked_at", "id"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    booked_at: Mapped[datetime]
    weight: Mapped[Decimal] = mapped_column(sa.Numeric(3, 1))
    language: Mapped[str]
    section: Mapped[str]
    lead_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    co_lead_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    choice_set: Mapped[dict[str, Any]]
    first_lead_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    first_co_lead_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    override: Mapped[Override | None] = mapped_column(default=None)
    override_text: Mapped[str] = mapped_column(default="")
    mode: Mapped[str] = mapped_column(default="language_paired")
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
