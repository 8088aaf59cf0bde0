"""The lists that were shown."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case
from iso_portal.core.db import Base, Record


class SuggestionRun(Record, kw_only=True):
    """One list as it was shown, with what made it, so that any suggestion can be explained later.

    version: of the package; made_with: encoder's name; model_version: of what was learned from decisions; classes:
    predicted for the inquiry; guesses: their chances, [[code, chance], ...]; firms: how many could have been suggested;
    shortlist: how many of the first firms hold the right one nine times in ten; asked_mark: tells inquiries apart that
    were ranked by other facts.
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
    model_version: Mapped[str] = mapped_column(default="")
    shortlist: Mapped[int] = mapped_column(default=0)
    guesses: Mapped[list[list[Any]]] = mapped_column(JSONB, default_factory=list)
    asked_mark: Mapped[str] = mapped_column(default="")

    suggestions: Mapped[list[Suggestion]] = relationship(
        default_factory=list, lazy="raise_on_sql", cascade="all, delete-orphan", order_by="Suggestion.rank"
    )


class Suggestion(Base, kw_only=True):
    """One firm on a list. reason: what met what, in codes; the page puts it into words.

    probability: the calibrated chance behind the likelihood's word; never shown as a number.
    """

    __tablename__ = "suggestions"

    rank: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    score: Mapped[float]
    likelihood: Mapped[str]
    reason: Mapped[dict[str, Any]]
    probability: Mapped[float | None] = mapped_column(default=None)
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("suggestion_runs.id"), primary_key=True, init=False)

    business: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class SuggestionLog(Base, kw_only=True):
    """All firms that were ranked for one list, best first, so that each place on it can be explained later (MA8, MA9).

    features: names of the numbers; rows: [[business_id, score, [numbers]], ...]; shown: how many of the first rows the
    page showed, in that order: nobody decides about what nobody saw.
    """

    __tablename__ = "suggestion_logs"

    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("suggestion_runs.id", ondelete="CASCADE"), primary_key=True)
    model_version: Mapped[str]
    features: Mapped[list[str]] = mapped_column(JSONB)
    rows: Mapped[list[list[Any]]] = mapped_column(JSONB)
    shown: Mapped[int]


class AddedFirm(Record, kw_only=True):
    """A firm that a person put beside the list of a case, with the reason in that person's words."""

    __tablename__ = "added_firms"
    __table_args__ = (sa.UniqueConstraint("case_id", "business_id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    by_name: Mapped[str]
    reason: Mapped[str]

    business: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class BusinessRun(Base, kw_only=True):
    """The open inquiries that would suit a firm, as they were found last. cases: how many open inquiries there were.

    left_out: how many of them a rule of the firm's own kept from it, by rule.
    """

    __tablename__ = "business_runs"

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True)
    made_at: Mapped[datetime]
    made_with: Mapped[str]
    model_version: Mapped[str]
    cases: Mapped[int]
    left_out: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)

    inquiries: Mapped[list[SuitingInquiry]] = relationship(
        default_factory=list, lazy="raise_on_sql", cascade="all, delete-orphan", order_by="SuitingInquiry.rank"
    )


class SuitingInquiry(Base, kw_only=True):
    """One open inquiry that suits a firm and that the firm would want. reason: as of a suggestion."""

    __tablename__ = "suiting_inquiries"

    rank: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    score: Mapped[float]
    likelihood: Mapped[str]
    reason: Mapped[dict[str, Any]]
    business_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("business_runs.business_id", ondelete="CASCADE"), primary_key=True, init=False
    )

    case: Mapped[Case] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
