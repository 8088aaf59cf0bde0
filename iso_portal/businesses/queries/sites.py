"""Reads of sites, photos and sign-in links."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.models import Business, Picture, SignInLink, Site
from iso_portal.core.db import db


def sites_of(business_id: uuid.UUID) -> Sequence[Site]:
    """Return a firm's sites with their photos, by birthday, then id."""
    return db.session.scalars(
        sa.select(Site)
        .where(Site.business_id == business_id)
        .options(selectinload(Site.pictures).joinedload(Picture.file))
        .order_by(Site.created_at, Site.id)
    ).all()


def site(site_id: uuid.UUID) -> Site:
    """Return one site with its photos. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Site).where(Site.id == site_id).options(selectinload(Site.pictures).joinedload(Picture.file))
    ).one()


def pictures_of(business_id: uuid.UUID) -> Sequence[Picture]:
    """Return a firm's photos with their files, in their order, then by id."""
    return db.session.scalars(
        sa.select(Picture)
        .where(Picture.business_id == business_id)
        .options(joinedload(Picture.file))
        .order_by(Picture.position, Picture.id)
    ).all()


def by_email(email: str) -> Sequence[Business]:
    """Return the firms that have this address, in any case, whether confirmed or not; by id."""
    return db.session.scalars(
        sa.select(Business)
        .where(sa.func.lower(Business.email) == email.strip().lower(), Business.merged_into_id.is_(None))
        .where(sa.or_(Business.active, Business.pending))
        .order_by(Business.id)
    ).all()


def of_form_key(key: str) -> Business | None:
    """Return the firm that a registration form with this key made, or None."""
    return db.session.scalars(sa.select(Business).where(Business.form_key == key)).one_or_none()


def sign_in_link(token_hash: bytes, *, now: datetime, to_use: bool = False) -> SignInLink | None:
    """Return the sign-in link of this token while it is good, or None. to_use: others wait until we are done with it."""
    query = sa.select(SignInLink).where(
        SignInLink.token_hash == token_hash, SignInLink.used_at.is_(None), SignInLink.expires_at > now
    )
    return db.session.scalars(query.with_for_update() if to_use else query).one_or_none()


def open_links(business_id: uuid.UUID, *, now: datetime) -> Sequence[SignInLink]:
    """Return the links of a firm that still open something, by id."""
    return db.session.scalars(
        sa.select(SignInLink)
        .where(SignInLink.business_id == business_id, SignInLink.used_at.is_(None), SignInLink.expires_at > now)
        .order_by(SignInLink.id)
    ).all()


def count_sites(business_id: uuid.UUID) -> int:
    """Return how many sites of a firm are on offer."""
    return db.session.scalar(sa.select(sa.func.count()).where(Site.business_id == business_id, Site.active)) or 0
