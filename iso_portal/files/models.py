"""Uploaded files with their content, and uploaded tables with their rows."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, one_of
from iso_portal.files.domain import FileKind, FileState


class StoredFile(Record, kw_only=True):
    """One uploaded file. Its content lies in the database, so that it is kept if and only if what it came with is kept.

    name: cleaned, for people. size in bytes. sha256: of the content, in hex. scanned_with: the scanner's answer.
    released_by_id, released_why: the colleague who answers for a file that no scanner has seen.
    """

    __tablename__ = "stored_files"
    __table_args__ = (one_of("kind", FileKind), one_of("state", FileState))

    name: Mapped[str]
    kind: Mapped[FileKind]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    state: Mapped[FileState] = mapped_column(default=FileState.HELD)
    scanned_at: Mapped[datetime | None] = mapped_column(default=None)
    scanned_with: Mapped[str] = mapped_column(default="")
    released_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    released_why: Mapped[str] = mapped_column(default="")


class TableImport(Record, kw_only=True):
    """One uploaded table: kept as it came, corrected in the page, taken in as a whole, undone as a whole.

    kind: "businesses" or "inquiries". columns: of the file, in its order. rows: [{"number": row in the file,
    "values": {column: text}, "left_out": bool}]. kept: how many rows were taken in.
    """

    __tablename__ = "table_imports"
    __table_args__ = (sa.CheckConstraint("kind in ('businesses', 'inquiries')", name="kind"),)

    kind: Mapped[str]
    file_name: Mapped[str]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    columns: Mapped[list[str]]
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    kept: Mapped[int] = mapped_column(default=0)
    kept_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
