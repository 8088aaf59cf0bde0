"""What balance does by the clock."""

from iso_portal.balance.jobs.calendar import draft_statement
from iso_portal.balance.jobs.expiry import expiry
from iso_portal.balance.jobs.exposure import book_exposure
from iso_portal.balance.jobs.snapshots import close_quarter, restart_year, snapshot

__all__ = ["book_exposure", "close_quarter", "draft_statement", "expiry", "restart_year", "snapshot"]
