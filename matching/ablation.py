"""What each part of the hybrid adds: the same folder, one part left out at a time."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from matching.centering import LanguageCenterer
from matching.classes import WEIGHTS
from matching.collection import Collection
from matching.encoders import MultilingualE5, Remembering
from matching.evaluation import by_language, figures_of
from matching.features import FEATURES
from matching.methods import hybrid
from matching.ranker import PRIOR, Ranker
from matching.recommender import Recommender

ONE_LINE = "a profile as one line"
# What a careless start would take: the text features and the classes, all alike.
EQUAL = dict.fromkeys(FEATURES[:5], 1.0)


def ablate(collection: Collection, recommender: Recommender, *, with_codes: bool = True) -> dict[str, Any]:
    """Return {"parts": {what was left out: figures}}, the whole hybrid first. recommender: fitted."""
    parts: dict[str, Any] = {}
    for name, changed in _variants(recommender).items():
        rank = hybrid(collection, changed, with_codes=with_codes, split=name != ONE_LINE)
        begun = time.perf_counter()
        lists = {query.key: rank(query) for query in collection.queries}
        figures = figures_of(collection, lists, collection.queries)
        figures["ms_per_query"] = round(1000 * (time.perf_counter() - begun) / len(collection.queries), 2)
        figures["by_doc_lang"] = by_language(collection, lists)["by_doc_lang"]
        parts[name] = figures
    return {"encoder": recommender.encoder_.name, "queries": len(collection.queries), "parts": parts}


def _variants(whole: Recommender) -> dict[str, Recommender]:
    """Return the hybrid and its variants, each fitted on the same vectors of the class texts."""
    can_unfold = isinstance(whole.encoder_, MultilingualE5)
    whole = copy(whole)
    whole.encoder_ = Remembering(whole.encoder_)
    found = {"hybrid": _with(whole), ONE_LINE: _with(whole)}
    if can_unfold:
        found["without folding scripts"] = _with(whole)
        found["without folding scripts"].encoder_ = Remembering(MultilingualE5(folded=False))
    found["all weights alike"] = _with(whole, weights_of_pair=EQUAL)
    for feature in ("best_line", "three_lines", "bridge", "lexical"):
        if PRIOR[feature]:
            found[f"without {feature}"] = _with(whole, zero={feature})
    found["text features alone"] = _with(whole, zero=set(FEATURES) - {"best_line", "three_lines", "lexical"})
    found["bridge alone"] = _with(whole, zero=set(FEATURES) - {"bridge"})
    found["bridge over names alone"] = _with(whole, weights={n: w * ("name" in n) for n, w in WEIGHTS.items()})
    found["bridge without letters"] = _with(whole, weights={n: w * ("letters" not in n) for n, w in WEIGHTS.items()})
    found["without damping"] = _with(whole).fit_on(
        whole.encoded_, encoder=whole.encoder_, centerer=LanguageCenterer(evenness=None)
    )
    found["without centring"] = _with(whole).fit_on(
        whole.encoded_, encoder=whole.encoder_, centerer=LanguageCenterer(0.0, evenness=None)
    )
    return found


def _with(
    whole: Recommender,
    *,
    zero: set[str] | frozenset[str] = frozenset(),
    weights: dict[str, float] | None = None,
    weights_of_pair: dict[str, float] = PRIOR,
) -> Recommender:
    ranker = Ranker()
    ranker.weights_ = np.array([0.0 if name in zero else weights_of_pair.get(name, 0.0) for name in FEATURES])
    changed = copy(whole)
    changed.model = replace(whole.model, ranker=ranker)
    changed.bridge_ = copy(whole.bridge_)
    changed.bridge_.weights = weights
    return changed
