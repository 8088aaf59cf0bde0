"""Pairs that wait for the other desk, and choices that had to give a reason, for review (balance A7)."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.accounts import queries as accounts
from iso_portal.balance import queries, service, words
from iso_portal.balance.forms import DecideForm
from iso_portal.balance.models import PairRequest
from iso_portal.balance.service import NotYours, Refusal, StateChanged
from iso_portal.balance.views.blueprint import bp
from iso_portal.core.access import Permission, requires, writes


@bp.get("/confirmations")
@requires(Permission.TEAM_SEE)
def confirmations() -> ResponseReturnValue:
    """Other pairs for large cases that wait; somebody of the other desk decides."""
    return _waiting_page()


@bp.post("/confirmations/<uuid:request_id>/confirm")
@requires(Permission.TEAM_ASSIGN, of=queries.pair_request)
@writes
def confirm_pair(asked: PairRequest) -> ResponseReturnValue:
    """Agree, and book the pair."""
    if not DecideForm().validate():
        abort(400)
    try:
        service.confirm_pair(asked, by=current_user)
    except NotYours as why:
        return _waiting_page(str(why)), 403
    except StateChanged as why:
        return _waiting_page(str(why)), 409
    except Refusal as why:
        return _waiting_page(str(why)), 422
    flash(_("The pair is confirmed; the team is assigned."))
    return redirect(url_for("balance.assignment", case_id=asked.case_id), code=303)


@bp.post("/confirmations/<uuid:request_id>/decline")
@requires(Permission.TEAM_ASSIGN, of=queries.pair_request)
@writes
def decline_pair(asked: PairRequest) -> ResponseReturnValue:
    """Say no; nothing changes on the case."""
    if not DecideForm().validate():
        abort(400)
    try:
        service.decline_pair(asked, by=current_user)
    except NotYours as why:
        return _waiting_page(str(why)), 403
    except StateChanged as why:
        return _waiting_page(str(why)), 409
    flash(_("The pair is declined; nothing changed on the case."))
    return redirect(url_for("balance.assignment", case_id=asked.case_id), code=303)


def _waiting_page(refused: str = "") -> str:
    waiting = queries.waiting_pairs()
    people = {person.id: person for person in accounts.people()} if waiting else {}
    return render_template(
        "balance/assignment_waiting.html",
        waiting=waiting,
        people=people,
        open_to_me={row.id for row in waiting if service.may_confirm(row, people[row.asked_by_id], by=current_user)},
        decide_form=DecideForm(formdata=None),
        refused=refused,
        balance_words=words,
    )


@bp.get("/overrides")
@requires(Permission.BALANCE_FIGURES)
def overrides() -> ResponseReturnValue:
    """Choices that had to give a reason, newest first; rate and effect stand on the overview."""
    try:
        page = queries.overrides(cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    ids = [key for row in page.rows for key in (row.lead_id, row.co_lead_id, row.booked_by_id, row.confirmed_by_id)]
    return render_template(
        "balance/assignment_overrides.html",
        page=page,
        names=accounts.names([key for key in ids if key]),
        balance_words=words,
    )
