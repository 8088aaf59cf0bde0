"""Decisions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from iso_portal.core.forms import LINE_LENGTH, Choice, Form, MaxLength, MayBeEmpty, Required
from iso_portal.matches import words


class DecisionForm(Form):
    """Accept, reject or defer one firm."""

    business = HiddenField()
    choice = Choice(_l("Decision"), [Required()], choices=lambda: words.CHOICES.items())
    reason_code = Choice(
        _l("If rejected: why"), [MayBeEmpty()], choices=lambda: words.REJECT_REASONS.items(), empty=_l("Please choose")
    )
    note = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])


class EmptyForm(Form):
    """Nothing but the proof that the person meant it."""
