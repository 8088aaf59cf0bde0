"""How good each method is on a folder of queries, corpus and grades (matching section 3)."""

from __future__ import annotations

import csv
import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize as unit

from matching.classes import ClassLabels
from matching.encoders import CrossLingualLSA, Encoder, load_encoder
from matching.facts import BusinessFacts, InquiryFacts, Line
from matching.recommender import Recommender
from matching.text import fold, split_lines

METHODS = ("tfidf_char", "bm25", "lsa", "encoder", "cross_lingual_lsa", "hybrid")
DEPTH = 10
Rank = Callable[["Query"], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A row of corpus.tsv."""

    key: str
    language: str
    text: str
    nace: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A row of queries.tsv."""

    key: str
    language: str
    text: str
    nace: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Collection:
    """A folder's content. grades: relevance by query and document."""

    documents: list[Document]
    queries: list[Query]
    grades: Mapping[str, Mapping[str, int]]


def read_collection(folder: Path) -> Collection:
    """Read queries.tsv, corpus.tsv and qrels.tsv. Raises ValueError naming file, line and what is wrong."""
    documents = [
        Document(
            key=row["doc_id"],
            language=row.get("lang") or "",
            text=f"{row.get('title') or ''} ; {row['text']}".strip(" ;"),
            nace=tuple((row.get("nace") or "").split()),
        )
        for row in _rows(folder / "corpus.tsv", {"doc_id", "text"})
    ]
    queries = [
        Query(
            key=row["query_id"],
            language=row.get("lang") or "",
            text=row["text"],
            nace=tuple((row.get("nace") or "").split()),
        )
        for row in _rows(folder / "queries.tsv", {"query_id", "text"})
    ]
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line, row in enumerate(_rows(folder / "qrels.tsv", {"query_id", "doc_id", "relevance"}), start=2):
        if not row["relevance"].isdecimal():
            raise ValueError(f"qrels.tsv, line {line}: relevance must be a whole number, not {row['relevance']!r}")
        grades[row["query_id"]][row["doc_id"]] = int(row["relevance"])
    judged = [query for query in queries if any(grades.get(query.key, {}).values())]
    if not judged or not documents:
        raise ValueError(f"{folder}: no query has a relevant document")
    return Collection(documents=documents, queries=judged, grades=grades)


def _rows(path: Path, needed: set[str]) -> list[dict[str, str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := needed - set(reader.fieldnames or ()):
                raise ValueError(f"{path.name}: the header lacks {', '.join(sorted(missing))}")
            rows = []
            for line, row in enumerate(reader, start=2):
                if any(row.get(name) is None for name in needed):
                    raise ValueError(f"{path.name}, line {line}: too few columns")
                rows.append(row)
            return rows
    except UnicodeDecodeError as why:
        raise ValueError(f"{path.name}: not UTF-8") from why


def evaluate(
    collection: Collection, labels: ClassLabels, methods: Sequence[str] = METHODS, *, with_codes: bool = True
) -> dict[str, Any]:
    """Return {"methods": {method: figures}}; for hybrid also by language, exposure and list length.

    Raises ValueError for an unknown method, ModuleNotFoundError where a method's package is missing.
    """
    if unknown := set(methods) - set(METHODS):
        raise ValueError(f"unknown methods: {', '.join(sorted(unknown))}")
    needed = {"encoder", "hybrid"} & set(methods)  # words alone need no model
    encoder = load_encoder(labels.parallel(), wanted="auto" if needed else "fallback")
    result: dict[str, Any] = {}
    for method in methods:
        rank = _ranker(method, collection, labels, encoder, with_codes=with_codes)
        begun = time.perf_counter()
        lists = {query.key: rank(query) for query in collection.queries}
        seconds = time.perf_counter() - begun
        figures = _figures(collection, lists, collection.queries)
        figures["ms_per_query"] = round(1000 * seconds / len(collection.queries), 2)
        if method == "hybrid":
            figures |= _by_language(collection, lists)
        result[method] = figures
    return {"encoder": encoder.name, "queries": len(collection.queries), "methods": result}


def _ranker(method: str, collection: Collection, labels: ClassLabels, encoder: Encoder, *, with_codes: bool) -> Rank:
    documents = collection.documents
    keys = np.array([document.key for document in documents])
    texts = [document.text for document in documents]
    if method == "bm25":
        return _bm25(texts, keys)
    if method == "hybrid":
        return _hybrid(collection, labels, encoder, with_codes=with_codes)
    if method in {"encoder", "cross_lingual_lsa"}:
        used = encoder if method == "encoder" else CrossLingualLSA().fit(labels.parallel())
        stored = used.encode(texts)
        return lambda query: _ordered(stored @ used.encode([query.text])[0], keys)
    vectorizer = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)
    if method == "tfidf_char":
        return lambda query: _ordered((matrix @ vectorizer.transform([query.text]).T).toarray().ravel(), keys)
    svd = TruncatedSVD(max(1, min(200, *(n - 1 for n in matrix.shape))), random_state=0).fit(matrix)
    reduced = unit(svd.transform(matrix))
    return lambda query: _ordered(reduced @ unit(svd.transform(vectorizer.transform([query.text])))[0], keys)


def _ordered(scores: Any, keys: Any) -> list[str]:
    return [str(key) for key in keys[np.lexsort((keys, -np.round(scores, 6)))]]


def _bm25(texts: Sequence[str], keys: Any) -> Rank:
    import bm25s  # a yardstick only; not part of the running portal

    search = bm25s.BM25()
    search.index([fold(text).split() for text in texts], show_progress=False)

    def rank(query: Query) -> list[str]:
        words = [word for word in fold(query.text).split() if word in search.vocab_dict]
        return _ordered(search.get_scores(words) if words else np.zeros(len(keys)), keys)

    return rank


def _hybrid(collection: Collection, labels: ClassLabels, encoder: Encoder, *, with_codes: bool) -> Rank:
    recommender = Recommender(labels, encoder).fit()
    firms = [
        BusinessFacts(
            key=document.key,
            lines=tuple(Line(text=line, language=document.language) for line in split_lines(document.text) or ["."]),
            nace=document.nace if with_codes else (),
        )
        for document in collection.documents
    ]
    index = recommender.index(firms)
    return lambda query: recommender.rank(
        InquiryFacts(key=query.key, text=query.text, language=query.language, nace=query.nace if with_codes else ()),
        index,
    )


def _figures(collection: Collection, lists: Mapping[str, Sequence[str]], queries: Sequence[Query]) -> dict[str, float]:
    """Return nDCG@10 with gains 2^rel - 1, recall@10 and MRR, as means over queries."""
    ndcg, recall, reciprocal = [], [], []
    for query in queries:
        grades = collection.grades[query.key]
        top = lists[query.key][:DEPTH]
        gain = sum((2 ** grades.get(key, 0) - 1) / math.log2(place + 2) for place, key in enumerate(top))
        ideal = sorted(grades.values(), reverse=True)[:DEPTH]
        ndcg.append(gain / sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(ideal)))
        relevant = {key for key, grade in grades.items() if grade > 0}
        recall.append(len(relevant & set(top)) / min(len(relevant), DEPTH))
        place = next((n for n, key in enumerate(lists[query.key], start=1) if key in relevant), None)
        reciprocal.append(1 / place if place else 0.0)
    return {
        "ndcg@10": round(float(np.mean(ndcg)), 4),
        "recall@10": round(float(np.mean(recall)), 4),
        "mrr": round(float(np.mean(reciprocal)), 4),
    }


def _by_language(collection: Collection, lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the figures of hybrid by language of query and document, exposure, and the list for 90 % recall."""
    of_document = {document.key: document.language or "?" for document in collection.documents}
    languages = sorted(set(of_document.values()))
    shown: dict[str, float] = defaultdict(float)
    relevant_share: dict[str, float] = defaultdict(float)
    hits: dict[str, list[float]] = defaultdict(list)
    places: list[int] = []
    for query in collection.queries:
        relevant = [key for key, grade in collection.grades[query.key].items() if grade > 0 and key in of_document]
        ranked = lists[query.key]
        rank_of = {key: place for place, key in enumerate(ranked, start=1)}
        places += [rank_of.get(key, len(of_document)) for key in relevant]
        for place, key in enumerate(ranked[:DEPTH]):
            shown[of_document[key]] += 1 / math.log2(place + 2)
        for key in relevant:
            relevant_share[of_document[key]] += 1 / len(relevant)
        for language in languages:
            own = [key for key in relevant if of_document[key] == language]
            if own:
                hits[language].append(sum(rank_of.get(key, 10**9) <= DEPTH for key in own) / min(len(own), DEPTH))
    total, relevant_total = sum(shown.values()) or 1.0, sum(relevant_share.values()) or 1.0
    asked = sorted({query.language or "?" for query in collection.queries})
    return {
        "by_query_lang": {
            language: _figures(collection, lists, [q for q in collection.queries if (q.language or "?") == language])
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
