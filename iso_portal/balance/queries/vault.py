"""`declarations_for` is the only reader of the vault, and every read of it is logged."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import models
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import Answer, CannotOpen, Sealed
from iso_portal.core import clock


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
