"""Objections to what the ranking says: each reaches a person of the office, who answers (matching MA12)."""

from __future__ import annotations

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.matches import queries
from iso_portal.matches.domain import Objector, Refusal
from iso_portal.matches.models import Objection


def object_to(
    text: str, *, objector: Objector, language: Language, name: str = "", email: str = "", by: Person | None = None
) -> Objection:
    """Keep an objection and tell the data stewards by letter. by: the colleague who objects, None for others."""
    row = Objection(
        at=clock.now(),
        objector=objector,
        text=text,
        language=language.value,
        name=name or (by.name if by else ""),
        email=email or (by.email if by else ""),
        by_id=by.id if by else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(verb="model.objected", by=by, subject=row)
    for steward in queries.stewards():
        letters.post(
            kind="objection",
            to=steward.email,
            name=steward.name,
            language=Language(steward.language),
            template="matches/letters/objection",
            context={"name": steward.name},
        )
    return row


def answer_objection(row: Objection, answer: str, *, by: Person) -> None:
    """Answer an objection; the answer goes out by letter, then name and address are forgotten. Raises Refusal."""
    if row.answered_at is not None:
        raise Refusal(_("This objection was answered already."))
    if row.email:
        letters.post(
            kind="objection_answered",
            to=row.email,
            name=row.name,
            language=Language(row.language),
            template="matches/letters/objection_answered",
            context={"name": row.name, "answer": answer},
        )
    row.answer, row.answered_at, row.answered_by_id = answer, clock.now(), by.id
    row.name, row.email = "", ""
    db.session.flush()
    audit.record(verb="model.objection_answered", by=by, subject=row)
