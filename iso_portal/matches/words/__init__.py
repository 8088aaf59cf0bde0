"""Matches in the reader's language."""

from iso_portal.matches.words.introductions import (
    ANSWERS,
    ANSWERS_TOLD,
    INVESTOR_ANSWERS,
    MODES,
    OF_INVESTOR,
    TOLD,
)
from iso_portal.matches.words.learning import OBJECTORS, STATES, desk, why_refused, written
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
    "OBJECTORS",
    "OF_INVESTOR",
    "REJECT_REASONS",
    "STATES",
    "TOLD",
    "desk",
    "feature_word",
    "why_refused",
    "written",
]
