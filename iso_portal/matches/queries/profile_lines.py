"""Lines of profiles and their vectors, and which profiles were read when."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from iso_portal.businesses.models import Business, Site
from iso_portal.core.db import db
from iso_portal.matches.models import MatchLine, ReadProfile
from iso_portal.matches.queries.lists import SUGGESTIBLE


def lines(business_ids: Sequence[uuid.UUID], encoder: str) -> Sequence[sa.Row[uuid.UUID, str, str, str, bytes]]:
    """Return (firm, text, language, kind, numbers) of all lines of these firms, by firm, then by place.

    numbers: the vector as the database sends it, four bytes of head and then two bytes a dimension, high byte first:
    a thousand vectors are read as one array, never number by number.
    """
    return db.session.execute(
        sa.select(
            MatchLine.business_id,
            MatchLine.text,
            MatchLine.language,
            MatchLine.kind,
            sa.func.halfvec_send(MatchLine.vector, type_=sa.LargeBinary()),
        )
        .where(MatchLine.business_id == sa.any_(sa.literal(list(business_ids), sa.ARRAY(sa.Uuid()))))
        .where(MatchLine.encoder == encoder)
        .order_by(MatchLine.business_id, MatchLine.position)
    ).all()


def lines_of(business_ids: Sequence[uuid.UUID]) -> Sequence[MatchLine]:
    """Return the lines of some firms as rows, by firm, then by place."""
    return db.session.scalars(
        sa.select(MatchLine)
        .where(MatchLine.business_id.in_(business_ids))
        .order_by(MatchLine.business_id, MatchLine.position)
    ).all()


def unread(encoder: str, *, most: int) -> Sequence[uuid.UUID]:
    """Return firms that may be suggested but were not read by this encoder yet, by id."""
    read = sa.select(ReadProfile).where(ReadProfile.business_id == Business.id, ReadProfile.encoder == encoder)
    return db.session.scalars(
        sa.select(Business.id).where(*SUGGESTIBLE, ~read.exists()).order_by(Business.id).limit(most)
    ).all()


def count_unread(encoder: str) -> int:
    """Return how many firms unread() would return."""
    read = sa.select(ReadProfile).where(ReadProfile.business_id == Business.id, ReadProfile.encoder == encoder)
    return db.session.scalar(sa.select(sa.func.count()).where(*SUGGESTIBLE, ~read.exists())) or 0


def classless(encoder: str, *, most: int) -> Sequence[uuid.UUID]:
    """Return firms that this encoder read while nobody looked for the classes that they speak of, by id."""
    return db.session.scalars(
        sa.select(ReadProfile.business_id)
        .where(ReadProfile.classes.is_(None), ReadProfile.encoder == encoder)
        .order_by(ReadProfile.business_id)
        .limit(most)
    ).all()


def count_read(encoder: str) -> int:
    """Return how many firms that may be suggested were read by this encoder."""
    return db.session.scalar(sa.select(sa.func.count(ReadProfile.business_id)).where(_readable(encoder))) or 0


def read(
    encoder: str, *, after: uuid.UUID | None = None, most: int | None = None
) -> Sequence[sa.Row[uuid.UUID, datetime, int]]:
    """Return (firm, when it was read, version of its row) of firms that may be suggested, by id, those after one."""
    query = sa.select(ReadProfile.business_id, ReadProfile.read_at, Business.version).where(_readable(encoder))
    if after is not None:
        query = query.where(ReadProfile.business_id > after)
    return db.session.execute(query.order_by(ReadProfile.business_id).limit(most)).all()


def read_since(encoder: str, moment: datetime) -> Sequence[sa.Row[uuid.UUID, datetime]]:
    """Return (firm, when) of firms that may be suggested and were read after a moment, by time, then by id."""
    return db.session.execute(
        sa.select(ReadProfile.business_id, ReadProfile.read_at)
        .where(_readable(encoder), ReadProfile.read_at > moment)
        .order_by(ReadProfile.read_at, ReadProfile.business_id)
    ).all()


def forbidden(keys: Sequence[str]) -> set[str]:
    """Return those of some ids that belong to no firm that may be suggested at this moment, in no order.

    Nearly all may be, so the few that may not are what the database sends.
    """
    asked = sa.func.unnest(sa.cast(list(keys), sa.ARRAY(sa.Uuid()))).column_valued("asked")
    may = sa.exists().where(Business.id == asked, *SUGGESTIBLE)
    return set(db.session.scalars(sa.select(sa.cast(asked, sa.Text())).where(sa.not_(may))))


def sites_of(business_ids: Sequence[uuid.UUID]) -> Sequence[sa.Row[uuid.UUID, str, int | None]]:
    """Return (firm, kind, kVA) of the sites that firms offer, by firm, then by id."""
    wanted = sa.any_(sa.literal(list(business_ids), sa.ARRAY(sa.Uuid())))
    return db.session.execute(
        sa.select(Site.business_id, Site.kind, Site.power_kva)
        .where(Site.business_id == wanted, Site.active)
        .order_by(Site.business_id, Site.id)
    ).all()


def database_time() -> datetime:
    """Return the time by the clock that ReadProfile.read_at is told by."""
    moment: datetime = db.session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return moment


def _readable(encoder: str) -> sa.ColumnElement[bool]:
    """Return what holds for a firm that may be suggested, and a profile that this encoder read, of one join."""
    return sa.and_(Business.id == ReadProfile.business_id, ReadProfile.encoder == encoder, *SUGGESTIBLE)
