"""Ranks local firms for an investor's inquiry, in any language, with reasons; no web, no database, usable alone.

    labels = ClassLabels.from_csv(path)
    recommender = Recommender(labels, encoder=load_encoder()).fit()
    index = recommender.index(firms)
    answer = recommender.suggest(inquiry, index, top=10)

Nothing about people is a feature: no community, no name, no script, no language of a text, no register.
"""

from matching.calibration import Calibrator, Shortlist
from matching.classes import ClassGuess, NaceBridge
from matching.encoders import CrossLingualLSA, MultilingualE5, load_encoder
from matching.facts import BusinessFacts, InquiryFacts, Line
from matching.features import FEATURES, PairFeatures
from matching.index import Index
from matching.labels import ClassLabels
from matching.model import RankingModel, default_model
from matching.ranker import Ranker
from matching.reasons import Reason
from matching.recommender import Candidate, Recommender, Suggestion, SuggestionList

__all__ = [
    "FEATURES",
    "BusinessFacts",
    "Calibrator",
    "Candidate",
    "ClassGuess",
    "ClassLabels",
    "CrossLingualLSA",
    "Index",
    "InquiryFacts",
    "Line",
    "MultilingualE5",
    "NaceBridge",
    "PairFeatures",
    "Ranker",
    "RankingModel",
    "Reason",
    "Recommender",
    "Shortlist",
    "Suggestion",
    "SuggestionList",
    "default_model",
    "load_encoder",
]
