"""What is done with suggestions: made, decided, firms asked and introduced; what is forgotten and told of them."""

from iso_portal.matches.service.activities import record_activities
from iso_portal.matches.service.adopted import adopted, first_day
from iso_portal.matches.service.both_ways import ask_refresh_business, refresh_business, set_asking_limit
from iso_portal.matches.service.decisions import decide
from iso_portal.matches.service.forgetting import forget_business, forget_case, told_of_business, told_of_case
from iso_portal.matches.service.gold import export_judgements
from iso_portal.matches.service.introductions import (
    answer_introduction,
    ask_introduction,
    lately_asked,
    most_asked,
    record_introduction,
    take_answer,
    withdraw_introduction,
)
from iso_portal.matches.service.investor_side import (
    answer_as_investor,
    arrange_meeting,
    ask_investor,
    names_firm,
    take_investor_answer,
)
from iso_portal.matches.service.learning import (
    adopt,
    ask_retrain,
    gathered,
    offer,
    refresh_open,
    retrain,
    use_first_day,
)
from iso_portal.matches.service.objections import answer_objection, object_to
from iso_portal.matches.service.ranking import asked_now, inquiry_of, rank, why_left_out
from iso_portal.matches.service.reading import facts_of, index_business, lines_of, read_some, recommender, tell_classes
from iso_portal.matches.service.serving import due, publish, serves_from_folder
from iso_portal.matches.service.suggestions import (
    accept_classes,
    add_firm,
    ask_refresh,
    refresh,
    refresh_around,
    refresh_outdated,
)

__all__ = [
    "accept_classes",
    "add_firm",
    "adopt",
    "adopted",
    "answer_as_investor",
    "answer_introduction",
    "answer_objection",
    "arrange_meeting",
    "ask_introduction",
    "ask_investor",
    "ask_refresh",
    "ask_refresh_business",
    "ask_retrain",
    "asked_now",
    "decide",
    "due",
    "export_judgements",
    "facts_of",
    "first_day",
    "forget_business",
    "forget_case",
    "gathered",
    "index_business",
    "inquiry_of",
    "lately_asked",
    "lines_of",
    "most_asked",
    "names_firm",
    "object_to",
    "offer",
    "publish",
    "rank",
    "read_some",
    "recommender",
    "record_activities",
    "record_introduction",
    "refresh",
    "refresh_around",
    "refresh_business",
    "refresh_open",
    "refresh_outdated",
    "retrain",
    "serves_from_folder",
    "set_asking_limit",
    "take_answer",
    "take_investor_answer",
    "tell_classes",
    "told_of_business",
    "told_of_case",
    "use_first_day",
    "why_left_out",
    "withdraw_introduction",
]
