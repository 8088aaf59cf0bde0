"""Tables of firms: template, upload, corrections in the page, taking in, taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from iso_portal.accounts.models import Person
from iso_portal.businesses import service
from iso_portal.businesses.domain import Refusal, is_refused_column
from iso_portal.businesses.forms import ImportedFirmForm
from iso_portal.businesses.views.blueprint import bp
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.uploads import takes
from iso_portal.files.models import TableImport
from iso_portal.files.tables.columns import Judged, Table
from iso_portal.files.tables.keeping import of_kind
from iso_portal.files.tables.pages import LARGEST_BODY, Importing
from iso_portal.vocabulary.queries import municipalities

the_import = of_kind("businesses")


def _other_places() -> list[tuple[str, str]]:
    return [(alias, place.slug) for place in municipalities().values() for alias in place.aliases]


def _other_languages() -> list[tuple[str, str]]:
    return [("sr", "sr_latn"), ("Srpski", "sr_latn"), ("sr-latn", "sr_latn"), ("sr-cyrl", "sr_cyrl")]


TABLE = Table(
    kind="businesses",
    form=ImportedFirmForm,
    names=tuple(
        "name language municipality registration description products capacity equipment nace address legal_form_xk "
        "legal_form_rs nui pib maticni_broj founded employees turnover certifications export_markets languages offers "
        "seeks refused_projects refused_countries refused_sectors largest_band busy_until contact_name email phone "
        "website contact_hours consent_suggest consent_public consent_donors discretion".split()
    ),
    needed=("name", "language", "municipality", "registration", "description"),
    key="name",
    is_refused=is_refused_column,
    other_words={"municipality": _other_places, "language": _other_languages},
)


def _alike(rows: Sequence[Judged]) -> Mapping[int, Sequence[str]]:
    return service.alike_in_import({row.number: row.values for row in rows})


def _keep(record: TableImport, rows: Sequence[Judged], by: Person, letters: bool) -> int:
    return service.keep_import(record, [row.typed for row in rows], by=by)


def _undo(record: TableImport, by: Person) -> int:
    return service.undo_import(record, by=by)


IMPORTING = Importing(
    table=TABLE,
    pages="businesses",
    title=lambda: _("Import firms"),
    lead=lambda: _("Fill in the template, upload it, correct it here, take it in. A whole import can be undone."),
    seen=("municipality", "nace"),
    counted=lambda number: ngettext("%(num)s firm", "%(num)s firms", number),
    take_in=lambda number: ngettext("Take in %(num)s firm", "Take in %(num)s firms", number),
    taken_in=lambda number: ngettext("%(num)s firm was taken in.", "%(num)s firms were taken in.", number),
    taken_back=lambda number: ngettext("%(num)s firm was taken back.", "%(num)s firms were taken back.", number),
    alike=_alike,
    keep=_keep,
    undo=_undo,
    refusal=Refusal,
)


@bp.get("/import")
@requires(Permission.BUSINESS_IMPORT)
def import_page() -> ResponseReturnValue:
    """The page to upload a table, and the imports so far."""
    return IMPORTING.overview()


@bp.get("/import/template.csv")
@requires(Permission.BUSINESS_IMPORT)
def template() -> ResponseReturnValue:
    """The empty table as CSV."""
    return IMPORTING.template("csv")


@bp.get("/import/template.xlsx")
@requires(Permission.BUSINESS_IMPORT)
def template_workbook() -> ResponseReturnValue:
    """The empty table as XLSX, with its columns explained."""
    return IMPORTING.template("xlsx")


@bp.post("/import")
@requires(Permission.BUSINESS_IMPORT)
@writes
@takes(LARGEST_BODY)
def upload_table() -> ResponseReturnValue:
    """Keep a table as it came and show it."""
    return IMPORTING.upload()


@bp.get("/import/<uuid:import_id>")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
def import_table(record: TableImport) -> ResponseReturnValue:
    """A table: what is wrong, what may be known, all rows."""
    return IMPORTING.show(record)


@bp.post("/import/<uuid:import_id>")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
@writes
@takes(LARGEST_BODY)
def correct_table(record: TableImport) -> ResponseReturnValue:
    """Keep corrections, leave rows out, take them back in."""
    return IMPORTING.correct(record)


@bp.get("/import/<uuid:import_id>/rows/<int:number>")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
def import_row(record: TableImport, number: int) -> ResponseReturnValue:
    """One row with all its columns."""
    return IMPORTING.row(record, number)


@bp.get("/import/<uuid:import_id>/table.xlsx")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
def export_table(record: TableImport) -> ResponseReturnValue:
    """The table as corrected, with what is wrong."""
    return IMPORTING.export(record)


@bp.post("/import/<uuid:import_id>/keep")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
@writes
def keep_import(record: TableImport) -> ResponseReturnValue:
    """Take all rows in, once."""
    return IMPORTING.take_in_all(record)


@bp.post("/import/<uuid:import_id>/undo")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
@writes
def undo_import(record: TableImport) -> ResponseReturnValue:
    """Take a whole import back."""
    return IMPORTING.take_back(record)


@bp.post("/import/<uuid:import_id>/discard")
@requires(Permission.BUSINESS_IMPORT, of=the_import)
@writes
def discard_import(record: TableImport) -> ResponseReturnValue:
    """Remove a table that was never taken in."""
    return IMPORTING.discard(record)
