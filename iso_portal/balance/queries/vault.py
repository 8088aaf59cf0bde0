"""`declarations_for` is the only reader of answers, and every read of them is logged."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.audit.models import Act
from iso_portal.balance import models
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import Answer, CannotOpen, Sealed
from iso_portal.balance.models import Gate
from iso_portal.balance.queries.gates import open_gate
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting

READ = "vault.read"


class Purpose(enum.StrEnum):
    """Why the vault may be read; a closed set (balance P5).

    own: the person. statistics: the nightly run. assignment: joint + ledgers. access: one record, for a legal request.
    """

    OWN = "own"
    STATISTICS = "statistics"
    ASSIGNMENT = "assignment"
    ACCESS = "access"


class GateClosed(RuntimeError):
    """The gate that this reading needs is closed; nothing was read."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A declaration as opened: the answer, when it was given, in which wording and language, from and until when it counts."""

    answer: Answer
    given_at: datetime
    counts_from: date
    expires_on: date
    wording: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Vault:
    """The door to the vault: an engine with the vault's own role, and two keys. Made by app.py's settings.

    key: of the environment; it opens the data keys, and these the answers. link_key: for who is behind a pseudonym.
    """

    engine: sa.Engine
    key: bytes
    link_key: bytes


def declarations_for(
    purpose: Purpose,
    subjects: Sequence[uuid.UUID],
    *,
    vault: Vault,
    by: Person | None,
    kind: str = "person",
    reason: str = "",
) -> dict[uuid.UUID, Kept]:
    """Return the answers of these subjects that count today; one audit line with purpose and count.

    OWN and ACCESS return the newest answer instead, also when it counts from the next quarter. A record that does not
    open counts as undeclared and leaves an alarm. Raises GateClosed, and ValueError for OWN or ACCESS of several.
    """
    single = purpose in {Purpose.OWN, Purpose.ACCESS}
    if single and len(subjects) != 1:
        raise ValueError("subjects: own and access read one record")
    if purpose is not Purpose.ACCESS:
        _refuse_closed(purpose, kind)
    # Whoever may read the log must not see in it who declared: a person's own reading bears no name (P7).
    audit.record(
        verb=READ,
        by=by if purpose is not Purpose.OWN else None,
        kind="vault",
        reason=reason or purpose.value,
        details={"purpose": purpose.value, "kind": kind, "subjects": len(subjects)},
    )
    found: dict[uuid.UUID, Kept] = {}
    broken = 0
    with vault.engine.connect() as connection:
        keys, lost = _data_keys(connection, vault)
        subject_of, broken = _linked(connection, subjects, kind, vault)
        table = models.declaration
        query = sa.select(table).where(table.c.pseudonym.in_(list(subject_of)), table.c.expires_on >= clock.today())
        if not single:
            query = query.where(table.c.counts_from <= clock.today())
        rows = connection.execute(query.order_by(table.c.counts_from, table.c.given_at, table.c.pseudonym)).all()
    for row in rows:
        try:
            answer = _opened(row, keys)
        except CannotOpen:
            broken += row.key_number in keys or row.key_number in lost
            continue
        found[subject_of[row.pseudonym]] = Kept(
            answer=answer,
            given_at=row.given_at,
            counts_from=row.counts_from,
            expires_on=row.expires_on,
            wording=row.wording,
            language=row.language,
        )
    if broken:
        audit.record(verb="vault.broken", by=None, kind="vault", details={"records": broken})
    return found


