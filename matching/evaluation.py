"""How good each method is on a folder of queries, corpus and grades (matching section 3)."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from matching.collection import Collection, Query
from matching.comparison import calibration_error
from matching.encoders import Remembering
from matching.labels import dotted
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
            figures |= by_language(collection, lists)
            figures["neutrality"] = neutrality(collection, lists)
            figures["classes"] = class_accuracy(collection, recommender)
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
    parallel, labels = parallel_collection(recommender.labels), recommender.labels
    known = dict(zip(labels.cyrillic, recommender.encoded_["sr_latn"], strict=True))  # is folded before it is encoded
    for language, names in labels.names.items():
        known |= dict(zip(names, recommender.encoded_[language], strict=True))
    reading = copy(recommender)
    reading.encoder_ = Remembering(recommender.encoder_, known)
    rank = hybrid(parallel, reading, with_codes=False)
    return neutrality(parallel, {query.key: rank(query) for query in parallel.queries})


def class_accuracy(collection: Collection, recommender: Recommender) -> dict[str, Any] | None:
    """Return how well the classes of inquiries are predicted from their texts, in all and by language (matching MA5).

    Right is any class that the documents of the highest grade declare. top1, top5: share of inquiries with a right class
    among so many; chance_error: by how much the chance of the first differs from how often it is right (ECE). None where
    no document declares a class.
    """
    codes_of = {document.key: {dotted(code) for code in document.nace} for document in collection.documents}
    rows: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
    for query in collection.queries:
        grades = collection.grades[query.key]
        right = {
            code for key, grade in grades.items() if grade == max(grades.values()) for code in codes_of.get(key, ())
        }
        if right:
            guesses = recommender.predict_classes(query.text, query.language)
            codes = [guess.code for guess in guesses]
            rows[query.language or "?"].append((codes[0] in right, bool(right & set(codes)), guesses[0].probability))
    every = [row for own in rows.values() for row in own]
    return (
        _accuracy(every) | {"by_query_lang": {language: _accuracy(rows[language]) for language in sorted(rows)}}
        if every
        else None
    )


def _accuracy(rows: Sequence[tuple[bool, bool, float]]) -> dict[str, Any]:
    first, five, chance = (np.array(column, float) for column in zip(*rows, strict=True))
    error = calibration_error(chance, first > 0)
    return {
        "inquiries": len(rows),
        "top1": round(float(first.mean()), 4),
        "top5": round(float(five.mean()), 4),
        "chance_error": None if error is None else round(error, 4),
    }


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


def by_language(collection: Collection, lists: Mapping[str, Scored]) -> dict[str, Any]:
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
