"""What each row of an imported table of firms is judged by: the profile form, and more care with invented numbers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms.validators import ValidationError

from iso_portal.businesses.forms.profile import ProfileForm
from iso_portal.core.runtime import setting

# What seed/ invents (domain D22): a real firm has none of these.
INVENTED_PHONE = "38328000"


class ImportedFirmForm(ProfileForm):
    """The profile form for one row. What the demo invents is refused outside of the demo."""

    def validate_nui(self, field: Any) -> None:
        """Refuse the demo's block of numbers."""
        _refuse_invented(str(field.data or "").startswith("990001"))

    def validate_pib(self, field: Any) -> None:
        """Refuse the demo's block of numbers."""
        _refuse_invented(str(field.data or "").startswith("9800"))

    def validate_phone(self, field: Any) -> None:
        """Refuse the demo's block of numbers."""
        digits = "".join(letter for letter in field.data or "" if letter.isdecimal()).removeprefix("00")
        _refuse_invented(digits.startswith(INVENTED_PHONE))

    def validate_email(self, field: Any) -> None:
        """Refuse the demo's addresses."""
        _refuse_invented((field.data or "").lower().endswith(("@example.org", ".example.org")))


def _refuse_invented(invented: bool) -> None:
    if invented and not setting("DEMO"):
        raise ValidationError(_("This belongs to the invented data of the demonstration; a real table cannot hold it."))
