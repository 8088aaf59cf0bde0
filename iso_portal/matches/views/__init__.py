"""Pages of matches."""

from iso_portal.matches.views import (
    answering,
    both_ways,
    decisions,
    firms,
    introductions,
    learning,
    suggestions,
)
from iso_portal.matches.views.blueprint import bp

__all__ = [
    "answering",
    "both_ways",
    "bp",
    "decisions",
    "firms",
    "introductions",
    "learning",
    "suggestions",
]
