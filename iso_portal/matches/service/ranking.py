"""Rank firms for a case: the only door to the matching package."""

from __future__ import annotations

import uuid
from functools import cache
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.runtime import setting
from iso_portal.matches import queries
from iso_portal.matches.domain import TOP
from iso_portal.matches.models import MatchLine
from iso_portal.vocabulary.queries import DATA
from matching import BusinessFacts, ClassLabels, InquiryFacts, Line, Recommender, SuggestionList, load_encoder
from matching.text import split_lines

# Texts that are compared; what a firm seeks meets what an investor offers, what it offers meets what they need.
COMPARED = (
    TextKind.PRODUCTS,
    TextKind.DESCRIPTION,
    TextKind.SUMMARY,
    TextKind.CAPACITY,
    TextKind.OFFERS,
    TextKind.SEEKS,
)


@cache
def _recommender(wanted: str, table: Path, cache: Path) -> Recommender:
    """Load the model once a process: the worker's, or a command's. Web processes never call this."""
    labels = ClassLabels.from_csv(table)
    return Recommender(labels, load_encoder(labels.parallel(), wanted=wanted)).fit(cache)


def recommender() -> Recommender:
    """Return the recommender of this process, with the encoder that the settings ask for."""
    return _recommender(setting("ENCODER"), DATA / "nace_rev2.csv", setting("VAR") / "models")


def facts_of(business: Business, lines: tuple[Line, ...]) -> BusinessFacts:
    """Return what the ranking may know of a firm: nothing about people."""
    return BusinessFacts(
        key=str(business.id),
        lines=lines,
        nace=tuple(activity.code for activity in business.activities),
        offers=frozenset(business.offers),
        seeks=frozenset(business.seeks),
        certifications=tuple(business.certifications),
        export_markets=frozenset(business.export_markets),
        languages=frozenset(business.languages),
        municipality=business.municipality,
        size=business.employees,
        completeness=1.0 if business.offers and business.seeks and business.activities else 0.5,
    )


def inquiry_of(case: Case) -> InquiryFacts:
    """Return what the ranking may know of an inquiry."""
    asked = case.inquiry
    return InquiryFacts(
        key=str(case.id),
        text=asked.description,
        language=asked.language,
        nace=tuple(asked.sectors),
        project_type=asked.project_type,
        needs=frozenset(asked.needs),
        municipalities=frozenset(asked.municipalities),
        band=asked.band,
        country=case.investor.country,
        languages=frozenset({Language(asked.preferred_language).spoken, "en"}),
    )


def lines_of(business: Business) -> list[Line]:
    """Return the lines of a profile, each once: the firm's own texts, never a translation."""
    lines: dict[str, Line] = {}
    for kind in COMPARED:
        for text in business.texts:
            if text.kind is kind and text.original:
                for line in split_lines(text.text):
                    lines.setdefault(line, Line(text=line, language=text.language, kind=kind.value))
    return list(lines.values())


def index_business(business: Business) -> int:
    """Read a profile anew; only lines that changed are encoded. Returns how many were."""
    model = recommender()
    wanted = lines_of(business)
    kept = {row.text: row for row in queries.lines_of(business.id) if row.encoder == model.encoder_.name}
    fresh = [line for line in wanted if line.text not in kept]
    vectors = dict(zip((line.text for line in fresh), model.encode([line.text for line in fresh]), strict=True))
    db.session.execute(sa.delete(MatchLine).where(MatchLine.business_id == business.id))
    db.session.add_all(
        MatchLine(
            business_id=business.id,
            position=place,
            encoder=model.encoder_.name,
            text=line.text,
            language=line.language,
            kind=line.kind,
            vector=vectors[line.text] if line.text in vectors else kept[line.text].vector,
        )
        for place, line in enumerate(wanted)
    )
    return len(fresh)


def rank(case: Case, *, top: int = TOP) -> tuple[SuggestionList, int]:
    """Rank the firms for a case now. Returns the answer and how many firms could have been suggested."""
    model = recommender()
    for business_id in queries.without_lines(model.encoder_.name):
        index_business(businesses.get(business_id))
    db.session.flush()
    stored: dict[uuid.UUID, list[MatchLine]] = {}
    for row in queries.lines(model.encoder_.name):
        stored.setdefault(row.business_id, []).append(row)
    firms, vectors = [], []
    for business in queries.suggestible():
        rows = stored.get(business.id, [])
        firms.append(
            facts_of(business, tuple(Line(text=row.text, language=row.language, kind=row.kind) for row in rows))
        )
        vectors += [_numbers(row.vector) for row in rows]
    matrix = np.array(vectors, np.float32) if vectors else np.zeros((0, 1), np.float32)
    return model.suggest(inquiry_of(case), model.index(firms, matrix), top=top), len(firms)


def _numbers(vector: object) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return a stored vector as floats; just read it is a HalfVector, just made an array."""
    return np.asarray(vector.to_list() if hasattr(vector, "to_list") else vector, np.float32)
