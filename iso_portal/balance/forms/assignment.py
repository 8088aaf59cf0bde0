"""The choice of a team."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from iso_portal.balance import words
from iso_portal.core.forms import LINE_LENGTH, Choice, Form, MaxLength, MayBeEmpty, Required


class AssignForm(Form):
    """A pair, and a reason when it is not among the first three."""

    pair = HiddenField(validators=[Required()])
    state = HiddenField()
    override = Choice(_l("Reason"), [MayBeEmpty()], choices=lambda: words.OVERRIDES.items(), empty=_l("Please choose"))
    override_text = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
