"""Verify outcomes, and ask those who were there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Entry
from iso_portal.core import clock, links
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.reports import queries
from iso_portal.reports.models import Confirmation, Verification

LINK_DAYS, MOST_LINKS = 7, 4
CONFIRM = "confirm"
TAGS = ("registration", "lease", "payment", "payroll", "contract", "visit", "press", "register", "programme")
ANSWERS = ("yes", "yes_with_changes", "no")


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


def level_of(entry_id: uuid.UUID) -> int:
    """Return the verification level of an outcome."""
    return queries.level_of(entry_id)


def levels_of(entry_ids: Sequence[uuid.UUID]) -> list[int]:
    """Return the verification levels of outcomes; cases asks this before a case may land."""
    return queries.levels_of(entry_ids)


def verify(entry: Entry, *, by: Person, level: int, tag: str, reference: str) -> Verification:
    """Verify an outcome. Raises Refusal for the own record, for V3 by the same desk, or without evidence."""
    if entry.recorded_by_id is None or entry.recorded_by is None:
        raise Refusal(_("Nobody of the office wrote this down."))
    if entry.recorded_by_id == by.id:
        raise Refusal(_("Nobody verifies what they wrote down themselves."))
    if level >= 3 and (by.wing is None or by.wing == entry.recorded_by.wing):
        raise Refusal(_("Level V3 is for a colleague of the other desk."))
    if tag not in TAGS or not reference.strip():
        raise Refusal(_("Say which document shows it and where it is kept."))
    verification = Verification(
        entry_id=entry.id,
        level=level,
        by_id=by.id,
        wing=by.wing.value if by.wing else "",
        entered_by_id=entry.recorded_by_id,
        entered_wing=entry.wing or "",
        tag=tag,
        reference=reference.strip(),
        at=clock.now(),
    )
    db.session.add(verification)
    if entry.case_id is not None:
        case_service.record_entry(
            cases.get(entry.case_id),
            EntryKind.OUTCOME_VERIFIED,
            by=by,
            facts={"level": level, "subject": str(entry.id), "tag": tag},
        )
    audit.record(verb="outcome.verify", by=by, subject=entry, details={"level": level, "tag": tag})
    return verification


def ask_confirmation(entry: Entry) -> Confirmation | None:
    """Send the investor a one-use link to confirm an introduction; at most four links about one entry."""
    if entry.case_id is None or queries.confirmations_of(entry.id) >= MOST_LINKS:
        return None
    case = cases.get(entry.case_id)
    asked = Confirmation(
        entry_id=entry.id,
        nonce=links.new_nonce(),
        token_hash=b"",
        sent_at=clock.now(),
        expires_at=clock.now() + timedelta(days=LINK_DAYS),
    )
    asked.token_hash = links.token_hash(links.token_for(CONFIRM, asked.id, asked.nonce))
    db.session.add(asked)
    contact = case.inquiry.contact
    letters.post(
        kind="confirmation",
        to=contact.email,
        name=contact.name,
        language=Language(contact.language),
        template="reports/letters/confirm",
        context={"case": case, "entry": entry, "name": contact.name},
        case_id=case.id,
        link=letters.SecretLink(address="/reports/confirm/", purpose=CONFIRM, subject=asked.id, nonce=asked.nonce),
    )
    audit.record(verb="confirmation.ask", by=None, subject=entry)
    return asked


def answer(asked: Confirmation, said: str, *, remark: str = "") -> None:
    """Keep the answer; it uses the link up. Raises Refusal for a used or old link, or an unknown answer."""
    db.session.refresh(asked, with_for_update=True)  # two answers at once: the second waits and finds it used
    if asked.used_at is not None or asked.expires_at < clock.now():
        raise Refusal(_("This link was used already or is too old."))
    if said not in ANSWERS:
        raise Refusal(_("Choose one of the answers on the page."))
    asked.used_at, asked.answer, asked.remark = clock.now(), said, remark
    entry = cases.entry(asked.entry_id)
    if entry.case_id is not None:
        case = cases.get(entry.case_id)
        case_service.record_entry(
            case,
            EntryKind.CONFIRMATION,
            text=remark,
            facts={"answer": said, "subject": str(entry.id)},
            business_id=entry.business_id,
        )
        if said == "no":
            case_service.add_task(case, _("An introduction was not confirmed: find out why"), clock.today(), by=None)
    audit.record(verb="confirmation.answer", by=None, subject=entry, details={"answer": said})


def forget_case(case_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the remarks out of confirmations on a case (erasure); the answers stay, so every figure does.

    Returns the rows whose values are to leave the log of changes.
    """
    rows = queries.confirmations_on(case_id)
    for row in rows:
        row.remark = ""
    return [("report_confirmations", row.id) for row in rows]
