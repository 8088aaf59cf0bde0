"""The way in: register, ask for a link, use it, leave."""

from __future__ import annotations

import uuid
from typing import cast

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.businesses.domain import CONSENT_WORDING, LINK_HOURS
from iso_portal.businesses.fields import doubts
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.access import public, writes
from iso_portal.core.i18n import INTERFACE, current_language
from iso_portal.core.limits import limiter, over
from iso_portal.core.sessions import WebSession
from iso_portal.my_business import service, words
from iso_portal.my_business.forms import EmptyForm, LinkForm, RegisterForm
from iso_portal.my_business.views.blueprint import FIRM, PER_ADDRESS, PER_SENDER, bp, holder


@bp.get("/register")
@public
def register() -> ResponseReturnValue:
    """The first questions to a firm."""
    here = current_language()
    form = RegisterForm(formdata=None, language=here.value if here in INTERFACE else None)
    form.key.data, form.begun.data = uuid.uuid4().hex, str(int(clock.now().timestamp()))
    return _register_page(form)


@bp.post("/register")
@limiter.limit(PER_SENDER)
@public
@writes
def keep_registration() -> ResponseReturnValue:
    """Take a registration; it counts once its letter was answered. Known or not, the answer is the same."""
    form = RegisterForm()
    good = form.validate()
    if form.is_of_a_machine():
        return _register_page(form, refused=_too_fast()), 422
    if not good:
        return _register_page(form), 422
    if over(PER_ADDRESS, "business-link", (form.email.data or "").lower()):
        return _register_page(form, refused=_too_often()), 429
    service.register(form.answers(), form_key=(form.key.data or "")[:64] or uuid.uuid4().hex)
    for doubt in doubts(form):
        flash(doubt)
    return redirect(url_for("my_business.registered"), code=303)


@bp.get("/registered")
@public
def registered() -> ResponseReturnValue:
    """What happens next."""
    return render_template("my_business/registered.html", hours=LINK_HOURS)


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Ask for a link to the firm's own pages."""
    return render_template("my_business/sign_in.html", form=LinkForm(formdata=None))


@bp.post("/sign-in")
@limiter.limit("10 per hour")
@public
@writes
def send_link() -> ResponseReturnValue:
    """Send a link to each firm of the address; the answer does not tell whether there is one."""
    form = LinkForm()
    if not form.validate():
        return render_template("my_business/sign_in.html", form=form), 422
    email = form.email.data or ""
    if not over(PER_ADDRESS, "business-link", email.lower()):
        service.send_links(email)
    return redirect(url_for("my_business.sent"), code=303)


@bp.get("/sent")
@public
def sent() -> ResponseReturnValue:
    """A letter is on its way, if the address is known."""
    return render_template("my_business/sent.html", hours=LINK_HOURS)


@bp.get("/in/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """A button and no more: programs that look at mail open links, and must not use them up."""
    if not service.is_good(token):
        return _used_up()
    return render_template("my_business/enter.html", token=token)


@bp.post("/in/<token>")
@limiter.limit(PER_SENDER)
@public
@writes
def use_link(token: str) -> ResponseReturnValue:
    """Use the link up and open the firm's pages."""
    if not EmptyForm().validate():
        abort(400)
    business = service.enter(token)
    if business is None:
        return _used_up()
    session[FIRM] = str(business.id)
    cast(WebSession, session).renew()
    return redirect(url_for("my_business.home"), code=303)


@bp.post("/out")
@holder
@writes
def leave(business: Business) -> ResponseReturnValue:
    """Close the firm's pages in this browser."""
    if not EmptyForm().validate():
        abort(400)
    session.pop(FIRM, None)
    cast(WebSession, session).renew()
    flash(_("Your pages are closed in this browser."))
    return redirect(url_for("my_business.sign_in"), code=303)


def _used_up() -> ResponseReturnValue:
    return render_template("my_business/used_up.html", form=LinkForm(formdata=None)), 410


def _register_page(form: RegisterForm, *, refused: str = "") -> str:
    return render_template(
        "my_business/register.html", form=form, refused=refused, own_words=words, wording=CONSENT_WORDING
    )


def _too_fast() -> str:
    return _("This was filled in faster than a person can. Please send it again, or write to the office by e-mail.")


def _too_often() -> str:
    return _("Too many letters went to this address today. Try again tomorrow, or write to the office by e-mail.")
