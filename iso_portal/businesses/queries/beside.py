"""Reads of what stands beside a profile: checks, translations, who wrote them, photos for staff."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from iso_portal.accounts.models import Person
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business, BusinessText, Picture, VerificationRecord
from iso_portal.core.db import db
from iso_portal.files.models import StoredFile


def checks_of(business_id: uuid.UUID) -> Sequence[VerificationRecord]:
    """Return a firm's checks, the latest day first, of one day the one written last, then by id."""
    return db.session.scalars(
        sa.select(VerificationRecord)
        .where(VerificationRecord.business_id == business_id)
        .order_by(VerificationRecord.verified_on.desc(), VerificationRecord.created_at.desc(), VerificationRecord.id)
    ).all()


def original_of(business: Business, kind: TextKind) -> BusinessText | None:
    """Return the firm's own text of a kind, or None."""
    return next((text for text in business.texts if text.kind is kind and text.original), None)


def names_of(people: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the names of people by their keys."""
    keys = {key for key in people if key is not None}
    if not keys:
        return {}
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.id))
    return {row.id: row.name for row in rows}


def picture(picture_id: uuid.UUID) -> Picture:
    """Return a photo with its file and the file's content. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Picture)
        .where(Picture.id == picture_id)
        .options(joinedload(Picture.file).options(undefer(StoredFile.content)))
        .execution_options(populate_existing=True)
    ).one()
