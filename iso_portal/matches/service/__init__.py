"""What is done with suggestions: made, decided, firms asked and introduced; what is forgotten and told of them."""

from iso_portal.matches.service.forgetting import forget_business, forget_case, told_of_business, told_of_case
from iso_portal.matches.service.introductions import (
    answer_introduction,
    ask_introduction,
    record_introduction,
    withdraw_introduction,
)
from iso_portal.matches.service.ranking import inquiry_of, rank
from iso_portal.matches.service.reading import facts_of, index_business, lines_of, read_some, recommender
from iso_portal.matches.service.serving import due, publish, serves_from_folder
from iso_portal.matches.service.suggestions import ask_refresh, decide, refresh

__all__ = [
    "answer_introduction",
    "ask_introduction",
    "ask_refresh",
    "decide",
    "due",
    "facts_of",
    "forget_business",
    "forget_case",
    "index_business",
    "inquiry_of",
    "lines_of",
    "publish",
    "rank",
    "read_some",
    "recommender",
    "record_introduction",
    "refresh",
    "serves_from_folder",
    "told_of_business",
    "told_of_case",
    "withdraw_introduction",
]
