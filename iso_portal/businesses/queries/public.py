"""What strangers may read: firms that agreed to be listed, their sites and photos."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.domain import SiteKind, Tenure
from iso_portal.businesses.models import Business, BusinessActivity, Picture, Site
from iso_portal.core.db import db
from iso_portal.core.finding import holds_words
from iso_portal.core.paging import Page, paged
from iso_portal.core.scripts import fold

PAGE = 24
MOST_SITES = 60  # a page of a hundred weighed more than 100 KB with its styles
# Beyond so many firms a page says "more than": counting all of a large directory costs more than the page itself.
MOST_COUNTED = 2_000
# Agreed to be listed, at work, confirmed, and not asking for discretion (casework B3). Judged at every reading, so that
# a withdrawn consent counts at once.
LISTED = (
    Business.consent_public,
    Business.active,
    sa.not_(Business.pending),
    sa.not_(Business.discretion),
    Business.merged_into_id.is_(None),
)


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
    query = sa.select(Business).options(selectinload(Business.activities), selectinload(Business.texts))
    query = query.where(*LISTED, *_narrowed(filters, divisions))
    key = Business.sort_sr if language.startswith("sr") else Business.sort_sq
    return paged(query, (key, Business.id), cursor=cursor, descending=False, size=PAGE)


def count_found(filters: PublicFilters, *, divisions: Sequence[str] = ()) -> int:
    """Return how many listed firms the filters leave, MOST_COUNTED + 1 for more; divisions as in directory()."""
    found = sa.select(Business.id).where(*LISTED, *_narrowed(filters, divisions)).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _narrowed(filters: PublicFilters, divisions: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the filters."""
    asked = [*holds_words(Business.public_search, filters.text)]
    if divisions:
        inside = sa.select(BusinessActivity.business_id).where(sa.func.left(BusinessActivity.code, 2).in_(divisions))
        asked.append(Business.id.in_(inside))
    if filters.municipality:
        asked.append(Business.municipality == filters.municipality)
    if filters.certification:
        held = sa.func.array_to_string(Business.certifications, " ")
        asked.append(held.icontains(filters.certification, autoescape=True))
    if filters.language:
        asked.append(sa.literal(filters.language) == sa.any_(Business.languages))
    return asked


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


def certifications_listed(*, most: int = 60) -> list[str]:
    """Return the certificates that most listed firms hold, each once, by their folded name.

    Read from the first MOST_COUNTED firms by name: they are proposals for a field in which anything can be typed.
    """
    firms = sa.select(Business.certifications).where(*LISTED).order_by(Business.sort_sq, Business.id)
    some = firms.limit(MOST_COUNTED).subquery()
    names = sa.select(sa.func.unnest(some.c.certifications).label("name")).subquery()
    often = sa.select(names.c.name).group_by(names.c.name).order_by(sa.func.count().desc(), names.c.name).limit(most)
    return sorted(db.session.scalars(often).all(), key=lambda name: (fold(name), name))


def public_ids() -> Sequence[uuid.UUID]:
    """Return the keys of all listed firms, by key; for the map of the site."""
    return db.session.scalars(sa.select(Business.id).where(*LISTED).order_by(Business.id).limit(40_000)).all()


@dataclass(frozen=True, kw_only=True)
class SiteFilters:
    """What the list of sites is narrowed to; least_area in square metres, which a site of unknown area does not meet."""

    municipality: str = ""
    kind: SiteKind | None = None
    tenure: Tenure | None = None
    least_area: int = 0


def public_sites(filters: SiteFilters, *, business_id: uuid.UUID | None = None) -> Sequence[Site]:
    """Return the sites of listed firms with firm and photos, the largest first, then by id; at most MOST_SITES.

    business_id: of one firm only.
    """
    query = (
        sa.select(Site)
        .join(Business, Business.id == Site.business_id)
        .where(Site.active, *LISTED)
        .options(joinedload(Site.business), selectinload(Site.pictures).joinedload(Picture.file))
    )
    if business_id is not None:
        query = query.where(Site.business_id == business_id)
    if filters.municipality:
        query = query.where(Site.municipality == filters.municipality)
    if filters.kind is not None:
        query = query.where(Site.kind == filters.kind)
    if filters.tenure is not None:
        wanted = {filters.tenure, Tenure.EITHER} if filters.tenure in {Tenure.RENT, Tenure.SALE} else {filters.tenure}
        query = query.where(Site.tenure.in_(wanted))
    if filters.least_area:
        query = query.where(Site.area_m2 >= filters.least_area)
    return db.session.scalars(query.order_by(Site.area_m2.desc().nulls_last(), Site.id).limit(MOST_SITES)).all()


def public_pictures(business_id: uuid.UUID) -> Sequence[Picture]:
    """Return the photos of a listed firm that show none of its sites, in their order, then by id."""
    return db.session.scalars(
        sa.select(Picture)
        .join(Business, Business.id == Picture.business_id)
        .where(Picture.business_id == business_id, Picture.site_id.is_(None), *LISTED)
        .order_by(Picture.position, Picture.id)
    ).all()


def public_picture(picture_id: uuid.UUID) -> Picture | None:
    """Return a photo of a listed firm with its file, or None; of a site only while the site is offered."""
    return db.session.scalars(
        sa.select(Picture)
        .join(Business, Business.id == Picture.business_id)
        .outerjoin(Site, Site.id == Picture.site_id)
        .where(Picture.id == picture_id, sa.or_(Picture.site_id.is_(None), Site.active), *LISTED)
        .options(joinedload(Picture.file))
    ).one_or_none()
