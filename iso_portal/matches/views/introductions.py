"""Firms asked, and introductions that took place."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.i18n import Language
from iso_portal.matches import queries, service
from iso_portal.matches.domain import Mode, Refusal
from iso_portal.matches.forms import AskForm, EmptyForm, IntroductionForm
from iso_portal.matches.models import Introduction
from iso_portal.matches.views.blueprint import bp
from iso_portal.matches.views.suggestions import business_of, page


@bp.post("/cases/<uuid:case_id>/questions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def ask(case: Case) -> ResponseReturnValue:
    """Ask a firm whether it wants to be introduced."""
    form = AskForm()
    business = business_of(form.business.data)
    if not form.validate():
        return page(case, wrong=form), 422
    try:
        service.ask_introduction(
            case, business, form.message.data or "", by=current_user, language=Language(form.language.data)
        )
    except Refusal as why:
        return page(case, wrong=form, refused=str(why)), 422
    flash(_("The firm is asked; its answer appears here and on the timeline of the case."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


@bp.post("/cases/<uuid:case_id>/questions/<uuid:introduction_id>/withdraw")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def withdraw(case: Case, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Take a question to a firm back."""
    if not EmptyForm().validate():
        abort(400)
    service.withdraw_introduction(_introduction(case, introduction_id), by=current_user)
    flash(_("The question is taken back."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


@bp.post("/cases/<uuid:case_id>/introductions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def introduce(case: Case) -> ResponseReturnValue:
    """Write down an introduction that took place."""
    form = IntroductionForm()
    business = business_of(form.business.data)
    if not form.validate():
        return page(case, wrong=form), 422
    try:
        service.record_introduction(
            case,
            business,
            by=current_user,
            held_on=form.held_on.data or clock.today(),
            mode=Mode(form.mode.data),
            note=form.note.data or "",
        )
    except Refusal as why:
        return page(case, wrong=form, refused=str(why)), 422
    flash(_("The introduction is written down, and the investor is asked to confirm it."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


def _introduction(case: Case, introduction_id: uuid.UUID) -> Introduction:
    """Return a question of this case; one of another case is none."""
    try:
        row = queries.introduction(introduction_id, to_change=True)
    except NoResultFound:
        abort(404)
    if row.case_id != case.id:
        abort(404)
    return row
