"""Ask for a gate, turn its keys, close it."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.balance import queries, service, words
from iso_portal.balance.domain import gates
from iso_portal.balance.forms import GateForm, KeyForm
from iso_portal.balance.models import BasisKind, Gate, GateRecord
from iso_portal.balance.service import Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.balance.views.policy import policy_page
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes

KINDS = {kind.value for kind in BasisKind}


@bp.get("/policy/gates/<name>/ask")
@requires(Permission.BALANCE_POLICY)
def ask(name: str) -> ResponseReturnValue:
    """The basis on which a gate is to be opened or renewed; of an open one the words stand there already."""
    gate = _gate(name)
    now = queries.open_gate(gate, demo=current_app.config["DEMO"])
    kept = {field: getattr(now, field) for field in ("purpose", "basis", "document", "assessment")} if now else {}
    return _ask_page(gate, GateForm(formdata=None, **kept))


@bp.post("/policy/gates/<name>/ask")
@requires(Permission.BALANCE_POLICY)
@writes
def put(name: str) -> ResponseReturnValue:
    """Put the basis before the two keys."""
    gate = _gate(name)
    form = GateForm()
    good = form.validate()
    if form.kind.data not in KINDS:
        abort(400)
    basis = gates.GateBasis(**{field: form[field].data for field in gates.GateBasis.__dataclass_fields__})
    found = gates.gate_errors(basis, today=clock.today(), demo=current_app.config["DEMO"])
    for field, fault in found.items():
        if not form[field].errors:
            form[field].errors = [words.fault(fault)]
    if not good or found:
        return _ask_page(gate, form), 422
    try:
        service.ask_gate(gate, form.typed(), by=current_user)
    except Refusal as why:
        return _ask_page(gate, form, refused=str(why)), 422
    flash(_("The request waits for one key of each desk. Nothing is open yet."))
    return redirect(url_for("balance.policy"), code=303)


@bp.post("/policy/gates/<uuid:record_id>/key")
@requires(Permission.BALANCE_KEY, of=queries.gate_record_to_change, seen_with=Permission.BALANCE_SEE)
@writes
def turn_gate_key(record: GateRecord) -> ResponseReturnValue:
    """Turn one of the two keys."""

    def step() -> str:
        if service.turn_gate_key(record, by=current_user):
            return _("Both keys are turned; the gate is open.")
        return _("The first key is turned. A co-manager of the other desk turns the second.")

    return _decide(step)


@bp.post("/policy/gates/<uuid:record_id>/refuse")
@requires(Permission.BALANCE_KEY, of=queries.gate_record_to_change, seen_with=Permission.BALANCE_SEE)
@writes
def refuse_gate(record: GateRecord) -> ResponseReturnValue:
    """End a request that waits."""

    def step() -> str:
        service.refuse_gate(record, by=current_user)
        return _("It is ended; nothing changes.")

    return _decide(step)


@bp.post("/policy/gates/<uuid:record_id>/close")
@requires(Permission.BALANCE_KEY, of=queries.gate_record_to_change, seen_with=Permission.BALANCE_SEE)
@writes
def close_gate(record: GateRecord) -> ResponseReturnValue:
    """Close an open gate; one key is enough."""

    def step() -> str:
        service.close_gate(record, by=current_user)
        return _("The gate is closed.")

    return _decide(step)


def _decide(step: Callable[[], str]) -> ResponseReturnValue:
    if not KeyForm().validate():
        abort(400)
    try:
        said = step()
    except Refusal as why:
        return policy_page(refused=str(why)), 422
    flash(said)
    return redirect(url_for("balance.policy"), code=303)


def _gate(name: str) -> Gate:
    try:
        return Gate(name)
    except ValueError:
        abort(404)


def _ask_page(gate: Gate, form: GateForm, *, refused: str = "") -> str:
    return render_template(
        "balance/gate.html",
        gate=gate,
        form=form,
        refused=refused,
        latest=gates.latest_expiry(clock.today()),
        balance_words=words,
    )
