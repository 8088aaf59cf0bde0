"""Firms that may be one, for tests of duplicates."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import (
    PARTS_TO_CHOOSE,
    Marks,
    Pick,
    first_choice,
)
from iso_portal.businesses.models import Business, DuplicatePair
from iso_portal.core.db import db
from iso_portal.core.scripts import name_key

LEAVE = {"id", "created_at", "version"}


def marks(name: str = "", **more: str) -> Marks:
    given_marks = {"municipality": "zvecan", "nui": "", "pib": "", "maticni_broj": "", "email": "", "phone_key": ""}
    return Marks(name_key=name_key(name), **given_marks | more)


def columns(firm: Business) -> dict[str, Any]:
    """Return every column of a firm that a merge could touch, with its texts and activities."""
    values = {
        column.key: getattr(firm, column.key) for column in sa.inspect(Business).columns if column.key not in LEAVE
    }
    texts = sorted(
        (text.kind, text.language, text.text, text.original, text.stale, text.written_at, text.written_by_id)
        for text in firm.texts
    )
    return values | {"texts": texts, "activities": [(row.position, row.code, row.revision) for row in firm.activities]}


def pair_of(one: Business, other: Business) -> DuplicatePair:
    first, second = sorted((one.id, other.id))
    row = DuplicatePair(one_id=first, other_id=second, score=55, reasons=["same_name"])
    db.session.add(row)
    db.session.flush()
    return queries.pair(row.id)


def proposed(pair: DuplicatePair) -> dict[str, Pick]:
    left, right = (service.parts_of(service.snapshot(firm)) for firm in (pair.one, pair.other))
    stays = Pick.RIGHT if pair.other.name == "Šaljska Drvo" else Pick.LEFT
    return {part: first_choice(part, left[part], right[part], stays=stays) for part in PARTS_TO_CHOOSE}
