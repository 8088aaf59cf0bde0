"""Reads for finding firms that may be one, for comparing them, and for what was merged."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from iso_portal.businesses.domain import Marks, PairState
from iso_portal.businesses.models import Business, DuplicatePair, Merge, Picture, Site
from iso_portal.core.db import db
from iso_portal.core.paging import Page, paged

# Names that share less than this part of their three-letter pieces are not compared at all.
LEAST_SHARED_PIECES = 0.55
MOST_EQUAL = 60
MOST_ALIKE = 20
# At work, and not merged away; registrations that nobody confirmed are nobody's firm yet.
ALIVE = (Business.active, sa.not_(Business.pending), Business.merged_into_id.is_(None))


# What marks are read from: the columns alone, since a whole profile with its texts takes several times as long.
MARKED = (
    Business.id,
    Business.name_key,
    Business.municipality,
    Business.nui,
    Business.pib,
    Business.maticni_broj,
    Business.email,
    Business.phone_key,
)


def marks(row: Any) -> Marks:
    """Return what a firm can be recognised by. row: a firm, or the columns MARKED of one."""
    return Marks(
        name_key=row.name_key,
        municipality=row.municipality,
        nui=row.nui or "",
        pib=row.pib or "",
        maticni_broj=row.maticni_broj or "",
        email=row.email.lower(),
        phone_key=row.phone_key,
    )


def equal_marks(of: Marks, *, besides: uuid.UUID) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for the marks of firms that share one to the letter; each mark has an index."""
    same: list[sa.ColumnElement[bool]] = [
        column == value
        for column, value in (
            (Business.nui, of.nui),
            (Business.pib, of.pib),
            (Business.maticni_broj, of.maticni_broj),
            (sa.func.lower(Business.email), of.email),
            (Business.phone_key, of.phone_key),
            (Business.name_key, of.name_key),
        )
        if value
    ]
    query = sa.select(*MARKED).where(sa.or_(sa.false(), *same), *ALIVE, Business.id != besides)
    return query.order_by(Business.id).limit(MOST_EQUAL)


def alike_names(of: Marks, *, besides: uuid.UUID) -> sa.Select[*tuple[Any, ...]]:
    """Return the query for the marks of firms whose names share most three-letter pieces, the most alike first.

    How much is shared at least is a setting of the transaction, see candidates(); the index knows no other way.
    """
    near = sa.func.similarity(Business.name_key, of.name_key)
    query = sa.select(*MARKED).where(Business.name_key.op("%")(of.name_key), *ALIVE, Business.id != besides)
    return query.order_by(near.desc(), Business.id).limit(MOST_ALIKE)


def candidates(business: Business) -> dict[uuid.UUID, Marks]:
    """Return the firms worth comparing with one by their keys: with an equal mark, then with a similar name."""
    own = marks(business)
    found = list(db.session.execute(equal_marks(own, besides=business.id)).all())
    if own.name_key:
        db.session.execute(
            sa.select(sa.func.set_config("pg_trgm.similarity_threshold", str(LEAST_SHARED_PIECES), True))
        )
        found += db.session.execute(alike_names(own, besides=business.id)).all()
    return {row.id: marks(row) for row in found}


def pairs_of(business_id: uuid.UUID) -> Sequence[DuplicatePair]:
    """Return all pairs that a firm stands in, by id."""
    return db.session.scalars(
        sa.select(DuplicatePair)
        .where(sa.or_(DuplicatePair.one_id == business_id, DuplicatePair.other_id == business_id))
        .order_by(DuplicatePair.id)
    ).all()


def pair(pair_id: uuid.UUID) -> DuplicatePair:
    """Return a pair with both firms, their texts and activities. Raises NoResultFound."""
    parts = [
        joinedload(side).options(selectinload(Business.texts), selectinload(Business.activities))
        for side in (DuplicatePair.one, DuplicatePair.other)
    ]
    return db.session.scalars(sa.select(DuplicatePair).where(DuplicatePair.id == pair_id).options(*parts)).one()


def open_pairs(*, cursor: str | None = None) -> Page[DuplicatePair]:
    """Return a page of pairs that wait for a person, with both firms, the likeliest first, then by id falling.

    Raises ValueError for a cursor that is not ours.
    """
    one, other = aliased(Business), aliased(Business)
    query = (
        sa.select(DuplicatePair)
        .join(one, DuplicatePair.one)
        .join(other, DuplicatePair.other)
        .where(DuplicatePair.state == PairState.OPEN, *_both_alive(one, other))
        .options(contains_eager(DuplicatePair.one.of_type(one)), contains_eager(DuplicatePair.other.of_type(other)))
    )
    return paged(query, (DuplicatePair.score, DuplicatePair.id), cursor=cursor)


