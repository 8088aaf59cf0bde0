"""Firms that are asked whether they want to be introduced."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case
from iso_portal.core.db import Base, Record, Versioned, one_of
from iso_portal.matches.domain import Answer, Mode, Told


class Introduction(Versioned, Record, kw_only=True):
    """A firm is asked whether it wants to be introduced on a case; its last answer counts (casework B5, matching 5).

    message: the office's words, in `language`. answer_text: the firm's words, in the language it wrote them.
    told, taken_by: how the firm told its answer to a named person of the office, where it did not write it itself.
    released_at: when both sides got each other's contact data. meeting_*: the first meeting as it was arranged.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        one_of("answer", Answer),
        one_of("told", Told),
        one_of("meeting_mode", Mode),
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
    told: Mapped[Told | None] = mapped_column(default=None)
    taken_by: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    meeting_at: Mapped[datetime | None] = mapped_column(default=None)
    meeting_mode: Mapped[Mode | None] = mapped_column(default=None)
    meeting_place: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
    business: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
    investor_question: Mapped[InvestorQuestion | None] = relationship(
        init=False, default=None, lazy="raise_on_sql", back_populates="introduction"
    )


class InvestorQuestion(Record, kw_only=True):
    """The investor is asked, by a one-time link, whether to be introduced to the firm of an introduction.

    message, language: the office's words, or empty where the letter's own are enough. told, taken_by: as there.
    """

    __tablename__ = "investor_questions"
    __table_args__ = (one_of("answer", Answer), one_of("told", Told))

    introduction_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("introductions.id", ondelete="CASCADE"), unique=True
    )
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    message: Mapped[str]
    language: Mapped[str]
    nonce: Mapped[str]
    expires_at: Mapped[datetime]
    token_hash: Mapped[bytes] = mapped_column(unique=True, default=b"")
    answer: Mapped[Answer | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_text: Mapped[str] = mapped_column(default="")
    answer_language: Mapped[str | None] = mapped_column(default=None)
    told: Mapped[Told | None] = mapped_column(default=None)
    taken_by: Mapped[str] = mapped_column(default="")
    taken_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)

    introduction: Mapped[Introduction] = relationship(
        init=False, lazy="raise_on_sql", back_populates="investor_question"
    )


class AskingLimit(Base, kw_only=True):
    """How many inquiries a firm wants to be asked about within 30 days, where it said so."""

    __tablename__ = "asking_limits"

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True)
    most: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
