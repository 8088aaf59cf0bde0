"""The methods that are measured side by side: words, vectors and the hybrid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize as unit

from matching.collection import Collection, Document, Query
from matching.encoders import CrossLingualLSA, Encoder
from matching.facts import BusinessFacts, InquiryFacts, Line
from matching.index import encode_once
from matching.recommender import Recommender
from matching.text import fold, split_lines

METHODS = ("tfidf_char", "bm25", "lsa", "encoder", "cross_lingual_lsa", "hybrid")
# All keys with their scores, best first; equal scores are ties, told apart by key.
Scored = list[tuple[str, float]]
Rank = Callable[[Query], Scored]


def ranker_of(method: str, collection: Collection, recommender: Recommender, *, with_codes: bool) -> Rank:
    """Return a function that ranks the documents for a query. recommender: fitted; gives labels and encoder."""
    if method == "hybrid":
        return hybrid(collection, recommender, with_codes=with_codes)
    keys = np.array([document.key for document in collection.documents])
    texts = [document.text for document in collection.documents]
    if method == "bm25":
        return _bm25(texts, keys)
    if method == "encoder":
        return _dense(recommender.encoder_, texts, keys)
    if method == "cross_lingual_lsa":
        return _dense(CrossLingualLSA().fit(recommender.labels.parallel()), texts, keys)
    vectorizer = TfidfVectorizer(preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = vectorizer.fit_transform(texts)
    if method == "tfidf_char":
        return lambda query: _ordered((matrix @ vectorizer.transform([query.text]).T).toarray().ravel(), keys)
    svd = TruncatedSVD(max(1, min(200, *(n - 1 for n in matrix.shape))), random_state=0).fit(matrix)
    reduced = unit(svd.transform(matrix))
    return lambda query: _ordered(reduced @ unit(svd.transform(vectorizer.transform([query.text])))[0], keys)


def hybrid(collection: Collection, recommender: Recommender, *, with_codes: bool, split: bool = True) -> Rank:
    """Return the ranking of the portal itself, over documents as if they were firms. split: their texts into lines."""
    firms = [firm_of(document, with_codes=with_codes, split=split) for document in collection.documents]
    index = recommender.index(firms)
    return lambda query: recommender.rank(inquiry_of(query, with_codes=with_codes), index)


def firm_of(document: Document, *, with_codes: bool, split: bool = True) -> BusinessFacts:
    """Return a document as a firm. split: its text into lines; without, to measure what that adds."""
    lines = (split_lines(document.text) if split else [document.text]) or ["."]
    return BusinessFacts(
        key=document.key,
        lines=tuple(Line(text=line, language=document.language) for line in lines),
        nace=document.nace if with_codes else (),
    )


def inquiry_of(query: Query, *, with_codes: bool) -> InquiryFacts:
    """Return a query as an inquiry."""
    nace = query.nace if with_codes else ()
    return InquiryFacts(key=query.key, text=query.text, language=query.language, nace=nace)


def _dense(encoder: Encoder, texts: Sequence[str], keys: Any) -> Rank:
    stored = encode_once(encoder, texts)
    return lambda query: _ordered(stored @ encoder.encode([query.text])[0], keys)


def _ordered(scores: Any, keys: Any) -> Scored:
    rounded = np.round(scores, 6)
    return [(str(keys[place]), float(rounded[place])) for place in np.lexsort((keys, -rounded))]


def _bm25(texts: Sequence[str], keys: Any) -> Rank:
    import bm25s  # a yardstick only; not part of the running portal

    search = bm25s.BM25()
    search.index([fold(text).split() for text in texts], show_progress=False)

    def rank(query: Query) -> Scored:
        words = [word for word in fold(query.text).split() if word in search.vocab_dict]
        return _ordered(search.get_scores(words) if words else np.zeros(len(keys)), keys)

    return rank
