"""Codes of a profile in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from iso_portal.businesses.domain import Origin, Reason, Registration, Standing, TextKind, Verification, Worth

REGISTRATIONS = {
    Registration.XK: _l("Register of Kosovo (ARBK)"),
    Registration.RS: _l("Register of Serbia (APR)"),
    Registration.BOTH: _l("Both registers"),
    Registration.IN_PROGRESS: _l("Registration in progress"),
    Registration.NONE: _l("Not registered"),
}
VERIFICATIONS = {
    Verification.DECLARED: _l("As the firm declares"),
    Verification.DOCUMENTS: _l("Documents seen"),
    Verification.VISITED: _l("Visited"),
    Verification.REGISTER: _l("Matched with the register"),
}
TEXTS = {
    TextKind.SUMMARY: _l("In one line"),
    TextKind.DESCRIPTION: _l("What the firm does"),
    TextKind.PRODUCTS: _l("Products and services"),
    TextKind.CAPACITY: _l("Capacity"),
    TextKind.EQUIPMENT: _l("Equipment"),
    TextKind.OFFERS: _l("What it offers"),
    TextKind.SEEKS: _l("What it looks for"),
}
# What to add next, and why that helps the firm.
MISSING = {
    "description": _l("A description: it is what inquiries are compared with."),
    "products": _l("Products, one a line: each line can meet an inquiry."),
    "activities": _l("An activity code: it finds you in every language."),
    "offers": _l("What you offer: it shows which needs you meet."),
    "seeks": _l("What you look for: it brings the right kind of investor."),
    "capacity": _l("Capacity: an investor asks for it first."),
    "certifications": _l("Certificates: many buyers may only buy with them."),
    "contact": _l("An e-mail address: without it nobody can ask you."),
    "languages": _l("Languages: they make the first call easier."),
    "consent": _l("Consent to be suggested: without it no investor sees you."),
}
ORIGINS = {
    Origin.STAFF: _l("Recorded by the office"),
    Origin.SELF: _l("Registered by the firm itself"),
    Origin.IMPORT: _l("From an import"),
}
WORTHS = {
    Worth.CHECKED: _l("Checked within a year"),
    Worth.FADED: _l("Check older than a year"),
    Worth.RECHECK: _l("To be checked again"),
    Worth.DECLARED: _l("Never checked"),
    Worth.PENDING: _l("Not confirmed by e-mail"),
}
# Why two records may be one firm.
REASONS = {
    Reason.SAME_NUMBER: _l("Same register number"),
    Reason.SAME_NAME: _l("Same name in another spelling or script"),
    Reason.SIMILAR_NAME: _l("Similar name"),
    Reason.SAME_EMAIL: _l("Same e-mail address"),
    Reason.SAME_PHONE: _l("Same telephone"),
    Reason.SAME_PLACE: _l("Same municipality"),
    Reason.OTHER_NUMBER: _l("Different register numbers"),
}
# Parts of a profile as two records are compared.
PARTS = {
    "name": _l("Name of the firm"),
    "language": _l("The firm writes in"),
    "municipality": _l("Municipality"),
    "address": _l("Address"),
    "postal_code": _l("Postal code"),
    "registration": _l("Registration"),
    "legal_form_xk": _l("Legal form in the register of Kosovo"),
    "legal_form_rs": _l("Legal form in the register of Serbia"),
    "nui": _l("Unique identification number"),
    "pib": _l("Tax number (PIB)"),
    "maticni_broj": _l("Registration number (MB)"),
    "founded": _l("Founded in the year"),
    "employees": _l("Number of employees"),
    "turnover": _l("Annual turnover"),
    "women_led": _l("Led by women"),
    "contact_name": _l("Contact person"),
    "email": _l("E-mail address"),
    "phone": _l("Phone"),
    "website": _l("Website"),
    "contact_hours": _l("Safe hours and way of contact"),
    "contact_channel": _l("Preferred way of contact"),
    "consent_suggest": _l("The firm agrees to be suggested to investors"),
    "consent_public": _l("The firm agrees to be listed publicly"),
    "consent_donors": _l("The firm agrees to be named to donors"),
    "discretion": _l("Discretion: suggested but never listed, and letters do not name the office"),
    "activities": _l("Activities"),
    "certifications": _l("Certificates"),
    "export_markets": _l("Export markets"),
    "languages": _l("Languages spoken"),
    "offers": _l("Offers"),
    "seeks": _l("Looking for"),
    "refused_projects": _l("Kinds of project not wanted"),
    "refused_countries": _l("Inquiries not wanted from"),
    "refused_sectors": _l("Sectors not wanted"),
    "largest_band": _l("Largest investment that the firm can take part in"),
    "busy_until": _l("No inquiries before"),
    "verification": _l("Checked"),
} | {f"text_{kind.value}": text for kind, text in TEXTS.items()}


def standing_word(check: Standing) -> str:
    """Return in the reader's language what a check counts for, and how old it is."""
    level = VERIFICATIONS[check.was]
    if check.months is None:
        return str(level)
    if check.months == 0:
        return _("%(level)s: less than a month ago", level=level)
    return ngettext("%(level)s: %(num)s month ago", "%(level)s: %(num)s months ago", check.months, level=level)


def reasons_in_words(codes: Iterable[str]) -> list[str]:
    """Return why two records may be one firm, in the order given; a code of an older portal stays as it is."""
    known = {reason.value: text for reason, text in REASONS.items()}
    return [str(known.get(code, code)) for code in codes]
