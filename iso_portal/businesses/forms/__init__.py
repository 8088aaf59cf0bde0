"""What a person may type about a firm."""

from iso_portal.businesses.forms.imports import ImportForm, UndoForm
from iso_portal.businesses.forms.profile import ProfileForm
from iso_portal.businesses.forms.sites import PictureForm, SiteForm

__all__ = ["ImportForm", "PictureForm", "ProfileForm", "SiteForm", "UndoForm"]
