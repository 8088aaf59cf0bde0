"""What is done with suggestions: made, decided, and firms asked and introduced."""

from iso_portal.matches.service.introductions import (
    answer_introduction,
    ask_introduction,
    forget_business,
    forget_case,
    record_introduction,
    withdraw_introduction,
)
from iso_portal.matches.service.suggestions import (
    ask_refresh,
    decide,
    facts_of,
    index_business,
    inquiry_of,
    lines_of,
    rank,
    recommender,
    refresh,
)

__all__ = [
    "answer_introduction",
    "ask_introduction",
    "ask_refresh",
    "decide",
    "facts_of",
    "forget_business",
    "forget_case",
    "index_business",
    "inquiry_of",
    "lines_of",
    "rank",
    "recommender",
    "record_introduction",
    "refresh",
    "withdraw_introduction",
]
