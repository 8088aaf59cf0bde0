"""The profile form, for staff and for each row of an import; a firm has its own, of the same questions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.widgets import HiddenInput

from iso_portal.businesses.fields import ProfileFields


class ProfileForm(ProfileFields):
    """A profile as staff write it down, with what the firm agreed to."""

    version = HiddenField()
    base = TextAreaField(widget=HiddenInput())  # kept to the letter: a hidden field would lose double spaces
    consent_suggest = BooleanField(_l("The firm agrees to be suggested to investors"))
    consent_public = BooleanField(_l("The firm agrees to be listed publicly"))
    consent_donors = BooleanField(_l("The firm agrees to be named to donors"))
    discretion = BooleanField(_l("Discretion: suggested but never listed, and letters do not name the office"))
