"""What each row of an imported table of inquiries is judged by: the inquiry form, in a colleague's words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.validators import ValidationError

from iso_portal.core.clock import LOCAL, now
from iso_portal.core.forms import LINE_LENGTH, Choice, Choices, MaxLength, MayBeEmpty, Required
from iso_portal.core.i18n import PUBLIC
from iso_portal.files.tables.fields import Moment, refuse_invented_email, refuse_invented_phone
from iso_portal.intake.domain import DESCRIPTION_LENGTH
from iso_portal.intake.forms.inquiry import InquiryForm, LongEnough
from iso_portal.vocabulary import queries as vocabulary


class InquiryRowForm(InquiryForm):
    """One inquiry that was kept elsewhere. What the demo invents is refused outside of the demo."""

    received_at = Moment(_l("Received (local time)"), [Required()])
    language = Choice(
        _l("Language of the text"),
        [MayBeEmpty()],
        choices=lambda: [(language.value, language.own_name) for language in PUBLIC],
        empty=_l("No answer"),
    )
    description = TextAreaField(
        _l("What the investor plans"), [Required(), MaxLength(DESCRIPTION_LENGTH), LongEnough()]
    )
    timeline = Choice(
        _l("When it would begin"), [MayBeEmpty()], choices=lambda: vocabulary.labels("timeline"), empty=_l("No answer")
    )
    needs = Choices(_l("What is needed"), choices=lambda: vocabulary.labels("need"))
    contact_name = StringField(_l("Contact person"), [Required(), MaxLength(LINE_LENGTH)])
    how_heard = StringField(_l("How the investor heard of the office"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    consent_contact = BooleanField(
        _l("Agreed: the office may keep the data and write about this inquiry"),
        [Required(_l("Without this consent the inquiry may not be kept. Leave the row out."))],
    )
    consent_share = BooleanField(_l("Agreed: the inquiry may be shared with local firms"))
    consent_news = BooleanField(_l("Agreed: the office may send its news"))

    def validate_received_at(self, field: Field) -> None:
        """Nothing is received in the future."""
        if isinstance(field.data, datetime) and field.data.replace(tzinfo=LOCAL) > now():
            raise ValidationError(_("This is in the future."))

    def validate_email(self, field: Field) -> None:
        """Refuse the demo's addresses."""
        refuse_invented_email(field)

    def validate_phone(self, field: Field) -> None:
        """Refuse the demo's block of numbers."""
        refuse_invented_phone(field)
