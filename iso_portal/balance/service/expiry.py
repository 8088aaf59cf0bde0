"""What ends in the vault by the clock: answers, leavers' records, and everything when a gate stays closed (balance G2, P6)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa

from iso_portal.accounts import queries as accounts
from iso_portal.audit import service as audit
from iso_portal.balance import models
from iso_portal.balance.domain import gates, sealing
from iso_portal.balance.domain.periods import next_quarter
from iso_portal.balance.domain.sealing import CannotOpen, Sealed
from iso_portal.balance.models import Gate
from iso_portal.balance.queries import Vault
from iso_portal.balance.service.declarations import FIRM, PERSON, forget_person, note, relink
from iso_portal.balance.service.gates import ended_on
from iso_portal.balance.service.keys import vault
from iso_portal.core import clock

LEAVERS_KEPT = timedelta(days=80)  # within 90: ten nights in which the job may fail
OF_GATE = {Gate.COLLECT_STAFF: PERSON, Gate.COLLECT_FIRMS: FIRM}


def end_answers() -> int:
    """Delete answers whose year is over, and those that a changed one replaced; returns how many. Opens no answer."""
    door, today, table = vault(), clock.today(), models.declaration
    gone = 0
    with door.engine.begin() as connection:
        days = {
            row.pseudonym: row
            for row in connection.execute(sa.select(table.c.pseudonym, table.c.counts_from, table.c.expires_on))
        }
        linked: set[uuid.UUID] = set()
        for row in connection.execute(sa.select(models.link).with_for_update()).all():
            try:
                sealed = Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
                pseudonyms = sealing.open_pseudonyms(sealed, hashed=row.subject_hash, key=door.link_key)
            except CannotOpen:
                return 0  # another link key: everything would look like nobody's
            linked |= set(pseudonyms)
            held = [one for one in pseudonyms if one in days and days[one].expires_on >= today]
            counting = [one for one in held if days[one].counts_from <= today]
            kept = [one for one in held if one not in counting[:-1]]
            if kept != pseudonyms:
                _delete(connection, [one for one in pseudonyms if one not in kept])
                relink(connection, row.subject_hash, row.about, kept, door)
                gone += len(pseudonyms) - len(kept)
                if not kept:
                    note(connection, row.subject_hash, row.about, "expired")
        over = [key for key, row in days.items() if key not in linked and row.expires_on < today]
        _delete(connection, over)
        _end_marks(connection)
    if gone:
        audit.record(verb="vault.expire", by=None, kind="vault", details={"records": gone})
    return gone


def _delete(connection: sa.Connection, pseudonyms: list[uuid.UUID]) -> None:
    connection.execute(sa.delete(models.declaration).where(models.declaration.c.pseudonym.in_(pseudonyms)))


def _end_marks(connection: sa.Connection) -> None:
    """Delete the marks of erasures once the quarter in which they were made is over."""
    trail = models.trail
    marks = connection.execute(sa.select(trail.c.id, trail.c.at).where(trail.c.what == "erase")).all()
    over = [row.id for row in marks if next_quarter(row.at.astimezone(clock.LOCAL).date()) <= clock.today()]
    connection.execute(sa.delete(trail).where(trail.c.id.in_(over)))


def forget_leavers() -> int:
    """Erase the records of people who left; returns of how many people. Whether they had one is not written down."""
    door = vault()
    left = [
        person.id
        for person in accounts.people()
        if person.left_on is not None and person.left_on + LEAVERS_KEPT <= clock.today()
    ]
    known = [key for key in left if _has_anything(key, door)]
    for key in known:
        forget_person(key)
    return len(known)


def _has_anything(person: uuid.UUID, door: Vault) -> bool:
    hashed = sealing.link_hash(person, PERSON, key=door.link_key)
    with door.engine.connect() as connection:
        return any(
            connection.scalar(sa.select(sa.exists().where(table.c.subject_hash == hashed, *more)))
            for table, more in ((models.link, ()), (models.trail, (models.trail.c.what != "erase",)))
        )


def destroy_closed() -> list[Gate]:
    """Delete the sealed records of gates that were closed for 90 days; returns which. Each once."""
    done = []
    for gate, about in OF_GATE.items():
        ended = ended_on(gate)
        if ended is None or ended[0].destroyed_at is not None or gates.destroy_on(ended[1]) > clock.today():
            continue
        with vault().engine.begin() as connection:
            for table in (models.declaration, models.link, models.trail):
                connection.execute(sa.delete(table).where(table.c.about == about))
        ended[0].destroyed_at = clock.now()
        audit.record(verb="gate.destroy", by=None, subject=ended[0], details={"gate": gate.value})
        done.append(gate)
    return done
