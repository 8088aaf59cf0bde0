"""Overview, method, declaration, and the assignment of a team."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.balance import queries, service, words
from iso_portal.balance.forms import AssignForm, DeclarationForm, WithdrawForm
from iso_portal.balance.models import Gate, Override
from iso_portal.balance.service import NotCollected, Refusal, StateChanged
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import charts
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.i18n import current_language

bp = Blueprint("balance", __name__, url_prefix="/balance")


@bp.get("/")
@requires(Permission.BALANCE_SEE)
def overview() -> ResponseReturnValue:
    """The one page both desks look at; it reads the snapshot and never the vault."""
    snapshot = queries.latest_snapshot()
    gate = queries.open_gate(Gate.COLLECT_STAFF, demo=current_app.config["DEMO"])
    content: dict[str, Any] = snapshot.content if snapshot else {}
    rows = words.sorted_communities(content.get("communities") or [])
    return render_template(
        "balance/overview.html",
        snapshot=snapshot,
        gate=gate,
        content=content,
        rows=rows,
        chart=_shares(rows) if rows else None,
        balance_words=words,
    )


def _shares(rows: list[dict[str, Any]]) -> charts.Chart:
    labels = [point["quarter"] for point in rows[0]["series"]]
    series = [
        charts.Series(
            name=words.community(row["code"]),
            values=[point.get("share") for point in row["series"]],
            low=[point["interval"][0] if "interval" in point else None for point in row["series"]],
            high=[point["interval"][1] if "interval" in point else None for point in row["series"]],
        )
        for row in rows
    ]
    return charts.draw(labels, series, most=1)


@bp.get("/method")
@requires(Permission.BALANCE_SEE)
def method() -> ResponseReturnValue:
    """Each measure in plain words, and what it cannot show."""
    return render_template("balance/method.html")


@bp.get("/declaration")
@requires(Permission.BALANCE_DECLARE)
def declaration() -> ResponseReturnValue:
    """The own declaration: what for, who sees what, the choices, the present answer."""
    return _declaration_page(DeclarationForm(formdata=None))


@bp.post("/declaration")
@requires(Permission.BALANCE_DECLARE)
@writes
def declare() -> ResponseReturnValue:
    """Keep the own answer; nobody can answer for somebody else, since no address and no field names a person."""
    form = DeclarationForm()
    if not form.validate():
        return _declaration_page(form), 422
    try:
        service.declare(
            current_user,
            form.communities.data or [],
            own_words=form.own_words.data or "",
            language=current_language(),
        )
    except NotCollected as why:
        return _declaration_page(form, refused=str(why)), 409
    except Refusal as why:
        return _declaration_page(form, refused=str(why)), 422
    flash(_("Your answer is kept, sealed."))
    return redirect(url_for("balance.declaration"), code=303)


@bp.post("/declaration/withdraw")
@requires(Permission.BALANCE_DECLARE)
@writes
def withdraw() -> ResponseReturnValue:
    """Take the own answer back."""
    if not WithdrawForm().validate():
        abort(400)
    service.withdraw(current_user)
    flash(_("Your answer is gone."))
    return redirect(url_for("balance.declaration"), code=303)


@bp.post("/declaration/show")
@requires(Permission.BALANCE_DECLARE)
@writes
def show_own() -> ResponseReturnValue:
    """Show the person the own answer; the read is written down like every read of the vault."""
    return _declaration_page(DeclarationForm(formdata=None), own=service.own_declaration(current_user), asked=True)


def _declaration_page(form: DeclarationForm, *, refused: str = "", own: Any = None, asked: bool = False) -> str:
    gate = queries.open_gate(Gate.COLLECT_STAFF, demo=current_app.config["DEMO"])
    return render_template(
        "balance/declaration.html", form=form, gate=gate, refused=refused, own=own, asked=asked, balance_words=words
    )


@bp.get("/cases/<uuid:case_id>/assignment")
@requires(Permission.TEAM_SEE, of=cases.get)
def assignment(case: Case) -> ResponseReturnValue:
    """Three pairs in order, with reasons; a colleague chooses."""
    return _assignment_page(case)


@bp.post("/cases/<uuid:case_id>/assignment")
@requires(Permission.TEAM_ASSIGN, of=cases.get)
@writes
def assign(case: Case) -> ResponseReturnValue:
    """Assign the chosen pair and book it."""
    form = AssignForm()
    lead, _dot, co_lead = (form.pair.data or "").partition(".")
    if not form.validate():
        return _assignment_page(case, form=form), 422
    try:
        service.assign(
            case,
            lead=lead,
            co_lead=co_lead,
            by=current_user,
            state=form.state.data or "",
            override=Override(form.override.data) if form.override.data else None,
            override_text=form.override_text.data or "",
        )
    except StateChanged as why:
        return _assignment_page(case, form=form, refused=str(why)), 409
    except Refusal as why:
        return _assignment_page(case, form=form, refused=str(why)), 422
    flash(_("The team is assigned."))
    return redirect(url_for("cases.show", case_id=case.id), code=303)


def _assignment_page(case: Case, *, form: AssignForm | None = None, refused: str = "") -> str:
    found = service.propose_for(case)
    mean_open = sum(one.open for one in found.colleagues.values()) / max(len(found.colleagues), 1)
    return render_template(
        "balance/assignment.html",
        case=case,
        found=found,
        form=form or AssignForm(formdata=None),
        refused=refused,
        mean_open=mean_open,
        balance_words=words,
    )
