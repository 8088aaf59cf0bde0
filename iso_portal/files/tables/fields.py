"""What fields of an imported row need beyond forms: moments as people write them, and no invented people or firms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from iso_portal.core.runtime import setting

# Blocks that seed/ invents from (domain D22): nobody real has an address or a number of these.
INVENTED_PHONE = "38328000"
INVENTED_EMAIL = ("@example.org", ".example.org")

TIME = r"(?:[ T]+(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?::[0-9]{2})?)?"
YEAR_FIRST = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){TIME}", re.ASCII)
DAY_FIRST = re.compile(rf"(?P<day>[0-9]{{1,2}})\. ?(?P<month>[0-9]{{1,2}})\. ?(?P<year>[0-9]{{4}})\.?{TIME}", re.ASCII)
SLASHES = re.compile(rf"(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}){TIME}", re.ASCII)


class Moment(StringField):
    """A day or a day with a time, local: 2026-03-09, 9. 3. 2026. 14:05. Its data are a naive datetime, None, or the text when it is wrong.

    A day alone is its first minute. 3/9/2026 can be read in two ways and is asked back, as numbers are (domain D35).
    """

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the moment or say that it is none."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = text or None  # what is no moment stays, so that it does not count as missing
        if not text:
            return
        match = YEAR_FIRST.fullmatch(text) or DAY_FIRST.fullmatch(text) or SLASHES.fullmatch(text)
        if match is None:
            raise ValueError(_("Enter a day as 2026-03-09, with or without a time as 14:05."))
        day, month = int(match["day"]), int(match["month"])
        if match.re is SLASHES and day != month and max(day, month) <= 12:
            raise ValueError(_("This day can be read in two ways; write it as 2026-03-09."))
        if match.re is SLASHES and month > 12:
            day, month = month, day
        try:
            self.data = datetime(  # type: ignore[assignment]  # the base class keeps text  # noqa: DTZ001 - local, as typed
                int(match["year"]), month, day, int(match["hour"] or 0), int(match["minute"] or 0)
            )
        except ValueError as why:
            raise ValueError(_("Enter a valid date.")) from why


def refuse_invented(invented: bool) -> None:
    """Raise ValidationError for what the demo invents, outside of the demo."""
    if invented and not setting("DEMO"):
        raise ValidationError(_("This belongs to the invented data of the demonstration; a real table cannot hold it."))


def refuse_invented_phone(field: Field) -> None:
    """Refuse the demo's block of telephone numbers."""
    digits = "".join(letter for letter in field.data or "" if letter.isdecimal()).removeprefix("00")
    refuse_invented(digits.startswith(INVENTED_PHONE))


def refuse_invented_email(field: Field) -> None:
    """Refuse the demo's addresses."""
    refuse_invented((field.data or "").lower().endswith(INVENTED_EMAIL))
