"""Adopting a version, going back, objecting and answering."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from iso_portal.core.forms import LINE_LENGTH, TEXT_LENGTH, Choice, Email, Form, MaxLength, MayBeEmpty, Required
from iso_portal.matches import words


class AdoptForm(Form):
    """Use a version, with the reason."""

    note = StringField(_l("Why"), [Required(), MaxLength(LINE_LENGTH)])


class ObjectionForm(Form):
    """Object to what the ranking says."""

    objector = Choice(
        _l("Who objects"), [Required()], choices=lambda: words.OBJECTORS.items(), empty=_l("Please choose")
    )
    text = TextAreaField(_l("What is wrong, and about which firm or inquiry"), [Required(), MaxLength(TEXT_LENGTH)])
    name = StringField(_l("Your name"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    email = StringField(_l("E-mail for the answer"), [MayBeEmpty(), MaxLength(LINE_LENGTH), Email()])


class ObjectionAnswerForm(Form):
    """Answer an objection."""

    answer = TextAreaField(_l("Answer"), [Required(), MaxLength(TEXT_LENGTH)])
