"""Files of firms: template, preview, keep, undo."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from iso_portal.businesses import service
from iso_portal.businesses.domain import Refusal
from iso_portal.businesses.forms import ImportForm, ProfileForm, UndoForm
from iso_portal.businesses.views.blueprint import bp
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.text import clean
from iso_portal.files import queries as files
from iso_portal.files.models import TableImport


@bp.get("/import")
@requires(Permission.BUSINESS_IMPORT)
def import_page() -> ResponseReturnValue:
    """The page to upload a file, and the imports so far."""
    return render_template(
        "businesses/import.html", form=ImportForm(formdata=None), imports=files.imports("businesses")
    )


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
        return render_template(
            "businesses/import.html", form=form, imports=files.imports("businesses"), refused=str(why)
        ), 422
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
@requires(Permission.BUSINESS_IMPORT, of=files.the_import)
@writes
def undo(record: TableImport) -> ResponseReturnValue:
    """Take a whole import back."""
    form = UndoForm()
    if not form.validate():
        abort(400)
    try:
        number = service.undo_import(record, by=current_user)
    except Refusal as why:
        return render_template(
            "businesses/import.html",
            form=ImportForm(formdata=None),
            imports=files.imports("businesses"),
            refused=str(why),
        ), 422
    flash(_("%(number)s firms were taken back.", number=number))
    return redirect(url_for("businesses.import_page"), code=303)
