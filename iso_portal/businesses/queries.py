"""Reads of businesses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from iso_portal.businesses.models import Business
from iso_portal.core.db import db


def get(business_id: uuid.UUID) -> Business:
    """Return the business with its texts and activities. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Business)
        .where(Business.id == business_id)
        .options(selectinload(Business.texts), selectinload(Business.activities))
    ).one()


def of_ids(ids: Sequence[uuid.UUID]) -> Sequence[Business]:
    """Return these businesses with texts and activities, by id."""
    return db.session.scalars(
        sa.select(Business)
        .where(Business.id.in_(set(ids)))
        .options(selectinload(Business.texts), selectinload(Business.activities))
        .order_by(Business.id)
    ).all()