def count_open() -> int:
    """Return how many pairs wait for a person."""
    one, other = aliased(Business), aliased(Business)
    query = (
        sa.select(sa.func.count())
        .select_from(DuplicatePair)
        .join(one, DuplicatePair.one)
        .join(other, DuplicatePair.other)
        .where(DuplicatePair.state == PairState.OPEN, *_both_alive(one, other))
    )
    return db.session.scalar(query) or 0


def _both_alive(*firms: type[Business]) -> list[sa.ColumnElement[bool]]:
    return [
        rule
        for firm in firms
        for rule in (firm.active.is_(True), firm.pending.is_(False), firm.merged_into_id.is_(None))
    ]


def open_pairs_of(business_id: uuid.UUID) -> Sequence[DuplicatePair]:
    """Return the pairs of one firm that wait for a person, with both firms, the likeliest first, then by id."""
    one, other = aliased(Business), aliased(Business)
    return db.session.scalars(
        sa.select(DuplicatePair)
        .join(one, DuplicatePair.one)
        .join(other, DuplicatePair.other)
        .where(DuplicatePair.state == PairState.OPEN, *_both_alive(one, other))
        .where(sa.or_(DuplicatePair.one_id == business_id, DuplicatePair.other_id == business_id))
        .options(contains_eager(DuplicatePair.one.of_type(one)), contains_eager(DuplicatePair.other.of_type(other)))
        .order_by(DuplicatePair.score.desc(), DuplicatePair.id)
        .limit(10)
    ).all()


def next_to_compare(after: uuid.UUID | None, *, most: int) -> Sequence[uuid.UUID]:
    """Return keys of firms at work, by key, behind a given one."""
    query = sa.select(Business.id).where(*ALIVE).order_by(Business.id).limit(most)
    return db.session.scalars(query.where(Business.id > after) if after else query).all()


def locked(*ids: uuid.UUID) -> list[Business]:
    """Return firms with texts and activities as they are now, in this order; nobody changes them until we are done.

    Raises NoResultFound when one is missing.
    """
    rows = db.session.scalars(
        sa.select(Business)
        .where(Business.id.in_(ids))
        .options(selectinload(Business.texts), selectinload(Business.activities))
        .order_by(Business.id)
        .with_for_update(of=Business)
        .execution_options(populate_existing=True)
    ).all()
    by_id = {row.id: row for row in rows}
    if missing := [key for key in ids if key not in by_id]:
        raise sa.exc.NoResultFound(f"no firm {missing[0]}")
    return [by_id[key] for key in ids]


def merge(merge_id: uuid.UUID) -> Merge:
    """Return one merge. Raises NoResultFound."""
    return db.session.scalars(sa.select(Merge).where(Merge.id == merge_id)).one()


def merges_into(business_id: uuid.UUID) -> Sequence[Merge]:
    """Return the merges that a firm was kept in and that still hold, the newest first, then by id."""
    return db.session.scalars(
        sa.select(Merge)
        .where(Merge.kept_id == business_id, Merge.undone_at.is_(None))
        .order_by(Merge.at.desc(), Merge.id)
    ).all()


def names_of_firms(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str]]:
    """Return name and language of firms by their keys."""
    if not ids:
        return {}
    rows = db.session.execute(
        sa.select(Business.id, Business.name, Business.language).where(Business.id.in_(ids)).order_by(Business.id)
    )
    return {row.id: (row.name, row.language) for row in rows}


def living(business: Business) -> Business:
    """Return the firm that a merged one is now, with texts and activities; the firm itself when it was not merged."""
    seen = {business.id}
    while business.merged_into_id is not None and business.merged_into_id not in seen:
        seen.add(business.merged_into_id)
        business = db.session.scalars(
            sa.select(Business)
            .where(Business.id == business.merged_into_id)
            .options(selectinload(Business.texts), selectinload(Business.activities))
        ).one()
    return business


def counts_beside(*ids: uuid.UUID) -> dict[uuid.UUID, tuple[int, int]]:
    """Return for each firm how many sites and photos it has."""
    sites = sa.select(sa.func.count()).where(Site.business_id == Business.id).scalar_subquery()
    photos = sa.select(sa.func.count()).where(Picture.business_id == Business.id).scalar_subquery()
    rows = db.session.execute(sa.select(Business.id, sites, photos).where(Business.id.in_(ids)).order_by(Business.id))
    return {row[0]: (row[1], row[2]) for row in rows}
