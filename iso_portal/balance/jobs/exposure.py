"""A list that somebody saw reaches balance as a job with plain values."""

from __future__ import annotations

import uuid
from datetime import datetime

from iso_portal.balance import service
from iso_portal.core.db import unit_of_work
from iso_portal.core.jobs import jobs


@jobs.task(name="balance.book_exposure", lock="balance.exposure", retry=3)
def book_exposure(
    list_id: str, inquiry_id: str, shown_at: str, pool: list[str], order: list[str], stratum: str
) -> None:
    """Keep the list under pseudonyms; the same list twice is kept once."""
    with unit_of_work():
        service.book_exposure(
            list_id=uuid.UUID(list_id),
            inquiry_id=uuid.UUID(inquiry_id),
            shown_at=datetime.fromisoformat(shown_at),
            pool=[uuid.UUID(key) for key in pool],
            order=[uuid.UUID(key) for key in order],
            stratum=stratum,
        )
