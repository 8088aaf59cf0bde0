"""The own declaration."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.balance import queries, service, words
from iso_portal.balance.forms import DeclarationForm, WithdrawForm
from iso_portal.balance.models import Gate
from iso_portal.balance.queries import Kept
from iso_portal.balance.service import NotCollected, Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.i18n import current_language


@bp.get("/declaration")
@requires(Permission.BALANCE_DECLARE)
def declaration() -> ResponseReturnValue:
    """The own declaration: what for, who sees what, the choices, the days of the present answer, who read it."""
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
        form[why.field or "communities"].errors = [str(why)]
        return _declaration_page(form), 422
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


@bp.post("/declaration/erase")
@requires(Permission.BALANCE_DECLARE)
@writes
def erase() -> ResponseReturnValue:
    """Take the own answer and its history away."""
    if not WithdrawForm().validate():
        abort(400)
    service.erase(current_user)
    flash(_("Your answer and its history are gone."))
    return redirect(url_for("balance.declaration"), code=303)


@bp.post("/declaration/show")
@requires(Permission.BALANCE_DECLARE)
@writes
def show_own() -> ResponseReturnValue:
    """Show the person the own answer; the read is written down like every read of the vault."""
    form = DeclarationForm(formdata=None)
    try:
        own = service.own_declaration(current_user)
    except NotCollected as why:
        return _declaration_page(form, refused=str(why)), 409
    return _declaration_page(form, own=own)


def _declaration_page(form: DeclarationForm, *, refused: str = "", own: Kept | None = None) -> str:
    vault = service.vault()
    standing = queries.standing_of(current_user.id, vault=vault)
    since = standing[0].given_at if standing else None
    return render_template(
        "balance/declaration.html",
        form=form,
        gate=queries.open_gate(Gate.COLLECT_STAFF, demo=current_app.config["DEMO"]),
        refused=refused,
        own=own,
        standing=standing,
        steps=queries.trail_of(current_user.id, vault=vault),
        readings=queries.readings_of(current_user.id, since=since),
        today=clock.today(),
        balance_words=words,
    )
