"""Reads of the outbox."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from iso_portal.core.db import db
from iso_portal.core.paging import Page, paged
from iso_portal.letters.models import Letter


def find(letter_id: uuid.UUID) -> Letter | None:
    """Return the letter, or None."""
    return db.session.get(Letter, letter_id)


def get(letter_id: uuid.UUID) -> Letter:
    """Return the letter. Raises NoResultFound."""
    return db.session.scalars(sa.select(Letter).where(Letter.id == letter_id)).one()


def of_case(case_id: uuid.UUID) -> Sequence[Letter]:
    """Return the letters about a case, newest first."""
    return db.session.scalars(
        sa.select(Letter).where(Letter.case_id == case_id).order_by(Letter.written_at.desc(), Letter.id.desc())
    ).all()


def to_address(address: str) -> Sequence[Letter]:
    """Return the letters to an address, newest first; none for no address."""
    if not address:
        return []
    return db.session.scalars(
        sa.select(Letter)
        .where(sa.func.lower(Letter.to_address) == address.lower())
        .order_by(Letter.written_at.desc(), Letter.id.desc())
    ).all()


def outbox(*, cursor: str | None = None) -> Page[Letter]:
    """Return a page of letters, newest first, then by id. Raises ValueError for a cursor that is not ours."""
    return paged(sa.select(Letter), (Letter.written_at, Letter.id), cursor=cursor)
