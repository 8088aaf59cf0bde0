"""Decisions, firms added by hand, and classes."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from iso_portal.core.forms import LINE_LENGTH, Choice, Choices, Day, Form, MaxLength, MayBeEmpty, Required
from iso_portal.matches import words
from iso_portal.matches.domain import MOST_CLASSES, Seen
from iso_portal.vocabulary.queries import nace


class DecisionForm(Form):
    """Accept, reject or defer one firm. run, position, seen: what the person looked at."""

    business = HiddenField()
    run = HiddenField()
    position = HiddenField()
    seen = HiddenField()
    choice = Choice(_l("Decision"), [Required()], choices=lambda: words.CHOICES.items())
    reason_code = Choice(
        _l("If rejected: why"), [MayBeEmpty()], choices=lambda: words.REJECT_REASONS.items(), empty=_l("Please choose")
    )
    until = Day(_l("If decided later: look at it again on"), [MayBeEmpty()])
    note = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])

    def looked_at(self) -> Seen | None:
        """Return what the person looked at; None when the form does not say."""
        if self.run.data is None and self.seen.data is None:
            return None
        place = self.position.data or ""
        return Seen(
            run_id=_key(self.run.data),
            position=int(place) if place.isascii() and place.isdigit() and len(place) < 4 else None,
            decision_id=_key(self.seen.data),
        )


def _key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


class AddForm(Form):
    """A firm put beside the list by hand. q: what was searched, so that the same page comes back."""

    business = HiddenField()
    q = HiddenField()
    reason = TextAreaField(_l("Why this firm"), [Required(), MaxLength(1000)])


class ClassesForm(Form):
    """The classes of an inquiry: those predicted that a person accepts, and one of the person's own."""

    chosen = Choices(_l("Classes"), choices=lambda: [(code, code) for code in nace()])
    more = StringField(_l("Another class, by its code"), [MayBeEmpty(), MaxLength(10)])

    def validate_more(self, field: StringField) -> None:
        """Refuse a code that the classification does not know."""
        if field.data not in nace():
            raise ValidationError(_("The classification has no such code. Write it like 25.11 or 25."))

    def validate_chosen(self, field: Choices) -> None:
        """Refuse more classes than a ranking can tell apart."""
        if len(field.data or []) > MOST_CLASSES:
            raise ValidationError(_("Choose at most %(most)s classes.", most=MOST_CLASSES))

    def codes(self) -> list[str]:
        """Return the chosen codes, each once."""
        typed = [self.more.data.strip()] if self.more.data and self.more.data.strip() else []
        return list(dict.fromkeys([*(self.chosen.data or []), *typed]))


class EmptyForm(Form):
    """Nothing but the proof that the person meant it."""
