"""Rows of matches."""

from iso_portal.matches.models.decisions import Decision
from iso_portal.matches.models.introductions import Introduction
from iso_portal.matches.models.lines import MatchLine
from iso_portal.matches.models.lists import Suggestion, SuggestionRun

__all__ = ["Decision", "Introduction", "MatchLine", "Suggestion", "SuggestionRun"]
