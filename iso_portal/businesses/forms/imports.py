"""What each row of an imported table of firms is judged by: the profile form, and nothing that the demo invents."""

from __future__ import annotations

from wtforms import Field

from iso_portal.businesses.forms.profile import ProfileForm
from iso_portal.files.tables.fields import refuse_invented, refuse_invented_email, refuse_invented_phone


class ImportedFirmForm(ProfileForm):
    """The profile form for one row. What the demo invents is refused outside of the demo (domain D22)."""

    def validate_nui(self, field: Field) -> None:
        """Refuse the demo's block of numbers."""
        refuse_invented(str(field.data or "").startswith("990001"))

    def validate_pib(self, field: Field) -> None:
        """Refuse the demo's block of numbers."""
        refuse_invented(str(field.data or "").startswith("9800"))

    def validate_phone(self, field: Field) -> None:
        """Refuse the demo's block of numbers."""
        refuse_invented_phone(field)

    def validate_email(self, field: Field) -> None:
        """Refuse the demo's addresses."""
        refuse_invented_email(field)