def _refuse_closed(purpose: Purpose, kind: str) -> None:
    demo = setting("DEMO")
    gates = [Gate.COLLECT_STAFF if kind == "person" else Gate.COLLECT_FIRMS]
    if purpose is Purpose.ASSIGNMENT:
        gates.append(Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    for gate in gates:
        if open_gate(gate, demo=demo) is None:
            raise GateClosed(gate.value)


def _data_keys(connection: sa.Connection, vault: Vault) -> tuple[dict[int, bytes], set[int]]:
    """Return the data keys by number, and the numbers of those that the environment's key does not open."""
    keys: dict[int, bytes] = {}
    lost: set[int] = set()
    for row in connection.execute(sa.select(models.data_key).order_by(models.data_key.c.number)):
        try:
            keys[row.number] = sealing.open_data_key(
                Sealed(nonce=row.nonce, ciphertext=row.ciphertext), number=row.number, key=vault.key
            )
        except CannotOpen:
            lost.add(row.number)
    return keys, lost


def _linked(
    connection: sa.Connection, subjects: Sequence[uuid.UUID], kind: str, vault: Vault
) -> tuple[dict[uuid.UUID, uuid.UUID], int]:
    """Return the subject behind each pseudonym, and how many links did not open."""
    hashes = {sealing.link_hash(subject, kind, key=vault.link_key): subject for subject in subjects}
    rows = connection.execute(sa.select(models.link).where(models.link.c.subject_hash.in_(list(hashes)))).all()
    subject_of: dict[uuid.UUID, uuid.UUID] = {}
    broken = 0
    for row in rows:
        sealed = Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
        try:
            pseudonyms = sealing.open_pseudonyms(sealed, hashed=row.subject_hash, key=vault.link_key)
        except CannotOpen:
            broken += 1
            continue
        subject_of |= dict.fromkeys(pseudonyms, hashes[row.subject_hash])
    return subject_of, broken


def _opened(row: sa.Row[tuple[object, ...]], keys: Mapping[int, bytes]) -> Answer:
    if row.key_number not in keys:
        raise CannotOpen("its key is gone")
    return sealing.open_answer(
        Sealed(nonce=row.nonce, ciphertext=row.ciphertext),
        pseudonym=row.pseudonym,
        key=keys[row.key_number],
        key_number=row.key_number,
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """What somebody did with the own answer, and when."""

    at: datetime
    what: str


def trail_of(subject: uuid.UUID, *, vault: Vault, kind: str = "person") -> list[Step]:
    """Return what the subject did with the own answer, newest first; never what it said."""
    hashed = sealing.link_hash(subject, kind, key=vault.link_key)
    table = models.trail
    with vault.engine.connect() as connection:
        rows = connection.execute(
            sa.select(table.c.at, table.c.what)
            .where(table.c.subject_hash == hashed)
            .order_by(table.c.at.desc(), table.c.id)
        ).all()
    return [Step(at=row.at, what=row.what) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """When the own answers were given and hold, without opening them: the one that counts, and a changed one."""

    given_at: datetime
    counts_from: date
    expires_on: date


def standing_of(subject: uuid.UUID, *, vault: Vault, kind: str = "person") -> list[Standing]:
    """Return the days of the subject's records that hold, in the order in which they count. Opens no answer."""
    table = models.declaration
    with vault.engine.connect() as connection:
        subject_of, _broken = _linked(connection, [subject], kind, vault)
        rows = connection.execute(
            sa.select(table.c.given_at, table.c.counts_from, table.c.expires_on)
            .where(table.c.pseudonym.in_(list(subject_of)), table.c.expires_on >= clock.today())
            .order_by(table.c.counts_from, table.c.given_at)
        ).all()
    return [Standing(given_at=row.given_at, counts_from=row.counts_from, expires_on=row.expires_on) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Readings:
    """Who read a record: runs summed up by month (month, purpose, how often), and single readings with name and reason."""

    runs: Sequence[tuple[str, str, int]]
    single: Sequence[Act]


def readings_of(subject: uuid.UUID, *, since: datetime | None, kind: str = "person") -> Readings:
    """Return the readings in which this subject's record took part, newest first.

    since: when the answer was given; runs before it cannot have read it. None: there is none, so no run did.
    """
    month = sa.func.to_char(sa.func.timezone("Europe/Belgrade", Act.at), "YYYY-MM")
    purpose = Act.details["purpose"].astext
    runs = db.session.execute(
        sa.select(month.label("month"), purpose.label("purpose"), sa.func.count())
        .where(
            Act.verb == READ,
            Act.at >= since if since is not None else sa.false(),
            Act.details["kind"].astext == kind,
            purpose.in_([Purpose.STATISTICS.value, Purpose.ASSIGNMENT.value]),
        )
        .group_by(sa.literal_column("month"), sa.literal_column("purpose"))
        .order_by(sa.literal_column("month").desc(), sa.literal_column("purpose"))
    ).all()
    single = db.session.scalars(
        sa.select(Act).where(Act.verb == "vault.access", Act.subject_id == subject).order_by(Act.at.desc(), Act.id)
    ).all()
    return Readings(runs=[(row[0], row[1], row[2]) for row in runs], single=single)


def keys_in_use(vault: Vault) -> Collection[int]:
    """Return the numbers of the data keys that exist."""
    with vault.engine.connect() as connection:
        return connection.scalars(sa.select(models.data_key.c.number).order_by(models.data_key.c.number)).all()
