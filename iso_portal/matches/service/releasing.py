"""Contact data go to both when both said yes, and not before (matching 5)."""

from __future__ import annotations

from iso_portal.audit import service as audit
from iso_portal.businesses import service as businesses
from iso_portal.cases import queries as case_queries
from iso_portal.cases import service as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.core import clock
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.matches import queries
from iso_portal.matches.domain import LINK_HOURS, Answer
from iso_portal.matches.models import Introduction


def release_when_agreed(row: Introduction) -> bool:
    """Give both each other's contact data, once, when firm and investor said yes and both still agree to be in touch.

    row: with firm, case, inquiry and contact. Returns whether data were given now.
    """
    question = queries.question_about(row.id)
    agreed = question is not None and {row.answer, question.answer} == {Answer.ACCEPTED}
    if not agreed or row.released_at is not None or row.withdrawn_at is not None:
        return False
    if not (case_queries.consents(row.case)["share"] and row.business.consent_suggest and row.business.active):
        return False
    row.released_at = clock.now()
    _tell_investor(row)
    if row.business.email:
        _tell_firm(row)
    cases.record_entry(
        row.case,
        EntryKind.CONTACTS_RELEASED,
        facts={"business": row.business.name},
        business_id=row.business_id,
    )
    audit.record(verb="introduction.release", by=None, subject=row.case, details={"business": str(row.business_id)})
    return True


def _tell_investor(row: Introduction) -> None:
    contact = row.case.inquiry.contact
    letters.post(
        kind="introduction_contacts",
        to=contact.email,
        name=contact.name,
        language=Language(contact.language),
        template="matches/letters/firm_contact",
        context={"business": row.business, "name": contact.name, "reference": row.case.reference},
        case_id=row.case_id,
    )


def _tell_firm(row: Introduction) -> None:
    asked, business = row.case.inquiry, row.business
    letters.post(
        kind="introduction_contacts",
        to=business.email,
        name=business.contact_name,
        language=Language(business.language),
        template="matches/letters/investor_contact",
        context={
            "business": business,
            "name": business.contact_name,
            "contact": asked.contact,
            "investor": asked.investor,
            "days": LINK_HOURS // 24,
        },
        case_id=row.case_id,
        link=businesses.secret_link(business, hours=LINK_HOURS),
    )
