"""The questions about a firm, its sites and photos: asked once here, put into forms by whoever may fill them in.

Staff and the firm itself write into the same profile, so both must ask alike and refuse alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, StringField, TextAreaField
from wtforms.fields import EmailField, FileField, TelField
from wtforms.validators import ValidationError

from iso_portal.businesses import words
from iso_portal.businesses.domain import (
    DESCRIPTION_LENGTH,
    LARGEST_BANDS,
    MOST_BUSY_DAYS,
    MOST_CODES,
    Registration,
    SiteKind,
    Tenure,
)
from iso_portal.core.clock import today
from iso_portal.core.forms import (
    LINE_LENGTH,
    Between,
    Choice,
    Choices,
    Day,
    Email,
    Form,
    MaxLength,
    MayBeEmpty,
    Phone,
    Required,
    WebAddress,
    WholeNumber,
    codes,
)
from iso_portal.core.i18n import INTERFACE, current_language
from iso_portal.vocabulary import queries as vocabulary
from iso_portal.vocabulary.domain import NaceLevel, Verdict, check_identifier

NO_ANSWER = _l("No answer")
CHOOSE = _l("Please choose")
SITE_KINDS = {
    SiteKind.LAND: _l("Land"),
    SiteKind.HALL: _l("Hall"),
    SiteKind.OFFICE: _l("Offices"),
    SiteKind.STORAGE: _l("Storage"),
}
TENURES = {
    Tenure.RENT: _l("For rent"),
    Tenure.SALE: _l("For sale"),
    Tenure.EITHER: _l("For rent or for sale"),
    Tenure.PARTNERSHIP: _l("For a partnership"),
}
MOST_M2 = 50_000_000
MOST_KVA = 1_000_000


class Codes:
    """NACE classes, main one first, separated by commas: 25.11, 2562."""

    def __call__(self, form: Any, field: Field) -> None:
        """Put dots and zeros in, and name what is no class."""
        found: list[str] = []
        for text in (field.data or "").replace(";", ",").split(","):
            if not text.strip():
                continue
            hits = [code for code in vocabulary.search_nace(text.strip(), limit=3) if code.level is NaceLevel.CLASS]
            if len(hits) < 1 or not text.strip().replace(".", "").isdecimal() or len(text.strip().replace(".", "")) < 3:
                raise ValidationError(
                    _("%(code)s is not a NACE class; write for example 25.11.", code=text.strip()[:20])
                )
            found.append(hits[0].code)
        if len(found) > MOST_CODES:
            raise ValidationError(_("Give at most %(most)s codes.", most=MOST_CODES))
        field.data = ", ".join(dict.fromkeys(found))


class Identifier:
    """A register number; refused only when it is surely wrong (domain D21)."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, form: Any, field: Field) -> None:
        """Keep the digits; a doubtful check digit is accepted."""
        checked = check_identifier(self.kind, field.data or "")
        if checked.verdict is Verdict.REFUSED and checked.reason == "shape":
            raise ValidationError(_("This number does not have the right length."))
        if checked.verdict is Verdict.REFUSED:
            raise ValidationError(_("The check digit does not fit; please compare with the document."))
        field.data = checked.value

    def doubtful(self, value: str) -> bool:
        """Whether a number that is kept does not fit the usual rule."""
        return check_identifier(self.kind, value).verdict is Verdict.WARNED


def doubts(form: Form) -> list[str]:
    """Return what is kept but looks wrong in a form that was validated, in the reader's language (domain D21)."""
    told = []
    for field in form:
        for check in field.validators:
            if isinstance(check, Identifier) and field.data and check.doubtful(field.data):
                told.append(
                    _(
                        "%(number)s is kept as you wrote it, but its check digit is unusual; please compare it with the document.",
                        number=field.data,
                    )
                )
    return told


def divisions() -> list[tuple[str, str]]:
    """Return the divisions of NACE, each with its number before its name, in the reader's language."""
    language = current_language()
    return [
        (one.code, f"{one.code} {one.names.in_language(language)}") for one in vocabulary.of_level(NaceLevel.DIVISION)
    ]


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a profile's values that compare equal after a way through JSON; no answer and an empty one are the same."""
    dated = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {name: value if value or value is False else None for name, value in dated.items()}


