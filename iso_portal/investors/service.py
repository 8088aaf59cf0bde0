"""Keep investors and their contacts."""

from __future__ import annotations

from typing import Any

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.core.db import db
from iso_portal.core.scripts import fold, name_key
from iso_portal.investors import queries
from iso_portal.investors.models import Contact, Investor


def find_or_open(*, by: Person | None, **given: Any) -> Contact:
    """Return the contact of an inquiry with its investor, known or new.

    given: org_name, contact_name, email, country, kind, language; size, website, job_title, phone may be empty.
    A known contact counts as the same only when address and organisation's name agree: two firms can share an
    adviser's address, and one name can stand for two firms. Nothing that is known is overwritten by a stranger's
    form: what differs stays in the inquiry as sent.
    """
    key = name_key(given["org_name"])
    for contact in queries.contacts_by_email(given["email"]):
        if contact.investor.name_key == key:
            return contact
    investor = Investor(
        name=given["org_name"],
        name_key=key,
        country=given["country"],
        kind=given["kind"],
        size=given.get("size"),
        website=given.get("website") or "",
        search=fold(f"{given['org_name']} {given['contact_name']} {given['email']}"),
    )
    db.session.add(investor)
    db.session.flush()
    contact = Contact(
        investor_id=investor.id,
        name=given["contact_name"],
        email=given["email"],
        language=given["language"],
        job_title=given.get("job_title") or "",
        phone=given.get("phone") or "",
    )
    contact.investor = investor
    db.session.add(contact)
    db.session.flush()
    audit.record(verb="investor.open", by=by, subject=investor)
    return contact


def forget(contact: Contact, *, new_name: str) -> None:
    """Take a person out of the contacts and out of what an investor is found by (erasure).

    new_name: what the investor is called from now on, the old name when that is no person's.
    """
    contact.name, contact.email, contact.phone, contact.job_title = "", "", "", ""
    investor = queries.get(contact.investor_id)
    if investor.name != new_name:
        investor.name, investor.name_key, investor.website = new_name, "", ""
    others = " ".join(f"{other.name} {other.email}" for other in investor.contacts if other.id != contact.id)
    investor.search = fold(f"{investor.name} {others}")
