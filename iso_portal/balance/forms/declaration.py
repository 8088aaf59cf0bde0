"""The voluntary declaration, of a person or of a firm's owners."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from iso_portal.balance import words
from iso_portal.core.forms import LINE_LENGTH, Choices, Form, MaxLength, MayBeEmpty

# Signs that turn the direction of the text after them: what was written would look like something else.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class OwnWords(StringField):
    """A line that is kept as written; the usual cleaning would change it before anybody could refuse it."""

    def process(self, formdata: Any, data: Any = None, **options: Any) -> None:
        """Keep what came."""
        super().process(formdata, data, **options)
        if self.raw_data:
            self.data = self.raw_data[0] if self.raw_data[0].strip() else ""


class PlainLine:
    """No control characters."""

    def __call__(self, form: Any, field: Any) -> None:
        """Say that they cannot be kept; they stay in the field."""
        if any(unicodedata.category(sign) in {"Cc", "Cs"} or sign in TURNING for sign in field.data or ""):
            raise ValidationError(_("Own words hold letters, digits, spaces and signs, on one line."))


class DeclarationForm(Form):
    """Several answers are possible, none is preselected."""

    communities = Choices(_l("Your answer"), choices=words.answers)
    own_words = OwnWords(_l("Or in your own words"), [MayBeEmpty(), MaxLength(LINE_LENGTH), PlainLine()])


class WithdrawForm(Form):
    """Nothing but the proof that the person meant it."""
