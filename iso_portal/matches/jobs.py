"""Suggestions are made and refreshed in the worker; a page never waits for the model."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.matches import service


@jobs.task(name="matches.refresh", lock="matches", retry=3)
def refresh(case_id: str) -> None:
    """Make a new list for a case; making it twice is harmless, the newest counts."""
    with unit_of_work():
        try:
            case = cases.get(uuid.UUID(case_id))
        except NoResultFound:
            return  # undone meanwhile
        service.refresh(case)


@jobs.task(name="matches.index_business", lock="matches", retry=3)
def index_business(business_id: str) -> None:
    """Read a business's profile anew."""
    with unit_of_work():
        try:
            business = businesses.get(uuid.UUID(business_id))
        except NoResultFound:
            return  # an import that was undone
        service.index_business(business)
