"""Rows of matches."""

from iso_portal.matches.models.decisions import Decision
from iso_portal.matches.models.introductions import AskingLimit, Introduction, InvestorQuestion
from iso_portal.matches.models.learning import Objection, RankingVersion
from iso_portal.matches.models.lines import MatchLine, ReadProfile
from iso_portal.matches.models.lists import (
    AddedFirm,
    BusinessRun,
    Suggestion,
    SuggestionLog,
    SuggestionRun,
    SuitingInquiry,
)

__all__ = [
    "AddedFirm",
    "AskingLimit",
    "BusinessRun",
    "Decision",
    "Introduction",
    "InvestorQuestion",
    "MatchLine",
    "Objection",
    "RankingVersion",
    "ReadProfile",
    "Suggestion",
    "SuggestionLog",
    "SuggestionRun",
    "SuitingInquiry",
]
