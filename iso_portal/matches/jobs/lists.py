"""Lists are made in the worker; a page never waits for the model."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

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
