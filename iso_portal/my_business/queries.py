"""Reads for a firm's own pages."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business, Picture, Site
from iso_portal.matches import queries as matches
from iso_portal.matches.models import Introduction


def held(key: str) -> Business:
    """Return the firm that a session holds, with texts and activities; one that was merged is the firm it became.

    Raises NoResultFound for a firm that is gone.
    """
    try:
        business = businesses.get(uuid.UUID(key))
    except ValueError:
        raise NoResultFound from None
    if business.merged_into_id is not None:
        business = businesses.get(business.merged_into_id)
    if not business.active:
        raise NoResultFound
    return business


def site_of(business: Business, site_id: uuid.UUID) -> Site:
    """Return a site of this firm with its photos. Raises NoResultFound, for another firm's site too."""
    site = businesses.site(site_id)
    if site.business_id != business.id:
        raise NoResultFound
    return site


def picture_of(business: Business, picture_id: uuid.UUID) -> Picture:
    """Return a photo of this firm with its file. Raises NoResultFound, for another firm's photo too."""
    for picture in businesses.pictures_of(business.id):
        if picture.id == picture_id:
            return picture
    raise NoResultFound


def introduction_of(business: Business, introduction_id: uuid.UUID, *, to_change: bool = False) -> Introduction:
    """Return a question to this firm with its case and inquiry. Raises NoResultFound, for another firm's question too."""
    row = matches.introduction(introduction_id, to_change=to_change)
    if row.business_id != business.id:
        raise NoResultFound
    return row
