"""Write a whole profile down as JSON, and read it back to the letter: what a merge keeps so that it can be undone."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from iso_portal.businesses.domain import LISTS, SINGLE, TextKind
from iso_portal.businesses.models import Business, BusinessActivity, BusinessText

# A profile's own columns; identity, birthday and version number belong to the row and stay with it.
COLUMNS: dict[str, Any] = {
    name: column for name, column in Business.__table__.columns.items() if name not in {"id", "created_at", "version"}
}
# Worked out from others whenever a profile is written.
DERIVED = ("name_key", "phone_key", "sort_sq", "sort_sr", "search", "public_search", "updated_at")
TEXT_COLUMNS = ("kind", "language", "text", "original", "stale", "written_at", "written_by_id")
Profile = dict[str, Any]


def written(value: Any) -> Any:
    """Return a column's value for JSON."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | enum.Enum) else value


def read(column: sa.ColumnElement[Any], value: Any) -> Any:
    """Return what written() wrote as the column holds it."""
    kind = column.type.python_type
    if value is None or not isinstance(value, str):
        return value
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    return kind(value) if kind is uuid.UUID or issubclass(kind, enum.Enum) else value


def snapshot(business: Business) -> Profile:
    """Return a profile with texts and activities as JSON values."""
    return {
        "columns": {name: written(getattr(business, name)) for name in COLUMNS},
        "texts": [text_values(row) for row in sorted(business.texts, key=lambda row: (row.kind, row.language))],
        "activities": [
            {"position": row.position, "code": row.code, "revision": row.revision} for row in business.activities
        ],
    }


def columns_of(profile: Mapping[str, Any]) -> Profile:
    """Return the columns of a snapshot; one that came to profiles after it was written says nothing."""
    nothing: Profile = {name: [] if isinstance(column.type, sa.ARRAY) else None for name, column in COLUMNS.items()}
    return {**nothing, **profile["columns"]}


def text_values(row: BusinessText) -> Profile:
    """Return one text as JSON values."""
    return {name: written(getattr(row, name)) for name in TEXT_COLUMNS}


def parts_of(profile: Mapping[str, Any]) -> Profile:
    """Return a snapshot by the parts that a person chooses between; texts by kind with all their languages."""
    columns = columns_of(profile)
    parts: Profile = {name: columns[name] for name in SINGLE}
    parts |= {name: columns[name] for name in LISTS if name != "activities"}
    parts["activities"] = [row["code"] for row in profile["activities"]]
    for kind in TextKind:
        parts[f"text_{kind.value}"] = [row for row in profile["texts"] if row["kind"] == kind.value]
    parts["verification"] = [columns["verification"], columns["verified_on"], columns["recheck"]]
    return parts


def set_texts(business: Business, wanted: list[Profile]) -> None:
    """Give a firm exactly these texts; a row that stays keeps its identity."""
    rows = {(row.kind.value, row.language): row for row in business.texts}
    keys = {(text["kind"], text["language"]) for text in wanted}
    for key, row in rows.items():
        if key not in keys:
            business.texts.remove(row)
    for text in wanted:
        values = {name: read(BusinessText.__table__.columns[name], text[name]) for name in TEXT_COLUMNS}
        known = rows.get((text["kind"], text["language"]))
        if known is None:
            business.texts.append(BusinessText(**values))
        else:
            for name, value in values.items():
                setattr(known, name, value)


def set_activities(business: Business, wanted: list[Profile]) -> None:
    """Give a firm exactly these activities."""
    rows = {row.position: row for row in business.activities}
    for place in [place for place in rows if place >= len(wanted)]:
        business.activities.remove(rows[place])
    for place, activity in enumerate(wanted):
        if place in rows:
            rows[place].code, rows[place].revision = activity["code"], activity["revision"]
        else:
            business.activities.append(
                BusinessActivity(position=place, code=activity["code"], revision=activity["revision"])
            )
