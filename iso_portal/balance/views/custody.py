"""The key of the vault: its custodians and its end; and the reading of one record for a legal request."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.accounts import queries as accounts
from iso_portal.balance import queries, service, words
from iso_portal.balance.forms import DestroyForm, KeyForm, ReadingForm
from iso_portal.balance.models import ActKind, PolicyAct, Seat
from iso_portal.balance.service import Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.balance.views.policy import colleagues
from iso_portal.core.access import Permission, requires, writes


@bp.get("/policy/key")
@requires(Permission.BALANCE_SEE)
def key() -> ResponseReturnValue:
    """Who keeps the key, and what its end means."""
    return _key_page(DestroyForm(formdata=None))


@bp.post("/policy/key/destroy")
@requires(Permission.BALANCE_SEE)
@writes
def destroy() -> ResponseReturnValue:
    """Turn the first of two custodians' keys; nothing is destroyed yet."""
    form = DestroyForm()
    if not form.validate():
        return _key_page(form), 422
    try:
        service.begin_destruction(reason=form.reason.data or "", by=current_user)
    except Refusal as why:
        return _key_page(form, refused=str(why)), 422
    flash(_("The first key is turned. Another custodian has to turn the second."))
    return redirect(url_for("balance.key"), code=303)


@bp.post("/policy/key/<uuid:act_id>/finish")
@requires(Permission.BALANCE_SEE, of=queries.policy_act_to_change)
@writes
def finish(act: PolicyAct) -> ResponseReturnValue:
    """Turn the second custodian's key: the answers are lost for good."""
    if not KeyForm().validate():
        abort(400)
    try:
        service.finish_destruction(act, by=current_user)
    except Refusal as why:
        return _key_page(DestroyForm(formdata=None), refused=str(why)), 422
    flash(_("The key is destroyed and every gate is closed. Do now what stands below about backups."))
    return redirect(url_for("balance.key"), code=303)


@bp.post("/policy/key/<uuid:act_id>/end")
@requires(Permission.BALANCE_SEE, of=queries.policy_act_to_change)
@writes
def end_destruction(act: PolicyAct) -> ResponseReturnValue:
    """End what a custodian began; any custodian may."""
    if not KeyForm().validate():
        abort(400)
    if act.kind is not ActKind.DESTROY_KEY or not service.seats_of(current_user):
        abort(403)
    try:
        service.refuse_policy_act(act, by=current_user)
    except Refusal as why:
        return _key_page(DestroyForm(formdata=None), refused=str(why)), 422
    flash(_("It is ended; nothing changes."))
    return redirect(url_for("balance.key"), code=303)


def _key_page(form: DestroyForm, *, refused: str = "") -> str:
    acts = [act for act in queries.policy_acts() if act.kind is ActKind.DESTROY_KEY]
    return render_template(
        "balance/policy_key.html",
        form=form,
        refused=refused,
        acts=acts,
        waiting=next((act for act in acts if service.is_waiting(act)), None),
        custodians=queries.custodians(),
        seats=list(Seat),
        own_seats=service.seats_of(current_user),
        colleagues={str(person.id): person for person in accounts.people()},
        keys=queries.keys_in_use(service.vault()),
        balance_words=words,
    )


@bp.get("/policy/readings")
@requires(Permission.BALANCE_POLICY)
def readings() -> ResponseReturnValue:
    """Legal requests to read one record, with their keys."""
    return _readings_page(ReadingForm(formdata=None))


@bp.post("/policy/readings")
@requires(Permission.BALANCE_POLICY)
@writes
def ask_reading() -> ResponseReturnValue:
    """Ask to read one record."""
    form = ReadingForm().among(colleagues())
    if not form.validate():
        return _readings_page(form), 422
    try:
        service.ask_reading(uuid.UUID(form.person.data), reason=form.reason.data or "", by=current_user)
    except Refusal as why:
        form[why.field or "reason"].errors = [str(why)]
        return _readings_page(form), 422
    flash(_("The request waits for one key of each desk. Nothing is open yet."))
    return redirect(url_for("balance.readings"), code=303)


@bp.post("/policy/acts/<uuid:act_id>/read")
@requires(Permission.BALANCE_POLICY, of=queries.policy_act_to_change)
@writes
def read_record(act: PolicyAct) -> ResponseReturnValue:
    """Show the record once to who asked; it is written down, and the person sees it."""
    if not KeyForm().validate():
        abort(400)
    try:
        found = service.read_for_request(act, by=current_user)
    except Refusal as why:
        return _readings_page(ReadingForm(formdata=None), refused=str(why)), 422
    person = accounts.get(uuid.UUID(act.content["person"]))
    return render_template("balance/policy_reading.html", act=act, found=found, person=person, balance_words=words)


def _readings_page(form: ReadingForm, *, refused: str = "") -> str:
    return render_template(
        "balance/policy_readings.html",
        form=form.among(colleagues()),
        refused=refused,
        acts=[act for act in queries.policy_acts() if act.kind is ActKind.READ_RECORD],
        colleagues={str(person.id): person for person in accounts.people()},
        is_waiting=service.is_waiting,
        balance_words=words,
    )
