"""The voluntary declaration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from iso_portal.balance import words
from iso_portal.core.forms import Choices, Form, MayBeEmpty


class DeclarationForm(Form):
    """Several answers are possible, none is preselected."""

    communities = Choices(_l("Your answer"), choices=words.answers)
    own_words = StringField(_l("Or in your own words"), [MayBeEmpty()])


class WithdrawForm(Form):
    """Nothing but the proof that the person meant it."""
