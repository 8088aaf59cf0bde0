"""Take an inquiry: investor, contact, inquiry, case, letter and jobs in one transaction, once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases import service as cases
from iso_portal.cases.domain import TEAM_DAYS, Channel, EntryKind
from iso_portal.cases.models import Case, Inquiry
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.scripts import name_key
from iso_portal.files.models import StoredFile
from iso_portal.intake import queries
from iso_portal.intake.domain import CONSENT_WORDING, PURPOSES, is_similar
from iso_portal.investors import service as investors
from iso_portal.letters import service as letters

# What of the form is about the inquiry itself; the rest is about the investor and the contact.
OF_INQUIRY = (
    "description",
    "project_type",
    "sectors",
    "municipalities",
    "band",
    "jobs",
    "timeline",
    "readiness",
    "needs",
    "power_kva",
    "call_back",
    "time_zone",
    "how_heard",
    "preferred_language",
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a sent form. repeated: the same form came before and this is its case."""

    case: Case
    repeated: bool


def take(
    given: Mapping[str, Any],
    *,
    key: str,
    language: str,
    channel: Channel = Channel.FORM,
    received_at: datetime | None = None,
    by: Person | None = None,
    attached: Sequence[StoredFile] = (),
    import_id: uuid.UUID | None = None,
    consented_in: str = "",
    quiet: bool = False,
) -> Taken:
    """Take an inquiry, exactly once for each key.

    given: values of InquiryForm. language: code of the one it is written in, which need not be ours. by: the colleague
    who wrote it down. attached: files kept already. import_id: of the table it came in. consented_in: language in
    which the consents were read, when it is another one. quiet: no letter that the inquiry is here, for one that was
    answered elsewhere long ago.
    A second form with the same key waits for the first and gets its case; the database would refuse it as well.
    """
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    if (known := queries.case_of_key(key)) is not None:
        return Taken(case=known, repeated=True)
    at = received_at or clock.now()
    alike = _near_duplicates(given, before=at)
    contact = investors.find_or_open(
        by=by,
        org_name=given["org_name"],
        contact_name=given["contact_name"],
        email=given["email"],
        country=given["country"],
        kind=given["investor_kind"],
        size=given["size"],
        website=given["website"],
        job_title=given["job_title"],
        phone=given["phone"],
        language=given["preferred_language"],
    )
    inquiry = Inquiry(
        key=key,
        channel=channel,
        received_at=at,
        investor_id=contact.investor_id,
        contact_id=contact.id,
        language=language,
        consents=_consents(given, language=consented_in or language, at=at),
        as_sent={name: value for name, value in given.items() if name not in {"fax", "received_at"}},
        **_asked(given),
    )
    inquiry.investor, inquiry.contact = contact.investor, contact
    db.session.add(inquiry)
    db.session.flush()
    case = cases.open(inquiry, by=by)
    case.import_id = import_id
    for stored in attached:
        cases.add_file(case, stored, by=by)
    for earlier in alike:
        cases.record_entry(
            case, EntryKind.DUPLICATE_NOTICED, facts={"reference": earlier.reference, "case": str(earlier.id)}
        )
    audit.record(verb="inquiry.take", by=by, subject=case, details={"channel": channel.value})
    if not quiet:
        acknowledge(case, inquiry)
    return Taken(case=case, repeated=False)


def _asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the form is about the inquiry; texts that were left out are empty, not missing."""
    texts = {"call_back", "time_zone", "how_heard"}
    return {name: given[name] or ("" if name in texts else given[name]) for name in OF_INQUIRY}


def acknowledge(case: Case, inquiry: Inquiry) -> None:
    """Write to the sender that the inquiry is here, what comes next and by when, with the link to follow it."""
    calendar = office_calendar(case.received_at.astimezone(clock.LOCAL).year)
    letters.post(
        kind="received",
        to=inquiry.contact.email,
        name=inquiry.contact.name,
        language=Language(inquiry.preferred_language),
        template="intake/letters/received",
        context={
            "case": case,
            "name": inquiry.contact.name,
            "team_due_at": calendar.end_of_working_day(case.received_at, TEAM_DAYS),
            "now": clock.now(),  # what was received long ago has no promise to make
        },
        case_id=case.id,
        link=cases.follow_link(case),
    )


def send_new_link(*, email: str, reference: str) -> None:
    """Renew the follow page's link and send it, when address and reference belong together; else do nothing."""
    case = queries.case_of_sender(email=email, reference=reference)
    if case is None:
        return
    cases.renew_link(case)
    letters.post(
        kind="link",
        to=case.inquiry.contact.email,
        name=case.inquiry.contact.name,
        language=Language(case.inquiry.contact.language),
        template="intake/letters/link",
        context={"case": case, "name": case.inquiry.contact.name},
        case_id=case.id,
        link=cases.follow_link(case),
    )


def _near_duplicates(given: Mapping[str, Any], *, before: datetime) -> list[Case]:
    recent = queries.recent_of_sender(email=given["email"], name_key=name_key(given["org_name"]), before=before)
    return [case for case in recent if is_similar(case.inquiry.description, given["description"])]


def _consents(given: Mapping[str, Any], *, language: str, at: datetime) -> dict[str, Any]:
    """Return what was agreed to: each purpose apart, with the wording's version, time and language (casework C2)."""
    said = {"wording": CONSENT_WORDING, "at": at.isoformat(), "language": str(language)}
    return {purpose: {"given": bool(given[f"consent_{purpose}"]), **said} for purpose in PURPOSES}
