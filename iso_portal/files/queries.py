"""Reads of uploaded files."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

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
