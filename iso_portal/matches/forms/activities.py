"""The activities of a firm whose texts speak of classes that it does not declare."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from iso_portal.businesses.domain import MOST_CODES
from iso_portal.businesses.fields import Codes
from iso_portal.core.forms import LINE_LENGTH, Choices, Form, MaxLength, MayBeEmpty
from iso_portal.matches.domain import MOST_OFFERED
from iso_portal.vocabulary.domain import NaceLevel
from iso_portal.vocabulary.queries import of_level, search_nace

ONLY_NUMBERS = re.compile(r"[0-9.,;\s]+")


class ActivitiesForm(Form):
    """Classes that a person accepts or chooses for a firm. version: of the profile that the person looked at."""

    version = HiddenField()
    chosen = Choices(
        _l("Activity codes"), choices=lambda: [(code.code, code.code) for code in of_level(NaceLevel.CLASS)]
    )
    more = StringField(_l("Other codes, or words of the activity"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])

    def validate_chosen(self, field: Choices) -> None:
        """Refuse more codes than a firm may declare."""
        if len(field.data or []) > MOST_CODES:
            raise ValidationError(_("Give at most %(most)s codes.", most=MOST_CODES))

    def validate_more(self, field: StringField) -> None:
        """Take codes as they are; for words the person chooses among the codes that are found for them."""
        if not self._words():
            Codes()(self, field)
        elif not self.found():
            raise ValidationError(_("No code was found for these words. Try fewer, or write a code such as 25.11."))
        elif not set(self.chosen.data or ()) & set(self.found()):
            raise ValidationError(_("Choose among the codes that were found for these words, or empty this field."))

    def found(self) -> list[str]:
        """Return the classes whose names hold the words that were typed, in the classification's order."""
        hits = search_nace(self._words(), limit=100) if self._words() else []
        return [code.code for code in hits if code.level is NaceLevel.CLASS][:MOST_OFFERED]

    def _words(self) -> str:
        """Return what was typed when it is no list of codes."""
        text = self.more.data or ""
        return "" if ONLY_NUMBERS.fullmatch(text) else re.sub(r"[,;]", " ", text)

    def codes(self) -> list[str]:
        """Return the chosen codes in the order of the page, then the typed ones, each once."""
        typed = [] if self._words() else [code.strip() for code in (self.more.data or "").split(",") if code.strip()]
        return list(dict.fromkeys([*(self.chosen.data or []), *typed]))
