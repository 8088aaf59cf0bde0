"""Lists are made in the worker; a page never waits for the model."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.matches import service

NIGHT_HOURS = 20  # lists made since the afternoon are fresh enough


@jobs.task(name="matches.refresh", lock="matches", retry=3)
def refresh(case_id: str) -> None:
    """Make a new list for a case; making it twice is harmless, the newest counts."""
    with unit_of_work():
        try:
            case = cases.get(uuid.UUID(case_id))
        except NoResultFound:
            return  # undone meanwhile
        service.refresh(case)


@jobs.task(name="matches.refresh_business", lock="matches", retry=3)
def refresh_business(business_id: str) -> None:
    """Find the open inquiries that suit a firm anew."""
    with unit_of_work():
        try:
            business = businesses.get(uuid.UUID(business_id))
        except NoResultFound:
            return  # an import that was undone
        service.refresh_business(business)


@jobs.periodic(cron="10 3 * * *")
@jobs.task(name="matches.refresh_outdated", queueing_lock="matches.refresh_outdated")
def refresh_outdated(timestamp: int = 0) -> None:
    """Every night, queue a new list for each open case whose list is not of this day."""
    with unit_of_work():
        service.refresh_outdated(before=clock.now() - timedelta(hours=NIGHT_HOURS))
