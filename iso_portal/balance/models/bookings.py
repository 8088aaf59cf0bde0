"""Teams as they were assigned, with what the proposal saw; pairs that wait; later weights; where loads begin. No community."""

from __future__ import annotations

import enum
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.balance.domain.choices import Kind
from iso_portal.cases.models import Case
from iso_portal.core.db import Record, one_of


class Override(enum.StrEnum):
    """Why another pair was chosen than the first three; a wish for somebody of a community has no code (A7).

    LANGUAGE is no choice of a person: it stands where no pair works in both languages of the office.
    """

    CONTINUITY = "continuity"
    KNOWS_FIRM = "knows_firm"
    TRAINING = "training"
    NAMED_PERSON = "named_person"
    OVERLOAD = "overload"
    LANGUAGE = "language"
    OTHER = "other"


class Booking(Record, kw_only=True):
    """A team as it was assigned, with what the proposal saw; no community.

    choice_set: people who could lead, with the number of pairs each leads. staff: the FTE that day of everybody who may
    lead. kind: what choosing the pair was. confirmed_by_id: who of the other desk agreed, where that was needed.
    """

    __tablename__ = "balance_bookings"
    __table_args__ = (
        one_of("override", Override),
        one_of("kind", Kind),
        sa.Index("ix_balance_bookings_case_id", "case_id"),
        sa.Index("ix_balance_bookings_booked_at", "booked_at", "id"),
        sa.Index(
            "uq_balance_bookings_one_that_holds",
            "case_id",
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
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
    staff: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    kind: Mapped[Kind] = mapped_column(default=Kind.FIRST)
    booked_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)

    case: Mapped[Case] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class Outcome(enum.StrEnum):
    """How a pair that waited ended; overtaken: another team was booked, or another pair asked for."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    OVERTAKEN = "overtaken"


class PairRequest(Record, kw_only=True):
    """Another pair for a large case, which waits until a colleague of the other desk confirms it (A7).

    Nothing is booked meanwhile: the former team, where there is one, goes on.
    """

    __tablename__ = "balance_pair_requests"
    __table_args__ = (
        one_of("override", Override),
        one_of("outcome", Outcome),
        sa.CheckConstraint("(closed_at is null) = (outcome is null)", name="closed"),
        sa.CheckConstraint("outcome <> 'confirmed' or closed_by_id <> asked_by_id", name="two_people"),
        sa.Index("ix_balance_pair_requests_asked_at", "asked_at", "id"),
        sa.Index(
            "uq_balance_pair_requests_one_waits", "case_id", unique=True, postgresql_where=sa.text("closed_at is null")
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    lead_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    co_lead_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    override: Mapped[Override]
    override_text: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)

    case: Mapped[Case] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class LaterWeight(Record, kw_only=True):
    """A weight that somebody found right later; it counts for open load alone, the first one stays (A8)."""

    __tablename__ = "balance_weights"
    __table_args__ = (
        sa.CheckConstraint("weight between 0.5 and 6 and weight * 2 = floor(weight * 2)", name="weight"),
        sa.Index("ix_balance_weights_case_id", "case_id", sa.text("at desc"), sa.text("id desc")),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    weight: Mapped[Decimal] = mapped_column(sa.Numeric(3, 1))
    reason: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))


class LoadStart(Record, kw_only=True):
    """What is added to somebody's loads from a moment on: a joiner starts at the means, and who was away for more than
    four weeks is raised to them. absence_id: None for joining. booked, led: by FTE, never negative.
    """

    __tablename__ = "balance_load_starts"
    __table_args__ = (
        sa.CheckConstraint("booked >= 0 and led >= 0", name="not_negative"),
        sa.UniqueConstraint(
            "person_id",
            "absence_id",
            name="uq_balance_load_starts_person_id_absence_id",
            postgresql_nulls_not_distinct=True,
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime]
    booked: Mapped[float]
    led: Mapped[float]
    absence_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
