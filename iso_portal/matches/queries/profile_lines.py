"""Lines of profiles and their vectors."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from iso_portal.matches.models import MatchLine
from iso_portal.matches.queries.lists import SUGGESTIBLE


def lines(encoder: str) -> Sequence[MatchLine]:
    """Return all lines that this encoder made of firms that may be suggested, by firm, then by place."""
    return db.session.scalars(
        sa.select(MatchLine)
        .join(Business, Business.id == MatchLine.business_id)
        .where(MatchLine.encoder == encoder, *SUGGESTIBLE)
        .order_by(MatchLine.business_id, MatchLine.position)
    ).all()


def lines_of(business_id: uuid.UUID) -> Sequence[MatchLine]:
    """Return one firm's lines by their place."""
    return db.session.scalars(
        sa.select(MatchLine).where(MatchLine.business_id == business_id).order_by(MatchLine.position)
    ).all()


def without_lines(encoder: str) -> Sequence[uuid.UUID]:
    """Return the firms that may be suggested but were not read by this encoder yet, by id."""
    read = sa.select(MatchLine.business_id).where(MatchLine.encoder == encoder)
    return db.session.scalars(
        sa.select(Business.id).where(*SUGGESTIBLE, Business.id.not_in(read)).order_by(Business.id)
    ).all()
