"""What a person may type about a firm."""

from iso_portal.businesses.forms.checks import CheckForm, TranslationForm
from iso_portal.businesses.forms.duplicates import DifferentForm, MeantForm, MergeForm
from iso_portal.businesses.forms.imports import ImportedFirmForm
from iso_portal.businesses.forms.profile import ProfileForm
from iso_portal.businesses.forms.sites import PictureForm, SiteForm

__all__ = [
    "CheckForm",
    "DifferentForm",
    "ImportedFirmForm",
    "MeantForm",
    "MergeForm",
    "PictureForm",
    "ProfileForm",
    "SiteForm",
    "TranslationForm",
]
