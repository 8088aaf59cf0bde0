"""Gates: what only opens with a recorded basis and two keys."""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from iso_portal.core.db import Record, one_of


class Gate(enum.StrEnum):
    """What only opens with a recorded basis (balance G1, G2)."""

    COLLECT_STAFF = "collect_staff"
    COLLECT_FIRMS = "collect_firms"
    USE_COMMUNITY_IN_ASSIGNMENT = "use_community_in_assignment"


class BasisKind(enum.StrEnum):
    """A demonstration basis holds in demo data alone."""

    LEGAL = "legal"
    DEMONSTRATION = "demonstration"


class TwoKeys(MappedAsDataclass, kw_only=True, eq=False, repr=False):
    """Who asked, who of each wing turned a key, and who said no."""

    requested_at: Mapped[datetime | None] = mapped_column(default=None)
    requested_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    first_at: Mapped[datetime | None] = mapped_column(default=None)
    first_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    second_at: Mapped[datetime | None] = mapped_column(default=None)
    second_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    refused_at: Mapped[datetime | None] = mapped_column(default=None)
    refused_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)


# What the database itself holds of G1: no gate of a real office is open without its basis and two people's keys.
COMPLETE = (
    "kind = 'demonstration' or opened_at is null or ("
    "purpose <> '' and basis <> '' and document <> '' and assessment <> '' and assessed_on is not null "
    "and requested_by_id is not null and first_by_id is not null and second_by_id is not null "
    "and first_by_id <> second_by_id and requested_by_id not in (first_by_id, second_by_id) "
    "and expires_on <= (opened_at at time zone 'Europe/Belgrade')::date + interval '1 year')"
)


class GateRecord(TwoKeys, Record, kw_only=True):
    """The basis on which a gate is open, until when, and who approved it.

    document: where the text of the basis is kept. assessment: number of the impact assessment. told: the last letter
    before the end, 60, 30 or 7 days. destroyed_at: when the sealed records went after it had closed.
    """

    __tablename__ = "balance_gates"
    __table_args__ = (
        one_of("gate", Gate),
        one_of("kind", BasisKind),
        sa.CheckConstraint(COMPLETE, name="complete"),
        sa.Index("ix_balance_gates_gate", "gate", "created_at", "id"),
    )

    gate: Mapped[Gate]
    kind: Mapped[BasisKind]
    purpose: Mapped[str]
    basis: Mapped[str]
    expires_on: Mapped[date]
    document: Mapped[str] = mapped_column(default="")
    assessment: Mapped[str] = mapped_column(default="")
    assessed_on: Mapped[date | None] = mapped_column(default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    told: Mapped[int | None] = mapped_column(default=None)
    destroyed_at: Mapped[datetime | None] = mapped_column(default=None)
