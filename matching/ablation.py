"""What each part of the hybrid adds: the same folder, one part left out at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from matching.centering import LanguageCenterer
from matching.classes import WEIGHTS
from matching.collection import Collection
from matching.encoders import Encoder, Vectors
from matching.evaluation import figures_of
from matching.features import FEATURES
from matching.methods import hybrid
from matching.ranker import PRIOR, Ranker
from matching.recommender import Recommender


class Remembering:
    """An encoder that encodes each text once; parts are compared on the same vectors."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.name = encoder.name
        self._known: dict[str, Vectors] = {}

    def encode(self, lines: Sequence[str]) -> Vectors:
        """As the encoder itself."""
        fresh = [line for line in dict.fromkeys(lines) if line not in self._known]
        self._known |= dict(zip(fresh, self.encoder.encode(fresh), strict=True))
        return np.stack([self._known[line] for line in lines]) if len(lines) else self.encoder.encode([])


def ablate(collection: Collection, recommender: Recommender, *, with_codes: bool = True) -> dict[str, Any]:
    """Return {"parts": {what was left out: figures}}, the whole hybrid first. recommender: fitted."""
    remembering = Remembering(recommender.encoder_)
    parts: dict[str, Any] = {}
    for name, changed in _variants(recommender).items():
        changed.encoder_ = remembering
        rank = hybrid(collection, changed, with_codes=with_codes)
        begun = time.perf_counter()
        lists = {query.key: rank(query) for query in collection.queries}
        figures = figures_of(collection, lists, collection.queries)
        figures["ms_per_query"] = round(1000 * (time.perf_counter() - begun) / len(collection.queries), 2)
        parts[name] = figures
    return {"encoder": recommender.encoder_.name, "queries": len(collection.queries), "parts": parts}


def _variants(whole: Recommender) -> dict[str, Recommender]:
    """Return the hybrid and its variants, each fitted on the same vectors of the class texts."""
    found = {"hybrid": _with(whole)}
    for feature in ("best_line", "three_lines", "bridge", "lexical"):
        if PRIOR[feature]:
            found[f"without {feature}"] = _with(whole, zero={feature})
    found["text features alone"] = _with(whole, zero=set(FEATURES) - {"best_line", "three_lines", "lexical"})
    found["bridge alone"] = _with(whole, zero=set(FEATURES) - {"bridge"})
    found["bridge over names alone"] = _with(whole, weights={n: w * ("name" in n) for n, w in WEIGHTS.items()})
    found["bridge without letters"] = _with(whole, weights={n: w * ("letters" not in n) for n, w in WEIGHTS.items()})
    found["without damping"] = _with(whole).fit_on(whole.encoded_, centerer=LanguageCenterer(evenness=None))
    found["without centring"] = _with(whole).fit_on(whole.encoded_, centerer=LanguageCenterer(0.0, evenness=None))
    return found


def _with(
    whole: Recommender, *, zero: set[str] | frozenset[str] = frozenset(), weights: dict[str, float] | None = None
) -> Recommender:
    ranker = Ranker()
    ranker.weights_ = np.array([0.0 if name in zero else PRIOR[name] for name in FEATURES])
    changed = Recommender(whole.labels, whole.encoder_, replace(whole.model, ranker=ranker))
    changed.encoder_ = whole.encoder_
    changed.fit_on(whole.encoded_, weights=weights)
    return changed
