"""What is counted by the clock: the nightly snapshot, the close of a quarter, the restart of a year."""

from __future__ import annotations

from iso_portal.balance import service
from iso_portal.core import clock
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs


@jobs.periodic(cron="15 2 * * *")
@jobs.task(name="balance.snapshot", queueing_lock="balance.snapshot")
def snapshot(timestamp: int = 0) -> None:
    """Take the snapshot; taking it twice changes nothing that is shown. When it fails, the one before stays."""
    with unit_of_work():
        service.take_snapshot()


@jobs.periodic(cron="5 1 1 1,4,7,10 *")
@jobs.task(name="balance.close_quarter", queueing_lock="balance.close_quarter")
def close_quarter(timestamp: int = 0) -> None:
    """Test the quarter that ended, once; a night that was missed is made up for by the next snapshot."""
    with unit_of_work():
        service.close_quarter()


@jobs.periodic(cron="2 0 1 1 *")
@jobs.task(name="balance.restart_year", queueing_lock="balance.restart_year")
def restart_year(timestamp: int = 0) -> None:
    """Begin a reporting year: evidence starts at 1, and notes of the year before close."""
    with unit_of_work():
        service.close_years_before(clock.today().year)
