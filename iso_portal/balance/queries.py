"""Reads of balance; `declarations_for` is the only reader of the vault, and every read of it is logged."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import models
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import Answer, CannotOpen, Sealed
from iso_portal.balance.models import BasisKind, Booking, Gate, GateRecord, Snapshot
from iso_portal.cases.domain import Status
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db


class Purpose(enum.StrEnum):
    """Why the vault may be read; a closed set (balance P5)."""

    OWN = "own"
    STATISTICS = "statistics"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A declaration as opened: the answer, when it was given, in which wording and language, until when it holds."""

    answer: Answer
    given_at: datetime
    expires_on: date
    wording: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Vault:
    """The door to the vault: an engine with the vault's own role, and two keys. Made by app.py's settings."""

    engine: sa.Engine
    key: bytes
    link_key: bytes


def declarations_for(
    purpose: Purpose, subjects: Sequence[uuid.UUID], *, vault: Vault, by: Person | None, kind: str = "person"
) -> dict[uuid.UUID, Kept]:
    """Return the valid declarations of these subjects; one audit line with purpose and count.

    A record that does not open counts as undeclared. Expired answers are left out.
    """
    hashes = {sealing.link_hash(subject, kind, key=vault.link_key): subject for subject in subjects}
    audit.record(verb="vault.read", by=by, kind="vault", reason=purpose.value, details={"subjects": len(subjects)})
    found: dict[uuid.UUID, Kept] = {}
    with vault.engine.connect() as connection:
        links = connection.execute(sa.select(models.link).where(models.link.c.subject_hash.in_(list(hashes)))).all()
        subject_of: dict[uuid.UUID, uuid.UUID] = {}
        for row in links:
            sealed = Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
            try:
                pseudonym = sealing.open_pseudonym(sealed, hashed=row.subject_hash, key=vault.link_key)
            except CannotOpen:
                continue
            subject_of[pseudonym] = hashes[row.subject_hash]
        rows = connection.execute(
            sa.select(models.declaration).where(
                models.declaration.c.pseudonym.in_(list(subject_of)), models.declaration.c.expires_on >= clock.today()
            )
        ).all()
    for row in rows:
        try:
            answer = sealing.open_answer(
                Sealed(nonce=row.nonce, ciphertext=row.ciphertext),
                pseudonym=row.pseudonym,
                key=vault.key,
                key_number=row.key_number,
            )
        except CannotOpen:
            continue
        found[subject_of[row.pseudonym]] = Kept(
            answer=answer, given_at=row.given_at, expires_on=row.expires_on, wording=row.wording, language=row.language
        )
    return found


def open_gate(gate: Gate, *, demo: bool) -> GateRecord | None:
    """Return the record that holds a gate open today, or None: expired, closed, or a demonstration outside the demo."""
    query = sa.select(GateRecord).where(
        GateRecord.gate == gate, GateRecord.closed_at.is_(None), GateRecord.expires_on >= clock.today()
    )
    if not demo:
        query = query.where(GateRecord.kind != BasisKind.DEMONSTRATION)
    return db.session.scalars(query.order_by(GateRecord.opened_at.desc(), GateRecord.id).limit(1)).one_or_none()


def bookings() -> Sequence[Booking]:
    """Return all bookings that were not replaced, in order of booking, then by id."""
    return db.session.scalars(
        sa.select(Booking).where(Booking.ended_at.is_(None)).order_by(Booking.booked_at, Booking.id)
    ).all()


@dataclass(frozen=True, kw_only=True)
class Load:
    """Weights somebody carries, not yet divided by FTE: booked and led over all time, open now."""

    booked: float = 0.0
    open: float = 0.0
    led: float = 0.0


LEAD, CO_LEAD = 0.65, 0.35


def loads() -> Mapping[uuid.UUID, Load]:
    """Return what each person carries, from two sums over the bookings that hold."""
    result: dict[uuid.UUID, Load] = {}
    going_on = sa.case((Case.status != Status.CLOSED, Booking.weight), else_=0)
    for column, part, leads in ((Booking.lead_id, LEAD, True), (Booking.co_lead_id, CO_LEAD, False)):
        rows = db.session.execute(
            sa.select(column, sa.func.sum(Booking.weight), sa.func.sum(going_on))
            .join(Case, Case.id == Booking.case_id)
            .where(Booking.ended_at.is_(None))
            .group_by(column)
        ).all()
        for person, weight, still in rows:
            before = result.get(person, Load())
            result[person] = Load(
                booked=before.booked + part * float(weight),
                open=before.open + part * float(still),
                led=before.led + (float(weight) if leads else 0.0),
            )
    return result


def booking_of(case_id: uuid.UUID) -> Booking | None:
    """Return the booking that holds for a case, or None."""
    return db.session.scalars(
        sa.select(Booking)
        .where(Booking.case_id == case_id, Booking.ended_at.is_(None))
        .order_by(Booking.booked_at.desc(), Booking.id)
        .limit(1)
    ).one_or_none()


def latest_snapshot() -> Snapshot | None:
    """Return the newest snapshot, or None before the first."""
    return db.session.scalars(
        sa.select(Snapshot).order_by(Snapshot.taken_at.desc(), Snapshot.id).limit(1)
    ).one_or_none()
