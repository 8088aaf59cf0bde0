"""Features of a pair to a score: non-negative weights, prior first, learning from decisions later (matching MA3, MA8)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.base import BaseEstimator

from matching.features import FEATURES

# The mix that the development sets and the seed set agreed on; docs/matching.md has the table.
PRIOR = {
    "best_line": 0.5,
    "three_lines": 0.3,
    "bridge": 4.0,
    "shared_class": 0.3,
    "lexical": 0.0,
    "needs": 0.03,
    "project": 0.03,
    "wish": 0.02,
    "capacity": 0.02,
    "certifications": 0.03,
    "site": 0.02,
    "languages": 0.01,
    "export_market": 0.01,
    "municipality": 0.03,
    "freshness": 0.005,
    "completeness": 0.005,
}


class Ranker(BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Pairwise logistic regression with non-negative weights, pulled towards the prior.

    pull: how strongly the prior holds; with few judgements the prior stays, with many they speak.
    prior: weights by the features' names from which it starts; None for PRIOR, names left out weigh nothing.
    """

    def __init__(self, pull: float = 20.0, prior: dict[str, float] | None = None) -> None:
        self.pull = pull
        self.prior = prior

    def fit(
        self,
        features: NDArray[np.float64],
        grades: NDArray[np.int_] | NDArray[np.bool_],
        group: NDArray[np.int_],
        weight: NDArray[np.float64] | None = None,
    ) -> Ranker:
        """Learn `weights_` from judged pairs.

        features: shape (pairs, features); grades: judgement of each, higher is better, or whether it was liked; group:
        the inquiry of each; weight: how much each judgement counts, all alike when not given. Two firms of one inquiry
        with different grades teach; without any the prior stays.
        """
        prior = self._prior()
        better, worse = _pairs(np.asarray(grades).astype(int), np.asarray(group))
        if not len(better):
            self.weights_ = prior
            return self
        pairs = features[better] - features[worse]
        counts = np.ones(len(pairs)) if weight is None else weight[better] * weight[worse]

        def loss(weights: NDArray[np.float64]) -> float:
            margins = 10.0 * pairs @ weights
            return float(counts @ np.logaddexp(0, -margins) + self.pull * np.square(weights - prior).sum())

        self.weights_ = minimize(loss, prior, bounds=[(0, None)] * len(prior), method="L-BFGS-B").x
        return self

    def decision_function(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a score for each pair; only its order means something."""
        return np.asarray(features @ getattr(self, "weights_", self._prior()))

    def shares(self, features: NDArray[np.float64]) -> dict[str, float]:
        """Return what part of one pair's score each feature makes, adding to 1; features of no weight are left out."""
        parts = np.maximum(features, 0) * getattr(self, "weights_", self._prior())
        total = float(parts.sum()) or 1.0
        return {name: round(float(part) / total, 4) for name, part in zip(FEATURES, parts, strict=True) if part > 0}

    def _prior(self) -> NDArray[np.float64]:
        held = PRIOR if self.prior is None else self.prior
        return np.array([held.get(name, 0.0) for name in FEATURES])


def _pairs(grades: NDArray[np.int_], group: NDArray[np.int_]) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return the places of the better and of the worse of every two of one group with different grades."""
    better, worse = np.nonzero((group[:, None] == group[None, :]) & (grades[:, None] > grades[None, :]))
    return better, worse
