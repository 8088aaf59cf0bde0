"""Bookings, gates and snapshots; and the vault's tables, which stand apart under metadata and an engine of their own."""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, one_of


class Gate(enum.StrEnum):
    """What only opens with a recorded basis (balance G1, G2)."""

    COLLECT_STAFF = "collect_staff"
    COLLECT_FIRMS = "collect_firms"


class BasisKind(enum.StrEnum):
    """A demonstration basis holds in demo data alone."""

    LEGAL = "legal"
    DEMONSTRATION = "demonstration"


class Override(enum.StrEnum):
    """Why another pair was chosen than the first three; a wish for somebody of a community has no code (A7)."""

    CONTINUITY = "continuity"
    KNOWS_FIRM = "knows_firm"
    TRAINING = "training"
    NAMED_PERSON = "named_person"
    OVERLOAD = "overload"
    LANGUAGE = "language"
    OTHER = "other"


class GateRecord(Record, kw_only=True):
    """The basis on which a gate is open, until when, and who approved it."""

    __tablename__ = "balance_gates"
    __table_args__ = (one_of("gate", Gate), one_of("kind", BasisKind))

    gate: Mapped[Gate]
    kind: Mapped[BasisKind]
    purpose: Mapped[str]
    basis: Mapped[str]
    opened_at: Mapped[datetime]
    expires_on: Mapped[date]
    approver_ids: Mapped[list[str]] = mapped_column(default_factory=list)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


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


class Snapshot(Record, kw_only=True):
    """Aggregates of one night; pages read these and never the vault."""

    __tablename__ = "balance_snapshots"
    __table_args__ = (sa.Index("ix_balance_snapshots_taken_at", sa.text("taken_at desc")),)

    taken_at: Mapped[datetime]
    bookings: Mapped[int]
    content: Mapped[dict[str, Any]]


vault = sa.MetaData(schema="balance_vault")

declaration = sa.Table(
    "declaration",
    vault,
    sa.Column("pseudonym", sa.Uuid, primary_key=True),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
    sa.Column("key_number", sa.Integer),
    sa.Column("wording", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True)),
    sa.Column("expires_on", sa.Date),
)
link = sa.Table(
    "link",
    vault,
    sa.Column("subject_hash", sa.LargeBinary, primary_key=True),
    sa.Column("nonce", sa.LargeBinary),
    sa.Column("ciphertext", sa.LargeBinary),
)
