"""Inquiries as sent, cases, the one list of everything that happened, tasks and teams."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.accounts.models import Person
from iso_portal.cases.domain import Channel, EntryKind, Stage, Status, TeamPart
from iso_portal.core.db import Base, Record, Versioned, one_of
from iso_portal.files.models import StoredFile
from iso_portal.investors.models import Contact, Investor


class Inquiry(Record, kw_only=True):
    """What an investor sent, word for word; the database refuses to change it.

    key: idempotency key of the form; the database refuses the second of the same. language: of the text.
    preferred_language: of letters. Codes as in the vocabulary's inquiry form; sectors are NACE codes of `revision`.
    consents: {purpose: {"given": true, "wording": version, "language": ..., "at": ...}}.
    """

    __tablename__ = "inquiries"
    __table_args__ = (one_of("channel", Channel),)

    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[Channel]
    received_at: Mapped[datetime]
    investor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("investors.id"), index=True)
    contact_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("contacts.id"), index=True)
    language: Mapped[str]
    preferred_language: Mapped[str]
    description: Mapped[str]
    project_type: Mapped[str]
    sectors: Mapped[list[str]]
    revision: Mapped[str] = mapped_column(default="2")
    municipalities: Mapped[list[str]] = mapped_column(default_factory=list)
    band: Mapped[str | None] = mapped_column(default=None)
    jobs: Mapped[int | None] = mapped_column(default=None)
    timeline: Mapped[str | None] = mapped_column(default=None)
    readiness: Mapped[str | None] = mapped_column(default=None)
    needs: Mapped[list[str]] = mapped_column(default_factory=list)
    power_kva: Mapped[int | None] = mapped_column(default=None)
    call_back: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str] = mapped_column(default="")
    how_heard: Mapped[str] = mapped_column(default="")
    consents: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    as_sent: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)

    investor: Mapped[Investor] = relationship(init=False, lazy="raise_on_sql")
    contact: Mapped[Contact] = relationship(init=False, lazy="raise_on_sql")


class Case(Versioned, Record, kw_only=True):
    """The office's work on an inquiry.

    reference: ISO-2026-000123. section: NACE section of the first sector. weight: fixed at intake (balance A8).
    search: folded text of reference, names and description. link_nonce, link_hash: the follow page's secret link.
    answered_at: first substantive answer; last_word_at: newest entry that either side wrote.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("stage", Stage),
        one_of("status", Status),
        sa.CheckConstraint("weight between 0.5 and 6 and weight * 2 = floor(weight * 2)", name="weight"),
        sa.Index("ix_cases_received_at", sa.text("received_at desc"), sa.text("id desc")),
        sa.Index("ix_cases_stage", "stage", "status", sa.text("received_at desc"), sa.text("id desc")),
        sa.Index("ix_cases_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    )

    reference: Mapped[str] = mapped_column(unique=True)
    inquiry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("inquiries.id"), unique=True)
    investor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("investors.id"), index=True)
    received_at: Mapped[datetime]
    language: Mapped[str]
    section: Mapped[str]
    weight: Mapped[Decimal] = mapped_column(sa.Numeric(3, 1))
    answer_due_at: Mapped[datetime]
    search: Mapped[str]
    municipality: Mapped[str | None] = mapped_column(default=None)
    stage: Mapped[Stage] = mapped_column(default=Stage.RECEIVED)
    status: Mapped[Status] = mapped_column(default=Status.ONGOING)
    stage_since: Mapped[datetime | None] = mapped_column(default=None)
    waiting_for: Mapped[str] = mapped_column(default="")
    close_reason: Mapped[str | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    last_word_at: Mapped[datetime | None] = mapped_column(default=None)
    link_nonce: Mapped[str] = mapped_column(default="")
    link_hash: Mapped[bytes | None] = mapped_column(unique=True, default=None)
    link_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    import_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("table_imports.id"), default=None, index=True)

    inquiry: Mapped[Inquiry] = relationship(init=False, lazy="raise_on_sql")
    investor: Mapped[Investor] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
    team: Mapped[list[TeamMember]] = relationship(
        init=False,
        default_factory=list,
        lazy="raise_on_sql",
        primaryjoin="and_(TeamMember.case_id == Case.id, TeamMember.ends_at.is_(None))",
        order_by="(TeamMember.part, TeamMember.starts_at, TeamMember.id)",
        viewonly=True,
    )

    @property
    def has_landed(self) -> bool:
        """Whether the investment has begun."""
        return self.stage in {Stage.LANDED, Stage.AFTERCARE}


class Entry(Record, kw_only=True):
    """One thing that happened on a case; append-only, a wrong one is voided by a later one.

    The timeline shows entries and the reports count them, so a number always leads to what happened.
    occurred_at: when it happened; recorded_at: when the office wrote it down. recorded_by_id: empty for the investor
    and the clock. text: in the words and language of whoever wrote it. facts: JSON values, by kind.
    """

    __tablename__ = "entries"
    __table_args__ = (
        one_of("kind", EntryKind),
        sa.Index("ix_entries_case_id", "case_id", "occurred_at", "id"),
        sa.Index("ix_entries_kind", "kind", "occurred_at", "id"),
    )

    kind: Mapped[EntryKind]
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    wing: Mapped[str | None] = mapped_column(default=None)
    text: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    investor_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("investors.id"), default=None)
    business_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("businesses.id"), default=None)
    municipality: Mapped[str | None] = mapped_column(default=None)
    section: Mapped[str | None] = mapped_column(default=None)
    voids_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("entries.id"), default=None, unique=True)

    recorded_by: Mapped[Person | None] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class TeamMember(Record, kw_only=True):
    """A person on a case's team, in one part, from when until when (open: no end)."""

    __tablename__ = "team_members"
    __table_args__ = (
        one_of("part", TeamPart),
        sa.Index("ix_team_members_case_id", "case_id"),
        sa.Index("ix_team_members_person_id", "person_id", postgresql_where=sa.text("ends_at is null")),
        sa.Index(
            "uq_team_members_one_lead",
            "case_id",
            "part",
            unique=True,
            postgresql_where=sa.text("ends_at is null and part <> 'member'"),
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"))
    part: Mapped[TeamPart]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class Task(Versioned, Record, kw_only=True):
    """Something to do on a case, by somebody, until a day."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.Index("ix_tasks_case_id", "case_id", "due_on", "id"),
        sa.Index("ix_tasks_owner_id", "owner_id", "due_on", "id", postgresql_where=sa.text("done_at is null")),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    title: Mapped[str]
    due_on: Mapped[date]
    owner_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    done_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)

    owner: Mapped[Person | None] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class CaseFile(Record, kw_only=True):
    """A file of a case. entry_id: the message it came with. added_by_id: empty when the investor added it.

    shared: whether the investor sees it on the follow page.
    """

    __tablename__ = "case_files"
    __table_args__ = (sa.Index("ix_case_files_case_id", "case_id", "added_at", "id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"))
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_files.id"))
    added_at: Mapped[datetime]
    added_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("entries.id"), default=None, index=True)
    shared: Mapped[bool] = mapped_column(default=True)

    file: Mapped[StoredFile] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class ReferenceCounter(Base, kw_only=True):
    """The last number given in a year; a row, since a sequence skips after a crash."""

    __tablename__ = "reference_counters"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
