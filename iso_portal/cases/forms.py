"""What a colleague types on a case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DecimalField, HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from iso_portal.cases import words
from iso_portal.cases.domain import CloseReason, Stage, Status
from iso_portal.core import clock
from iso_portal.core.forms import (
    LINE_LENGTH,
    TEXT_LENGTH,
    Between,
    Choice,
    Choices,
    Day,
    Form,
    MaxLength,
    MayBeEmpty,
    Required,
    WholeNumber,
)
from iso_portal.vocabulary import queries as vocabulary

CHOOSE = _l("Please choose")


class Amount(DecimalField):
    """An amount of money as a Decimal."""

    def process_formdata(self, valuelist: Any) -> None:
        """Read the number or say that it is none."""
        self.data = None
        text = (valuelist[0] if valuelist else "").replace(" ", "").replace("\u00a0", "").replace("'", "")
        if not text:
            return
        try:
            value = Decimal(text)
        except ArithmeticError as why:
            raise ValueError(_("Enter the amount in digits, for example 250000.")) from why
        if not value.is_finite() or not 0 <= value <= Decimal("1e12"):
            raise ValueError(_("Enter the amount in digits, for example 250000."))
        self.data = value


class VersionedForm(Form):
    """Knows which version of the case the page showed."""

    version = HiddenField()

    def seen(self) -> int | None:
        """Return the version, or None when the field is missing or broken."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None


class TextForm(Form):
    """A note or a call."""

    text = TextAreaField(_l("Text"), [Required(), MaxLength(TEXT_LENGTH)])
    substantive = BooleanField(_l("This answers what the investor asked"))


class MessageForm(Form):
    """A message to the investor."""

    text = TextAreaField(_l("Message"), [Required(), MaxLength(TEXT_LENGTH)])
    holding = BooleanField(_l("Only a holding reply: the answer itself follows"))


class TaskForm(Form):
    """Something to do."""

    title = StringField(_l("What is to be done"), [Required(), MaxLength(LINE_LENGTH)])
    due_on = Day(_l("Until"), [Required()])
    owner = Choice(_l("By whom"), [MayBeEmpty()], empty=_l("Not decided"))


class MoveForm(VersionedForm):
    """A stage, reached through its gate."""

    stage = Choice(_l("Stage"), [Required()], choices=lambda: [(s.value, words.STAGES[s]) for s in Stage])


class CorrectForm(MoveForm):
    """A stage, set right with a reason."""

    reason = StringField(_l("Reason"), [Required(), MaxLength(LINE_LENGTH)])


class StatusForm(VersionedForm):
    """Whether work goes on."""

    status = Choice(_l("Status"), [Required()], choices=lambda: [(s.value, words.STATUSES[s]) for s in Status])
    close_reason = Choice(
        _l("If closed: why"),
        [MayBeEmpty()],
        choices=lambda: [(r.value, words.CLOSE_REASONS[r]) for r in CloseReason],
        empty=_l("Not closed"),
    )
    reason = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])


class ScreeningForm(Form):
    """A check against the lists, done by a person."""

    clear = Choice(
        _l("Result"),
        [Required()],
        choices=lambda: [("yes", _("Nothing found")), ("no", _("Something was found"))],
        empty=CHOOSE,
    )
    note = TextAreaField(_l("Which lists, of which day, and what was found"), [Required(), MaxLength(TEXT_LENGTH)])


class LearntForm(Form):
    """What the investor told after the inquiry, in the answers of the inquiry's form."""

    band = Choice(
        _l("Investment in EUR"), [MayBeEmpty()], choices=lambda: vocabulary.labels("band"), empty=_l("As before")
    )
    timeline = Choice(
        _l("Begin"),
        [MayBeEmpty()],
        choices=lambda: vocabulary.labels("timeline"),
        empty=_l("As before"),
    )
    needs = Choices(_l("Needs"), choices=lambda: vocabulary.labels("need"))
    text = StringField(_l("When and how they said it"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])


class LandingForm(Form):
    """An investment that began."""

    kind = Choice(_l("Kind"), [Required()], choices=lambda: words.LANDING_KINDS.items(), empty=CHOOSE)
    landed_on = Day(_l("Began on"), [Required()])
    amount = Amount(_l("Amount in EUR"), [Required()])
    involvement = Choice(
        _l("The office's part in it"), [Required()], choices=lambda: words.INVOLVEMENTS.items(), empty=CHOOSE
    )
    text = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])

    def validate_landed_on(self, field: Day) -> None:
        """What has not begun has not landed."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("This is in the future."))


class JobsForm(Form):
    """People who began work because of a landed investment."""

    starts_on = Day(_l("First day of work"), [Required()])
    people = WholeNumber(_l("People"), [Required(), Between(1, 10_000)])
    sex = Choice(_l("Women or men"), [Required()], choices=lambda: words.SEXES.items(), empty=CHOOSE)
    age_band = Choice(_l("Age"), [Required()], choices=lambda: words.AGE_BANDS.items(), empty=CHOOSE)
    weekly_hours = WholeNumber(_l("Hours a week"), [Required(), Between(1, 60)])
    months = WholeNumber(_l("Months of contract within the first year"), [Required(), Between(1, 12)])

    def validate_starts_on(self, field: Day) -> None:
        """A job counts from its first day."""
        if field.data and field.data > clock.today():
            raise ValidationError(_("This is in the future."))


class FileForm(Form):
    """Files for a case; the files themselves are read from the request."""

    shared = Choice(
        _l("Who sees it"),
        [Required()],
        choices=lambda: [("no", _("Colleagues only")), ("yes", _("The investor too, on the follow page"))],
        empty=CHOOSE,
    )


class ReleaseForm(Form):
    """Why a file can be trusted that no scanner has seen."""

    file_key = ""
    why = StringField(_l("Why it can be trusted"), [Required(), MaxLength(LINE_LENGTH)])
