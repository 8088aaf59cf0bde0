"""What the investor does on the follow page, and the files of a case."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases import queries
from iso_portal.cases.domain import FOLLOW_UP_DAYS, TEAM_DAYS, CloseReason, EntryKind, NextStep, Refusal, Status
from iso_portal.cases.models import Case, CaseFile, Entry
from iso_portal.cases.service.casework import change_status, follow_link, record_entry, renew_link
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db
from iso_portal.core.finding import findable
from iso_portal.core.i18n import Language
from iso_portal.files.models import StoredFile
from iso_portal.letters import service as letters

CONTACT_FIELDS = ("name", "job_title", "email", "phone", "language")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What comes next for the investor, and by when; None when the next move is theirs."""

    step: NextStep
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OpenRequest:
    """A request about personal data that waits; what: in the reader's language."""

    key: uuid.UUID
    what: str
    due_on: date


OpenRequests = Callable[[uuid.UUID], Sequence[OpenRequest]]
_open_requests: list[OpenRequests] = []


def use_open_requests(function: OpenRequests) -> None:
    """Take the function that knows which requests about personal data wait; app.py hands it, privacy stands above."""
    _open_requests[:] = [function]


def open_requests(case_id: uuid.UUID) -> Sequence[OpenRequest]:
    """Return the requests about personal data that wait for the office on a case."""
    return _open_requests[0](case_id) if _open_requests else []


def promise(case: Case) -> Promise:
    """Return what comes next and by when, in working days (casework C6, K3). The case is loaded as get() does."""
    calendar = office_calendar(case.received_at.astimezone(clock.LOCAL).year)
    if case.status is Status.CLOSED:
        return Promise(step=NextStep.ENDED, due_at=None)
    if not case.team:
        return Promise(step=NextStep.TEAM, due_at=calendar.end_of_working_day(case.received_at, TEAM_DAYS))
    if case.answered_at is None:
        return Promise(step=NextStep.ANSWER, due_at=case.answer_due_at)
    if case.status in {Status.WAITING, Status.DORMANT}:
        return Promise(step=NextStep.YOU, due_at=None)
    last = case.last_word_at or case.answered_at
    return Promise(
        step=NextStep.WORD,
        due_at=office_calendar(last.astimezone(clock.LOCAL).year).end_of_working_day(last, FOLLOW_UP_DAYS),
    )


def add_file(
    case: Case, stored: StoredFile, *, by: Person | None = None, entry: Entry | None = None, shared: bool = True
) -> CaseFile:
    """Put a file on a case. by: None for the investor. entry: the message it came with, else the file is an entry."""
    if entry is None:
        record_entry(case, EntryKind.FILE_ADDED, by=by, facts={"name": stored.name, "file": str(stored.id)})
    row = CaseFile(
        case_id=case.id,
        file_id=stored.id,
        added_at=clock.now(),
        added_by_id=by.id if by else None,
        entry_id=entry.id if entry else None,
        shared=shared,
    )
    db.session.add(row)
    audit.record(verb="case.add_file", by=by, subject=case, details={"file": str(stored.id)})
    return row


def correct_contact(case: Case, values: dict[str, Any]) -> list[str]:
    """Let the investor correct their own contact data; returns what changed.

    values: of CONTACT_FIELDS. A new e-mail address gets a new link, and the old address hears of it, so that nobody
    loses an inquiry to somebody else without a word.
    """
    contact = case.inquiry.contact
    before = {name: getattr(contact, name) for name in CONTACT_FIELDS}
    changed = [name for name in CONTACT_FIELDS if (values.get(name) or "") != before[name]]
    if not changed:
        return []
    for name in changed:
        setattr(contact, name, values.get(name) or "")
    case.search = findable(f"{case.reference} {case.investor.name} {contact.name} {case.inquiry.description}")
    facts = {"fields": changed, "before": {name: before[name] for name in changed}}
    record_entry(case, EntryKind.CONTACT_CORRECTED, facts=facts)
    audit.record(verb="case.correct_contact", by=None, subject=case, details={"fields": ", ".join(changed)})
    db.session.flush()
    if "email" in changed:
        _tell_of_new_address(case, old=before["email"])
    return changed


def _tell_of_new_address(case: Case, *, old: str) -> None:
    contact = case.inquiry.contact
    renew_link(case)
    shown = {"case": case, "name": contact.name, "address": contact.email}
    letters.post(
        kind="address",
        to=old,
        name=contact.name,
        language=Language(contact.language),
        template="cases/letters/address_left",
        context=shown,
        case_id=case.id,
    )
    letters.post(
        kind="address",
        to=contact.email,
        name=contact.name,
        language=Language(contact.language),
        template="cases/letters/address_taken",
        context=shown,
        case_id=case.id,
        link=follow_link(case),
    )


def change_consents(case: Case, *, share: bool, news: bool, language: str) -> bool:
    """Let the investor give or withdraw the two free consents; it counts from now on. Returns whether one changed."""
    now = queries.consents(case)
    if now["share"] == share and now["news"] == news:
        return False
    facts = {"share": share, "news": news, "before": {"share": now["share"], "news": now["news"]}}
    record_entry(case, EntryKind.CONSENT_CHANGED, language=language, facts=facts)
    audit.record(verb="case.consents", by=None, subject=case, details={"share": share, "news": news})
    return True


def withdraw(case: Case, *, reason: str, language: str) -> None:
    """End work on an inquiry because the investor says so; the team and the sender get it in writing.

    Raises Refusal when it ended before.
    """
    if case.status is Status.CLOSED:
        raise Refusal(_("Work on this inquiry has ended already."))
    if reason:
        entry = record_entry(case, EntryKind.MESSAGE_IN, text=reason, language=language, facts={"withdrawn": True})
        db.session.flush()
        case.last_word_at = entry.occurred_at
    change_status(case, Status.CLOSED, by=None, close_reason=CloseReason.WITHDRAWN)
    contact = case.inquiry.contact
    letters.post(
        kind="withdrawn",
        to=contact.email,
        name=contact.name,
        language=Language(contact.language),
        template="cases/letters/withdrawn",
        context={"case": case, "name": contact.name},
        case_id=case.id,
        link=follow_link(case),
    )


def revoke_link(case: Case) -> None:
    """Close the follow page for good, until a new link is asked for."""
    case.link_nonce, case.link_hash = "", None
    record_entry(case, EntryKind.LINK_CHANGED, facts={"way": "revoked"})
    audit.record(verb="case.revoke_link", by=None, subject=case)


def forget(case: Case, *, by: Person) -> list[tuple[str, uuid.UUID]]:
    """Take everybody's words out of a case and leave what happened (erasure); unfinished work ends.

    Returns tables and keys of the rows whose values are to leave the log of changes.
    """
    if case.status is not Status.CLOSED and not case.has_landed:
        change_status(case, Status.CLOSED, by=by, close_reason=CloseReason.WITHDRAWN)
    case.search, case.waiting_for = findable(case.reference), ""
    case.link_nonce, case.link_hash = "", None
    db.session.flush()
    db.session.execute(sa.select(sa.func.erase_words(case.id)))
    logged = [("cases", case.id), ("inquiries", case.inquiry_id)]
    logged += [("entries", key) for key in db.session.scalars(sa.select(Entry.id).where(Entry.case_id == case.id))]
    for task in queries.tasks(case.id):
        logged.append(("tasks", task.id))
        db.session.delete(task)
    return logged
