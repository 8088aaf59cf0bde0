"""Ranks local firms for an investor's inquiry, in any language, with reasons; no web, no database, usable alone.

    labels = ClassLabels.from_csv(path)
    recommender = Recommender(labels, encoder=load_encoder()).fit()
    index = recommender.index(firms)
    answer = recommender.suggest(inquiry, index, top=10)

Nothing about people is a feature: no community, no name, no script, no language of a text, no register.
"""

from matching.classes import ClassLabels
from matching.encoders import CrossLingualLSA, MultilingualE5, load_encoder
from matching.facts import BusinessFacts, InquiryFacts, Line
from matching.recommender import Index, Reason, Recommender, Suggestion, SuggestionList

__all__ = [
    "BusinessFacts",
    "ClassLabels",
    "CrossLingualLSA",
    "Index",
    "InquiryFacts",
    "Line",
    "MultilingualE5",
    "Reason",
    "Recommender",
    "Suggestion",
    "SuggestionList",
    "load_encoder",
]
