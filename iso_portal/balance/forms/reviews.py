"""What a co-manager writes in a review."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from iso_portal.core.forms import TEXT_LENGTH, Form, MaxLength, Required


class ReviewForm(Form):
    """What was found, and what follows from it, if anything."""

    findings = TextAreaField(_l("What you found"), [Required(), MaxLength(TEXT_LENGTH)])
    follow_up = TextAreaField(_l("What changes, if anything"), [Required(), MaxLength(TEXT_LENGTH)])
