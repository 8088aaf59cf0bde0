"""The letter as a row."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, one_of
from iso_portal.letters.domain import LetterState


class Letter(Record, kw_only=True):
    """One letter in one language, with a text and an HTML part, written when it was caused.

    A secret link is not in it: where the link belongs stands a marker, and `link_purpose`, `link_subject` and
    `link_nonce` say how to make the link at the moment of sending.
    """

    __tablename__ = "letters"
    __table_args__ = (
        one_of("state", LetterState),
        sa.Index("ix_letters_written_at", sa.text("written_at desc"), sa.text("id desc")),
        sa.Index("ix_letters_case_id", "case_id"),
    )

    kind: Mapped[str]
    to_address: Mapped[str]
    to_name: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    written_at: Mapped[datetime]
    case_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    link_address: Mapped[str | None] = mapped_column(default=None)
    link_purpose: Mapped[str | None] = mapped_column(default=None)
    link_subject: Mapped[uuid.UUID | None] = mapped_column(default=None)
    link_nonce: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[LetterState] = mapped_column(default=LetterState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    trouble: Mapped[str] = mapped_column(default="")
