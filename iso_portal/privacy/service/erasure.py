"""Take a person or a firm out of everything that is kept, and leave that something happened (trust S12, S13)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.models import Business, DuplicatePair, Merge, SignInLink, VerificationRecord
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.files import service as files
from iso_portal.investors import service as investors
from iso_portal.letters import service as letters
from iso_portal.privacy import queries
from iso_portal.privacy.domain import WAITING, RequestState, names_a_person, row_number
from iso_portal.privacy.models import DataRequest

# A row whose values leave the log of changes: its table and its key.
Logged = tuple[str, uuid.UUID]
Forget = Callable[[uuid.UUID], Iterable[Logged]]
_forget_case: list[Forget] = []
_forget_business: list[Forget] = []


def use_forget(*, case: Sequence[Forget], business: Sequence[Forget]) -> None:
    """Take the functions that make higher features forget a case's or a firm's words; app.py hands them.

    Each returns the rows whose values are to leave the log of changes too.
    """
    _forget_case[:], _forget_business[:] = case, business


def erase_case(case: Case, *, by: Person) -> None:
    """Take the person out of all their inquiries and leave the events, so that the office's figures stay."""
    theirs = cases.of_person(case.inquiry.contact)
    people = {one.inquiry.contact: one for one in theirs}
    addresses = {address for contact in people for address in queries.once("contacts", contact.id, "email")}
    addresses |= {contact.email for contact in people} | _earlier_addresses(theirs)
    marks = addresses | {contact.name for contact in people}
    logged: list[Logged] = []
    for one in theirs:
        for forget in _forget_case:
            logged += forget(one.id)
        logged += _requests_emptied(queries.of_case(one.id))
        files.forget_row(one.import_id, marks | {one.inquiry.description}, number=row_number(one.inquiry.key))
        for row in cases.files(one.id):
            files.forget(row.file)
        letters.forget(one.id)
        audit.record(verb="privacy.erase", by=by, subject=one)
        logged += case_service.forget(one, by=by)
    letters.forget_addresses(addresses, of_cases=False)
    for contact, one in people.items():
        firm = one.investor
        personal = names_a_person(firm.name, kind=firm.kind, person=contact.name)
        investors.forget(contact, new_name=one.reference if personal else firm.name)
        logged += [("contacts", contact.id), ("investors", firm.id)]
    _redact(logged)


def erase_business(business: Business, *, by: Person) -> None:
    """Take a firm's words, names and pictures away, with those of firms merged into it, and leave that there was one."""
    logged: list[Logged] = []
    for key in [firm.id for firm in queries.merged_firms(business)]:
        logged += _erase_firm(businesses.get(key), by=by)
    _redact(logged)


def _erase_firm(firm: Business, *, by: Person) -> list[Logged]:
    logged: list[Logged] = [("businesses", firm.id), *(("business_texts", text.id) for text in firm.texts)]
    logged += [("business_sites", site.id) for site in businesses.sites_of(firm.id)]
    logged += [("business_pictures", picture.id) for picture in businesses.pictures_of(firm.id)]
    logged += [("entries", key) for key in db.session.scalars(sa.select(Entry.id).where(Entry.business_id == firm.id))]
    for forget in _forget_business:
        logged += forget(firm.id)
    logged += _requests_emptied(queries.of_business(firm.id))
    logged += _traces_removed(firm.id)
    files.forget_row(firm.import_id, queries.once("businesses", firm.id, "name", "email", "phone", "nui", "pib"))
    letters.forget_addresses(queries.once("businesses", firm.id, "email"), of_cases=True)
    business_service.erase(firm, by=by)
    firm.postal_code, firm.contact_channel, firm.women_led = "", "", None
    audit.record(verb="privacy.erase", by=by, subject=firm)
    db.session.flush()
    db.session.execute(sa.select(sa.func.erase_business_words(firm.id)))
    return logged


def _traces_removed(firm_id: uuid.UUID) -> list[Logged]:
    """Remove what stands about a firm beside its profile: guesses about duplicates, checks, sign-in links."""
    logged: list[Logged] = []
    for table, of_firm in (
        (DuplicatePair, sa.or_(DuplicatePair.one_id == firm_id, DuplicatePair.other_id == firm_id)),
        (VerificationRecord, VerificationRecord.business_id == firm_id),
        (SignInLink, SignInLink.business_id == firm_id),
    ):
        for row in db.session.scalars(sa.select(table).where(of_firm)).all():
            logged.append((table.__tablename__, row.id))
            db.session.delete(row)
    for merge in db.session.scalars(sa.select(Merge).where(sa.or_(Merge.kept_id == firm_id, Merge.gone_id == firm_id))):
        logged.append(("business_merges", merge.id))
        merge.kept_before, merge.gone_before, merge.chosen = {}, {}, {}
    return logged


def _requests_emptied(rows: Sequence[DataRequest]) -> list[Logged]:
    """Take the words out of requests about somebody, with copies that were made; others that wait end with it."""
    for row in rows:
        row.text, row.answer, row.result = "", "", None
        if row.state in WAITING:
            row.state, row.closed_at = RequestState.REFUSED, clock.now()
    return [("data_requests", row.id) for row in rows]


def _earlier_addresses(theirs: Sequence[Case]) -> set[str]:
    """Return the e-mail addresses that the person corrected on a follow page."""
    corrected = db.session.scalars(
        sa.select(Entry.facts["before"]["email"].astext).where(
            Entry.case_id.in_([one.id for one in theirs]), Entry.kind == EntryKind.CONTACT_CORRECTED
        )
    )
    return {address for address in corrected if address}


def _redact(logged: Iterable[Logged]) -> None:
    """Take the values of rows out of the sealed log; its entries and its chain stay (trust S13)."""
    db.session.flush()
    for relation, key in dict.fromkeys(logged):
        db.session.execute(sa.text("select audit.redact(:relation, :key)"), {"relation": relation, "key": str(key)})
    db.session.expire_all()
