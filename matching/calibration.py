"""From a score to a chance, and from chances to a shortlist that holds the right firm nine times in ten (MA6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

# A chance in words; the number itself is never shown.
VERY_LIKELY, LIKELY, NOTHING = 0.75, 0.5, 0.25


class Calibrator(BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Logistic regression of one score: the chance that a person accepts the firm.

    slope, offset: used before it has learned. They were learned from the ten firms that stood first for each of the 24
    graded inquiries in data/gold, accepted meaning a grade of 2 or 3; the chances are off by .03 over all pairs and over
    the ten, by .07 over the ten held back by inquiry (ECE). A small set: decisions of the office replace them.
    """

    def __init__(self, slope: float = 3.35, offset: float = -5.0) -> None:
        self.slope = slope
        self.offset = offset

    def fit(self, scores: NDArray[np.float64], liked: NDArray[np.bool_]) -> Calibrator:
        """Learn `slope_` and `offset_` from judged pairs; needs both judgements, else nothing changes."""
        self.slope_, self.offset_ = self.slope, self.offset
        if len(np.unique(liked)) == 2:
            learned = LogisticRegression(C=1e4).fit(np.reshape(scores, (-1, 1)), liked)
            self.slope_, self.offset_ = float(learned.coef_[0, 0]), float(learned.intercept_[0])
        return self

    def chances(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a chance from 0 to 1 for each score."""
        slope, offset = getattr(self, "slope_", self.slope), getattr(self, "offset_", self.offset)
        return np.asarray(1 / (1 + np.exp(-np.clip(slope * np.asarray(scores) + offset, -60, 60))))


class Shortlist(BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Split conformal prediction: how far below the best score the right firm may stand.

    level: of the guarantee; gap: used before it has learned, from the graded inquiries in data/gold, asked once with the
    firms' codes and once without them.
    """

    def __init__(self, level: float = 0.9, gap: float = 0.23) -> None:
        self.level = level
        self.gap = gap

    def fit(self, gaps: NDArray[np.float64]) -> Shortlist:
        """Learn `gap_`. gaps: for each held-back inquiry, the best score less the score of the right firm."""
        place = int(np.ceil((len(gaps) + 1) * self.level)) - 1
        self.gap_ = float(np.sort(gaps)[place]) if place < len(gaps) else float("inf")
        return self

    def size(self, scores: NDArray[np.float64]) -> int:
        """Return how many of the scores, best first, the set holds."""
        if not len(scores):
            return 0
        return int(np.sum(scores >= scores[0] - getattr(self, "gap_", self.gap) - 1e-9))


def likelihood_of(chance: float) -> str:
    """Return the word for a chance."""
    return "very_likely" if chance >= VERY_LIKELY else "likely" if chance >= LIKELY else "possible"
