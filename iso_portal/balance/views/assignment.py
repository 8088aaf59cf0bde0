"""The assignment of a team: three pairs in order, what any two would carry, and the weight of the case."""

from __future__ import annotations

from decimal import Decimal

from flask import abort, after_this_request, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.accounts import queries as accounts
from iso_portal.balance import queries, service, words
from iso_portal.balance.domain.pair_facts import why_not
from iso_portal.balance.domain.policy import Mode
from iso_portal.balance.forms import AssignForm, DecideForm, WeightForm
from iso_portal.balance.models import Booking, Override
from iso_portal.balance.service import Proposed, Refusal, Situation, StateChanged
from iso_portal.balance.views.blueprint import bp
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.db import unit_of_work


@bp.get("/cases/<uuid:case_id>/assignment")
@requires(Permission.TEAM_SEE, of=cases.get)
def assignment(case: Case) -> ResponseReturnValue:
    """Three pairs in order, with reasons; a colleague chooses. lead, co_lead: what these two would carry."""
    wanted = (request.args.get("lead", ""), request.args.get("co_lead", ""))
    situation = service.situation_of(case)
    if any(wanted) and not set(wanted) <= set(situation.colleagues):
        abort(400)
    return assignment_page(case, situation, wanted=wanted)


@bp.post("/cases/<uuid:case_id>/assignment/proposal")
@requires(Permission.TEAM_SEE, of=cases.get)
@writes
def propose_team(case: Case) -> ResponseReturnValue:
    """The same page in joint + ledgers mode, where a proposal reads declarations and so is written down."""
    return assignment_page(case, service.propose_for(case, by=current_user))


@bp.post("/cases/<uuid:case_id>/assignment")
@requires(Permission.TEAM_ASSIGN, of=cases.get)
@writes
def assign(case: Case) -> ResponseReturnValue:
    """Assign the chosen pair and book it, or let it wait for the other desk."""
    form = AssignForm()
    lead, _dot, co_lead = (form.pair.data or "").partition(".")
    if not form.validate():
        return _refused(case, form), 422
    try:
        booked = service.assign(
            case,
            lead=lead,
            co_lead=co_lead,
            by=current_user,
            state=form.state.data or "",
            override=Override(form.override.data) if form.override.data else None,
            override_text=form.override_text.data or "",
        )
    except StateChanged as why:
        return _refused(case, form, text=str(why), changed=why.parts), 409
    except Refusal as why:
        if why.field in {"override", "override_text"}:
            form[why.field].errors = [str(why)]
            if service.situation_of(case).mode is Mode.JOINT_LEDGERS:
                after_this_request(_write_down_reading)
            return _refused(case, form), 422
        return _refused(case, form, text=str(why)), 422
    if isinstance(booked, Booking):
        flash(_("The team is assigned."))
        return redirect(url_for("cases.show", case_id=case.id), code=303)
    flash(_("This is another pair for a large case: it waits until a colleague of the other desk confirms it."))
    return redirect(url_for("balance.assignment", case_id=case.id), code=303)


@bp.post("/cases/<uuid:case_id>/weight")
@requires(Permission.TEAM_ASSIGN, of=cases.get)
@writes
def weigh(case: Case) -> ResponseReturnValue:
    """Keep a later weight beside the first."""
    form = WeightForm()
    if not form.validate():
        return assignment_page(case, service.situation_of(case), weight_form=form), 422
    try:
        service.change_weight(case, Decimal(form.weight.data), reason=form.reason.data or "", by=current_user)
    except Refusal as why:
        form[why.field or "weight"].errors = [str(why)]
        return assignment_page(case, service.situation_of(case), weight_form=form), 422
    flash(_("The weight is kept beside the first one; open work counts with it from now on."))
    return redirect(url_for("balance.assignment", case_id=case.id), code=303)


def _refused(case: Case, form: AssignForm, *, text: str = "", changed: tuple[str, ...] = ()) -> str:
    """Return the page as of now with what was typed."""
    situation = service.situation_of(case)
    lead, _dot, co_lead = (form.pair.data or "").partition(".")
    return assignment_page(
        case, situation, form=form, refused=text, changed=changed, wanted=(lead, co_lead) if not changed else ("", "")
    )


def _write_down_reading(response: Response) -> Response:
    """Keep the line about declarations that were read for an answer which keeps nothing else (balance P5)."""
    with unit_of_work(actor=str(current_user.get_id())):
        service.note_reading(current_user)
    return response


def assignment_page(
    case: Case,
    situation: Situation,
    *,
    form: AssignForm | None = None,
    weight_form: WeightForm | None = None,
    refused: str = "",
    changed: tuple[str, ...] = (),
    wanted: tuple[str, str] = ("", ""),
) -> str:
    """Return the page with the proposal as of now; in joint + ledgers mode only where one was made. wanted: what if."""
    if situation.mode is Mode.LANGUAGE_PAIRED and not isinstance(situation, Proposed):
        situation = service.proposed(situation, by=None)
    proposal = situation.proposal if isinstance(situation, Proposed) else None
    staff = list(situation.colleagues.values())
    waiting = queries.waiting_pair(case.id)
    weights = queries.later_weights(case.id)
    writers = [row.by_id for row in weights] + ([waiting.asked_by_id] if waiting else [])
    booking = situation.booking
    named = accounts.names([*writers, *([booking.booked_by_id] if booking and booking.booked_by_id else [])])
    both = situation.mode is Mode.LANGUAGE_PAIRED and not (proposal and proposal.relaxed)
    return render_template(
        "balance/assignment.html",
        case=case,
        found=situation,
        proposal=proposal,
        joint=situation.mode is Mode.JOINT_LEDGERS,
        cards=[
            service.figures_of(situation, pair.lead.key, pair.co_lead.key, pair=pair)
            for pair in (proposal.first if proposal else ())
        ],
        wanted=wanted,
        what_if=service.figures_of(situation, *wanted) if any(wanted) else None,
        what_if_pair=proposal.pair(*wanted) if proposal else None,
        why_not=why_not(situation.need, staff, *wanted, both_languages=both) if any(wanted) else None,
        form=form or AssignForm(formdata=None),
        weight_form=weight_form or WeightForm(formdata=None),
        decide_form=DecideForm(formdata=None),
        refused=refused,
        changed=[words.CHANGED[part] for part in changed],
        waiting=waiting,
        may_confirm=waiting is not None
        and service.may_confirm(waiting, accounts.get(waiting.asked_by_id), by=current_user),
        weights=weights,
        names=named,
        people_names={key: person.name for key, person in situation.people.items()},
        balance_words=words,
    )
