"""Releases come on a fixed calendar: a band statement is drafted when a half-year is over (balance BR4)."""

from __future__ import annotations

from iso_portal.balance import service
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs


@jobs.periodic(cron="0 4 5 1,7 *")
@jobs.task(name="balance.draft_statement", queueing_lock="balance.draft_statement")
def draft_statement(timestamp: int = 0) -> None:
    """Draft the statement of the half-year that ended; drafting twice does nothing more."""
    with unit_of_work():
        service.draft_statement()
