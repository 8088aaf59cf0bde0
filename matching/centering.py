"""Take the language out of the vectors: an encoder puts each language into a corner of its own.

With equal content, English inquiries met Albanian texts first and German ones Serbian texts; after subtracting each
language's mean the languages come out even, and the right firms come first more often.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator

from matching.encoders import Vectors
from matching.facts import spoken

ENOUGH = 50


class LanguageCenterer(BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Subtract the mean of a language, scale to length one.

    strength: how much of the mean is subtracted, 0 to 1. A language that was never seen gets the mean of all.
    """

    def __init__(self, strength: float = 1.0) -> None:
        self.strength = strength

    def fit(self, vectors: Vectors, languages: Sequence[str]) -> LanguageCenterer:
        """Learn `means_` from vectors of shape (texts, dimensions) and their languages, a text each."""
        spoken_here = np.array([spoken(language) for language in languages])
        self.overall_: Vectors = vectors.mean(axis=0)
        self.means_: dict[str, Vectors] = {
            str(language): vectors[spoken_here == language].mean(axis=0) for language in sorted(set(spoken_here))
        }
        return self

    def adapted(self, vectors: Vectors, languages: Sequence[str]) -> LanguageCenterer:
        """Return a copy whose means move towards the office's own texts, the more of them there are."""
        copy = LanguageCenterer(self.strength)
        copy.overall_, copy.means_ = self.overall_, dict(self.means_)
        spoken_here = np.array([spoken(language) for language in languages])
        for language in sorted(set(spoken_here)):
            own = vectors[spoken_here == language]
            weight = len(own) / (len(own) + ENOUGH)
            before = self.means_.get(str(language), self.overall_)
            copy.means_[str(language)] = weight * own.mean(axis=0) + (1 - weight) * before
        return copy

    def transform(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Return centred unit vectors of the same shape."""
        if not len(vectors):
            return vectors
        means = np.stack([self.means_.get(spoken(language), self.overall_) for language in languages])
        centred = vectors - self.strength * means
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        return np.asarray(centred / np.maximum(length, 1e-9), np.float32)
