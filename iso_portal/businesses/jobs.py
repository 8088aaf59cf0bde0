"""Look for firms that may be one and the same: after every change, and every night through all of them."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries, service
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import defer, jobs

FIRMS_A_STEP = 300


@jobs.task(name="businesses.find_duplicates", lock="businesses.duplicates", retry=3)
def find_duplicates(business_id: str) -> None:
    """Look for other firms that may be this one; looking twice is harmless."""
    with unit_of_work():
        try:
            business = queries.get(uuid.UUID(business_id))
        except NoResultFound:
            return  # an import that was undone
        service.find_duplicates(business)


@jobs.task(name="businesses.sweep_duplicates", lock="businesses.duplicates", retry=3)
def sweep_duplicates(after: str | None = None) -> None:
    """Look again at some firms, and queue the rest: a short job lets others in between."""
    with unit_of_work():
        keys = queries.next_to_compare(uuid.UUID(after) if after else None, most=FIRMS_A_STEP)
        for business in queries.of_ids(keys):
            service.find_duplicates(business)
        if len(keys) == FIRMS_A_STEP:
            defer(
                db.session,
                "businesses.sweep_duplicates",
                {"after": str(keys[-1])},
                waiting_once="businesses.sweep_duplicates",
            )


@jobs.periodic(cron="10 3 * * *")
@jobs.task(name="businesses.begin_sweep", queueing_lock="businesses.begin_sweep")
def begin_sweep(timestamp: int = 0) -> None:
    """Go through all firms at night, so that none is missed that an import or a repair brought."""
    with unit_of_work():
        defer(db.session, "businesses.sweep_duplicates", waiting_once="businesses.sweep_duplicates")
