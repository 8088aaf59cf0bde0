"""Matches in the reader's language."""

from iso_portal.matches.words.introductions import ANSWERS, MODES
from iso_portal.matches.words.suggestions import CHOICES, FEATURES, LIKELIHOODS, REJECT_REASONS

__all__ = ["ANSWERS", "CHOICES", "FEATURES", "LIKELIHOODS", "MODES", "REJECT_REASONS"]
