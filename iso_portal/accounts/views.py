"""Sign-in, sign-out, the own account, and the list of people."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from iso_portal.accounts import queries, service
from iso_portal.accounts.forms import SignInForm
from iso_portal.core.access import Permission, public, requires, writes
from iso_portal.core.i18n import current_language
from iso_portal.core.limits import limiter
from iso_portal.core.navigation import home
from iso_portal.core.sessions import WebSession

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

# By address of the account and by address of the sender: slows guessing, locks nobody out for long (trust S3).
PER_SENDER = "30 per 5 minutes"
PER_ACCOUNT = "10 per 5 minutes"


def _account_tried() -> str:
    return "account:" + request.form.get("email", "").strip().lower()[:200]


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The sign-in page; who is signed in already goes to work."""
    if current_user.is_authenticated:
        return redirect(home())
    return render_template("accounts/sign_in.html", form=SignInForm(formdata=None, next=request.args.get("next", "")))


@bp.post("/sign-in")
@limiter.limit(PER_SENDER)
@limiter.limit(PER_ACCOUNT, key_func=_account_tried)
@public
@writes
def begin_session() -> ResponseReturnValue:
    """Check address and password, and begin a session with a new key."""
    form = SignInForm()
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    person = service.check_password(form.email.data or "", form.password.data or "")
    if person is None:
        form.password.errors = [_("E-mail address and password do not belong together.")]
        return render_template("accounts/sign_in.html", form=form), 422
    service.note_sign_in(person, form.password.data or "")
    wanted = form.next.data or ""
    login_user(person)
    cast(WebSession, session).renew()
    return redirect(wanted if _is_ours(wanted) else home(), code=303)


@bp.post("/sign-out")
@requires(Permission.ACCOUNT_OWN)
@writes
def sign_out() -> ResponseReturnValue:
    """End this session."""
    logout_user()
    session.clear()
    return redirect("/", code=303)


@bp.get("/me")
@requires(Permission.ACCOUNT_OWN)
def me() -> ResponseReturnValue:
    """The own account."""
    return render_template("accounts/me.html", person=current_user)


@bp.post("/language")
@requires(Permission.ACCOUNT_OWN)
@writes
def keep_language() -> ResponseReturnValue:
    """Keep the language shown now with the account, for letters and other browsers."""
    service.choose_language(current_user, current_language())
    flash(_("This language is kept with your account."))
    return redirect("/accounts/me", code=303)


@bp.get("/people")
@requires(Permission.PERSON_LIST)
def people() -> ResponseReturnValue:
    """Everybody with an account."""
    return render_template("accounts/people.html", people=queries.people())


def _is_ours(address: str) -> bool:
    """Whether an address stays on this portal; anything else would be an open redirect (trust S5)."""
    parts = urlsplit(address)
    return (
        address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and "\\" not in address
    )
