"""Make the copy of everything that is kept about a person or a firm, as JSON values (trust S12)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.models import Business, VerificationRecord
from iso_portal.cases import queries as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.files import queries as files
from iso_portal.letters import queries as letters
from iso_portal.letters.models import Letter
from iso_portal.privacy import queries
from iso_portal.privacy.domain import row_number
from iso_portal.privacy.models import DataRequest

Tell = Callable[[uuid.UUID], dict[str, Any]]
_of_case: list[Tell] = []
_of_business: list[Tell] = []
# Who was considered is the firms' affair until they agree to meet; what the office thought of a firm is no word of its.
MATCHES = frozenset(
    {EntryKind.MATCH_ACCEPTED, EntryKind.MATCH_REJECTED, EntryKind.MATCH_DEFERRED, EntryKind.MATCH_ADDED}
)
MET = frozenset({EntryKind.INTRODUCTION_HELD, EntryKind.CONFIRMATION})
OWN_WORDS = frozenset({EntryKind.INTRODUCTION_ASKED, EntryKind.INTRODUCTION_ANSWERED, EntryKind.INTRODUCTION_HELD})


def use_telling(*, case: Sequence[Tell], business: Sequence[Tell]) -> None:
    """Take the functions that add what higher features keep, each as {name: JSON values}; app.py hands them."""
    _of_case[:], _of_business[:] = case, business


def copy_of_case(case: Case) -> dict[str, Any]:
    """Return everything that is kept about the person behind an inquiry."""
    contact, investor, asked = case.inquiry.contact, case.investor, case.inquiry
    copy: dict[str, Any] = {
        "made_at": clock.now().isoformat(),
        "reference": case.reference,
        "stage": case.stage.value,
        "status": case.status.value,
        "closed_because": case.close_reason,
        "waiting_for": case.waiting_for,
        "answer_due_at": _json(case.answer_due_at),
        "answered_at": _json(case.answered_at),
        "contact": _values(contact, "name job_title email phone language"),
        "organisation": _values(investor, "name country kind size website"),
        "inquiry_as_sent": asked.as_sent,
        "inquiry": _values(
            asked,
            "channel received_at language preferred_language description project_type sectors municipalities band jobs "
            "timeline readiness needs power_kva call_back time_zone how_heard",
        ),
        "consents_as_sent": asked.consents,
        "consents_now": cases.consents(case),
        "team": [
            {"name": one.person.name, "part": one.part.value, "from": _json(one.starts_at), "until": _json(one.ends_at)}
            for one in cases.team_ever(case.id)
        ],
        "tasks": [_values(task, "title due_on done_at") for task in cases.tasks(case.id)],
        "what_happened": [_told_of_case(one) for one in reversed(cases.timeline(case.id, most=None))],
        "letters": [_letter(one) for one in letters.of_case(case.id)],
        "files": [
            _values(row.file, "name size sha256") | {"added_at": _json(row.added_at), "shown_to_you": row.shared}
            for row in cases.files(case.id)
        ],
        "requests": [_request(row) for row in queries.of_case(case.id)],
        "other_inquiries": [one.reference for one in cases.of_person(contact) if one.id != case.id],
        "imported_row": files.row_with(
            case.import_id, _marks(contact.email, contact.name), number=row_number(asked.key)
        )
        if case.import_id
        else None,
    }
    for tell in _of_case:
        copy |= tell(case.id)
    return copy


def copy_of_business(business: Business) -> dict[str, Any]:
    """Return everything that is kept about a firm."""
    entries = db.session.scalars(
        sa.select(Entry).where(Entry.business_id == business.id).order_by(Entry.occurred_at, Entry.id)
    )
    checks = db.session.scalars(
        sa.select(VerificationRecord)
        .where(VerificationRecord.business_id == business.id)
        .order_by(VerificationRecord.verified_on, VerificationRecord.id)
    )
    copy: dict[str, Any] = {
        "made_at": clock.now().isoformat(),
        "profile": business_service.values_of(business)
        | _values(
            business,
            "postal_code contact_channel women_led active origin verification verified_on updated_at busy_until",
        ),
        "texts": [
            _values(text, "kind language text") | {"own": text.original, "out_of_date": text.stale}
            for text in business.texts
        ],
        "activities": [activity.code for activity in business.activities],
        "consents": business.consents,
        "sites": [
            _values(
                site,
                "kind tenure municipality name language text address area_m2 power_kva water access_road available_from "
                "active",
            )
            for site in businesses.sites_of(business.id)
        ],
        "pictures": [
            _values(picture, "says language") | _values(picture.file, "name size sha256")
            for picture in businesses.pictures_of(business.id)
        ],
        "checks": [_values(check, "level verified_on by_name evidence") for check in checks],
        "what_happened": [_told_of_firm(one) for one in entries],
        "letters": [_letter(one) for one in letters.to_address(business.email)],
        "requests": [_request(row) for row in queries.of_business(business.id)],
        "imported_row": files.row_with(business.import_id, _marks(business.email, business.name))
        if business.import_id
        else None,
    }
    for tell in _of_business:
        copy |= tell(business.id)
    return copy


def _told_of_case(entry: Entry) -> dict[str, Any]:
    facts = entry.facts if entry.kind in MET else {name: v for name, v in entry.facts.items() if name != "business"}
    return {
        "at": _json(entry.occurred_at),
        "written_down_at": _json(entry.recorded_at),
        "what": entry.kind.value,
        "text": "" if entry.kind in MATCHES else entry.text,
        "facts": facts,
    }


def _told_of_firm(entry: Entry) -> dict[str, Any]:
    return {
        "at": _json(entry.occurred_at),
        "what": entry.kind.value,
        "text": entry.text if entry.kind in OWN_WORDS else "",
        "facts": entry.facts,
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {"at": _json(letter.written_at), "to": letter.to_address, "subject": letter.subject, "text": letter.text}


def _request(row: DataRequest) -> dict[str, Any]:
    return _values(row, "ask asked_at due_on text state closed_at answer")


def _values(row: Any, names: str) -> dict[str, Any]:
    return {name: _json(getattr(row, name)) for name in names.split()}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _marks(*words: str) -> list[str]:
    return [word for word in words if word]
