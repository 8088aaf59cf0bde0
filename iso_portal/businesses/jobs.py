"""Look for firms that may be one and the same."""

from __future__ import annotations

from iso_portal.core.jobs import jobs


@jobs.task(name="businesses.find_duplicates", lock="businesses.duplicates", retry=3)
def find_duplicates(business_id: str) -> None:
    """Look for other firms that may be this one; looking twice is harmless."""
