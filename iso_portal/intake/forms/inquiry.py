"""The inquiry form in its parts, and the colleague's form for inquiries by phone or at a fair."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField, EmailField, TelField
from wtforms.fields.core import UnboundField
from wtforms.validators import ValidationError

from iso_portal.core.clock import LOCAL, now
from iso_portal.core.forms import (
    LINE_LENGTH,
    Between,
    Choice,
    Choices,
    Email,
    Form,
    MaxLength,
    MayBeEmpty,
    Phone,
    Required,
    WebAddress,
    WholeNumber,
)
from iso_portal.core.i18n import PUBLIC, current_language
from iso_portal.intake.domain import DESCRIPTION_LENGTH, LEAST_DESCRIPTION, MOST_JOBS, MOST_KVA, MOST_SECTORS, Part
from iso_portal.vocabulary import queries as vocabulary
from iso_portal.vocabulary.domain import NaceLevel

CHOOSE = _l("Please choose")
OFFERED_ZONES = ("Europe/", "America/New_York", "America/Chicago", "America/Los_Angeles", "Asia/Dubai", "Asia/Tokyo")


def _places() -> list[tuple[str, str]]:
    return vocabulary.places(current_language())


def _countries() -> list[tuple[str, str]]:
    return vocabulary.countries(current_language())


def _sectors() -> list[tuple[str, str]]:
    language = current_language()
    return [
        (code.code, code.names.in_language(language))
        for level in (NaceLevel.DIVISION, NaceLevel.CLASS)
        for code in vocabulary.of_level(level)
    ]


def _languages() -> list[tuple[str, str]]:
    return [(language.value, language.own_name) for language in PUBLIC]


class LongEnough:
    """At least a sentence, so that somebody can answer it."""

    def __call__(self, form: Any, field: Field) -> None:
        """Count letters, not spaces."""
        if len("".join((field.data or "").split())) < LEAST_DESCRIPTION:
            raise ValidationError(_("Write at least a sentence about what you plan, so that we can answer it."))


class NotTooMany:
    """A few sectors; all of them would say nothing."""

    def __call__(self, form: Any, field: Field) -> None:
        """Say how many at the most."""
        if len(field.data or ()) > MOST_SECTORS:
            raise ValidationError(_("Choose at most %(most)s sectors.", most=MOST_SECTORS))


class ProjectPart(Form):
    """What the investor plans."""

    description = TextAreaField(
        _l("What do you plan?"),
        [Required(), MaxLength(DESCRIPTION_LENGTH), LongEnough()],
        render_kw={"spellcheck": "true"},
    )
    project_type = Choice(
        _l("Kind of project"), [Required()], choices=lambda: vocabulary.labels("project_type"), empty=CHOOSE
    )


class SectorsPart(Form):
    """In which sectors."""

    sectors = Choices(_l("Sectors"), [Required(_l("Choose at least one sector.")), NotTooMany()], choices=_sectors)


class PlacePart(Form):
    """Where, how large and when."""

    municipalities = Choices(_l("Preferred municipalities"), choices=_places)
    band = Choice(
        _l("Investment in EUR"), [MayBeEmpty()], choices=lambda: vocabulary.labels("band"), empty=_l("No answer")
    )
    jobs = WholeNumber(_l("Jobs within three years"), [MayBeEmpty(), Between(0, MOST_JOBS)])
    timeline = Choice(
        _l("When would you begin?"),
        [MayBeEmpty()],
        choices=lambda: vocabulary.labels("timeline"),
        empty=_l("No answer"),
    )
    readiness = Choice(
        _l("How far is the decision?"),
        [MayBeEmpty()],
        choices=lambda: vocabulary.labels("readiness"),
        empty=_l("No answer"),
    )


class NeedsPart(Form):
    """What is needed for it."""

    needs = Choices(_l("What do you need?"), choices=lambda: vocabulary.labels("need"))
    power_kva = WholeNumber(_l("Electric power in kVA"), [MayBeEmpty(), Between(1, MOST_KVA)])


class OrganisationPart(Form):
    """Who asks."""

    org_name = StringField(
        _l("Organisation"), [Required(), MaxLength(LINE_LENGTH)], render_kw={"autocomplete": "organization"}
    )
    investor_kind = Choice(
        _l("Kind of investor"), [Required()], choices=lambda: vocabulary.labels("investor_kind"), empty=CHOOSE
    )
    size = Choice(
        _l("Number of employees"), [MayBeEmpty()], choices=lambda: vocabulary.labels("size"), empty=_l("No answer")
    )
    country = Choice(_l("Country or territory"), [Required()], choices=_countries, empty=CHOOSE)
    website = StringField(
        _l("Website"), [MayBeEmpty(), MaxLength(LINE_LENGTH), WebAddress()], render_kw={"autocomplete": "url"}
    )


class ContactPart(Form):
    """Whom to answer, and how."""

    contact_name = StringField(
        _l("Your name"), [Required(), MaxLength(LINE_LENGTH)], render_kw={"autocomplete": "name"}
    )
    job_title = StringField(
        _l("Job title"), [MayBeEmpty(), MaxLength(LINE_LENGTH)], render_kw={"autocomplete": "organization-title"}
    )
    email = EmailField(
        _l("E-mail address"), [Required(), MaxLength(LINE_LENGTH), Email()], render_kw={"autocomplete": "email"}
    )
    phone = TelField(_l("Phone"), [MayBeEmpty(), MaxLength(60), Phone()], render_kw={"autocomplete": "tel"})
    preferred_language = Choice(_l("Language of our answers"), [Required()], choices=_languages)
    call_back = StringField(_l("When may we call you?"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    time_zone = StringField(_l("Your time zone"), [MayBeEmpty(), MaxLength(60)], render_kw={"list": "time-zones"})
    how_heard = StringField(_l("How did you hear of the office?"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])

    def offered_zones(self) -> list[str]:
        """Return the zones that a page offers; every other one can be typed."""
        return sorted(zone for zone in available_timezones() if zone.startswith(OFFERED_ZONES))

    def validate_time_zone(self, field: Field) -> None:
        """Accept names as Europe/Vienna; the page offers them."""
        if field.data and field.data not in available_timezones():
            raise ValidationError(_("Choose a time zone from the list, for example Europe/Vienna."))


class ConsentPart(Form):
    """What the investor agrees to, each purpose apart."""

    consent_contact = BooleanField(
        _l("The office may keep these data and contact me about this inquiry."),
        [Required(_l("Without this we may not answer you."))],
    )
    consent_share = BooleanField(
        _l("The office may share my inquiry with local firms that it wants to introduce to me.")
    )
    consent_news = BooleanField(_l("The office may send me its news."))


class InquiryForm(ProjectPart, SectorsPart, PlacePart, NeedsPart, OrganisationPart, ContactPart, ConsentPart):
    """Everything an investor is asked, and nothing about anybody's community."""

    key = HiddenField()
    fax = StringField(_l("Leave this empty"))  # a trap for programs; people do not see it


