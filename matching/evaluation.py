"""How good each method is on a folder of queries, corpus and grades (matching section 3)."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from matching.collection import Collection, Query
from matching.methods import METHODS, Scored, hybrid, ranker_of
from matching.neutrality import DEPTH, exposure_of, neutrality, parallel_collection
from matching.recommender import Recommender


def evaluate(
    collection: Collection, recommender: Recommender, methods: Sequence[str] = METHODS, *, with_codes: bool = True
) -> dict[str, Any]:
    """Return {"methods": {method: figures}}; for hybrid also by language, exposure, list length and neutrality.

    recommender: fitted. Raises ValueError for an unknown method, ModuleNotFoundError where a method's package is
    missing.
    """
    if unknown := set(methods) - set(METHODS):
        raise ValueError(f"unknown methods: {', '.join(sorted(unknown))}")
    result: dict[str, Any] = {}
    for method in methods:
        rank = ranker_of(method, collection, recommender, with_codes=with_codes)
        begun = time.perf_counter()
        lists = {query.key: rank(query) for query in collection.queries}
        seconds = time.perf_counter() - begun
        figures: dict[str, Any] = figures_of(collection, lists, collection.queries)
        figures["ms_per_query"] = round(1000 * seconds / len(collection.queries), 2)
        if method == "hybrid":
            figures |= _by_language(collection, lists)
            figures["neutrality"] = neutrality(collection, lists)
        result[method] = figures
    return {
        "encoder": recommender.encoder_.name,
        "model": recommender.model.version,
        "queries": len(collection.queries),
        "with_codes": with_codes,
        "methods": result,
    }


def neutrality_of(recommender: Recommender) -> dict[str, Any]:
    """Return how neutral the hybrid is on the classes' own names, the same in every language, for each language asked."""
    parallel = parallel_collection(recommender.labels)
    rank = hybrid(parallel, recommender, with_codes=False)
    return neutrality(parallel, {query.key: rank(query) for query in parallel.queries})


def figures_of(collection: Collection, lists: Mapping[str, Scored], queries: Sequence[Query]) -> dict[str, Any]:
    """Return nDCG@10 with gains 2^rel - 1, recall@10 and MRR, as means over queries."""
    ndcg, recall, reciprocal = [], [], []
    for query in queries:
        grades = collection.grades[query.key]
        keys = [key for key, _score in lists[query.key]]
        gain = sum((2 ** grades.get(key, 0) - 1) / math.log2(place + 2) for place, key in enumerate(keys[:DEPTH]))
        ideal = sorted(grades.values(), reverse=True)[:DEPTH]
        ndcg.append(gain / sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ideal)))
        relevant = {key for key, grade in grades.items() if grade > 0}
        recall.append(len(relevant & set(keys[:DEPTH])) / min(len(relevant), DEPTH))
        place = next((n for n, key in enumerate(keys, start=1) if key in relevant), None)
        reciprocal.append(1 / place if place else 0.0)
    return {
        "ndcg@10": round(float(np.mean(ndcg)), 4),
        "recall@10": round(float(np.mean(recall)), 4),
        "mrr": round(float(np.mean(reciprocal)), 4),
    }


def _by_language(collection: Collection, lists: Mapping[str, Scored]) -> dict[str, Any]:
    """Return the figures of hybrid by language of query and document, exposure, and the list for 90 % recall."""
    of_document = {document.key: document.language or "?" for document in collection.documents}
    languages = sorted(set(of_document.values()))
    shown: dict[str, float] = defaultdict(float)
    relevant_share: dict[str, float] = defaultdict(float)
    hits: dict[str, list[float]] = defaultdict(list)
    places: list[int] = []
    for query in collection.queries:
        relevant = [key for key, grade in collection.grades[query.key].items() if grade > 0 and key in of_document]
        place_of = {key: place for place, (key, _score) in enumerate(lists[query.key], start=1)}
        places += [place_of.get(key, len(of_document)) for key in relevant]
        for key, part in exposure_of(lists[query.key]).items():
            shown[of_document[key]] += part
        for key in relevant:
            relevant_share[of_document[key]] += 1 / len(relevant)
        for language in languages:
            own = [key for key in relevant if of_document[key] == language]
            if own:
                inside = sum(place_of.get(key, DEPTH + 1) <= DEPTH for key in own)
                hits[language].append(inside / min(len(own), DEPTH))
    total, relevant_total = sum(shown.values()) or 1.0, sum(relevant_share.values()) or 1.0
    asked = sorted({query.language or "?" for query in collection.queries})
    return {
        "by_query_lang": {
            language: figures_of(collection, lists, [q for q in collection.queries if (q.language or "?") == language])
            for language in asked
        },
        "by_doc_lang": {language: {"recall@10": round(float(np.mean(v)), 4)} for language, v in sorted(hits.items())},
        "exposure": {
            language: {
                "shown": round(shown[language] / total, 4),
                "relevant": round(relevant_share[language] / relevant_total, 4),
            }
            for language in languages
        },
        "list_for_90_recall": int(np.percentile(places, 90)) if places else None,
    }
