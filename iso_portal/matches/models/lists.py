"""The lists that were shown."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.models import Business
from iso_portal.core.db import Base, Record


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
