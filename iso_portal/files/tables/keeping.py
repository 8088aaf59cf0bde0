"""Keep a table from its upload on, correct and leave out its rows, and load it again; only here its rows change."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.text import clean, one_line
from iso_portal.files import queries
from iso_portal.files.domain import Refusal
from iso_portal.files.models import TableImport
from iso_portal.files.tables import columns as named
from iso_portal.files.tables import reading

# How long the words of a table stay; what was taken in lives on in profiles and cases, where erasure reaches it.
KEPT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A cell that two people corrected at the same time: what I wrote was not kept, theirs stands."""

    number: int
    column: str
    mine: str
    theirs: str


def start(table: named.Table, content: bytes, *, file_name: str, by: Person) -> TableImport:
    """Keep a table as it came. Raises Refusal, in words, for a file that is not like the template."""
    sheet = reading.read(content)
    names = named.header(table, sheet.header)
    rows = [
        {
            "number": number,
            "values": {name: cell for name, cell in zip(names, cells, strict=True) if name},
            "left_out": False,
        }
        for number, cells in sheet.rows
    ]
    record = TableImport(
        kind=table.kind,
        file_name=one_line(re.split(r"[/\\]", file_name)[-1])[:120] or "table",
        by_id=by.id,
        at=clock.now(),
        columns=[name for name in names if name],
        rows=rows,
    )
    db.session.add(record)
    db.session.flush()
    audit.record(verb="table.upload", by=by, subject=record, details={"kind": table.kind, "rows": len(rows)})
    return record


def of_kind(kind: str) -> Callable[[uuid.UUID], TableImport]:
    """Return what loads an import of one kind; it raises NoResultFound for another kind's."""

    def load(import_id: uuid.UUID) -> TableImport:
        found = queries.the_import(import_id)
        if found.kind != kind:
            raise sa.exc.NoResultFound
        return found

    return load


def locked(record: TableImport) -> TableImport:
    """Return an import as it is this moment; others who want to change it wait until we are done."""
    wanted = sa.select(TableImport).where(TableImport.id == record.id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def names_of(records: Sequence[TableImport]) -> dict[uuid.UUID, str]:
    """Return the names of those who uploaded or undid, by their id."""
    wanted = {record.by_id for record in records} | {record.undone_by_id for record in records if record.undone_by_id}
    if not wanted:
        return {}
    found = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wanted)).order_by(Person.id))
    return {row.id: row.name for row in found}


def row_of(record: TableImport, number: int) -> Mapping[str, Any] | None:
    """Return the row that has this number in the file, or None."""
    return next((row for row in record.rows if row["number"] == number), None)


def mark_of(text: str) -> str:
    """Return what tells one text from another: a short one itself, a long one's digest, so that forms stay small."""
    return text if len(text) <= 100 else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def correct(
    record: TableImport,
    typed: Mapping[int, Mapping[str, str]],
    *,
    seen: Mapping[int, Mapping[str, str]],
    by: Person,
) -> list[Clash]:
    """Keep what was typed for some cells, right or wrong. Returns the cells that somebody else changed meanwhile.

    typed: {row: {column: text}}. seen: mark_of() what the page showed in these cells. Raises Refusal once the table was taken in.
    """
    _refuse_when_done(record)
    clashes: list[Clash] = []
    changed: list[int] = []
    rows = []
    for row in record.rows:
        wanted = typed.get(row["number"])
        if wanted is None:
            rows.append(row)
            continue
        values = dict(row["values"])
        for name, text in wanted.items():
            now, base = values.get(name, ""), seen.get(row["number"], {}).get(name)
            mine = clean(text)
            if mine == now or mark_of(mine) == base:
                continue
            if base is not None and mark_of(now) != base:
                clashes.append(Clash(number=row["number"], column=name, mine=mine, theirs=now))
                continue
            values[name] = mine
        if values != row["values"]:
            changed.append(row["number"])
        rows.append({**row, "values": values})
    if changed:
        record.rows = rows
        audit.record(verb="table.correct", by=by, subject=record, details={"rows": changed})
    return clashes


def leave_out(record: TableImport, numbers: Iterable[int], *, out: bool, by: Person) -> None:
    """Leave rows out of what is taken in, or take them back in. Raises Refusal once the table was taken in."""
    _refuse_when_done(record)
    wanted = set(numbers)
    changed = [row["number"] for row in record.rows if row["number"] in wanted and bool(row["left_out"]) is not out]
    if changed:
        record.rows = [{**row, "left_out": out} if row["number"] in changed else row for row in record.rows]
        verb = "table.leave_out" if out else "table.take_back_in"
        audit.record(verb=verb, by=by, subject=record, details={"rows": changed})


def _refuse_when_done(record: TableImport) -> None:
    if record.kept_at is not None:
        raise Refusal(_("This table was taken in already; its rows can no longer be changed here."))


def discard(record: TableImport, *, by: Person) -> None:
    """Remove a table that was never taken in, with everything in it. Raises Refusal for one that was."""
    _refuse_when_done(record)
    audit.record(verb="table.discard", by=by, subject=record, details={"rows": len(record.rows)})
    db.session.delete(record)


def mark_kept(record: TableImport, number: int) -> None:
    """Note that a table was taken in, with how many rows."""
    record.kept, record.kept_at = number, clock.now()


def mark_undone(record: TableImport, *, by: Person) -> None:
    """Note that everything a table brought was taken back."""
    record.undone_at, record.undone_by_id = clock.now(), by.id


def sweep() -> int:
    """Empty the rows of tables older than 30 days, and remove those that were never taken in. Returns how many."""
    old = TableImport.at < clock.now() - timedelta(days=KEPT_DAYS)
    swept = 0
    for record in db.session.scalars(sa.select(TableImport).where(old).order_by(TableImport.id)):
        if record.kept_at is None:
            db.session.delete(record)
            swept += 1
        elif any(row["values"] for row in record.rows):
            record.rows = [{**row, "values": {}} for row in record.rows]
            swept += 1
    return swept
