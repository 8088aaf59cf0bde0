"""Questions to firms, and introductions."""

from __future__ import annotations

import re
from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from iso_portal.core.forms import (
    LINE_LENGTH,
    TEXT_LENGTH,
    Between,
    Choice,
    Day,
    Form,
    MaxLength,
    MayBeEmpty,
    Required,
    WholeNumber,
)
from iso_portal.core.i18n import INTERFACE, Language
from iso_portal.matches import words
from iso_portal.matches.domain import MOST_LIMIT


class AskForm(Form):
    """A question to a firm."""

    business = HiddenField()
    message = TextAreaField(_l("Your words to the firm"), [Required(), MaxLength(TEXT_LENGTH)])
    language = Choice(
        _l("You write in"),
        [Required()],
        choices=lambda: [(language.value, language.own_name) for language in INTERFACE],
    )


class AskInvestorForm(Form):
    """A question to the investor about one firm; the letter's own words are enough."""

    message = TextAreaField(_l("Your words to the investor"), [MayBeEmpty(), MaxLength(TEXT_LENGTH)])
    language = Choice(
        _l("You write in"),
        [Required()],
        choices=lambda: [(language.value, language.own_name) for language in Language],
    )


class TakenForm(Form):
    """An answer that was told to a colleague."""

    answer = Choice(_l("Answer"), [Required()], choices=lambda: words.ANSWERS_TOLD.items(), empty=_l("Please choose"))
    told = Choice(_l("How it was told"), [Required()], choices=lambda: words.TOLD.items(), empty=_l("Please choose"))
    text = TextAreaField(_l("In their words"), [MayBeEmpty(), MaxLength(TEXT_LENGTH)])
    language = Choice(
        _l("Language of these words"),
        [Required()],
        choices=lambda: [(language.value, language.own_name) for language in Language],
    )


class MeetingForm(Form):
    """The first meeting."""

    on = Day(_l("Day"), [Required()])
    at = StringField(_l("Time"), [Required(), MaxLength(5)])
    mode = Choice(_l("How"), [Required()], choices=lambda: words.MODES.items())
    place = StringField(_l("Place or address of the call"), [Required(), MaxLength(LINE_LENGTH)])

    def validate_at(self, field: StringField) -> None:
        """Accept 9:30, 09:30 and 9.30."""
        if self.moment() is None:
            raise ValidationError(_("Enter a time, for example 14:30."))

    def moment(self) -> time | None:
        """Return the time of the day, or None when it is none."""
        match = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", (self.at.data or "").strip(), re.ASCII)
        return time(int(match[1]), int(match[2])) if match else None


class AnswerForm(Form):
    """What an investor answers on the page that the letter's link opens."""

    answer = Choice(_l("Your answer"), [Required()], choices=lambda: words.INVESTOR_ANSWERS.items())
    text = TextAreaField(_l("Your words"), [MayBeEmpty(), MaxLength(TEXT_LENGTH)])


class LimitForm(Form):
    """How often a firm wants to be asked."""

    most = WholeNumber(_l("At most so many inquiries within 30 days"), [MayBeEmpty(), Between(0, MOST_LIMIT)])


class IntroductionForm(Form):
    """An introduction that took place."""

    business = HiddenField()
    held_on = Day(_l("Held on"), [Required()])
    mode = Choice(_l("How"), [Required()], choices=lambda: words.MODES.items())
    note = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
