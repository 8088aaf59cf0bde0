"""Inquiries that are being written: kept page by page, so that nothing is lost before they are sent."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.core.db import Base, Record, Versioned
from iso_portal.files.models import StoredFile


class InquiryDraft(Versioned, Record, kw_only=True):
    """An inquiry that is being written; opened by a secret link alone, removed 30 days after the last word.

    key: idempotency key of the first page; it becomes the key of the inquiry. values: {field: [texts as typed]}, also
    where they are wrong so far. reached: how many parts were gone through. case_id: set when it was sent.
    """

    __tablename__ = "inquiry_drafts"

    key: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    nonce: Mapped[str]
    link_hash: Mapped[bytes] = mapped_column(unique=True)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    values: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    reached: Mapped[int] = mapped_column(default=0)
    email: Mapped[str] = mapped_column(default="")
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"), default=None)

    files: Mapped[list[DraftFile]] = relationship(
        init=False,
        default_factory=list,
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by="DraftFile.position",
    )


class DraftFile(Base, kw_only=True):
    """A file that was added to a draft."""

    __tablename__ = "draft_files"

    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_files.id"), primary_key=True)
    position: Mapped[int]
    draft_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("inquiry_drafts.id", ondelete="CASCADE"), primary_key=True, init=False
    )

    file: Mapped[StoredFile] = relationship(init=False, lazy="raise_on_sql")
