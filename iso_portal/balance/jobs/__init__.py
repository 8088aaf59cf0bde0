"""What balance does by the clock."""

from iso_portal.balance.jobs.expiry import expiry
from iso_portal.balance.jobs.snapshots import snapshot

__all__ = ["expiry", "snapshot"]
