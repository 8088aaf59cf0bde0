"""Firm and investor asked about an introduction, answers told to colleagues, the meeting, and that it took place."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form
from iso_portal.matches import queries, service
from iso_portal.matches.domain import Answer, Mode, Refusal, Told
from iso_portal.matches.forms import AskForm, AskInvestorForm, EmptyForm, IntroductionForm, MeetingForm, TakenForm
from iso_portal.matches.models import Introduction
from iso_portal.matches.views.blueprint import bp
from iso_portal.matches.views.firms import firm_page, language_of
from iso_portal.matches.views.suggestions import business_of


@bp.post("/cases/<uuid:case_id>/questions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def ask(case: Case) -> ResponseReturnValue:
    """Ask a firm whether it wants to be introduced."""
    form = AskForm().named("ask")
    business = business_of(form.business.data)
    if not form.validate():
        return firm_page(case, business, wrong=form, name="ask"), 422
    try:
        service.ask_introduction(
            case, business, form.message.data or "", by=current_user, language=language_of(form.language.data)
        )
    except Refusal as why:
        return firm_page(case, business, wrong=form, name="ask", refused=str(why)), 422
    if business.email:
        flash(_("The firm is asked; its answer appears here and on the timeline of the case."))
    else:
        flash(_("The firm has no e-mail address: ask it by phone or in person, and write its answer down here."))
    return _back(case, business.id)


@bp.post("/cases/<uuid:case_id>/questions/<uuid:introduction_id>/taken")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def taken(case: Case, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the firm told a colleague."""
    row = _introduction(case, introduction_id)
    return _taken(case, row, "taken", partial(service.take_answer, row))


@bp.post("/cases/<uuid:case_id>/questions/<uuid:introduction_id>/investor")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def ask_investor(case: Case, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Ask the investor, by a letter with a one-time link."""
    row = _introduction(case, introduction_id)
    form = AskInvestorForm().named("investor")
    if not form.validate():
        return _again(case, row, form, "ask_investor"), 422
    try:
        service.ask_investor(row, form.message.data or "", language=language_of(form.language.data), by=current_user)
    except Refusal as why:
        return _again(case, row, form, "ask_investor", str(why)), 422
    flash(_("The investor is asked by letter; the answer appears here and on the timeline of the case."))
    return _back(case, row.business_id)


@bp.post("/cases/<uuid:case_id>/questions/<uuid:introduction_id>/investor/taken")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def investor_taken(case: Case, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the investor told a colleague."""
    row = _introduction(case, introduction_id)
    question = queries.question_to_answer(row.id)
    if question is None:
        abort(404)
    return _taken(case, row, "investor-taken", partial(service.take_investor_answer, question))


@bp.post("/cases/<uuid:case_id>/questions/<uuid:introduction_id>/withdraw")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def withdraw(case: Case, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Take a question to a firm back."""
    if not EmptyForm().validate():
        abort(400)
    row = _introduction(case, introduction_id)
    service.withdraw_introduction(row, by=current_user)
    flash(_("The question is taken back."))
    return _back(case, row.business_id)


@bp.post("/cases/<uuid:case_id>/questions/<uuid:introduction_id>/meeting")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def arrange(case: Case, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Write down when, how and where both meet first."""
    row = _introduction(case, introduction_id)
    form = MeetingForm().named("meeting")
    moment = form.moment()
    if not form.validate() or moment is None or form.on.data is None:
        return _again(case, row, form, "meeting"), 422
    try:
        service.arrange_meeting(
            row, on=form.on.data, at=moment, mode=Mode(form.mode.data), place=form.place.data or "", by=current_user
        )
    except Refusal as why:
        return _again(case, row, form, "meeting", str(why)), 422
    flash(_("The meeting is written down."))
    return _back(case, row.business_id)


@bp.post("/cases/<uuid:case_id>/introductions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def introduce(case: Case) -> ResponseReturnValue:
    """Write down an introduction that took place."""
    form = IntroductionForm().named("held")
    business = business_of(form.business.data)
    if not form.validate():
        return firm_page(case, business, wrong=form, name="introduce"), 422
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
        return firm_page(case, business, wrong=form, name="introduce", refused=str(why)), 422
    flash(_("The introduction is written down, and the investor is asked to confirm it."))
    return _back(case, business.id)


def _taken(case: Case, row: Introduction, name: str, take: Callable[..., object]) -> ResponseReturnValue:
    """Write down an answer that was told; the firm's and the investor's are the same form. take: what keeps it."""
    form = TakenForm().named(name)
    place = name.replace("-", "_")
    if not form.validate():
        return _again(case, row, form, place), 422
    answer, told = Answer(form.answer.data), Told(form.told.data)
    try:
        take(answer, form.text.data or "", told=told, language=language_of(form.language.data), by=current_user)
    except Refusal as why:
        return _again(case, row, form, place, str(why)), 422
    flash(_("The answer is kept, with your name."))
    return _back(case, row.business_id)


def _back(case: Case, business_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("matches.firm", case_id=case.id, business_id=business_id), code=303)


def _again(case: Case, row: Introduction, form: Form, name: str, refused: str = "") -> str:
    """Return the firm's page with what was refused."""
    business = business_of(row.business_id)
    return firm_page(case, business, wrong=form, name=name, refused=refused)


def _introduction(case: Case, introduction_id: uuid.UUID) -> Introduction:
    """Return a question of this case; one of another case is none."""
    try:
        row = queries.introduction(introduction_id, to_change=True)
    except NoResultFound:
        abort(404)
    if row.case_id != case.id:
        abort(404)
    return row
