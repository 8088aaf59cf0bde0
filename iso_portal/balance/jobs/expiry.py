"""What ends by the clock: gates, answers, the records of leavers. The letters about it."""

from __future__ import annotations

from iso_portal.balance import service
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs


@jobs.periodic(cron="20 0 * * *")
@jobs.task(name="balance.expiry", queueing_lock="balance.expiry")
def expiry(timestamp: int = 0) -> None:
    """End what is over. A gate counts as closed since midnight even when this runs late; running twice does nothing more."""
    with unit_of_work():
        service.close_expired_gates()
        service.tell_of_ends()
    with unit_of_work():
        service.destroy_closed()
    with unit_of_work():
        service.end_answers()
        service.forget_leavers()
