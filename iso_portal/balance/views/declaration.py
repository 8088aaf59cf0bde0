"""The own declaration."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.balance import queries, service, words
from iso_portal.balance.forms import DeclarationForm, WithdrawForm
from iso_portal.balance.models import Gate
from iso_portal.balance.service import NotCollected, Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.i18n import current_language


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
