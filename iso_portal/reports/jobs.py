"""Ask for confirmations."""

from __future__ import annotations

import uuid

from sqlalchemy.exc import NoResultFound

from iso_portal.cases import queries as cases
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.reports import queries, service


@jobs.task(name="reports.ask_confirmation", retry=3)
def ask_confirmation(entry_id: str) -> None:
    """Send one link about an introduction; running twice sends no second one."""
    with unit_of_work():
        try:
            entry = cases.entry(uuid.UUID(entry_id))
        except NoResultFound:
            return
        if queries.confirmations_of(entry.id) == 0:
            service.ask_confirmation(entry)
