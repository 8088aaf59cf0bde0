"""Graded folders as pairs with features; the package carries one small graded set that nobody trains on (matching MA8)."""

from __future__ import annotations

from pathlib import Path

from matching.collection import Collection, read_collection
from matching.features import FEATURES
from matching.judgements import Judgement, Judgements
from matching.methods import firm_of, inquiry_of
from matching.recommender import Recommender

# Invented firms and inquiries in every language of the region; `python -m seed gold` writes the same folder.
GOLD = Path(__file__).parent / "data" / "gold"


def gold() -> Collection:
    """Return the graded set that every version is measured on."""
    return read_collection(GOLD)


def graded_pairs(collection: Collection, recommender: Recommender, *, with_codes: bool = True) -> Judgements:
    """Return every candidate of every query with its features and grade, as judgements without ranks.

    recommender: fitted. A relevant document that is not found among the candidates counts for nobody.
    """
    index = recommender.index([firm_of(document, with_codes=with_codes) for document in collection.documents])
    rows = []
    for query in collection.queries:
        asked = recommender.ask(inquiry_of(query, with_codes=with_codes), index.centerer)
        _found, firms, pairs = recommender.pairs(asked, index)
        grades = collection.grades[query.key]
        for firm, numbers in zip(firms, pairs, strict=True):
            features = dict(zip(FEATURES, map(float, numbers), strict=True))
            grade = grades.get(firm.key, 0)
            rows.append(
                Judgement(case=query.key, firm=firm.key, grade=grade, features=features, language=query.language)
            )
    return Judgements(rows=rows)
