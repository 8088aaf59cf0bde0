"""Read profiles: a firm's facts and lines as the ranking may know them, each line encoded once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting
from iso_portal.matches import queries
from iso_portal.matches.domain import LEAST_CLASS, MOST_CLASSES
from iso_portal.matches.models import MatchLine, ReadProfile
from iso_portal.vocabulary.queries import DATA
from matching import BusinessFacts, ClassLabels, Line, Recommender, load_encoder
from matching.encoders import Remembering
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
REMEMBERED = 10_000  # lines whose vectors a process keeps: 15 MB


@cache
def _recommender(wanted: str, table: Path) -> Recommender:
    """Load the model once a process: the worker's, or a command's. Web processes never call this."""
    labels = ClassLabels.from_csv(table)
    # An inquiry's lines are needed for its own list, and again for every firm that is compared with it.
    encoder = Remembering(load_encoder(labels.parallel(), wanted=wanted), most=REMEMBERED)
    return Recommender(labels, encoder).fit(setting("VAR") / "models")


def recommender() -> Recommender:
    """Return the recommender of this process, with the encoder that the settings ask for."""
    return _recommender(setting("ENCODER"), DATA / "nace_rev2.csv")


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
        **wishes_of(business),
        freshness=_freshness(business),
        completeness=1.0 if business.offers and business.seeks and business.activities else 0.5,
    )


def wishes_of(business: Business) -> dict[str, Any]:
    """Return what a firm does not want to hear of, as its facts hold it."""
    return {
        "vetoes": frozenset([*business.refused_projects, *business.refused_countries, *business.refused_sectors]),
        "largest": business.largest_band,
        "busy_until": business.busy_until.isoformat() if business.busy_until else "",
    }


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
    return _read([business])


def read_some(*, most: int) -> int:
    """Read so many of the profiles that nobody read with this encoder yet. Returns how many were; 0 when all are."""
    firms = queries.unread(recommender().encoder_.name, most=most)
    _read(businesses.of_ids(firms))
    return len(firms)


def _read(firms: Sequence[Business]) -> int:
    """Read profiles, encoding all lines that nobody encoded before in one go. Returns how many those were."""
    if not firms:
        return 0
    model = recommender()
    encoder = model.encoder_.name
    keys = [business.id for business in firms]
    known = {(row.business_id, row.text): row.vector for row in queries.lines_of(keys) if row.encoder == encoder}
    wanted = [(business.id, lines_of(business)) for business in firms]
    fresh = [(key, line.text) for key, lines in wanted for line in lines if (key, line.text) not in known]
    texts = list(dict.fromkeys(text for _key, text in fresh))
    vectors = dict(zip(texts, model.encode(texts), strict=True))
    known |= {(key, text): vectors[text] for key, text in fresh}
    classes = _classes(dict(wanted), known)
    db.session.execute(sa.delete(MatchLine).where(MatchLine.business_id.in_(keys)))
    db.session.execute(sa.delete(ReadProfile).where(ReadProfile.business_id.in_(keys)))
    for key, lines in wanted:
        db.session.add(ReadProfile(business_id=key, encoder=encoder, classes=classes[key]))
        db.session.add_all(
            MatchLine(
                business_id=key,
                position=place,
                encoder=encoder,
                text=line.text,
                language=line.language,
                kind=line.kind,
                vector=known[key, line.text],
            )
            for place, line in enumerate(lines)
        )
    db.session.flush()
    return len(fresh)


def tell_classes(*, most: int) -> int:
    """Look for the classes of so many profiles that were read before anybody looked. Returns how many; 0 when all are."""
    firms = queries.classless(recommender().encoder_.name, most=most)
    rows = queries.lines_of(firms) if firms else []
    lines: dict[uuid.UUID, list[Line]] = {key: [] for key in firms}
    for row in rows:
        lines[row.business_id].append(Line(text=row.text, language=row.language, kind=row.kind))
    found = _classes(lines, {(row.business_id, row.text): row.vector for row in rows})
    for key, classes in found.items():
        db.session.execute(sa.update(ReadProfile).where(ReadProfile.business_id == key).values(classes=classes))
    return len(firms)


def _classes(
    lines: Mapping[uuid.UUID, Sequence[Line]], vectors: Mapping[tuple[uuid.UUID, str], Any]
) -> dict[uuid.UUID, list[list[Any]]]:
    """Return the likeliest classes that each firm's lines speak of with their chances, best first, ties by code.

    What the firm declares plays no part: a person compares the two. vectors: of the lines, as encoded or as stored.
    """
    rows = [_numbers(vectors[key, line.text]) for key, told in lines.items() for line in told]
    if not rows:
        return {key: [] for key in lines}
    bare = [BusinessFacts(key=str(key), lines=tuple(told)) for key, told in lines.items()]
    return {
        uuid.UUID(firm.key): [
            [code, chance]
            for code, chance in sorted(firm.implied, key=lambda pair: (-pair[1], pair[0]))[:MOST_CLASSES]
            if chance >= LEAST_CLASS
        ]
        for firm in recommender().imply(bare, np.array(rows, np.float32))
    }


def _numbers(vector: Any) -> Any:
    """Return a vector's numbers, however it came: from the encoder, or from the database."""
    return vector.to_numpy() if hasattr(vector, "to_numpy") else vector
