"""What matches do later."""

from iso_portal.matches.jobs.lines import index_business
from iso_portal.matches.jobs.lists import refresh

__all__ = ["index_business", "refresh"]
