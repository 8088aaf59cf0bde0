"""Take in tables of inquiries, and take a whole import back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases.domain import Channel, EntryKind, Stage, Status
from iso_portal.cases.models import Case, CaseFile, Entry, Inquiry, Task, TeamMember
from iso_portal.core.clock import LOCAL
from iso_portal.core.db import db
from iso_portal.core.scripts import name_key
from iso_portal.files.domain import Refusal
from iso_portal.files.models import TableImport
from iso_portal.intake.domain import DUPLICATE_DAYS, is_similar
from iso_portal.intake.service.taking import take
from iso_portal.investors.models import Contact, Investor
from iso_portal.letters.models import Letter

OF_INTAKE = (EntryKind.INQUIRY_CREATED, EntryKind.DUPLICATE_NOTICED)
MOST_COMPARED = 20
MOST_KNOWN = 5_000
# What tells that two inquiries may be one besides their words: the address, or the organisation in any spelling.
Mark = tuple[str, str]
# (received, description, what to call it)
Told = tuple[datetime | None, str, str]


def keep_import(
    record: TableImport, rows: Mapping[int, Mapping[str, Any]], *, by: Person, letters: bool = False
) -> int:
    """Open a case for each row of a table, each already judged as a form would be. Returns how many.

    letters: write to each sender that the inquiry is here; else an inquiry that is months old stays quiet.
    """
    for number, given in rows.items():
        values = dict(given)
        received_at: datetime = values.pop("received_at").replace(tzinfo=LOCAL)
        language = values.pop("language") or values["preferred_language"]
        take(
            values,
            key=f"import:{record.id}:{number}",
            language=language,
            channel=Channel.IMPORT,
            received_at=received_at,
            by=by,
            import_id=record.id,
            quiet=not letters,
        )
    audit.record(verb="inquiry.import", by=by, subject=record, details={"rows": len(rows), "letters": letters})
    return len(rows)


def undo_import(record: TableImport, *, by: Person) -> int:
    """Take a whole import back; returns how many cases left. Raises Refusal when one of them was worked on since."""
    if references := worked_on_since(record.id):
        raise Refusal(
            _(
                "Undo is no longer possible. Somebody worked on these cases since: %(names)s.",
                names=", ".join(references),
            )
        )
    try:
        with db.session.begin_nested():
            number: int = db.session.execute(sa.select(sa.func.take_back_inquiries(record.id))).scalar_one()
    except IntegrityError as why:  # what stands above intake, a suggestion that was decided for instance
        raise Refusal(_("Undo is no longer possible. Somebody worked on these cases since.")) from why
    audit.record(verb="inquiry.undo_import", by=by, subject=record, details={"rows": number})
    return number


def worked_on_since(import_id: uuid.UUID) -> Sequence[str]:
    """Return the references of an import's cases that hold more than their intake, in order; at most ten.

    A letter counts: its link must go on leading somewhere.
    """
    held: list[Any] = [sa.select(part.case_id) for part in (TeamMember, Task, CaseFile)]
    held += [
        sa.select(Entry.case_id).where(Entry.kind.not_in(OF_INTAKE), Entry.case_id.is_not(None)),
        sa.select(Letter.case_id).where(Letter.case_id.is_not(None)),
    ]
    moved = sa.or_(Case.stage != Stage.RECEIVED, Case.status != Status.ONGOING)
    return db.session.scalars(
        sa.select(Case.reference)
        .where(Case.import_id == import_id, sa.or_(moved, *(Case.id.in_(part) for part in held)))
        .order_by(Case.reference)
        .limit(10)
    ).all()


def alike_in_import(rows: Mapping[int, Mapping[str, str]], received: Mapping[int, datetime]) -> dict[int, list[str]]:
    """Return for each row of a table what may be the same inquiry: cases by reference, other rows by their number.

    rows: {row: {column: text as typed}}; received: {row: local time, where it is known}. As for the public form (casework C4): the same
    address or organisation, and similar words, within 180 days. One statement for all rows.
    """
    marks = {number: _marks(values.get("email", ""), values.get("org_name", "")) for number, values in rows.items()}
    told = _known({mark for own in marks.values() for mark in own})
    found: dict[int, list[str]] = {}
    for number, own in marks.items():
        at, text = received.get(number), rows[number].get("description", "")
        aware = at.replace(tzinfo=LOCAL) if at else None
        same: dict[str, None] = {}
        for mark in sorted(own):
            for other_at, other_text, name in told.get(mark, [])[:MOST_COMPARED]:
                if name not in same and _near(aware, other_at) and is_similar(text, other_text):
                    same[name] = None
            told.setdefault(mark, []).insert(0, (aware, text, _("row %(number)s", number=number)))
        if same:
            found[number] = list(same)[:5]
    return found


def _marks(email: str, org_name: str) -> frozenset[Mark]:
    marks = (("email", email.strip().lower() if "@" in email else ""), ("name", name_key(org_name)))
    return frozenset(mark for mark in marks if mark[1])


def _near(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs(one - other) <= timedelta(days=DUPLICATE_DAYS)


def _known(marks: set[Mark]) -> dict[Mark, list[Told]]:
    """Return the inquiries that have one of the marks, newest first, then by id."""
    emails, names = ({value for kind, value in marks if kind == of} for of in ("email", "name"))
    found: dict[Mark, list[Told]] = {}
    if not marks:
        return found
    wanted = (
        sa.select(
            Case.reference, Inquiry.received_at, Inquiry.description, Contact.email, Investor.name, Investor.name_key
        )
        .join(Inquiry, Inquiry.id == Case.inquiry_id)
        .join(Contact, Contact.id == Inquiry.contact_id)
        .join(Investor, Investor.id == Inquiry.investor_id)
        .where(sa.or_(sa.func.lower(Contact.email).in_(emails), Investor.name_key.in_(names)))
        .order_by(Inquiry.received_at.desc(), Inquiry.id)
        .limit(MOST_KNOWN)
    )
    for row in db.session.execute(wanted):
        for mark in (("email", row.email.lower()), ("name", row.name_key)):
            if mark in marks:
                told = (row.received_at, row.description, f"{row.reference} {row.name}")
                found.setdefault(mark, []).append(told)
    return found
