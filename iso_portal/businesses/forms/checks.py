"""A check of a profile, and a translation of one of its texts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.widgets import HiddenInput

from iso_portal.businesses import words
from iso_portal.businesses.domain import DESCRIPTION_LENGTH, EVIDENCE_LENGTH, Verification
from iso_portal.core.forms import Choice, Day, Form, MaxLength, Required, codes


class CheckForm(Form):
    """How far a profile was checked, on which day, and what was seen."""

    level = Choice(
        _l("How far it was checked"), [Required()], choices=lambda: codes(Verification, words.VERIFICATIONS), empty="–"
    )
    verified_on = Day(_l("Day of the check"), [Required()])
    evidence = TextAreaField(_l("What was seen"), [Required(), MaxLength(EVIDENCE_LENGTH)])


class TranslationForm(Form):
    """A translation; base: the original and the translation as the page showed them."""

    base = TextAreaField(widget=HiddenInput())
    text = TextAreaField(_l("Translation"), [Required(), MaxLength(DESCRIPTION_LENGTH)])
