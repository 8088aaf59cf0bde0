"""Lines of profiles with their vectors, the lists that were shown, decisions by named people."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case
from iso_portal.core.db import Base, Record, Versioned, one_of
from iso_portal.matches.domain import Answer, Choice


class MatchLine(Base, kw_only=True):
    """One line of a firm's profile and its vector. encoder: what made the vector; kinds never mix.

    vector: half precision, two bytes a dimension; of any dimension, since encoders differ.
    """

    __tablename__ = "match_lines"

    position: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]
    vector: Mapped[Any] = mapped_column(HALFVEC())


class SuggestionRun(Record, kw_only=True):
    """One list as it was shown, with what made it, so that any suggestion can be explained later.

    made_with: encoder's name; classes: predicted for the inquiry; firms: how many could have been suggested.
    """

    __tablename__ = "suggestion_runs"
    __table_args__ = (sa.Index("ix_suggestion_runs_case_id", "case_id", sa.text("made_at desc"), "id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    made_at: Mapped[datetime]
    version: Mapped[str]
    made_with: Mapped[str]
    nothing_fits: Mapped[bool]
    classes: Mapped[list[str]]
    firms: Mapped[int]

    suggestions: Mapped[list[Suggestion]] = relationship(
        default_factory=list, lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Suggestion.rank"
    )


class Suggestion(Base, kw_only=True):
    """One firm on a list. reason: what met what, in codes; the page puts it into words."""

    __tablename__ = "suggestions"

    rank: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    score: Mapped[float]
    likelihood: Mapped[str]
    reason: Mapped[dict[str, Any]]
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("suggestion_runs.id"), primary_key=True, init=False)

    business: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class Decision(Record, kw_only=True):
    """What a person decided about a firm for a case; a new decision is a new row, the newest counts."""

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
