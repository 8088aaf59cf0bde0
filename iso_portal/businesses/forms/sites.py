"""Sites and photos, as staff write them down for a firm."""

from __future__ import annotations

from wtforms import HiddenField, TextAreaField
from wtforms.widgets import HiddenInput

from iso_portal.businesses.fields import PictureFields, SiteFields


class SiteForm(SiteFields):
    """One site."""

    version = HiddenField()
    base = TextAreaField(widget=HiddenInput())


class PictureForm(PictureFields):
    """One photo."""
