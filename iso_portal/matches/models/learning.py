"""Versions of the ranking that were learned from decisions, and objections to what it says."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, Versioned, one_of
from iso_portal.matches.domain import ModelState, Objector


class RankingVersion(Versioned, Record, kw_only=True):
    """A version of the ranking with what it learned from and how good it was found.

    number: counted from 1; judgements, cases: what it learned from; learned_until: moment of the newest decision among
    them; content: the version itself, kept by skops, and digest: the sha256 of it; measured_on: the graded set with its
    features, so that it can be measured again without the encoder; fingerprint: of the judgements; card: its figures;
    reasons: why it may not be adopted. made_by_id: who asked for it, None for the clock. note: why it was adopted.
    """

    __tablename__ = "match_models"
    __table_args__ = (
        one_of("state", ModelState),
        sa.CheckConstraint("state <> 'adopted' or adopted_by_id is not null", name="adopted_by"),
        sa.Index("uq_match_models_adopted", "state", unique=True, postgresql_where=sa.text("state = 'adopted'")),
    )

    number: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"))
    judgements: Mapped[int]
    cases: Mapped[int]
    learned_until: Mapped[datetime | None]
    content: Mapped[bytes] = mapped_column(deferred=True)
    digest: Mapped[str]
    measured_on: Mapped[bytes] = mapped_column(deferred=True)
    fingerprint: Mapped[str]
    card: Mapped[dict[str, Any]]
    state: Mapped[ModelState]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default_factory=list)
    adopted_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    adopted_by_name: Mapped[str] = mapped_column(default="")
    adopted_at: Mapped[datetime | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


class Objection(Versioned, Record, kw_only=True):
    """What somebody objects to in the ranking; a person of the office answers. Name and address go once it is answered.

    language: in which the page was read, and in which the answer goes out.
    """

    __tablename__ = "ranking_objections"
    __table_args__ = (one_of("objector", Objector), sa.Index("ix_ranking_objections_at", sa.text("at desc"), "id"))

    at: Mapped[datetime]
    objector: Mapped[Objector]
    text: Mapped[str]
    language: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
