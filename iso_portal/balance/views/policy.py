"""The policy that all staff read, and its changes by two keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Role
from iso_portal.balance import forms, queries, service, words
from iso_portal.balance.domain import gates
from iso_portal.balance.domain.feasibility import DIAL, panel
from iso_portal.balance.domain.policy import SHARES, Policy, TargetOf
from iso_portal.balance.forms import PeopleForm, ReasonedForm
from iso_portal.balance.models import ActKind, Gate, PolicyAct, Seat
from iso_portal.balance.service import Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes

FORMS: dict[ActKind, type[ReasonedForm]] = {
    ActKind.TARGET: forms.TargetForm,
    ActKind.JOINT_WEIGHT: forms.JointWeightForm,
    ActKind.MODE: forms.ModeForm,
    ActKind.TRACKED: forms.TrackedForm,
    ActKind.LARGE_FROM: forms.LargeForm,
    ActKind.DONOR_PROFILE: forms.DonorForm,
    ActKind.CUSTODIAN: forms.CustodianForm,
}
LOOKED_AT_FIRST = frozenset({ActKind.TARGET, ActKind.JOINT_WEIGHT})  # the panel is shown before they can be saved (G4)
OFFICE = frozenset({Role.OFFICER, Role.LEAD_OFFICER, Role.MANAGER, Role.DATA_STEWARD})
SHOWN_TO_ALL = frozenset(ActKind) - {ActKind.READ_RECORD}


@bp.get("/policy")
@requires(Permission.BALANCE_SEE)
def policy() -> ResponseReturnValue:
    """Gates, mode, ranges, settings, custodians, what waits for a second key, and all that was decided."""
    people = PeopleForm(request.args if "first" in request.args else None, meta={"csrf": False})
    if "first" not in request.args:
        return policy_page(people=people)
    good = people.validate() and not _people_faults(people)
    return policy_page(people=people, sentences=_panel(people) if good else ()), 200 if good else 422


@bp.get("/policy/change/<what>")
@requires(Permission.BALANCE_KEY)
def change(what: str) -> ResponseReturnValue:
    """Propose a change."""
    kind = _kind(what)
    return _change_page(kind, _form(kind, formdata=None, **_present(kind)))


@bp.post("/policy/change/<what>")
@requires(Permission.BALANCE_KEY)
@writes
def propose(what: str) -> ResponseReturnValue:
    """Turn the own desk's key on a change; a range and the joint weight only after the numbers were looked at."""
    kind = _kind(what)
    form = _form(kind)
    good = form.validate()
    sentences: tuple[str, ...] = ()
    if kind in LOOKED_AT_FIRST:
        faults = _people_faults(form)
        sentences = _panel(form) if not faults else ()
        good = good and not faults
    try:
        if good:
            service.check_change(kind, _content(kind, form), reason=form.reason.data or "", by=current_user)
    except Refusal as why:
        _blame(form, why)
        good = False
    if not good:
        return _change_page(kind, form, sentences=sentences), 422
    if kind in LOOKED_AT_FIRST:
        shown = f"{form.first.data}-{form.second.data}"  # type: ignore[attr-defined]  # both forms have them
        looked = request.form.get("step") == "propose" and form.seen.data == shown  # type: ignore[attr-defined]
        form.seen.data = shown  # type: ignore[attr-defined]
        if not looked:
            return _change_page(kind, form, sentences=sentences, ready=True)
    try:
        service.propose_change(kind, _content(kind, form), reason=form.reason.data or "", by=current_user)
    except Refusal as why:
        return _change_page(kind, form, sentences=sentences, refused=str(why)), 422
    flash(_("Proposed, and the key of your desk is turned. A co-manager of the other desk turns the second."))
    return redirect(url_for("balance.policy"), code=303)


@bp.post("/policy/acts/<uuid:act_id>/key")
@requires(Permission.BALANCE_KEY, of=queries.policy_act_to_change, seen_with=Permission.BALANCE_SEE)
@writes
def turn_key(act: PolicyAct) -> ResponseReturnValue:
    """Turn a key on a change or a reading."""
    return _decide(act, lambda: service.turn_policy_key(act, by=current_user))


@bp.post("/policy/acts/<uuid:act_id>/refuse")
@requires(Permission.BALANCE_KEY, of=queries.policy_act_to_change, seen_with=Permission.BALANCE_SEE)
@writes
def refuse_act(act: PolicyAct) -> ResponseReturnValue:
    """End a change or a reading that waits."""

    def end() -> bool:
        service.refuse_policy_act(act, by=current_user)
        return False

    return _decide(act, end)


def _decide(act: PolicyAct, step: Callable[[], bool]) -> ResponseReturnValue:
    if not forms.KeyForm().validate():
        abort(400)
    try:
        whole = step()
    except Refusal as why:
        return policy_page(refused=str(why)), 422
    if act.refused_at is not None:
        flash(_("It is ended; nothing changes."))
    else:
        flash(_("Both keys are turned; it holds.") if whole else _("The first key is turned."))
    back = "balance.readings" if act.kind is ActKind.READ_RECORD else "balance.policy"
    return redirect(url_for(back), code=303)


