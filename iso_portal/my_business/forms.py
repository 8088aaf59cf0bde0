"""What a firm may type about itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.fields import EmailField
from wtforms.widgets import HiddenInput

from iso_portal.businesses.fields import CHOOSE, PictureFields, ProfileFields, SiteFields
from iso_portal.core import clock
from iso_portal.core.forms import (
    LINE_LENGTH,
    TEXT_LENGTH,
    AsWritten,
    Choice,
    Choices,
    Email,
    Form,
    MaxLength,
    MayBeEmpty,
    PlainLine,
    Required,
    codes,
)
from iso_portal.core.i18n import INTERFACE
from iso_portal.matches.domain import Answer
from iso_portal.my_business import words
from iso_portal.my_business.domain import FASTEST_HUMAN
from iso_portal.privacy.domain import Ask


def _required_email() -> EmailField:
    return EmailField(
        _l("E-mail address"), [Required(), MaxLength(LINE_LENGTH), Email()], render_kw={"autocomplete": "email"}
    )


class ConsentForm(Form):
    """What the firm agrees to, each apart (casework B3)."""

    consent_suggest = BooleanField(words.CONSENTS["suggest"])
    consent_public = BooleanField(words.CONSENTS["public"])
    consent_donors = BooleanField(words.CONSENTS["donors"])
    discretion = BooleanField(words.DISCRETION)


class RegisterForm(ConsentForm):
    """The first answers of a firm; the rest is asked on its own pages, at leisure.

    key: one for each page, so that a form sent twice counts once. begun: when the page was opened, in seconds. fax: a
    field that people do not see.
    """

    key = HiddenField()
    begun = HiddenField()
    fax = StringField(_l("Leave this field empty"), [MayBeEmpty()])
    name = ProfileFields.name
    municipality = ProfileFields.municipality
    description = ProfileFields.description
    registration = ProfileFields.registration
    nui = ProfileFields.nui
    pib = ProfileFields.pib
    maticni_broj = ProfileFields.maticni_broj
    contact_name = ProfileFields.contact_name
    email = _required_email()
    language = Choice(
        _l("The firm writes in"),
        [Required()],
        choices=lambda: [(item.value, item.own_name) for item in INTERFACE],
        empty=CHOOSE,
    )

    def is_of_a_machine(self) -> bool:
        """Whether the hidden field is filled in, or the form was sent faster than a person can."""
        text = self.begun.data or ""
        begun = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
        if begun is None or self.fax.data:
            return True
        return clock.now() - datetime.fromtimestamp(begun, UTC) < FASTEST_HUMAN

    def answers(self) -> dict[str, Any]:
        """Return what belongs on a profile."""
        return {name: value for name, value in self.typed().items() if name not in {"begun", "fax"}}


class LinkForm(Form):
    """Ask for a link to the firm's own pages."""

    email = _required_email()


class ProfileForm(ProfileFields):
    """A profile as its firm writes it. Consents have a page of their own, and the address of letters is needed."""

    version = HiddenField()
    base = TextAreaField(widget=HiddenInput())  # kept to the letter: a hidden field would lose double spaces
    email = _required_email()


class SiteForm(SiteFields):
    """One site of the firm."""

    version = HiddenField()
    base = TextAreaField(widget=HiddenInput())


class PictureForm(PictureFields):
    """One photo of the firm or of one of its sites."""


class AnswerForm(Form):
    """What the firm answers to a question of the office."""

    answer = Choice(_l("Your answer"), [Required()], choices=lambda: codes(Answer, words.ANSWERS))
    text = TextAreaField(_l("In your own words"), [MayBeEmpty(), MaxLength(TEXT_LENGTH)])


class DataForm(Form):
    """What the firm asks about its own data."""

    ask = Choice(_l("What do you ask for?"), [Required()], choices=lambda: codes(Ask, words.ASKS))
    text = TextAreaField(_l("In your own words"), [MayBeEmpty(), MaxLength(TEXT_LENGTH)])


class DeclarationForm(Form):
    """The owners' voluntary declaration; its answers are given by the view."""

    communities = Choices(_l("Your answer"))
    own_words = AsWritten(_l("Or in your own words"), [MayBeEmpty(), MaxLength(LINE_LENGTH), PlainLine()])

    def among(self, answers: Sequence[tuple[str, str]]) -> Self:
        """Offer these answers, by code and name."""
        self.communities.pairs = answers
        self.communities.choices = self.communities._offered()
        return self


class EmptyForm(Form):
    """Nothing but the proof that the person meant it."""
