"""Profiles are read in the worker, and the index of many firms is built there."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import defer, jobs
from iso_portal.matches import service

READ_A_STEP = 50  # some seconds of the multilingual model


@jobs.task(name="matches.index_business", lock="matches", retry=3)
def index_business(business_id: str) -> None:
    """Read a business's profile anew; the lists that it may concern follow."""
    with unit_of_work():
        try:
            business = businesses.get(uuid.UUID(business_id))
        except NoResultFound:
            return  # an import that was undone
        service.index_business(business)
        service.refresh_around(business)


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="matches.read_profiles", lock="matches", queueing_lock="matches.read_profiles", retry=3)
def read_profiles(timestamp: int = 0) -> None:
    """Read some of the profiles that nobody read yet, and queue the rest: a short job lets others in between.

    Those that were read before anybody looked for their classes come after them.
    """
    with unit_of_work():
        if READ_A_STEP in {service.read_some(most=READ_A_STEP), service.tell_classes(most=READ_A_STEP)}:
            defer(db.session, "matches.read_profiles", waiting_once="matches.read_profiles")


@jobs.periodic(cron="40 2 * * *")
@jobs.task(name="matches.rebuild_index", queueing_lock="matches.rebuild_index", retry=3)
def rebuild_index(timestamp: int = 0) -> None:
    """Build the index anew where firms are many; rankings go on meanwhile and take the new one when it is there."""
    with unit_of_work():
        if service.serves_from_folder():
            service.publish()
