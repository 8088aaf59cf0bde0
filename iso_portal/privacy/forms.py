"""What staff may type about a request."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField

from iso_portal.core.forms import TEXT_LENGTH, Form, MaxLength, Required


class KeyForm(Form):
    """Turn a key; knows which version of the request the page showed."""

    version = HiddenField()

    def seen(self) -> int:
        """Return the version that the page showed; 0, which fits no request, when the field is missing or broken."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class RefuseForm(KeyForm):
    """Refuse a request with a reason."""

    answer = TextAreaField(
        _l("Reason, for the person"), [Required(_l("Say why; the person reads it.")), MaxLength(TEXT_LENGTH)]
    )
