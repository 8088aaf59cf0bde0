"""What a person may type about a firm."""

from iso_portal.businesses.forms.imports import ImportedFirmForm
from iso_portal.businesses.forms.profile import ProfileForm

__all__ = ["ImportedFirmForm", "ProfileForm"]
