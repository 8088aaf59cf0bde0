"""Figures of the first day's mix, before any decision: measured once for the package and kept beside it.

`python -m matching measure-first-day` writes them anew; a test refuses them once the mix, the features or the class texts
are others.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from matching.class_vectors import fingerprint
from matching.comparison import figures_of
from matching.evaluation import neutrality_of
from matching.facts import DEPTHS
from matching.features import FEATURES, SAME_TONGUE
from matching.graded import gold, graded_pairs
from matching.recommender import LONG, Recommender
from matching.text import UNTOLD

KEPT = Path(__file__).parent / "data" / "first_day.json"


def mark(recommender: Recommender) -> str:
    """Return what changes with anything that the figures rest on."""
    weights = recommender.model.ranker.decision_function(np.eye(len(FEATURES))).tolist()
    texts = fingerprint(recommender.encoder_.name, recommender.labels.texts())
    calibrator = recommender.model.calibrator
    told = [
        [list(FEATURES), weights, SAME_TONGUE, DEPTHS, LONG],
        {language: sorted(words) for language, words in UNTOLD.items()},
        [texts, recommender.bridge_.sharpness, recommender.centerer_.evenness, calibrator.slope, calibrator.offset],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def measure(recommender: Recommender) -> dict[str, Any]:
    """Return figures on the graded set by language of the inquiry, and neutrality with equal content. Takes a minute."""
    graded = graded_pairs(gold(), recommender)
    scores = recommender.model.ranker.decision_function(graded.numbers)
    return {
        "mark": mark(recommender),
        "version": recommender.model.version,
        "encoder": recommender.encoder_.name,
        "gold": figures_of(graded, scores, recommender.model.calibrator.chances(scores)),
        "neutrality": neutrality_of(recommender),
    }


def figures() -> dict[str, Any]:
    """Return the kept figures."""
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found
