"""What a person decides about two records that may be one firm."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField

from iso_portal.businesses import words
from iso_portal.businesses.domain import FOR_BOTH, PARTS_TO_CHOOSE, Pick
from iso_portal.core.forms import LINE_LENGTH, Choice, Form, MaxLength, MayBeEmpty

PICKS = {
    Pick.LEFT: _l("First record"),
    Pick.RIGHT: _l("Second record"),
    Pick.BOTH: _l("Both"),
}
ONE_OF_TWO = [(pick.value, PICKS[pick]) for pick in (Pick.LEFT, Pick.RIGHT)]
ALL_THREE = [(pick.value, PICKS[pick]) for pick in Pick]


class DifferentForm(Form):
    """They are two firms."""

    note = StringField(_l("Why they are two firms"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])


class MergeForm(Form):
    """Which record stays, and whose answer for each part; one field for each of PARTS_TO_CHOOSE.

    version: of both records as the page showed them.
    """

    version = HiddenField()
    keep = Choice(_l("Which record stays"), choices=ONE_OF_TWO, default=Pick.LEFT.value)

    def picks(self) -> dict[str, Pick]:
        """Return whose answer was chosen, for the parts that the page asked about."""
        return {part: Pick(self[part].data) for part in PARTS_TO_CHOOSE if self[part].data}


for _part in PARTS_TO_CHOOSE:
    setattr(MergeForm, _part, Choice(words.PARTS[_part], choices=ALL_THREE if _part in FOR_BOTH else ONE_OF_TWO))


class MeantForm(Form):
    """Nothing but the proof that the person meant it."""
