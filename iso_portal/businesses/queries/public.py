"""What strangers may read: firms that agreed to be listed, their sites and photos."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.models import Business, BusinessActivity, Picture, Site
from iso_portal.core.db import db
from iso_portal.core.finding import holds_words
from iso_portal.core.paging import Page, paged
from iso_portal.core.scripts import fold

PAGE = 24
# Agreed to be listed, at work, and not asking for discretion (casework B3).
LISTED = (Business.consent_public, Business.active, sa.not_(Business.discretion), Business.merged_into_id.is_(None))


@dataclass(frozen=True, kw_only=True)
class PublicFilters:
    """What the directory is narrowed to; all of it stands in the address."""

    text: str = ""
    section: str = ""
    division: str = ""
    municipality: str = ""
    certification: str = ""
    language: str = ""


def directory(
    filters: PublicFilters, *, divisions: Sequence[str] = (), language: str, cursor: str | None = None
) -> Page[Business]:
    """Return a page of listed firms with texts and activities, as the reader's alphabet sorts them, then by id.

    divisions: two-digit codes that a firm's activities must touch, empty for all. Raises ValueError for a bad cursor.
    """
    query = sa.select(Business).where(*LISTED).options(selectinload(Business.activities), selectinload(Business.texts))
    query = query.where(*holds_words(Business.public_search, filters.text))
    if divisions:
        inside = sa.select(BusinessActivity.business_id).where(sa.func.left(BusinessActivity.code, 2).in_(divisions))
        query = query.where(Business.id.in_(inside))
    if filters.municipality:
        query = query.where(Business.municipality == filters.municipality)
    if filters.certification:
        held = sa.func.array_to_string(Business.certifications, " ").icontains(filters.certification, autoescape=True)
        query = query.where(held)
    if filters.language:
        query = query.where(Business.languages.contains([filters.language]))
    key = Business.sort_sr if language.startswith("sr") else Business.sort_sq
    return paged(query, (key, Business.id), cursor=cursor, descending=False, size=PAGE)


def listed_firm(business_id: uuid.UUID) -> Business | None:
    """Return a listed firm with its texts and activities, or None."""
    return db.session.scalars(
        sa.select(Business)
        .where(Business.id == business_id, *LISTED)
        .options(selectinload(Business.texts), selectinload(Business.activities))
    ).one_or_none()


def count_listed(*, municipality: str = "") -> int:
    """Return how many firms are listed, all or in one municipality."""
    query = sa.select(sa.func.count()).select_from(Business).where(*LISTED)
    if municipality:
        query = query.where(Business.municipality == municipality)
    return db.session.scalar(query) or 0


def certifications_listed() -> list[str]:
    """Return the certificates that listed firms hold, each once, by their folded name."""
    names = sa.select(sa.func.unnest(Business.certifications).label("name")).where(*LISTED).distinct().subquery()
    return sorted(db.session.scalars(sa.select(names.c.name)).all(), key=lambda name: (fold(name), name))


def public_ids() -> Sequence[uuid.UUID]:
    """Return the keys of all listed firms, by key; for the map of the site."""
    return db.session.scalars(sa.select(Business.id).where(*LISTED).order_by(Business.id).limit(40_000)).all()


def public_sites(municipality: str = "", kind: str = "") -> Sequence[Site]:
    """Return the sites of listed firms with firm and photos, the largest first, then by id; at most 200."""
    query = (
        sa.select(Site)
        .join(Business, Business.id == Site.business_id)
        .where(Site.active, *LISTED)
        .options(joinedload(Site.business), selectinload(Site.pictures).joinedload(Picture.file))
    )
    if municipality:
        query = query.where(Site.municipality == municipality)
    if kind:
        query = query.where(Site.kind == kind)
    return db.session.scalars(query.order_by(Site.area_m2.desc().nulls_last(), Site.id).limit(200)).all()


def public_picture(picture_id: uuid.UUID) -> Picture | None:
    """Return a photo of a listed firm with its file, or None."""
    return db.session.scalars(
        sa.select(Picture)
        .join(Business, Business.id == Picture.business_id)
        .where(Picture.id == picture_id, *LISTED)
        .options(joinedload(Picture.file))
    ).one_or_none()
