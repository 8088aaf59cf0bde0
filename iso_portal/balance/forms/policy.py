"""What a person may type about gates, the policy and the key of the vault."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from iso_portal.balance import words
from iso_portal.balance.domain.policy import DonorProfile, Mode, Period, TargetOf
from iso_portal.balance.models import BasisKind, Seat
from iso_portal.core.forms import (
    LINE_LENGTH,
    TEXT_LENGTH,
    Choice,
    Choices,
    Day,
    Form,
    MaxLength,
    MayBeEmpty,
    Required,
    WholeNumber,
    codes,
)

REASON_LENGTH = 2_000


class Real(StringField):
    """A number with at most three decimals, written with a point or a comma; what it was typed like stays."""

    widget = TextInput()
    number: float | None = None

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **{"render_kw": {"inputmode": "decimal"}} | options)

    def pre_validate(self, form: Any) -> None:
        """Read the number or say that it is none."""
        self.number = None
        text = (self.data or "").replace(",", ".").replace("−", "-")
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,6}(\.[0-9]{1,3})?", text, re.ASCII):
            raise ValidationError(_("Enter a number with at most three decimals."))
        self.number = float(text)


class GateForm(Form):
    """The basis on which a gate is to be opened."""

    purpose = TextAreaField(_l("What for"), [Required(), MaxLength(REASON_LENGTH)])
    basis = TextAreaField(_l("Legal basis"), [Required(), MaxLength(TEXT_LENGTH)])
    document = StringField(_l("Document of the legal basis"), [Required(), MaxLength(LINE_LENGTH)])
    assessment = StringField(_l("Number of the impact assessment"), [Required(), MaxLength(LINE_LENGTH)])
    assessed_on = Day(_l("Day of the impact assessment"), [Required()])
    expires_on = Day(_l("Open until"), [Required()])
    kind = HiddenField(default=BasisKind.LEGAL.value)


class PeopleForm(Form):
    """Planned numbers of people for the feasibility panel; not from the vault."""

    first = WholeNumber(_l("People in the first group"), [Required()])
    second = WholeNumber(_l("People in the second group"), [Required()])


class ReasonedForm(Form):
    """Every change has a reason, for all to read."""

    reason = TextAreaField(_l("Reason"), [Required(), MaxLength(REASON_LENGTH)])


class TargetForm(ReasonedForm):
    """A range, the time over which it is looked at, and the planned staff. seen: the numbers that were shown."""

    what = Choice(_l("Range for"), [Required()], choices=lambda: codes(TargetOf, words.TARGETS_OF), empty="")
    community = Choice(
        _l("Community"), [MayBeEmpty()], choices=lambda: words.communities(), empty=_l("the whole office")
    )
    low = Real(_l("Lower end"), [Required()])
    high = Real(_l("Upper end"), [Required()])
    period = Choice(_l("Over one"), [Required()], choices=lambda: codes(Period, words.PERIODS))
    expires_on = Day(_l("Holds until"), [Required()])
    first = WholeNumber(_l("People in the first group"), [Required()])
    second = WholeNumber(_l("People in the second group"), [Required()])
    seen = HiddenField()


class JointWeightForm(ReasonedForm):
    """How much a joint team weighs against even loads. seen: the numbers that were shown."""

    joint_weight = Real(_l("Joint weight"), [Required()])
    first = WholeNumber(_l("People in the first group"), [Required()])
    second = WholeNumber(_l("People in the second group"), [Required()])
    seen = HiddenField()


class ModeForm(ReasonedForm):
    """How teams are proposed."""

    mode = Choice(_l("Mode of proposals"), [Required()], choices=lambda: codes(Mode, words.MODES), empty="")


class TrackedForm(ReasonedForm):
    """Which communities the figures follow."""

    tracked = Choices(_l("Communities that are followed"), [Required()], choices=lambda: words.communities())


class LargeForm(ReasonedForm):
    """From which weight a case is large."""

    large_from = Real(_l("Large from weight"), [Required()])


class DonorForm(ReasonedForm):
    """Whose rules footnotes and tables follow."""

    donor_profile = Choice(
        _l("Donor profile"), [Required()], choices=lambda: codes(DonorProfile, words.PROFILES), empty=""
    )
    tables_by_community = BooleanField(_l("Tables by community may be released"))


class AboutSomebody(ReasonedForm):
    """A form about one colleague; the view says whom it offers."""

    person = Choice(_l("Person"), [Required()], empty=_l("Please choose"))

    def among(self, people: Sequence[tuple[str, str]]) -> Self:
        """Offer these people, by key and name."""
        self.person.pairs = people
        self.person.choices = self.person._offered()
        return self


class CustodianForm(AboutSomebody):
    """Who holds a seat."""

    seat = Choice(_l("Seat"), [Required()], choices=lambda: [(one.value, words.seat(one)) for one in Seat], empty="")


class ReadingForm(AboutSomebody):
    """A legal request to read one record."""


class DestroyForm(ReasonedForm):
    """The end of the key; the tick is there so that nobody does it by one wrong click."""

    sure = BooleanField(_l("I know that nobody can bring the answers back"), [Required()])


class KeyForm(Form):
    """Nothing but the proof that the person meant it."""
