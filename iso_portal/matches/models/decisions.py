"""What named people decided."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, one_of
from iso_portal.matches.domain import Choice


class Decision(Record, kw_only=True):
    """What a person decided about a firm for a case; a new decision is a new row, the newest counts.

    run_id, rank: the list that the person looked at, and the firm's place on it; position: its place on the page, where
    firms that withdrew meanwhile no longer stand. until: the day on which a deferred firm is looked at again.
    """

    __tablename__ = "match_decisions"
    __table_args__ = (
        one_of("choice", Choice),
        sa.Index("ix_match_decisions_case_id", "case_id", "business_id", "decided_at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id"))
    choice: Mapped[Choice]
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    by_name: Mapped[str]
    reason_code: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
    run_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("suggestion_runs.id"), default=None)
    rank: Mapped[int | None] = mapped_column(default=None)
    position: Mapped[int | None] = mapped_column(default=None)
    until: Mapped[date | None] = mapped_column(default=None)
