"""Reads of matches."""

from iso_portal.matches.queries.asked import (
    introduction,
    introductions,
    latest_introductions,
    open_introduction,
    times_asked,
)
from iso_portal.matches.queries.decided import decisions
from iso_portal.matches.queries.lists import SUGGESTIBLE, latest_run, suggestible
from iso_portal.matches.queries.profile_lines import (
    count_read,
    count_unread,
    database_time,
    lines,
    lines_of,
    permitted,
    read,
    read_since,
    sites_of,
    unread,
)

__all__ = [
    "SUGGESTIBLE",
    "count_read",
    "count_unread",
    "database_time",
    "decisions",
    "introduction",
    "introductions",
    "latest_introductions",
    "latest_run",
    "lines",
    "lines_of",
    "open_introduction",
    "permitted",
    "read",
    "read_since",
    "sites_of",
    "suggestible",
    "times_asked",
    "unread",
]
