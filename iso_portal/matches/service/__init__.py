"""What is done with suggestions: made, decided, firms asked and introduced; what is forgotten and told of them."""

from iso_portal.matches.service.forgetting import forget_business, forget_case, told_of_business, told_of_case
from iso_portal.matches.service.introductions import (
    answer_introduction,
    ask_introduction,
    record_introduction,
    withdraw_introduction,
)
from iso_portal.matches.service.ranking import facts_of, index_business, inquiry_of, lines_of, rank, recommender
from iso_portal.matches.service.suggestions import ask_refresh, decide, refresh

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
    "told_of_business",
    "told_of_case",
    "withdraw_introduction",
]
