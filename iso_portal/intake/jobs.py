"""What intake does by the clock."""

from __future__ import annotations

from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs
from iso_portal.intake import service


@jobs.periodic(cron="40 2 * * *")
@jobs.task(name="intake.sweep_drafts", queueing_lock="intake.sweep_drafts")
def sweep_drafts(timestamp: int = 0) -> None:
    """Remove every night the drafts that nobody touched for 30 days."""
    with unit_of_work():
        service.sweep()
