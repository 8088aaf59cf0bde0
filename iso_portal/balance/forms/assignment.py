"""The choice of a team, and the weight of a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from iso_portal.balance import words
from iso_portal.core.formats import number
from iso_portal.core.forms import LINE_LENGTH, Choice, Form, MaxLength, MayBeEmpty, Required


class AssignForm(Form):
    """A pair, and a reason when it is not among the first three."""

    pair = HiddenField(_l("Lead and co-lead"), validators=[Required()])
    state = HiddenField()
    override = Choice(_l("Reason"), [MayBeEmpty()], choices=lambda: words.OVERRIDES.items(), empty=_l("Please choose"))
    override_text = StringField(_l("In a few words"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])


class WeightForm(Form):
    """A later weight, in half points, and why."""

    weight = Choice(
        _l("Weight"),
        [Required()],
        choices=lambda: [(f"{half / 2:.1f}", number(half / 2)) for half in range(1, 13)],
        empty=_l("Please choose"),
    )
    reason = StringField(_l("In a few words"), [Required(), MaxLength(LINE_LENGTH)])


class DecideForm(Form):
    """The other desk's yes or no, without any words."""
