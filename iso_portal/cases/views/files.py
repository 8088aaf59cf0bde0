"""The files of a case: add one, fetch one, let one be opened that no scanner has seen (casework C3, K6)."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.cases import queries, service
from iso_portal.cases.domain import Refusal
from iso_portal.cases.forms import FileForm, ReleaseForm
from iso_portal.cases.models import Case
from iso_portal.cases.views.blueprint import bp, edits
from iso_portal.cases.views.pages import act, case_page
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.downloads import download
from iso_portal.core.uploads import takes
from iso_portal.files import queries as files
from iso_portal.files import service as file_service
from iso_portal.files.domain import MIME, MOST_BYTES, MOST_FILES, OPEN, NotTaken
from iso_portal.files.domain import Refusal as FileRefusal

MOST_UPLOAD = MOST_FILES * MOST_BYTES + 1024 * 1024


@bp.post("/<uuid:case_id>/files")
@takes(MOST_UPLOAD)
@edits
def add_file(case: Case) -> ResponseReturnValue:
    """Put files on the case, for the investor too or for colleagues alone."""
    form = FileForm()
    chosen = [(file.filename or "", file.read()) for file in request.files.getlist("files") if file.filename]
    if not form.validate():
        return case_page(case, wrong=form), 422
    if not chosen:
        return case_page(case, wrong=form, refused=_("Choose a file.")), 422
    refused = []
    for name, content in chosen[:MOST_FILES]:
        try:
            stored = file_service.keep(content, name)
        except NotTaken as why:
            refused.append(file_service.trouble_word(why))
            continue
        service.add_file(case, stored, by=current_user, shared=form.shared.data == "yes")
    if len(refused) == len(chosen[:MOST_FILES]):
        return case_page(case, wrong=form, refused=" ".join(refused)), 422
    for text in refused:
        flash(text, "error")
    if len(chosen) > MOST_FILES:
        flash(_("At most %(most)s files; the rest was not taken.", most=MOST_FILES), "error")
    flash(_("File kept."))
    return redirect(url_for("cases.show", case_id=case.id, _anchor="files"), code=303)


@bp.post("/<uuid:case_id>/files/<uuid:file_id>")
@requires(Permission.CASE_SEE, of=queries.get)
@writes
def fetch_file(case: Case, file_id: uuid.UUID) -> ResponseReturnValue:
    """Hand over a file as a download, once it may be opened; who fetched it is written down, hence a POST."""
    _of_case(case, file_id)
    stored = files.with_content(file_id)
    if stored.state not in OPEN:
        abort(404)
    file_service.note_fetched(stored, by=current_user)
    return download(stored.content, name=stored.name, mime=MIME[stored.kind])


@bp.post("/<uuid:case_id>/files/<uuid:file_id>/release")
@requires(Permission.FILE_RELEASE, of=queries.get, seen_with=Permission.CASE_SEE)
@writes
def release_file(case: Case, file_id: uuid.UUID) -> ResponseReturnValue:
    """Let a file be opened that no scanner has seen; a named colleague answers for it."""
    _of_case(case, file_id)
    form = ReleaseForm()
    form.file_key = str(file_id)

    def release() -> None:
        try:
            file_service.release(files.get(file_id), by=current_user, why=form.why.data or "")
        except FileRefusal as why:
            raise Refusal(str(why)) from why

    return act(case, form, release, _("The file can be opened now."))


def _of_case(case: Case, file_id: uuid.UUID) -> None:
    """Stop with 404 for a file of another case."""
    if file_id not in {row.file_id for row in queries.files(case.id)}:
        abort(404)
