"""Lists, profiles, edits and imports of businesses, for staff."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from iso_portal.businesses import queries, service, words
from iso_portal.businesses.domain import Refusal
from iso_portal.businesses.forms import ImportForm, ProfileForm, UndoForm
from iso_portal.businesses.models import Business, BusinessImport
from iso_portal.core import edits
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.i18n import current_language
from iso_portal.core.text import clean

bp = Blueprint("businesses", __name__, url_prefix="/businesses")


@bp.get("/")
@requires(Permission.BUSINESS_LIST)
def index() -> ResponseReturnValue:
    """All firms, as the reader's alphabet sorts them; filters stand in the address."""
    filters = queries.Filters(
        text=request.args.get("text", "")[:200],
        municipality=request.args.get("municipality", "")[:40],
        division=request.args.get("division", "")[:2],
    )
    try:
        page = queries.listed(filters, language=current_language(), cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    return render_template("businesses/index.html", page=page, filters=filters)


@bp.get("/<uuid:business_id>/")
@requires(Permission.BUSINESS_SEE, of=queries.get)
def show(business: Business) -> ResponseReturnValue:
    """One profile."""
    percent, missing = queries.completeness_of(business)
    return render_template(
        "businesses/show.html", business=business, percent=percent, missing=missing, business_words=words
    )


@bp.get("/new")
@requires(Permission.BUSINESS_EDIT)
def new() -> ResponseReturnValue:
    """An empty profile."""
    form = ProfileForm(formdata=None, language=current_language().value)
    return render_template("businesses/edit.html", form=form, business=None, conflicts=())


@bp.post("/new")
@requires(Permission.BUSINESS_EDIT)
@writes
def create() -> ResponseReturnValue:
    """Keep a new profile."""
    form = ProfileForm()
    if not form.validate():
        return render_template("businesses/edit.html", form=form, business=None, conflicts=()), 422
    business = service.create(form.typed(), by=current_user)
    flash(_("The profile is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


@bp.get("/<uuid:business_id>/edit")
@requires(Permission.BUSINESS_EDIT, of=queries.get)
def edit(business: Business) -> ResponseReturnValue:
    """The profile as a form."""
    return _edit_page(business, service.values_of(business))


@bp.post("/<uuid:business_id>/edit")
@requires(Permission.BUSINESS_EDIT, of=queries.get)
@writes
def change(business: Business) -> ResponseReturnValue:
    """Keep the changes; what two people changed differently is asked, never overwritten."""
    form = ProfileForm()
    if not form.validate():
        return render_template("businesses/edit.html", form=form, business=business, conflicts=()), 422
    mine, theirs = form.typed(), service.values_of(business)
    if form.version.data == str(business.version):
        values = mine
    else:
        merged = edits.merge(edits.unpack(form.base.data), _plain(mine), _plain(theirs))
        if merged.conflicts:
            page = _edit_page(business, merged.values, conflicts=merged.conflicts)
            return page, 409
        values = merged.values
    service.change(business, values, by=current_user)
    flash(_("The profile is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)


def _edit_page(business: Business, values: dict[str, Any], *, conflicts: tuple[edits.Conflict, ...] = ()) -> str:
    form = ProfileForm(formdata=None, data=values)
    form.version.data = str(business.version)
    form.base.data = edits.pack(_plain(service.values_of(business)))
    return render_template("businesses/edit.html", form=form, business=business, conflicts=conflicts)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values that compare equal after a way through JSON; no answer and an empty one are the same."""
    return {name: value if value or value is False else None for name, value in values.items()}


@bp.get("/import")
@requires(Permission.BUSINESS_IMPORT)
def import_page() -> ResponseReturnValue:
    """The page to upload a file, and the imports so far."""
    return render_template("businesses/import.html", form=ImportForm(formdata=None), imports=queries.imports())


@bp.get("/import/template.csv")
@requires(Permission.BUSINESS_IMPORT)
def template() -> ResponseReturnValue:
    """The empty table to fill in."""
    example = "Shembull Drufi,sq,vushtrri,XK,Prodhojmë dyer dhe dritare druri.,dyer druri,16.23,,,10-49,,,yes"
    text = ",".join(service.COLUMNS) + "\n" + example + "\n"
    headers = {"Content-Disposition": "attachment; filename=businesses.csv"}
    return Response("\ufeff" + text, mimetype="text/csv", headers=headers)


@bp.post("/import")
@requires(Permission.BUSINESS_IMPORT)
@writes
def preview_or_keep() -> ResponseReturnValue:
    """Show what a file would bring, with errors by its own row numbers; sent again from there, keep it."""
    form = ImportForm()
    uploaded = request.files.get("file")
    try:
        text = (
            clean(form.content.data or "")
            if form.content.data
            else service.read_file(uploaded.read() if uploaded else b"")
        )
        if not text.strip():
            raise Refusal(_("Choose a CSV file."))
        rows = service.read_rows(text)
    except Refusal as why:
        return render_template("businesses/import.html", form=form, imports=queries.imports(), refused=str(why)), 422
    checked = [(row, _checked(row.values)) for row in rows]
    wrong = [(row, row_form) for row, row_form in checked if row_form.errors]
    if form.content.data and not wrong:
        kept = service.keep_import(
            [row_form.typed() for _row, row_form in checked], file_name=form.file_name.data or "", by=current_user
        )
        flash(_("%(number)s firms are kept. The import can be undone below.", number=kept.rows))
        return redirect(url_for("businesses.import_page"), code=303)
    name = (uploaded.filename if uploaded else "") or form.file_name.data or "import.csv"
    page = render_template("businesses/preview.html", rows=rows, wrong=wrong, content=text, file_name=name)
    return page, 422 if wrong else 200


def _checked(values: dict[str, str]) -> ProfileForm:
    """Judge a row exactly as the form would."""
    sent: MultiDict[str, str] = MultiDict(
        (key, value) for key, value in values.items() if value and key != "consent_suggest"
    )
    if values.get("consent_suggest", "").lower() in {"yes", "po", "da", "да", "1", "true", "x"}:
        sent["consent_suggest"] = "y"
    form = ProfileForm(formdata=sent, meta={"csrf": False})
    form.validate()
    return form


@bp.post("/import/<uuid:import_id>/undo")
@requires(Permission.BUSINESS_IMPORT, of=queries.the_import)
@writes
def undo(record: BusinessImport) -> ResponseReturnValue:
    """Take a whole import back."""
    form = UndoForm()
    if not form.validate():
        abort(400)
    try:
        number = service.undo_import(record, by=current_user)
    except Refusal as why:
        return render_template(
            "businesses/import.html", form=ImportForm(formdata=None), imports=queries.imports(), refused=str(why)
        ), 422
    flash(_("%(number)s firms were taken back.", number=number))
    return redirect(url_for("businesses.import_page"), code=303)
