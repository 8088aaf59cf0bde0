"""What staff may type about a request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from iso_portal.core.forms import TEXT_LENGTH, Form, MaxLength, MayBeEmpty


class AnswerForm(Form):
    """Release a request, or refuse it with a reason."""

    version = HiddenField()
    answer = TextAreaField(_l("Reason, for the person"), [MayBeEmpty(), MaxLength(TEXT_LENGTH)])

    def seen(self) -> int | None:
        """Return the version that the page showed."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None
