"""Evidence as it was shown, alerts with their reviews, tests of quarters, lists that were shown, band statements."""

from __future__ import annotations

import enum
import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.accounts.models import Person
from iso_portal.balance.models.gates import TwoKeys
from iso_portal.core.db import Record, one_of


class Scope(enum.StrEnum):
    """What evidence is about: the lead of all cases, of each cut, and crossings between the desks."""

    OFFICE = "office"
    SECTOR = "sector"
    MUNICIPALITY = "municipality"
    STAGE = "stage"
    CROSS = "cross"


class Level(enum.StrEnum):
    """How clear an alert is."""

    NOTE = "note"
    REVIEW = "review"


class Evidence(Record, kw_only=True):
    """One value of E as it was shown; the database refuses to change it. It restarts at 1 each reporting year.

    cases: of the year, at that value. on: the day of the last of them.
    """

    __tablename__ = "balance_evidence"
    __table_args__ = (
        one_of("scope", Scope),
        sa.UniqueConstraint("scope", "year", "cases", name="uq_balance_evidence_point"),
    )

    scope: Mapped[Scope]
    year: Mapped[int]
    cases: Mapped[int]
    on: Mapped[date]
    e: Mapped[float]
    shown_at: Mapped[datetime]


class Alert(Record, kw_only=True):
    """A note or a review of a reporting year. It opens a written review and changes no assignment.

    due_on: of a review. told: E when it came; gap, cases: its size. closed_at: when both desks wrote, or the year ended.
    """

    __tablename__ = "balance_alerts"
    __table_args__ = (
        one_of("scope", Scope),
        one_of("level", Level),
        sa.UniqueConstraint("scope", "year", "level", name="uq_balance_alerts_level"),
    )

    scope: Mapped[Scope]
    level: Mapped[Level]
    year: Mapped[int]
    opened_at: Mapped[datetime]
    e: Mapped[float]
    gap: Mapped[float]
    cases: Mapped[int]
    due_on: Mapped[date | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    texts: Mapped[list[ReviewText]] = relationship(
        init=False,
        default_factory=list,
        lazy="raise_on_sql",
        order_by="(ReviewText.written_at, ReviewText.id)",
        viewonly=True,
    )


class ReviewText(Record, kw_only=True):
    """What a co-manager found and what follows; a correction is a new version, and earlier ones stay."""

    __tablename__ = "balance_review_texts"
    __table_args__ = (sa.Index("ix_balance_review_texts_alert_id", "alert_id", "written_at", "id"),)

    alert_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("balance_alerts.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    wing: Mapped[str]
    written_at: Mapped[datetime]
    language: Mapped[str]
    findings: Mapped[str]
    follow_up: Mapped[str]

    by: Mapped[Person] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class Closing(Record, kw_only=True):
    """The tests of a quarter that closed, adjusted as one family; aggregates alone."""

    __tablename__ = "balance_closings"

    quarter: Mapped[str] = mapped_column(unique=True)
    closed_at: Mapped[datetime]
    tests: Mapped[dict[str, Any]]


class ShownList(Record, kw_only=True):
    """A list of businesses as somebody saw it, under pseudonyms that lead to nobody without the vault's link key.

    No community: it is joined with what owners declared only in memory, at night.
    """

    __tablename__ = "balance_shown_lists"
    __table_args__ = (sa.Index("ix_balance_shown_lists_shown_at", "shown_at", "id"),)

    list_key: Mapped[str] = mapped_column(unique=True)
    inquiry_key: Mapped[str]
    shown_at: Mapped[datetime]
    stratum: Mapped[str]
    pool: Mapped[list[str]] = mapped_column(postgresql.ARRAY(sa.Text()))
    order: Mapped[list[str]] = mapped_column("shown_order", postgresql.ARRAY(sa.Text()))


class Statement(TwoKeys, Record, kw_only=True):
    """A half-yearly band statement: words for four subjects, no figure, no community. Frozen once both keys are turned.

    populations: sizes at the time of what it speaks about, compared with the statement before, never published.
    """

    __tablename__ = "balance_statements"

    half: Mapped[str] = mapped_column(unique=True)
    words: Mapped[dict[str, Any]]
    populations: Mapped[dict[str, Any]]
    drafted_at: Mapped[datetime]
