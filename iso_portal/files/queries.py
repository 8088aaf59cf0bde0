"""Reads of uploaded files."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from iso_portal.core.db import db
from iso_portal.files.domain import FileState
from iso_portal.files.models import StoredFile, TableImport


def get(file_id: uuid.UUID) -> StoredFile:
    """Return a file without its content. Raises NoResultFound."""
    return db.session.scalars(sa.select(StoredFile).where(StoredFile.id == file_id)).one()


def with_content(file_id: uuid.UUID) -> StoredFile:
    """Return a file with its content. Raises NoResultFound."""
    query = sa.select(StoredFile).where(StoredFile.id == file_id).options(undefer(StoredFile.content))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def held() -> Sequence[StoredFile]:
    """Return the files that wait for a scan, oldest first, then by id; at most 500."""
    return db.session.scalars(
        sa.select(StoredFile)
        .where(StoredFile.state == FileState.HELD)
        .order_by(StoredFile.created_at, StoredFile.id)
        .limit(500)
    ).all()


def the_import(import_id: uuid.UUID) -> TableImport:
    """Return one import. Raises NoResultFound."""
    return db.session.scalars(sa.select(TableImport).where(TableImport.id == import_id)).one()


def imports(kind: str) -> Sequence[TableImport]:
    """Return the imports of one kind, newest first, then by id; the newest 50."""
    return db.session.scalars(
        sa.select(TableImport).where(TableImport.kind == kind).order_by(TableImport.at.desc(), TableImport.id).limit(50)
    ).all()


def row_with(import_id: uuid.UUID, marks: Collection[str], *, number: int | None = None) -> dict[str, Any] | None:
    """Return the values of the row of a table with this number, or the first that holds one of these words; or None."""
    for row in the_import(import_id).rows:
        if is_marked(row, marks, number=number):
            values: dict[str, Any] = row.get("values", {})
            return values
    return None


def is_marked(row: dict[str, Any], marks: Collection[str], *, number: int | None = None) -> bool:
    """Whether a row of an uploaded table is this one, or holds one of these words as a whole value, in any case."""
    if number is not None and row.get("number") == number:
        return True
    wanted = {mark.strip().casefold() for mark in marks if mark.strip()}
    return any(
        isinstance(value, str) and value.strip().casefold() in wanted for value in row.get("values", {}).values()
    )
