"""Take requests about personal data, release them with two keys, make the copy, erase."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.finding import findable
from iso_portal.core.i18n import Language
from iso_portal.files import service as files
from iso_portal.letters import queries as letter_queries
from iso_portal.letters import service as letters
from iso_portal.privacy.domain import DAYS_TO_ANSWER, Ask, Refusal, RequestState
from iso_portal.privacy.models import DataRequest

Forget = Callable[[uuid.UUID], None]
_forget_case: list[Forget] = []
_forget_business: list[Forget] = []


def use_forget(*, case: Forget, business: Forget) -> None:
    """Take the functions that make higher features forget words of a case and of a business; app.py hands them."""
    _forget_case[:] = [case]
    _forget_business[:] = [business]


def ask_of_case(case: Case, ask: Ask, *, text: str, language: str) -> DataRequest:
    """Take a request of the person behind an inquiry, and confirm it by letter. The same open request stays one."""
    row = _take(ask, text=text, language=language, case_id=case.id)
    if sa.inspect(row).persistent:
        return row
    case_service.record_entry(case, EntryKind.DATA_REQUESTED, text=text, language=language, facts={"ask": ask.value})
    contact = case.inquiry.contact
    _confirm(row, to=contact.email, name=contact.name, language=Language(contact.language), case_id=case.id)
    return row


def ask_of_business(business: Business, ask: Ask, *, text: str, language: str) -> DataRequest:
    """Take a request of a business about its own data, and confirm it by letter."""
    row = _take(ask, text=text, language=language, business_id=business.id)
    if not sa.inspect(row).persistent and business.email:
        _confirm(row, to=business.email, name=business.contact_name, language=Language(business.language))
    return row


def _take(
    ask: Ask, *, text: str, language: str, case_id: uuid.UUID | None = None, business_id: uuid.UUID | None = None
) -> DataRequest:
    column, key = (DataRequest.case_id, case_id) if case_id else (DataRequest.business_id, business_id)
    waiting = db.session.scalars(
        sa.select(DataRequest).where(
            column == key, DataRequest.ask == ask, DataRequest.state.in_([RequestState.OPEN, RequestState.HALF])
        )
    ).first()
    if waiting is not None and waiting.text == text:
        return waiting
    row = DataRequest(
        ask=ask,
        asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=DAYS_TO_ANSWER),
        language=language,
        case_id=case_id,
        business_id=business_id,
        text=text,
    )
    db.session.add(row)
    audit.record(verb="privacy.ask", by=None, subject=row, details={"ask": ask.value})
    return row


def _confirm(row: DataRequest, *, to: str, name: str, language: Language, case_id: uuid.UUID | None = None) -> None:
    letters.post(
        kind="data",
        to=to,
        name=name,
        language=language,
        template="privacy/letters/asked",
        context={"request": row, "name": name},
        case_id=case_id,
    )


def release(row: DataRequest, *, by: Person, version: int | None = None) -> RequestState:
    """Turn one of the two keys; the second one, of the other desk, carries the request out (casework P2).

    Raises Refusal when it is closed, when the same desk turned the first key, or when somebody changed it meanwhile.
    """
    _refuse_closed(row, version)
    if by.wing is None:
        raise Refusal(_("Only people of one of the two desks can release this."))
    if row.first_by_id is None:
        row.first_by_id, row.first_at, row.state = by.id, clock.now(), RequestState.HALF
        audit.record(verb="privacy.release_first", by=by, subject=row)
        return row.state
    first = accounts.get(row.first_by_id)
    if first.id == by.id or first.wing == by.wing:
        raise Refusal(_("The second key belongs to a colleague of the other desk."))
    row.second_by_id, row.closed_at, row.state = by.id, clock.now(), RequestState.DONE
    audit.record(verb="privacy.release_second", by=by, subject=row)
    match row.ask:
        case Ask.COPY:
            row.result = _copy_of_case(cases.get(row.case_id)) if row.case_id else _copy_of_business(_business(row))
            _tell(row)
        case Ask.ERASURE:
            _tell(row)  # before the address is gone
            if row.case_id:
                erase_case(cases.get(row.case_id), by=by)
            else:
                erase_business(_business(row), by=by)
            row.text = ""
        case Ask.OBJECTION:
            _tell(row)
    return row.state


def refuse(row: DataRequest, *, by: Person, answer: str, version: int | None = None) -> None:
    """Close a request without doing it; the person is told why. Raises Refusal without a reason."""
    _refuse_closed(row, version)
    if not answer.strip():
        raise Refusal(_("Say why; the person reads it."))
    row.state, row.closed_at, row.answer = RequestState.REFUSED, clock.now(), answer.strip()
    audit.record(verb="privacy.refuse", by=by, subject=row, reason=answer)
    _tell(row)


def _refuse_closed(row: DataRequest, version: int | None) -> None:
    if row.state in {RequestState.DONE, RequestState.REFUSED}:
        raise Refusal(_("This request is closed already."))
    if version is not None and version != row.version:
        raise Refusal(
            _("Somebody changed this request since you opened the page. Look at what is new, then try again.")
        )


def _business(row: DataRequest) -> Business:
    assert row.business_id is not None
    return businesses.get(row.business_id)


def _tell(row: DataRequest) -> None:
    """Write to the person what became of the request."""
    if row.case_id:
        case = cases.get(row.case_id)
        contact = case.inquiry.contact
        to, name, language = contact.email, contact.name, Language(contact.language)
        link = case_service.follow_link(case) if case.link_hash and row.ask is not Ask.ERASURE else None
    else:
        business = _business(row)
        to, name, language, link = business.email, business.contact_name, Language(business.language), None
    if to:
        letters.post(
            kind="data",
            to=to,
            name=name,
            language=language,
            template="privacy/letters/answered",
            context={
                "request": row,
                "name": name,
                "refused": row.state is RequestState.REFUSED,
                "with_link": bool(link),
            },
            case_id=row.case_id,
            link=link,
        )


def _copy_of_case(case: Case) -> dict[str, Any]:
    """Return everything that is kept about the person behind an inquiry, as JSON values."""
    contact, investor, asked = case.inquiry.contact, case.investor, case.inquiry
    return {
        "made_at": clock.now().isoformat(),
        "reference": case.reference,
        "stage": case.stage.value,
        "status": case.status.value,
        "contact": {name: getattr(contact, name) for name in ("name", "job_title", "email", "phone", "language")},
        "organisation": {name: getattr(investor, name) for name in ("name", "country", "kind", "size", "website")},
        "inquiry_as_sent": asked.as_sent,
        "received_at": asked.received_at.isoformat(),
        "consents_as_sent": asked.consents,
        "consents_now": cases.consents(case),
        "team": [member.person.name for member in case.team],
        "what_happened": [_told(entry) for entry in reversed(cases.timeline(case.id))],
        "letters": [
            {"at": one.written_at.isoformat(), "to": one.to_address, "subject": one.subject, "text": one.text}
            for one in letter_queries.of_case(case.id)
        ],
        "files": [
            {"name": row.file.name, "size": row.file.size, "sha256": row.file.sha256, "at": row.added_at.isoformat()}
            for row in cases.files(case.id)
        ],
    }


def _told(entry: Entry) -> dict[str, Any]:
    return {"at": entry.occurred_at.isoformat(), "what": entry.kind.value, "text": entry.text, "facts": entry.facts}


def _copy_of_business(business: Business) -> dict[str, Any]:
    """Return everything that is kept about a business, as JSON values."""
    told = db.session.scalars(
        sa.select(Entry).where(Entry.business_id == business.id).order_by(Entry.occurred_at, Entry.id)
    )
    return {
        "made_at": clock.now().isoformat(),
        "profile": business_service.values_of(business),
        "texts": [
            {"kind": text.kind.value, "language": text.language, "text": text.text, "own": text.original}
            for text in business.texts
        ],
        "consents": business.consents,
        "what_happened": [_told(entry) for entry in told],
    }


def erase_case(case: Case, *, by: Person) -> None:
    """Take the person out of an inquiry and leave its events, so that the office's figures stay (trust S12)."""
    contact, investor = case.inquiry.contact, case.investor
    db.session.flush()
    db.session.execute(sa.select(sa.func.erase_words(case.id)))
    contact.name, contact.email, contact.phone, contact.job_title = "", f"erased-{contact.id}@invalid", "", ""
    if investor.kind in {"individual", "diaspora"}:
        investor.name, investor.name_key, investor.website = _("Erased"), "", ""
    investor.search = findable(investor.name)
    case.search, case.link_nonce, case.link_hash = findable(case.reference), "", None
    for row in cases.files(case.id):
        files.forget(row.file)
    letters.forget(case.id)
    for forget in _forget_case:
        forget(case.id)
    audit.record(verb="privacy.erase", by=by, subject=case)
    db.session.flush()
    for relation, key in (
        ("contacts", contact.id),
        ("investors", investor.id),
        ("inquiries", case.inquiry_id),
        ("cases", case.id),
        *(("entries", entry) for entry in db.session.scalars(sa.select(Entry.id).where(Entry.case_id == case.id))),
    ):
        db.session.execute(sa.text("select audit.redact(:relation, :key)"), {"relation": relation, "key": str(key)})
    db.session.expire_all()


def erase_business(business: Business, *, by: Person) -> None:
    """Take a firm's words, names and pictures away and leave that there was one."""
    for forget in _forget_business:
        forget(business.id)
    db.session.execute(sa.select(sa.func.erase_business_words(business.id)))
    business_service.erase(business, by=by)
    audit.record(verb="privacy.erase", by=by, subject=business)
    db.session.flush()
    keys = [("businesses", business.id), *(("business_texts", text.id) for text in business.texts)]
    for relation, key in keys:
        db.session.execute(sa.text("select audit.redact(:relation, :key)"), {"relation": relation, "key": str(key)})
    db.session.expire_all()
