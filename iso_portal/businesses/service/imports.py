"""Take in tables of firms, and take a whole import back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import Origin, Refusal
from iso_portal.businesses.models import Business
from iso_portal.businesses.service.profiles import create
from iso_portal.core.db import db
from iso_portal.files.models import TableImport
from iso_portal.vocabulary.domain import check_identifier


def keep_import(record: TableImport, rows: Sequence[Mapping[str, Any]], *, by: Person) -> int:
    """Keep the firms of a table, each row already judged as a form would be. Returns how many."""
    for values in rows:
        create(values, by=by, import_id=record.id, origin=Origin.IMPORT)
    audit.record(verb="business.import", by=by, subject=record, details={"rows": len(rows)})
    return len(rows)


def undo_import(record: TableImport, *, by: Person) -> int:
    """Take a whole import back; returns how many firms left. Raises Refusal when one of them was worked on since."""
    if worked_on := queries.worked_on_since(record.id):
        raise Refusal(
            _(
                "Undo is no longer possible. Somebody worked on these firms since: %(names)s.",
                names=", ".join(worked_on),
            )
        )
    firms = queries.of_import(record.id)
    for firm in firms:
        _take_back(firm)
    audit.record(verb="business.undo_import", by=by, subject=record, details={"rows": len(firms)})
    return len(firms)


def _take_back(firm: Business) -> None:
    """Delete a firm. Raises Refusal when a case tells of it already: that story is never torn."""
    name = firm.name
    try:
        with db.session.begin_nested():
            db.session.delete(firm)
            db.session.flush()
    except IntegrityError as why:
        raise Refusal(_("Undo is no longer possible. A case tells of this firm: %(name)s.", name=name)) from why


def alike_in_import(rows: Mapping[int, Mapping[str, str]]) -> dict[int, list[str]]:
    """Return for each row of a table what may be the same firm: kept ones by name, other rows by their number.

    rows: {row: {column: text as typed}}. One statement for all rows.
    """
    marks = {number: _marks(values) for number, values in rows.items()}
    known = queries.known_by({mark for own in marks.values() for mark in own})
    holders: dict[tuple[str, str], list[int]] = {}
    for number, own in marks.items():
        for mark in own:
            holders.setdefault(mark, []).append(number)
    found: dict[int, list[str]] = {}
    for number, own in marks.items():
        names = dict.fromkeys(name for mark in sorted(own) for name in known.get(mark, ()))
        others = sorted({other for mark in own for other in holders[mark]} - {number})
        told = [*list(names)[:5], *(_("row %(number)s", number=other) for other in others[:5])]
        if told:
            found[number] = told
    return found


def _marks(values: Mapping[str, str]) -> queries.Marks:
    """Return what may tell that a row is a firm that is kept already; identifiers as they would be stored."""
    kinds = {"nui": "XK_NUI", "pib": "RS_PIB", "maticni_broj": "RS_MB"}
    numbers = {
        name: check_identifier(kind, values[name]).value if values.get(name) else "" for name, kind in kinds.items()
    }
    return queries.import_marks(
        name=values.get("name", ""), email=values.get("email", ""), phone=values.get("phone", ""), **numbers
    )
