"""Rank firms for a case: the only door to the matching package, together with reading.py and serving.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from types import MappingProxyType
from typing import Any

from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import defer
from iso_portal.matches.domain import TOP
from iso_portal.matches.service.adopted import adopted
from iso_portal.matches.service.reading import read_some, recommender
from iso_portal.matches.service.serving import due, permitted, serves_from_folder, serving
from matching import InquiryFacts, Recommender, SuggestionList
from matching.model import RankingModel

EMPTY: Mapping[str, Any] = MappingProxyType({})
READ_AT_ONCE = 200  # profiles that nobody read yet are read before a ranking, so many at most; a job reads the others


def inquiry_of(case: Case, learnt: Mapping[str, Any] = EMPTY) -> InquiryFacts:
    """Return what the ranking may know of an inquiry. learnt: what was learnt after it was sent; it counts instead."""
    asked = case.inquiry
    return InquiryFacts(
        key=str(case.id),
        text=asked.description,
        language=asked.language,
        nace=tuple(learnt.get("sectors") or asked.sectors),
        project_type=asked.project_type,
        needs=frozenset(learnt.get("needs") or asked.needs),
        municipalities=frozenset(asked.municipalities),
        band=learnt.get("band") or asked.band,
        country=case.investor.country,
        languages=frozenset({Language(asked.preferred_language).spoken, "en"}),
    )


def _model() -> RankingModel | None:
    """Return the model that a person adopted, or None for the one of the first day."""
    return adopted()


def ranker() -> Recommender:
    """Return the recommender with the adopted model."""
    model, learned = recommender(), _model()
    if learned is not None:
        model = copy(model)
        model.model = learned
    return model


def rank(case: Case, *, top: int = TOP, excluded: Collection[str] = ()) -> tuple[SuggestionList, int]:
    """Rank the firms for a case now. Returns the answer and how many firms could have been suggested.

    excluded: keys of firms that are left out. Consent and activity are asked of the database at this moment.
    """
    db.session.flush()
    if not serves_from_folder():  # among many firms a job looks for those that nobody read; asking takes too long here
        read_some(most=READ_AT_ONCE)
    index = serving().index().permitting(permitted)
    answer = ranker().suggest(inquiry_of(case, cases.said(case).learnt), index, top=top, excluded=excluded)
    if due(recommender().encoder_.name):
        defer(db.session, "matches.rebuild_index", waiting_once="matches.rebuild_index")
    return answer, len(index)
