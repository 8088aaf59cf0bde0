"""Gates: what only opens with a recorded basis."""

from __future__ import annotations

import enum
from datetime import date, datetime

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
