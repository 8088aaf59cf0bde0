"""Requests about personal data, for those who release them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.accounts import queries as accounts
from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.privacy import queries, service, words
from iso_portal.privacy.domain import WAITING, Refusal, RequestState
from iso_portal.privacy.forms import KeyForm, RefuseForm
from iso_portal.privacy.models import DataRequest

bp = Blueprint("privacy", __name__, url_prefix="/privacy")


@bp.get("/")
@requires(Permission.PRIVACY_SEE)
def index() -> ResponseReturnValue:
    """All requests, the newest first."""
    try:
        page = queries.listed(cursor=request.args.get("page"), only_open=bool(request.args.get("open")))
    except ValueError:
        abort(404)
    return render_template(
        "privacy/index.html",
        page=page,
        only_open=bool(request.args.get("open")),
        subjects=queries.subjects(page.rows),
        privacy_words=words,
        waiting=WAITING,
        today=clock.today(),
    )


@bp.get("/<uuid:request_id>")
@requires(Permission.PRIVACY_SEE, of=queries.get)
def show(row: DataRequest) -> ResponseReturnValue:
    """One request, what it would do, and who released it."""
    return _page(row)


@bp.post("/<uuid:request_id>/release")
@requires(Permission.PRIVACY_RELEASE, of=queries.get, seen_with=Permission.PRIVACY_SEE)
@writes
def release(row: DataRequest) -> ResponseReturnValue:
    """Turn one of the two keys."""
    form = KeyForm()
    if not form.validate():
        abort(400)
    try:
        state = service.release(row, by=current_user, version=form.seen())
    except Refusal as why:
        return _page(row, refused=str(why)), 422
    if state is RequestState.HALF:
        flash(_("The first key is turned. A colleague of the other desk turns the second."))
    else:
        flash(_("Both keys are turned; it is done, and the person is told."))
    return redirect(url_for("privacy.show", request_id=row.id), code=303)


@bp.post("/<uuid:request_id>/refuse")
@requires(Permission.PRIVACY_RELEASE, of=queries.get, seen_with=Permission.PRIVACY_SEE)
@writes
def refuse(row: DataRequest) -> ResponseReturnValue:
    """Close it with a reason."""
    form = RefuseForm()
    if not form.validate():
        return _page(row, form=form), 422
    try:
        service.refuse(row, by=current_user, answer=form.answer.data or "", version=form.seen())
    except Refusal as why:
        return _page(row, form=form, refused=str(why)), 422
    flash(_("The request is refused, and the person is told why."))
    return redirect(url_for("privacy.show", request_id=row.id), code=303)


def _page(row: DataRequest, *, form: RefuseForm | None = None, refused: str = "") -> str:
    case = cases.get(row.case_id) if row.case_id else None
    business = businesses.get(row.business_id) if row.business_id else None
    first = accounts.get(row.first_by_id) if row.first_by_id else None
    preview = None
    if row.state in WAITING:
        preview = queries.about_case(case) if case else queries.about_business(business) if business else None
    return render_template(
        "privacy/show.html",
        row=row,
        form=form or RefuseForm(formdata=None),
        refused=refused,
        case=case,
        business=business,
        preview=preview,
        first=first,
        second=accounts.get(row.second_by_id) if row.second_by_id else None,
        has_key=current_user.wing is not None and (first is None or first.wing != current_user.wing),
        privacy_words=words,
        today=clock.today(),
    )
