"""What a person types to sign in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.fields import EmailField

from iso_portal.accounts.domain import LONGEST_PASSWORD
from iso_portal.core.forms import LINE_LENGTH, Form, MaxLength, Required


class SignInForm(Form):
    """Address and password; `next` is the page the person wanted."""

    email = EmailField(
        _l("E-mail address"), [Required(), MaxLength(LINE_LENGTH)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        _l("Password"), [Required(), MaxLength(LONGEST_PASSWORD)], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


class SignOutForm(Form):
    """Nothing but the proof that the person meant it."""
