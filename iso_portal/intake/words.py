"""The parts of the inquiry form in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.intake.domain import Part

TITLES = {
    Part.PROJECT: _l("Your project"),
    Part.SECTORS: _l("Sectors"),
    Part.PLACE: _l("Place, size and time"),
    Part.NEEDS: _l("What you need"),
    Part.ORGANISATION: _l("Your organisation"),
    Part.CONTACT: _l("How we reach you"),
    Part.FILES: _l("Files"),
    Part.CHECK: _l("Check and send"),
}
