"""Read profiles: a firm's facts and lines as the ranking may know them, each line encoded once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting
from iso_portal.matches import queries
from iso_portal.matches.models import MatchLine, ReadProfile
from iso_portal.vocabulary.queries import DATA
from matching import BusinessFacts, ClassLabels, Line, Recommender, load_encoder
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
DAYS_FRESH = 365


@cache
def _recommender(wanted: str, table: Path, cache: Path) -> Recommender:
    """Load the model once a process: the worker's, or a command's. Web processes never call this."""
    labels = ClassLabels.from_csv(table)
    return Recommender(labels, load_encoder(labels.parallel(), wanted=wanted)).fit(cache)


def recommender() -> Recommender:
    """Return the recommender of this process, with the encoder that the settings ask for."""
    return _recommender(setting("ENCODER"), DATA / "nace_rev2.csv", setting("VAR") / "models")


def facts_of(
    business: Business, lines: tuple[Line, ...], sites: Sequence[tuple[str, int | None]] = ()
) -> BusinessFacts:
    """Return what the ranking may know of a firm: nothing about people. sites: (kind, kVA) of what it offers."""
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
        sites=frozenset(kind for kind, _power in sites),
        power_kva=max((power for _kind, power in sites if power is not None), default=None),
        freshness=_freshness(business),
        completeness=1.0 if business.offers and business.seeks and business.activities else 0.5,
    )


def _freshness(business: Business) -> float:
    """Return 1 for a profile that was changed or checked today, less the longer ago it was."""
    days = [moment.date() for moment in (business.updated_at, business.created_at) if moment is not None]
    latest = max([*days, *([business.verified_on] if business.verified_on else [])])
    return round(min(1.0, max(0.0, 1 - (clock.today() - latest).days / DAYS_FRESH)), 2)


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
    db.session.execute(sa.delete(ReadProfile).where(ReadProfile.business_id == business.id))
    db.session.add(ReadProfile(business_id=business.id, encoder=model.encoder_.name))
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


def read_some(*, most: int) -> int:
    """Read so many of the profiles that nobody read with this encoder yet. Returns how many were; 0 when all are."""
    firms: Sequence[uuid.UUID] = queries.unread(recommender().encoder_.name, most=most)
    for business in businesses.of_ids(firms):
        index_business(business)
    db.session.flush()
    return len(firms)
