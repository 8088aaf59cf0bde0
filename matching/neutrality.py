"""With equal content in every language, is each shown as often as it is relevant? (matching MA10)

Exposure weighs a place by 1 / log2(place + 1) over the first ten. Documents with equal scores share the exposure of
their places: which of two equal texts stands first is told by their keys alone, and keys know no language.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from matching.collection import Collection, Document, Query
from matching.labels import ClassLabels

DEPTH = 10
MOST_APART = 0.02  # two points, of exposure and of recall@10
ASKED_IN = (("en", "en"), ("de", "de"), ("sq", "sq"), ("sr_latn", "sr"))


def parallel_collection(labels: ClassLabels) -> Collection:
    """Return one set of documents in Albanian, Serbian Latin and Serbian Cyrillic, asked for in four languages.

    Documents are the names of the classes; inquiries are the names of the divisions, which no part of the model has
    seen; relevant are the classes of the division.
    """
    documents, members = [], defaultdict(list)
    written = {"sq": labels.names["sq"], "sr-Latn": labels.names["sr_latn"], "sr-Cyrl": labels.cyrillic}
    for language, names in written.items():
        for code, name in zip(labels.codes, names, strict=True):
            key = hashlib.sha256(f"{code} {language}".encode()).hexdigest()[:12]  # says nothing of its language
            documents.append(Document(key=key, language=language, text=name, nace=(code,)))
            members[code[:2]].append(key)
    queries = [
        Query(key=f"{language}-{code}", language=language, text=name, nace=())
        for column, language in ASKED_IN
        for code, name in labels.divisions[column].items()
    ]
    grades = {query.key: dict.fromkeys(members[query.key.split("-")[-1]], 1) for query in queries}
    return Collection(documents=documents, queries=[query for query in queries if grades[query.key]], grades=grades)


def neutrality(collection: Collection, lists: Mapping[str, Sequence[tuple[str, float]]]) -> dict[str, Any]:
    """Return for each language of inquiries and each language of documents what was shown, relevant and found.

    lists: for each query all keys with their scores, best first. "neutral" says whether exposure differs from its share
    of the relevant, and recall@10 between languages, by at most two points.
    """
    asked = sorted({query.language or "?" for query in collection.queries})
    found = {
        language: _of([query for query in collection.queries if (query.language or "?") == language], collection, lists)
        for language in asked
    }
    gaps = [abs(row["shown"] - row["relevant"]) for rows in found.values() for row in rows.values()]
    recalls = [[row["recall@10"] for row in rows.values()] for rows in found.values()]
    apart = max((max(row) - min(row) for row in recalls if row), default=0.0)
    return {
        "by_query_lang": found,
        "largest_exposure_gap": round(max(gaps, default=0.0), 4),
        "largest_recall_gap": round(apart, 4),
        "neutral": max(gaps, default=0.0) <= MOST_APART and apart <= MOST_APART,
    }


def _of(
    queries: Sequence[Query], collection: Collection, lists: Mapping[str, Sequence[tuple[str, float]]]
) -> dict[str, dict[str, float]]:
    of_document = {document.key: document.language or "?" for document in collection.documents}
    shown: dict[str, float] = defaultdict(float)
    relevant: dict[str, float] = defaultdict(float)
    hits: dict[str, list[float]] = defaultdict(list)
    for query in queries:
        right = [key for key, grade in collection.grades[query.key].items() if grade > 0 and key in of_document]
        exposed = exposure_of(lists[query.key])
        for key, part in exposed.items():
            shown[of_document[key]] += part
        inside = shares_inside(lists[query.key])
        for language in set(of_document.values()):
            own = [key for key in right if of_document[key] == language]
            relevant[language] += len(own) / max(len(right), 1)
            if own:
                hits[language].append(sum(inside.get(key, 0.0) for key in own) / min(len(own), DEPTH))
    total, all_relevant = sum(shown.values()) or 1.0, sum(relevant.values()) or 1.0
    return {
        language: {
            "shown": round(shown[language] / total, 4),
            "relevant": round(relevant[language] / all_relevant, 4),
            "recall@10": round(sum(hits[language]) / len(hits[language]), 4),
        }
        for language in sorted(hits)
    }


def exposure_of(ranked: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return each document's exposure; equal scores share that of their places."""
    return _shared(ranked, [1 / math.log2(place + 2) for place in range(DEPTH)])


def shares_inside(ranked: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return each document's chance to stand among the first ten when equal scores are told apart by lot."""
    return _shared(ranked, [1.0] * DEPTH)


def _shared(ranked: Sequence[tuple[str, float]], worth: Sequence[float]) -> dict[str, float]:
    shares: dict[str, float] = {}
    start = 0
    while start < min(len(ranked), DEPTH):
        end = start + 1
        while end < len(ranked) and ranked[end][1] == ranked[start][1]:
            end += 1
        part = sum(worth[start:end]) / (end - start)
        shares |= dict.fromkeys((key for key, _score in ranked[start:end]), part)
        start = end
    return shares
