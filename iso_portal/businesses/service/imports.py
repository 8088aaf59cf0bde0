"""Take in files of firms, and take a whole import back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import Refusal, is_refused_column
from iso_portal.businesses.models import Business
from iso_portal.businesses.service.profiles import create
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.scripts import fold
from iso_portal.files.models import TableImport
from iso_portal.vocabulary.domain import check_identifier

COLUMNS = (
    "name",
    "language",
    "municipality",
    "registration",
    "description",
    "products",
    "nace",
    "nui",
    "pib",
    "employees",
    "email",
    "phone",
    "consent_suggest",
)
LARGEST_FILE = 1_500_000
MOST_ROWS = 2_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of an imported file with its number there, its values, and names of firms that may be the same."""

    number: int
    values: dict[str, str]
    alike: list[str]


def read_file(raw: bytes) -> str:
    """Return a CSV file's text. Raises Refusal for what is no text or too large."""
    if len(raw) > LARGEST_FILE:
        raise Refusal(_("The file is too large: at most 1.5 MB."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise Refusal(_("The file is not in UTF-8. Save it as CSV UTF-8 and try again.")) from why
    if "\x00" in text:
        raise Refusal(_("The file is not a CSV file."))
    return text


def read_rows(text: str) -> list[Row]:
    """Return the rows of a CSV text. Raises Refusal, naming the line, for a file that cannot be read as the template."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        header = _header([name.strip() for name in next(reader, [])])
        found = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as why:
        raise Refusal(_("Line %(number)s cannot be read.", number=reader.line_num)) from why
    if broken := next((number for number, cells in found if len(cells) > len(header)), None):
        raise Refusal(_("Line %(number)s has more columns than the header.", number=broken))
    if not found or len(found) > MOST_ROWS:
        raise Refusal(_("The file needs between 1 and %(most)s rows.", most=MOST_ROWS))
    rows = [
        (number, dict.fromkeys(header, "") | {name: cell.strip() for name, cell in zip(header, cells, strict=False)})
        for number, cells in found
    ]
    alike = queries.alike_each([_marks(values) for _number, values in rows])
    return [Row(number=number, values=values, alike=names) for (number, values), names in zip(rows, alike, strict=True)]


def _header(header: list[str]) -> list[str]:
    """Return the names of the columns when they are those of the template, each once; else raise Refusal."""
    if refused := [name for name in header if is_refused_column(fold(name))]:
        raise Refusal(
            _("The column %(name)s is not taken: nobody's community is recorded with a firm.", name=refused[0])
        )
    if missing := [
        name for name in ("name", "language", "municipality", "registration", "description") if name not in header
    ]:
        raise Refusal(_("Columns are missing: %(names)s.", names=", ".join(missing)))
    if unknown := [name for place, name in enumerate(header) if name not in COLUMNS or name in header[:place]]:
        raise Refusal(_("Columns that the template does not have: %(names)s.", names=", ".join(unknown)[:200]))
    return header


def _marks(values: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return what may tell that a row is a firm that is kept already; identifiers as they would be stored."""
    return queries.marks_of(
        name=values["name"],
        nui=check_identifier("XK_NUI", values.get("nui", "")).value,
        pib=check_identifier("RS_PIB", values.get("pib", "")).value,
        email=values.get("email", ""),
    )


def keep_import(rows: Sequence[Mapping[str, Any]], *, file_name: str, by: Person) -> TableImport:
    """Keep all rows of a file, each already checked as a form would be."""
    record = TableImport(
        kind="businesses",
        file_name=file_name[:200],
        by_id=by.id,
        at=clock.now(),
        columns=list(COLUMNS),
        rows=[dict(values) for values in rows],
        kept=len(rows),
        kept_at=clock.now(),
    )
    db.session.add(record)
    db.session.flush()
    for values in rows:
        create(values, by=by, import_id=record.id)
    audit.record(verb="business.import", by=by, subject=record, details={"rows": len(rows)})
    return record


def undo_import(record: TableImport, *, by: Person) -> int:
    """Take a whole import back; returns how many firms left. Raises Refusal when one of them was changed since."""
    if record.undone_at is not None:
        return 0
    firms = queries.of_import(record.id)
    if worked_on := [firm.name for firm in firms if firm.version > 1]:
        raise Refusal(_("%(name)s was changed since; undo is no longer possible.", name=worked_on[0]))
    for firm in firms:
        _take_back(firm)
    record.undone_at, record.undone_by_id = clock.now(), by.id
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
        raise Refusal(_("%(name)s was changed since; undo is no longer possible.", name=name)) from why
