"""Firms that are asked whether they want to be introduced."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case
from iso_portal.core.db import Record, Versioned, one_of
from iso_portal.matches.domain import Answer


class Introduction(Versioned, Record, kw_only=True):
    """A firm is asked whether it wants to be introduced on a case; its last answer counts (casework B5, matching 5).

    message: the office's words, in `language`. answer_text: the firm's words, in the language it wrote them.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        one_of("answer", Answer),
        sa.Index(
            "uq_introductions_open",
            "case_id",
            "business_id",
            unique=True,
            postgresql_where=sa.text("withdrawn_at is null"),
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    message: Mapped[str]
    language: Mapped[str]
    answer: Mapped[Answer | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_text: Mapped[str] = mapped_column(default="")
    answer_language: Mapped[str | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    case: Mapped[Case] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
    business: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
