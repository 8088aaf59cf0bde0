"""Verification, and the answer of somebody who was there."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from iso_portal.core.forms import LINE_LENGTH, Choice, Form, MaxLength, MayBeEmpty, Required
from iso_portal.reports import words


class VerifyForm(Form):
    """Which document shows an outcome, and the level."""

    entry = HiddenField()
    level = Choice(_l("Level"), [Required()], choices=lambda: [("2", "V2"), ("3", "V3")])
    tag = Choice(_l("Document"), [Required()], choices=lambda: words.TAGS.items())
    reference = StringField(_l("Where it is kept"), [Required(), MaxLength(LINE_LENGTH)])


class ConfirmForm(Form):
    """Yes, yes with changes, or no."""

    answer = Choice(
        _l("Your answer"),
        [Required()],
        choices=lambda: [
            ("yes", _("Yes, it took place")),
            ("yes_with_changes", _("Yes, but something was different")),
            ("no", _("No, it did not take place")),
        ],
    )
    remark = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
