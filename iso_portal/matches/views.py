"""The suggestions of a case and what people decide about them."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form
from iso_portal.core.i18n import INTERFACE, Language
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import Choice, Mode, Refusal, RejectReason
from iso_portal.matches.forms import AskForm, DecisionForm, EmptyForm, IntroductionForm
from iso_portal.matches.models import Introduction

bp = Blueprint("matches", __name__, url_prefix="/matches")


@bp.get("/cases/<uuid:case_id>")
@requires(Permission.MATCH_SEE, of=cases.get)
def of_case(case: Case) -> ResponseReturnValue:
    """The suggested firms of a case with their reasons, and the decisions so far."""
    return _page(case)


def _page(case: Case, *, wrong: Form | None = None, refused: str = "") -> str:
    run = queries.latest_run(case.id)
    decided = queries.decisions(case.id)
    shown = {one.business_id for one in run.suggestions} if run else set()
    others = businesses.of_ids([key for key in decided if key not in shown])
    return render_template(
        "matches/of_case.html",
        case=case,
        run=run,
        decided=decided,
        others=others,
        asked=queries.latest_introductions(case.id),
        shares=cases.consents(case)["share"],
        languages=INTERFACE,
        match_words=words,
        wrong=wrong,
        refused=refused,
        today=clock.today(),
    )


@bp.post("/cases/<uuid:case_id>/decisions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def decide(case: Case) -> ResponseReturnValue:
    """Accept, reject or defer a firm."""
    form = DecisionForm()
    business = _business(form.business.data)
    if not form.validate():
        return _page(case, wrong=form), 422
    code = RejectReason(form.reason_code.data) if form.reason_code.data else None
    try:
        service.decide(
            case, business, Choice(form.choice.data), by=current_user, reason_code=code, note=form.note.data or ""
        )
    except Refusal as why:
        return _page(case, wrong=form, refused=str(why)), 422
    flash(_("Your decision is kept."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


@bp.post("/cases/<uuid:case_id>/questions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def ask(case: Case) -> ResponseReturnValue:
    """Ask a firm whether it wants to be introduced."""
    form = AskForm()
    business = _business(form.business.data)
    if not form.validate():
        return _page(case, wrong=form), 422
    try:
        service.ask_introduction(
            case, business, form.message.data or "", by=current_user, language=Language(form.language.data)
        )
    except Refusal as why:
        return _page(case, wrong=form, refused=str(why)), 422
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
    business = _business(form.business.data)
    if not form.validate():
        return _page(case, wrong=form), 422
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
        return _page(case, wrong=form, refused=str(why)), 422
    flash(_("The introduction is written down, and the investor is asked to confirm it."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


@bp.post("/cases/<uuid:case_id>/refresh")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def refresh(case: Case) -> ResponseReturnValue:
    """Have a new list made."""
    service.ask_refresh(case, by=current_user)
    flash(_("A new list is being made. Load this page again in a few seconds."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


def _business(key: str | None) -> Business:
    try:
        return businesses.get(uuid.UUID(key or ""))
    except (ValueError, NoResultFound):
        abort(404)


def _introduction(case: Case, introduction_id: uuid.UUID) -> Introduction:
    """Return a question of this case; one of another case is none."""
    try:
        row = queries.introduction(introduction_id, to_change=True)
    except NoResultFound:
        abort(404)
    if row.case_id != case.id:
        abort(404)
    return row
