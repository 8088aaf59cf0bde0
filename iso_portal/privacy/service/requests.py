"""Take requests about personal data, release them with two keys, or refuse them with a reason."""

from __future__ import annotations

import uuid
from datetime import timedelta

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
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.letters.domain import LAST
from iso_portal.privacy import queries, words
from iso_portal.privacy.domain import DAYS_TO_ANSWER, WAITING, Ask, Refusal, RequestState
from iso_portal.privacy.models import DataRequest
from iso_portal.privacy.service.copies import copy_of_business, copy_of_case
from iso_portal.privacy.service.erasure import erase_business, erase_case


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
    waiting = queries.waiting_for(ask, case_id=case_id, business_id=business_id)
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


def open_of_case(case_id: uuid.UUID) -> list[case_service.OpenRequest]:
    """Return the requests on a case that wait, for the case's page."""
    return [
        case_service.OpenRequest(key=row.id, what=str(words.TITLES[row.ask]), due_on=row.due_on)
        for row in queries.of_case(case_id)
        if row.state in WAITING
    ]


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
    if row.case_id is not None:
        _carry_out_for_case(row, cases.get(row.case_id), by=by)
    else:
        assert row.business_id is not None  # the database holds that it is about one of the two
        _carry_out_for_business(row, businesses.get(row.business_id), by=by)
    return RequestState.DONE


def _carry_out_for_case(row: DataRequest, case: Case, *, by: Person) -> None:
    match row.ask:
        case Ask.COPY:
            row.result = copy_of_case(case)
            _tell(row)
        case Ask.OBJECTION:
            case_service.change_consents(case, share=False, news=False, language=row.language)
            _tell(row)
        case Ask.ERASURE:
            _tell(row)  # before the address is gone
            erase_case(case, by=by)


def _carry_out_for_business(row: DataRequest, business: Business, *, by: Person) -> None:
    match row.ask:
        case Ask.COPY:
            row.result = copy_of_business(business)
            _tell(row)
        case Ask.OBJECTION:
            consents = dict.fromkeys(("consent_suggest", "consent_public", "consent_donors"), False)
            business_service.change(business, consents, by=by)
            _tell(row)
        case Ask.ERASURE:
            _tell(row)
            erase_business(business, by=by)


def refuse(row: DataRequest, *, by: Person, answer: str, version: int | None = None) -> None:
    """Close a request without doing it; the person is told why. Raises Refusal without a reason."""
    _refuse_closed(row, version)
    if by.wing is None:
        raise Refusal(_("Only people of one of the two desks can release this."))
    if not answer.strip():
        raise Refusal(_("Say why; the person reads it."))
    row.state, row.closed_at, row.answer = RequestState.REFUSED, clock.now(), answer.strip()
    audit.record(verb="privacy.refuse", by=by, subject=row, reason=answer)
    _tell(row)


def _refuse_closed(row: DataRequest, version: int | None) -> None:
    db.session.flush()
    db.session.refresh(row, with_for_update=True)  # two keys at the same moment: the second waits and sees the first
    if row.state not in WAITING:
        raise Refusal(_("This request is closed already."))
    if version is not None and version != row.version:
        raise Refusal(
            _("Somebody changed this request since you opened the page. Look at what is new, then try again.")
        )


def _tell(row: DataRequest) -> None:
    """Write to the person what became of the request; the letter about an erasure is forgotten once it has left."""
    refused = row.state is RequestState.REFUSED
    last = row.ask is Ask.ERASURE and not refused
    link = None
    if row.case_id:
        case = cases.get(row.case_id)
        contact = case.inquiry.contact
        to, name, language = contact.email, contact.name, Language(contact.language)
        link = case_service.follow_link(case) if case.link_hash and not last else None
    else:
        assert row.business_id is not None  # see release()
        business = businesses.get(row.business_id)
        to, name, language = business.email, business.contact_name, Language(business.language)
    if to:
        letters.post(
            kind=LAST if last else "data",
            to=to,
            name=name,
            language=language,
            template="privacy/letters/answered",
            context={"request": row, "name": name, "refused": refused, "with_link": link is not None},
            case_id=None if last else row.case_id,
            link=link,
        )
