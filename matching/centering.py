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
EVENNESS = 5.0  # how strongly directions in which translations differ are damped; smaller is stronger


class LanguageCenterer(BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Subtract the mean of a language, damp the directions in which translations of one text differ, scale to length one.

    strength: how much of the mean is subtracted, 0 to 1; evenness: how much is added to the spread between translations
    before it is divided by, as a part of its mean; None damps nothing. A language that was never seen gets the mean of
    all.
    """

    def __init__(self, strength: float = 1.0, evenness: float | None = EVENNESS) -> None:
        self.strength = strength
        self.evenness = evenness

    def fit(self, vectors: Vectors, languages: Sequence[str], same: Sequence[int] | None = None) -> LanguageCenterer:
        """Learn `means_` and `damping_` from vectors of shape (texts, dimensions) and their languages, a text each.

        same: a number for each text, equal for translations of one another; without it nothing is damped.
        """
        spoken_here = np.array([spoken(language) for language in languages])
        self.overall_: Vectors = vectors.mean(axis=0)
        self.means_: dict[str, Vectors] = {
            str(language): vectors[spoken_here == language].mean(axis=0) for language in sorted(set(spoken_here))
        }
        self.damping_: Vectors | None = None
        if same is not None and self.evenness is not None:
            self.damping_ = _damping(self.transform(vectors, languages), np.asarray(same), self.evenness)
        return self

    def adapted(self, vectors: Vectors, languages: Sequence[str]) -> LanguageCenterer:
        """Return a copy whose means move towards the office's own texts, the more of them there are."""
        copy = LanguageCenterer(self.strength, self.evenness)
        copy.overall_, copy.means_, copy.damping_ = self.overall_, dict(self.means_), self.damping_
        spoken_here = np.array([spoken(language) for language in languages])
        for language in sorted(set(spoken_here)):
            own = vectors[spoken_here == language]
            weight = len(own) / (len(own) + ENOUGH)
            before = self.means_.get(str(language), self.overall_)
            copy.means_[str(language)] = weight * own.mean(axis=0) + (1 - weight) * before
        return copy

    def moved(self, vectors: Vectors, languages: Sequence[str]) -> LanguageCenterer:
        """Return a copy whose means are those of these texts: another style has another mean."""
        copy = LanguageCenterer(self.strength, self.evenness).fit(vectors, languages)
        copy.damping_ = self.damping_
        return copy

    def transform(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Return centred unit vectors of the same shape."""
        if not len(vectors):
            return vectors
        means = np.stack([self.means_.get(spoken(language), self.overall_) for language in languages])
        centred = _unit(vectors - self.strength * means)
        return centred if self.damping_ is None else _unit(centred @ self.damping_)


def _damping(vectors: Vectors, same: np.ndarray[tuple[int], np.dtype[np.int_]], evenness: float) -> Vectors:
    """Return the matrix that makes the spread between translations alike in all directions."""
    counts = np.bincount(same)[:, None]
    sums = np.zeros((len(counts), vectors.shape[1]), np.float64)
    np.add.at(sums, same, vectors)
    apart = vectors - (sums / np.maximum(counts, 1))[same]
    spread, directions = np.linalg.eigh(apart.T @ apart / len(apart))
    scale = 1 / np.sqrt(np.maximum(spread, 0) + evenness * max(float(spread.mean()), 1e-9))
    return np.asarray((directions * scale) @ directions.T, np.float32)


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)
