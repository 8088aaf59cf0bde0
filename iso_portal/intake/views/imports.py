"""Tables of inquiries that were kept elsewhere: template, upload, corrections, taking in, taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from iso_portal.accounts.models import Person
from iso_portal.businesses.domain import is_refused_column
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.uploads import takes
from iso_portal.files.models import TableImport
from iso_portal.files.tables.columns import Judged, Table
from iso_portal.files.tables.keeping import of_kind
from iso_portal.files.tables.pages import LARGEST_BODY, Importing
from iso_portal.intake import service
from iso_portal.intake.forms import InquiryRowForm
from iso_portal.intake.views.blueprint import bp
from iso_portal.vocabulary.domain import NaceLevel
from iso_portal.vocabulary.queries import municipalities, nace

the_import = of_kind("inquiries")


def _other_places() -> list[tuple[str, str]]:
    return [(alias, place.slug) for place in municipalities().values() for alias in place.aliases]


def _other_codes() -> list[tuple[str, str]]:
    """Codes as registers and spreadsheets leave them: without the dot, without the leading zero (domain D24)."""
    kept = [code.code for code in nace().values() if code.level is not NaceLevel.SECTION]
    shapes = ((code, {code.replace(".", ""), code.lstrip("0"), code.replace(".", "").lstrip("0")}) for code in kept)
    return [(shape, code) for code, all_shapes in shapes for shape in sorted(all_shapes)]


def _other_languages() -> list[tuple[str, str]]:
    return [("sr", "sr_latn"), ("Srpski", "sr_latn"), ("sr-latn", "sr_latn"), ("sr-cyrl", "sr_cyrl")]


def _other_countries() -> list[tuple[str, str]]:
    return [("Kosova", "XK"), ("RKS", "XK"), ("USA", "US"), ("UK", "GB")]


TABLE = Table(
    kind="inquiries",
    form=InquiryRowForm,
    names=tuple(
        "received_at org_name investor_kind country contact_name job_title email phone website size preferred_language "
        "language description project_type sectors municipalities band jobs timeline readiness needs power_kva "
        "how_heard consent_contact consent_share consent_news".split()
    ),
    needed=tuple(
        "received_at org_name investor_kind country contact_name email preferred_language description project_type "
        "sectors consent_contact".split()
    ),
    key="org_name",
    is_refused=is_refused_column,
    other_words={
        "municipalities": _other_places,
        "sectors": _other_codes,
        "language": _other_languages,
        "preferred_language": _other_languages,
        "country": _other_countries,
    },
)


def _alike(rows: Sequence[Judged]) -> Mapping[int, Sequence[str]]:
    told = {row.number: row.typed.get("received_at") for row in rows}
    received = {number: at for number, at in told.items() if isinstance(at, datetime)}  # a wrong one is still text
    return service.alike_in_import({row.number: row.values for row in rows}, received)


def _keep(record: TableImport, rows: Sequence[Judged], by: Person, letters: bool) -> int:
    return service.keep_import(record, {row.number: row.typed for row in rows}, by=by, letters=letters)


def _undo(record: TableImport, by: Person) -> int:
    return service.undo_import(record, by=by)


IMPORTING = Importing(
    table=TABLE,
    pages="intake",
    title=lambda: _("Import inquiries"),
    lead=lambda: _("Fill in the template, upload it, correct it here, take it in. A whole import can be undone."),
    seen=("received_at", "country", "sectors"),
    counted=lambda number: ngettext("%(num)s inquiry", "%(num)s inquiries", number),
    take_in=lambda number: ngettext("Take in %(num)s inquiry", "Take in %(num)s inquiries", number),
    taken_in=lambda number: ngettext("%(num)s inquiry was taken in.", "%(num)s inquiries were taken in.", number),
    taken_back=lambda number: ngettext("%(num)s inquiry was taken back.", "%(num)s inquiries were taken back.", number),
    alike=_alike,
    keep=_keep,
    undo=_undo,
    may_write=True,
)


@bp.get("/intake/import")
@requires(Permission.INQUIRY_IMPORT)
def import_page() -> ResponseReturnValue:
    """The page to upload a table, and the imports so far."""
    return IMPORTING.overview()


@bp.get("/intake/import/template.csv")
@requires(Permission.INQUIRY_IMPORT)
def template() -> ResponseReturnValue:
    """The empty table as CSV."""
    return IMPORTING.template("csv")


@bp.get("/intake/import/template.xlsx")
@requires(Permission.INQUIRY_IMPORT)
def template_workbook() -> ResponseReturnValue:
    """The empty table as XLSX, with its columns explained."""
    return IMPORTING.template("xlsx")


@bp.post("/intake/import")
@requires(Permission.INQUIRY_IMPORT)
@writes
@takes(LARGEST_BODY)
def upload_table() -> ResponseReturnValue:
    """Keep a table as it came and show it."""
    return IMPORTING.upload()


@bp.get("/intake/import/<uuid:import_id>")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
def import_table(record: TableImport) -> ResponseReturnValue:
    """A table: what is wrong, what may be known, all rows."""
    return IMPORTING.show(record)


@bp.post("/intake/import/<uuid:import_id>")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
@writes
@takes(LARGEST_BODY)
def correct_table(record: TableImport) -> ResponseReturnValue:
    """Keep corrections, leave rows out, take them back in."""
    return IMPORTING.correct(record)


@bp.get("/intake/import/<uuid:import_id>/rows/<int:number>")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
def import_row(record: TableImport, number: int) -> ResponseReturnValue:
    """One row with all its columns."""
    return IMPORTING.row(record, number)


@bp.get("/intake/import/<uuid:import_id>/table.xlsx")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
def export_table(record: TableImport) -> ResponseReturnValue:
    """The table as corrected, with what is wrong."""
    return IMPORTING.export(record)


@bp.post("/intake/import/<uuid:import_id>/keep")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
@writes
def keep_import(record: TableImport) -> ResponseReturnValue:
    """Take all rows in, once."""
    return IMPORTING.take_in_all(record)


@bp.post("/intake/import/<uuid:import_id>/undo")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
@writes
def undo_import(record: TableImport) -> ResponseReturnValue:
    """Take a whole import back."""
    return IMPORTING.take_back(record)


@bp.post("/intake/import/<uuid:import_id>/discard")
@requires(Permission.INQUIRY_IMPORT, of=the_import)
@writes
def discard_import(record: TableImport) -> ResponseReturnValue:
    """Remove a table that was never taken in."""
    return IMPORTING.discard(record)
