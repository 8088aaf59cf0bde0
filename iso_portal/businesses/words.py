"""Codes of a profile in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.businesses.domain import Registration, TextKind, Verification

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