def typed_again(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what plain() made, with the day as a day again."""
    day = values.get("busy_until")
    return {**values, "busy_until": date.fromisoformat(day) if day else None}


class ProfileFields(Form):
    """Everything of casework B1 that is neither a file nor a site. Nobody's community is asked here."""

    name = StringField(_l("Name of the firm"), [Required(), MaxLength(LINE_LENGTH)])
    language = Choice(
        _l("The firm writes in"), [Required()], choices=lambda: [(item.value, item.own_name) for item in INTERFACE]
    )
    description = TextAreaField(_l("What the firm does"), [Required(), MaxLength(DESCRIPTION_LENGTH)])
    products = TextAreaField(_l("Products and services, one a line"), [MayBeEmpty(), MaxLength(DESCRIPTION_LENGTH)])
    capacity = StringField(_l("Capacity"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    equipment = TextAreaField(_l("Equipment"), [MayBeEmpty(), MaxLength(DESCRIPTION_LENGTH)])
    nace = StringField(_l("Activity codes (NACE), the main one first"), [MayBeEmpty(), MaxLength(120), Codes()])
    municipality = Choice(
        _l("Municipality"), [Required()], choices=lambda: vocabulary.places(current_language()), empty=CHOOSE
    )
    address = StringField(_l("Address"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    registration = Choice(
        _l("Registration"),
        [Required()],
        choices=lambda: [(r.value, words.REGISTRATIONS[r]) for r in Registration],
        empty=CHOOSE,
    )
    legal_form_xk = Choice(
        _l("Legal form in the register of Kosovo"),
        [MayBeEmpty()],
        choices=lambda: vocabulary.legal_forms_of("XK", current_language()),
        empty=NO_ANSWER,
    )
    legal_form_rs = Choice(
        _l("Legal form in the register of Serbia"),
        [MayBeEmpty()],
        choices=lambda: vocabulary.legal_forms_of("RS", current_language()),
        empty=NO_ANSWER,
    )
    nui = StringField(_l("Unique identification number"), [MayBeEmpty(), Identifier("XK_NUI")])
    pib = StringField(_l("Tax number (PIB)"), [MayBeEmpty(), Identifier("RS_PIB")])
    maticni_broj = StringField(_l("Registration number (MB)"), [MayBeEmpty(), Identifier("RS_MB")])
    founded = WholeNumber(_l("Founded in the year"), [MayBeEmpty()])
    employees = Choice(
        _l("Number of employees"), [MayBeEmpty()], choices=lambda: vocabulary.labels("size"), empty=NO_ANSWER
    )
    turnover = Choice(
        _l("Annual turnover"), [MayBeEmpty()], choices=lambda: vocabulary.labels("turnover"), empty=NO_ANSWER
    )
    certifications = StringField(_l("Certificates, separated by commas"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    export_markets = Choices(_l("Export markets"), choices=lambda: vocabulary.countries(current_language()))
    languages = Choices(_l("Languages spoken"), choices=lambda: vocabulary.labels("language"))
    offers = Choices(_l("Offers"), choices=lambda: vocabulary.labels("offer"))
    seeks = Choices(_l("Looking for"), choices=lambda: vocabulary.labels("seek"))
    refused_projects = Choices(_l("Kinds of project not wanted"), choices=lambda: vocabulary.labels("project_type"))
    refused_countries = Choices(
        _l("Inquiries not wanted from"), choices=lambda: vocabulary.countries(current_language())
    )
    refused_sectors = Choices(_l("Sectors not wanted"), choices=divisions)
    largest_band = Choice(
        _l("Largest investment that the firm can take part in"),
        [MayBeEmpty()],
        choices=lambda: [(band, vocabulary.label("band", band)) for band in LARGEST_BANDS],
        empty=NO_ANSWER,
    )
    busy_until = Day(_l("No inquiries before"), [MayBeEmpty()])
    contact_name = StringField(_l("Contact person"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    email = EmailField(_l("E-mail address"), [MayBeEmpty(), MaxLength(LINE_LENGTH), Email()])
    phone = TelField(_l("Phone"), [MayBeEmpty(), MaxLength(60), Phone()])
    website = StringField(_l("Website"), [MayBeEmpty(), MaxLength(LINE_LENGTH), WebAddress()])
    contact_hours = StringField(_l("Safe hours and way of contact"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])

    def validate_founded(self, field: Field) -> None:
        """A year that can be."""
        Between(1850, today().year)(self, field)

    def validate_busy_until(self, field: Field) -> None:
        """A day that a firm can plan for; one that has passed says nothing and may stay."""
        if field.data and field.data > today() + timedelta(days=MOST_BUSY_DAYS):
            raise ValidationError(_("Choose a day within the next two years."))


class SiteFields(Form):
    """Land, a hall or rooms that a firm offers. What is not known stays empty."""

    kind = Choice(_l("What it is"), [Required()], choices=lambda: codes(SiteKind, SITE_KINDS), empty=CHOOSE)
    tenure = Choice(_l("On which terms"), [Required()], choices=lambda: codes(Tenure, TENURES), empty=CHOOSE)
    name = StringField(_l("Name of the site"), [Required(), MaxLength(LINE_LENGTH)])
    municipality = Choice(
        _l("Municipality"), [Required()], choices=lambda: vocabulary.places(current_language()), empty=CHOOSE
    )
    address = StringField(_l("Address"), [MayBeEmpty(), MaxLength(LINE_LENGTH)])
    text = TextAreaField(_l("About the site"), [MayBeEmpty(), MaxLength(DESCRIPTION_LENGTH)])
    area_m2 = WholeNumber(_l("Area in m²"), [MayBeEmpty(), Between(1, MOST_M2)])
    power_kva = WholeNumber(_l("Electric power in kVA"), [MayBeEmpty(), Between(0, MOST_KVA)])
    water = BooleanField(_l("Water is connected"))
    access_road = BooleanField(_l("A lorry can drive up to it"))
    available_from = Day(_l("Available from"), [MayBeEmpty()])
    active = BooleanField(_l("On offer now"), default=True)


class PictureFields(Form):
    """A photo and what is seen on it, for those who cannot see it."""

    picture = FileField(_l("Photo"), [Required()], render_kw={"accept": "image/png,image/jpeg"})
    says = StringField(_l("What is seen on the photo"), [Required(), MaxLength(LINE_LENGTH)])
