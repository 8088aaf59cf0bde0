"""Rank firms for a case: the only door to the matching package, together with reading.py and serving.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import defer
from iso_portal.matches import queries, words
from iso_portal.matches.domain import OWN_RULES, TOP, LeftOut, Refusal
from iso_portal.matches.service.adopted import adopted
from iso_portal.matches.service.reading import read_some, recommender, wishes_of
from iso_portal.matches.service.serving import due, permitted, serves_from_folder, serving
from matching import BusinessFacts, InquiryFacts, Recommender, SuggestionList
from matching.facts import refused_for
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
        day=clock.today().isoformat(),
    )


def asked_now(case: Case) -> InquiryFacts:
    """Return what the ranking may know of a case's inquiry as it stands now."""
    return inquiry_of(case, cases.said(case).learnt)


def why_left_out(business: Business, asked: InquiryFacts) -> LeftOut | None:
    """Return the hard rule that keeps a firm from an inquiry's list now, or None.

    The firm's own rules come before one that passes by itself: a profile that was not read yet.
    """
    rule = queries.why_left_out(business)
    if rule not in (None, LeftOut.UNREAD):
        return rule
    own = refused_for(BusinessFacts(key=str(business.id), lines=(), **wishes_of(business)), asked)
    return LeftOut(own) if own else rule


def refuse_against_its_word(case: Case, business: Business) -> None:
    """Raise Refusal when the firm's own rules keep it from a case's inquiry."""
    if not any(wishes_of(business).values()):
        return
    rule = why_left_out(business, asked_now(cases.get(case.id)))
    if rule in OWN_RULES:
        raise Refusal(
            _(
                "The firm's profile keeps it from this inquiry: %(rule)s. Change the profile first if the firm says otherwise.",
                rule=words.LEFT_OUT[rule],
            )
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
    answer = ranker().suggest(asked_now(case), index, top=top, excluded=excluded)
    if due(recommender().encoder_.name):
        defer(db.session, "matches.rebuild_index", waiting_once="matches.rebuild_index")
    return answer, len(index)
