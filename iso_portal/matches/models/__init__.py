"""Rows of matches."""

from iso_portal.matches.models.decisions import Decision
from iso_portal.matches.models.introductions import Introduction
from iso_portal.matches.models.lines import MatchLine, ReadProfile
from iso_portal.matches.models.lists import Suggestion, SuggestionRun

__all__ = ["Decision", "Introduction", "MatchLine", "ReadProfile", "Suggestion", "SuggestionRun"]
