"""Versions of the ranking are made in the worker."""

from __future__ import annotations

import uuid

from iso_portal.accounts import queries as accounts
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.matches import service


@jobs.periodic(cron="40 3 * * 1")
@jobs.task(name="matches.retrain", queueing_lock="matches.retrain", lock="matches.retrain")
def retrain(timestamp: int = 0, by_id: str = "") -> None:
    """Every week, or when somebody asks, make a version from the decisions; with nothing new nothing is made."""
    with unit_of_work():
        service.retrain(by=accounts.get(uuid.UUID(by_id)) if by_id else None)


@jobs.task(name="matches.refresh_open", queueing_lock="matches.refresh_open")
def refresh_open() -> None:
    """After another version was adopted, queue a new list for each open case."""
    with unit_of_work():
        service.refresh_open()
