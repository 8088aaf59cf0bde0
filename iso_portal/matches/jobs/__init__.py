"""What matches do later."""

from iso_portal.matches.jobs.learning import refresh_open, retrain
from iso_portal.matches.jobs.lines import index_business, read_profiles, rebuild_index
from iso_portal.matches.jobs.lists import refresh, refresh_business, refresh_outdated

__all__ = [
    "index_business",
    "read_profiles",
    "rebuild_index",
    "refresh",
    "refresh_business",
    "refresh_open",
    "refresh_outdated",
    "retrain",
]
