"""The nightly snapshot."""

from __future__ import annotations

from iso_portal.balance import service
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs


@jobs.periodic(cron="15 2 * * *")
@jobs.task(name="balance.snapshot", queueing_lock="balance.snapshot")
def snapshot(timestamp: int = 0) -> None:
    """Take the snapshot; taking it twice changes nothing that is shown."""
    with unit_of_work():
        service.take_snapshot()
