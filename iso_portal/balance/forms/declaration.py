"""The voluntary declaration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.balance import words
from iso_portal.core.forms import LINE_LENGTH, AsWritten, Choices, Form, MaxLength, MayBeEmpty, PlainLine


class DeclarationForm(Form):
    """Several answers are possible, none is preselected."""

    communities = Choices(_l("Your answer"), choices=words.answers)
    own_words = AsWritten(_l("Or in your own words"), [MayBeEmpty(), MaxLength(LINE_LENGTH), PlainLine()])


class WithdrawForm(Form):
    """Nothing but the proof that the person meant it."""
