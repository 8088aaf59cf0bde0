"""Questions to firms, and introductions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from iso_portal.core.forms import LINE_LENGTH, TEXT_LENGTH, Choice, Day, Form, MaxLength, MayBeEmpty, Required
from iso_portal.core.i18n import INTERFACE
from iso_portal.matches import words


class AskForm(Form):
    """A question to a firm."""

    business = HiddenField()
    message = TextAreaField(_l("Your words to the firm"), [Required(), MaxLength(TEXT_LENGTH)])
    language = Choice(
        _l("You write in"),
        [Required()],
        choices=lambda: [(language.value, language.own_name) for language in INTERFACE],
    )


class IntroductionForm(Form):
    """An introduction that took place."""

    business = HiddenField()
    held_on = Day(_l("Held on"), [Required()])
    mode = Choice(_l("How"), [Required()], choices=lambda: words.MODES.items())
    note = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
