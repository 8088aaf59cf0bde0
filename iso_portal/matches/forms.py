"""Decisions and introductions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from iso_portal.core.forms import LINE_LENGTH, TEXT_LENGTH, Choice, Day, Form, MaxLength, MayBeEmpty, Required
from iso_portal.core.i18n import INTERFACE
from iso_portal.matches import words


class DecisionForm(Form):
    """Accept, reject or defer one firm."""

    business = HiddenField()
    choice = Choice(_l("Decision"), [Required()], choices=lambda: words.CHOICES.items())
    reason_code = Choice(
        _l("If rejected: why"), [MayBeEmpty()], choices=lambda: words.REJECT_REASONS.items(), empty=_l("Please choose")
    )
    note = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])


class AskForm(Form):
    """A question to a firm."""

    business = HiddenField()
    message = TextAreaField(_l("Your words to the firm"), [Required(), MaxLength(TEXT_LENGTH)])
    language = Choice(
        _l("You write in"),
        [Required()],
        choices=lambda: [(language.value, language.own_name) for language in INTERFACE],
    )


class EmptyForm(Form):
    """Nothing but the proof that the person meant it."""


class IntroductionForm(Form):
    """An introduction that took place."""

    business = HiddenField()
    held_on = Day(_l("Held on"), [Required()])
    mode = Choice(_l("How"), [Required()], choices=lambda: words.MODES.items())
    note = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