class SendForm(ConsentPart):
    """The last page: consents, and the trap for programs."""

    fax = StringField(_l("Leave this empty"))


# Which form stands on which page; files and the last page have none of their own.
PARTS: dict[Part, type[Form]] = {
    Part.PROJECT: ProjectPart,
    Part.SECTORS: SectorsPart,
    Part.PLACE: PlacePart,
    Part.NEEDS: NeedsPart,
    Part.ORGANISATION: OrganisationPart,
    Part.CONTACT: ContactPart,
}


def fields_of(part: Part) -> tuple[str, ...]:
    """Return the names of a page's questions."""
    form = PARTS.get(part)
    return tuple(name for name in dir(form) if isinstance(getattr(form, name), UnboundField)) if form else ()


class RecordForm(InquiryForm):
    """The same questions, asked by a colleague on the phone or at a fair."""

    channel = Choice(
        _l("How it reached us"),
        [Required()],
        choices=lambda: [("phone", _("Phone")), ("email", _("E-mail")), ("fair", _("Fair or meeting"))],
        empty=CHOOSE,
    )
    received_at = DateTimeLocalField(_l("Received (local time)"), [Required()])

    def validate_received_at(self, field: Field) -> None:
        """Nothing is received in the future."""
        if field.data and field.data.replace(tzinfo=LOCAL) > now():
            raise ValidationError(_("This is in the future."))
