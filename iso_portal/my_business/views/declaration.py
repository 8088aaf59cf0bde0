"""The owners' voluntary declaration, apart from the profile (balance P8)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.access import writes
from iso_portal.core.i18n import current_language
from iso_portal.my_business import service
from iso_portal.my_business.forms import DeclarationForm, EmptyForm
from iso_portal.my_business.views.blueprint import bp, holder


@bp.get("/declaration")
@holder
def declaration(business: Business) -> ResponseReturnValue:
    """What for, who sees what, the choices, the days of the present answer, who read it."""
    return _page(business, _form(formdata=None))


@bp.post("/declaration")
@holder
@writes
def declare(business: Business) -> ResponseReturnValue:
    """Keep the owners' answer of the firm that the session holds; no field names another one."""
    form = _form()
    if not form.validate():
        return _page(business, form), 422
    if service.declarations().page(business.id).gate is None:
        return _page(business, form), 409
    try:
        service.declarations().give(
            business.id,
            form.communities.data or [],
            own_words=form.own_words.data or "",
            language=current_language().value,
        )
    except ValueError as why:
        form.communities.errors = [str(why)]
        return _page(business, form), 422
    flash(_("Your answer is kept, sealed."))
    return redirect(url_for("my_business.declaration"), code=303)


@bp.post("/declaration/show")
@holder
@writes
def show_declaration(business: Business) -> ResponseReturnValue:
    """Show the owners their own answer; the read is written down."""
    if not EmptyForm().validate():
        abort(400)
    if service.declarations().page(business.id).gate is None:
        return _page(business, _form(formdata=None)), 409
    return _page(business, _form(formdata=None), own=service.declarations().show(business.id))


@bp.post("/declaration/withdraw")
@holder
@writes
def withdraw_declaration(business: Business) -> ResponseReturnValue:
    """Take the answer back."""
    if not EmptyForm().validate():
        abort(400)
    service.declarations().withdraw(business.id)
    flash(_("Your answer is gone."))
    return redirect(url_for("my_business.declaration"), code=303)


@bp.post("/declaration/erase")
@holder
@writes
def erase_declaration(business: Business) -> ResponseReturnValue:
    """Take the answer and its history away."""
    if not EmptyForm().validate():
        abort(400)
    service.declarations().erase(business.id)
    flash(_("Your answer and its history are gone."))
    return redirect(url_for("my_business.declaration"), code=303)


def _form(**options: Any) -> DeclarationForm:
    return DeclarationForm(**options).among(service.declarations().answers())


def _page(business: Business, form: DeclarationForm, *, own: Any = None) -> str:
    return render_template(
        "my_business/declaration.html",
        business=business,
        form=form,
        own=own,
        about=service.declarations().page(business.id),
        today=clock.today(),
    )
