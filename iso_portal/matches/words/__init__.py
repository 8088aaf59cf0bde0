"""Matches in the reader's language."""

from iso_portal.matches.words.introductions import (
    ANSWERS,
    ANSWERS_TOLD,
    INVESTOR_ANSWERS,
    MODES,
    OF_INVESTOR,
    TOLD,
)
from iso_portal.matches.words.suggestions import (
    CAUSES,
    CHANGES,
    CHOICES,
    FEATURES,
    LEFT_OUT,
    LIKELIHOODS,
    REJECT_REASONS,
    feature_word,
)

__all__ = [
    "ANSWERS",
    "ANSWERS_TOLD",
    "CAUSES",
    "CHANGES",
    "CHOICES",
    "FEATURES",
    "INVESTOR_ANSWERS",
    "LEFT_OUT",
    "LIKELIHOODS",
    "MODES",
    "OF_INVESTOR",
    "REJECT_REASONS",
    "TOLD",
    "feature_word",
]