def policy_page(*, refused: str = "", people: PeopleForm | None = None, sentences: tuple[str, ...] = ()) -> str:
    """Return the page as of now. sentences: of the feasibility panel."""
    demo = current_app.config["DEMO"]
    everybody = {str(person.id): person for person in accounts.people()}
    records = queries.gate_records()
    acts = [act for act in queries.policy_acts() if act.kind in SHOWN_TO_ALL]
    cards = [
        {
            "gate": gate,
            "state": queries.gate_state(gate, demo=demo),
            "now": queries.open_gate(gate, demo=demo),
            "waiting": next((row for row in records if row.gate is gate and service.is_waiting(row)), None),
            "past": [row for row in records if row.gate is gate],
        }
        for gate in Gate
    ]
    return render_template(
        "balance/policy.html",
        policy=queries.policy(),
        cards=cards,
        waiting=[act for act in acts if service.is_waiting(act)],
        acts=acts,
        colleagues=everybody,
        names={key: person.name for key, person in everybody.items()},
        custodians=queries.custodians(),
        seats=list(Seat),
        people=people or PeopleForm(None, meta={"csrf": False}),
        panel=sentences,
        dial=DIAL,
        ranges=_ranges(queries.policy()),
        refused=refused,
        alarm=service.alarm(),
        today=clock.today(),
        balance_words=words,
    )


def _ranges(policy: Policy) -> list[dict[str, Any]]:
    """Return what is agreed, and what holds where nothing is, in a fixed order and the reader's alphabet."""
    rows = []
    for what in TargetOf:
        for code, name in words.named(policy.tracked) if what in SHARES else [("", "")]:
            rows.append({"what": what, "community": name, "agreed": policy.targets.get((what, code))})
    return rows


def _kind(what: str) -> ActKind:
    try:
        kind = ActKind(what.replace("-", "_"))
    except ValueError:
        abort(404)
    if kind not in FORMS:
        abort(404)
    return kind


def _form(kind: ActKind, **options: Any) -> ReasonedForm:
    form = FORMS[kind](**options)
    return form.among(colleagues()) if isinstance(form, forms.CustodianForm) else form


def colleagues() -> list[tuple[str, str]]:
    """Return the people of the office by key and name, with their desk."""
    return [
        (str(person.id), f"{person.name}, {words.desk(person.wing)}")
        for person in accounts.people()
        if person.active and person.role in OFFICE
    ]


def _present(kind: ActKind) -> dict[str, Any]:
    """Return what a form begins with."""
    now = queries.policy()
    values: Mapping[ActKind, dict[str, Any]] = {
        ActKind.TRACKED: {"tracked": list(now.tracked)},
        ActKind.LARGE_FROM: {"large_from": f"{now.large_from:g}"},
        ActKind.JOINT_WEIGHT: {"joint_weight": f"{now.joint_weight:g}"},
        ActKind.MODE: {"mode": now.mode.value},
        ActKind.DONOR_PROFILE: {
            "donor_profile": now.donor_profile.value,
            "tables_by_community": now.tables_by_community,
        },
        ActKind.TARGET: {"period": "year"},
    }
    return values.get(kind, {})


def _content(kind: ActKind, form: Any) -> dict[str, Any]:
    match kind:
        case ActKind.TARGET:
            return {
                "what": form.what.data,
                "community": form.community.data,
                "low": form.low.number,
                "high": form.high.number,
                "period": form.period.data,
                "expires_on": form.expires_on.data,
            }
        case ActKind.JOINT_WEIGHT:
            return {"joint_weight": form.joint_weight.number}
        case ActKind.MODE:
            return {"mode": form.mode.data}
        case ActKind.TRACKED:
            return {"tracked": form.tracked.data}
        case ActKind.LARGE_FROM:
            return {"large_from": form.large_from.number}
        case ActKind.DONOR_PROFILE:
            return {"donor_profile": form.donor_profile.data, "tables_by_community": form.tables_by_community.data}
    return {"seat": form.seat.data, "person": form.person.data}


def _people_faults(form: Any) -> bool:
    """Write what is wrong with the planned numbers beside them; returns whether something is."""
    found = gates.panel_errors(form.first.data, form.second.data)
    for name, fault in found.items():
        if not form[name].errors:
            form[name].errors = [words.fault(fault)]
    return bool(found)


def _panel(form: Any) -> tuple[str, ...]:
    first, second = form.first.data, form.second.data
    return tuple(words.feasibility_sentences(first, second, panel(first, second)))


def _blame(form: Any, why: Refusal) -> None:
    field = why.field if why.field in form else "reason"
    form[field].errors = [str(why)]


def _change_page(
    kind: ActKind, form: Any, *, sentences: tuple[str, ...] = (), ready: bool = False, refused: str = ""
) -> str:
    return render_template(
        "balance/policy_change.html",
        kind=kind,
        form=form,
        panel=sentences,
        ready=ready,
        refused=refused,
        dial=DIAL if kind is ActKind.JOINT_WEIGHT else (),
        looked_at=kind in LOOKED_AT_FIRST,
        balance_words=words,
    )
