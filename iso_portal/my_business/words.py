"""Words of a firm's own pages: the parts of its profile, its consents, what it may answer."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.businesses.domain import WISHES, Verification
from iso_portal.matches.domain import Answer
from iso_portal.privacy.domain import Ask

# The questions of the profile in the order of the page; a test holds that none is forgotten.
PARTS = (
    (_l("Your firm"), ("name", "language", "municipality", "address")),
    (_l("What you do"), ("description", "products", "capacity", "equipment", "nace", "certifications")),
    (_l("What you offer and look for"), ("offers", "seeks")),
    (_l("What the firm does not want to hear of"), WISHES),
    (_l("Size and markets"), ("founded", "employees", "turnover", "languages", "export_markets")),
    (_l("Registers and numbers"), ("registration", "legal_form_xk", "nui", "legal_form_rs", "pib", "maticni_broj")),
    (_l("Contact"), ("contact_name", "email", "phone", "website", "contact_hours")),
)
# The field that mends what is missing on a profile.
FIELD_OF = {
    "description": "description",
    "products": "products",
    "activities": "nace",
    "offers": "offers",
    "seeks": "seeks",
    "capacity": "capacity",
    "certifications": "certifications",
    "contact": "email",
    "languages": "languages",
}
CONSENTS = {
    "suggest": _l("I agree that the office suggests my firm to investors."),
    "public": _l("I agree that my firm is listed publicly."),
    "donors": _l("I agree that my firm is named to donors."),
}
CONSENT_HINTS = {
    "suggest": _l("Before an investor learns your name, we ask you each time."),
    "public": _l("The public directory shows your profile, sites and photos, never your e-mail address or numbers."),
    "donors": _l("The office reports to donors which firms it works with."),
}
DISCRETION = _l("I ask for discretion.")
DISCRETION_HINT = _l("You are suggested but never listed, and the subject of our letters does not name the office.")
ANSWERS = {
    Answer.ACCEPTED: _l("Yes, introduce us"),
    Answer.DECLINED: _l("No, not this time"),
    Answer.QUESTION: _l("I have a question first"),
}
ASKS = {
    Ask.COPY: _l("A copy of everything that is kept about my firm"),
    Ask.ERASURE: _l("Erase the data of my firm"),
    Ask.OBJECTION: _l("I object to a use of the data"),
}
VERIFICATION_HINTS = {
    Verification.DECLARED: _l("Nobody of the office has checked your profile yet. Ask for a visit, or send documents."),
    Verification.DOCUMENTS: _l("A colleague has seen documents of your firm."),
    Verification.VISITED: _l("A colleague has visited your firm."),
    Verification.REGISTER: _l("A colleague has compared your profile with the register."),
}
