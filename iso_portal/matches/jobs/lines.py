"""Profiles are read in the worker."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.matches import service


@jobs.task(name="matches.index_business", lock="matches", retry=3)
def index_business(business_id: str) -> None:
    """Read a business's profile anew."""
    with unit_of_work():
        try:
            business = businesses.get(uuid.UUID(business_id))
        except NoResultFound:
            return  # an import that was undone
        service.index_business(business)
