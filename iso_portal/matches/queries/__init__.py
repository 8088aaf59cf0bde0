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
from iso_portal.matches.queries.profile_lines import lines, lines_of, without_lines

__all__ = [
    "SUGGESTIBLE",
    "decisions",
    "introduction",
    "introductions",
    "latest_introductions",
    "latest_run",
    "lines",
    "lines_of",
    "open_introduction",
    "suggestible",
    "times_asked",
    "without_lines",
]
