"""Keep profiles: create, change, import, undo."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import Refusal, Registration, TextKind, is_refused_column
from iso_portal.businesses.models import Business, BusinessActivity, BusinessImport, BusinessText
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.core.scripts import fold, name_key, sort_key
from iso_portal.vocabulary.domain import check_identifier

TEXT_KINDS = (TextKind.DESCRIPTION, TextKind.PRODUCTS, TextKind.CAPACITY, TextKind.EQUIPMENT)
PLAIN = (
    "name language municipality address legal_form_xk legal_form_rs nui pib maticni_broj founded employees turnover "
    "export_markets languages offers seeks contact_name email phone website contact_hours consent_suggest "
    "consent_public consent_donors discretion"
).split()
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


def values_of(business: Business) -> dict[str, Any]:
    """Return a profile as the form shows it."""
    values = {name: getattr(business, name) for name in PLAIN}
    values |= {kind.value: queries.text_of(business, kind) for kind in TEXT_KINDS}
    values["registration"] = business.registration.value
    values["nace"] = ", ".join(activity.code for activity in business.activities)
    values["certifications"] = ", ".join(business.certifications)
    return values


def create(values: Mapping[str, Any], *, by: Person | None, import_id: uuid.UUID | None = None) -> Business:
    """Keep a new profile. values: as of ProfileForm; what is not given stays empty."""
    business = Business(
        name=values["name"],
        name_key="",
        municipality=values["municipality"],
        language=values["language"],
        registration=Registration(values["registration"]),
        import_id=import_id,
    )
    db.session.add(business)
    _fill(business, values)
    db.session.flush()
    audit.record(verb="business.create", by=by, subject=business, details={"name": business.name})
    _read_anew(business)
    return business


def change(business: Business, values: Mapping[str, Any], *, by: Person | None) -> list[str]:
    """Change a profile; returns the names of the fields that changed. Nothing is written when none did."""
    before = values_of(business)
    changed = sorted(
        name for name, value in values.items() if name in before and (before[name] or None) != (value or None)
    )
    if changed:
        _fill(business, values)
        audit.record(verb="business.change", by=by, subject=business, details={"fields": ", ".join(changed)})
        _read_anew(business)
    return changed


def _read_anew(business: Business) -> None:
    defer(db.session, "matches.index_business", {"business_id": str(business.id)})


def _fill(business: Business, values: Mapping[str, Any]) -> None:
    for name in PLAIN:
        if name in values:
            empty: list[str] | None = [] if name in {"export_markets", "languages", "offers", "seeks"} else None
            value = values[name] if values[name] not in (None, "") else empty
            text = name in {"address", "contact_name", "email", "phone", "website", "contact_hours"}
            setattr(business, name, value if value is not None or not text else "")
    if "registration" in values:
        business.registration = Registration(values["registration"])
    if "certifications" in values:
        business.certifications = [part.strip() for part in (values["certifications"] or "").split(",") if part.strip()]
    if "nace" in values:
        _set_activities(business, [code.strip() for code in (values["nace"] or "").split(",") if code.strip()])
    for kind in TEXT_KINDS:
        if kind.value in values:
            _set_text(business, kind, values[kind.value] or "")
    business.updated_at = clock.now()
    business.name_key = name_key(business.name)
    business.sort_sq, business.sort_sr = sort_key(business.name, "sq"), sort_key(business.name, "sr_latn")
    own = " ".join(text.text for text in business.texts)
    business.search = fold(f"{business.name} {business.nui or ''} {business.pib or ''} {business.email} {own}")[:20_000]


def _set_activities(business: Business, codes: Sequence[str]) -> None:
    if [activity.code for activity in business.activities] != list(codes):
        kept = {activity.position: activity for activity in business.activities}
        for place, code in enumerate(codes):
            if place in kept:
                kept[place].code = code
            else:
                business.activities.append(BusinessActivity(position=place, code=code))
        for place in [place for place in kept if place >= len(codes)]:
            business.activities.remove(kept[place])


def _set_text(business: Business, kind: TextKind, text: str) -> None:
    """Keep a text in the firm's language; translations of it become stale (casework B1)."""
    own = next((row for row in business.texts if row.kind is kind and row.original), None)
    if own is None:
        if text:
            business.texts.append(BusinessText(kind=kind, language=business.language, text=text))
        return
    if own.text == text and own.language == business.language:
        return
    if not text:
        business.texts.remove(own)
        return
    own.text, own.language = text, business.language
    for row in business.texts:
        if row.kind is kind and not row.original:
            row.stale = True


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


def keep_import(rows: Sequence[Mapping[str, Any]], *, file_name: str, by: Person) -> BusinessImport:
    """Keep all rows of a file, each already checked as a form would be."""
    record = BusinessImport(file_name=file_name[:200], by_id=by.id, at=clock.now(), rows=len(rows))
    db.session.add(record)
    db.session.flush()
    for values in rows:
        create(values, by=by, import_id=record.id)
    audit.record(verb="business.import", by=by, subject=record, details={"rows": len(rows)})
    return record


def undo_import(record: BusinessImport, *, by: Person) -> int:
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
