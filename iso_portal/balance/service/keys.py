"""Keys of the vault: make, renew, wrap anew, destroy (balance P4).

Answers are sealed with a data key, which lies in the vault sealed by the key of the environment. The portal can destroy
the first and not the second; what the office has to do with its backups stands in docs/decisions/0012.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.audit.models import Act
from iso_portal.balance import models
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import CannotOpen, Sealed
from iso_portal.balance.queries import Vault
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import part

RECENT = timedelta(days=2)
LOCK = 7_204_401  # of the vault's keys: a record sealed while they change would be lost


def vault() -> Vault:
    """Return the vault's door as app.py made it."""
    door: Vault = part("vault")
    return door


def key_to_seal(connection: sa.Connection, door: Vault) -> tuple[int, bytes]:
    """Return the newest data key with its number; the first answer after none makes one. Waits while keys change.

    Raises CannotOpen when the environment holds another key than the one that sealed it.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(LOCK)))
    row = _newest(connection)
    if row is None:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK + 1)))  # one maker at a time
        row = _newest(connection)
    if row is None:
        return _make(connection, door)
    sealed = Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
    return row.number, sealing.open_data_key(sealed, number=row.number, key=door.key)


def _newest(connection: sa.Connection) -> sa.Row[tuple[object, ...]] | None:
    return connection.execute(
        sa.select(models.data_key).order_by(models.data_key.c.number.desc()).limit(1)
    ).one_or_none()


def _make(connection: sa.Connection, door: Vault) -> tuple[int, bytes]:
    """Make a data key under a number that no key and no record has."""
    used = [
        connection.scalar(sa.select(sa.func.max(column))) or 0
        for column in (models.data_key.c.number, models.declaration.c.key_number)
    ]
    number, key = max(used) + 1, sealing.new_data_key()
    sealed = sealing.seal_data_key(key, number=number, key=door.key)
    connection.execute(
        sa.insert(models.data_key).values(
            number=number, nonce=sealed.nonce, ciphertext=sealed.ciphertext, made_at=clock.now()
        )
    )
    return number, key


def rotate_key(*, by: Person | None) -> tuple[int, int]:
    """Seal every record anew with a new data key and remove the old ones; returns how many did and did not open.

    A key that a record still needs, because it did not open, stays.
    """
    door = vault()
    done = left = 0
    table = models.declaration
    with door.engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        old = _opened_keys(connection, door)
        number, key = _make(connection, door)
        for row in connection.execute(sa.select(table).order_by(table.c.pseudonym)).all():
            try:
                answer = sealing.open_answer(
                    Sealed(nonce=row.nonce, ciphertext=row.ciphertext),
                    pseudonym=row.pseudonym,
                    key=old.get(row.key_number, b"0" * sealing.KEY_BYTES),
                    key_number=row.key_number,
                )
            except CannotOpen:
                left += 1
                continue
            sealed = sealing.seal_answer(answer, pseudonym=row.pseudonym, key=key, key_number=number)
            connection.execute(
                sa.update(table)
                .where(table.c.pseudonym == row.pseudonym)
                .values(key_number=number, nonce=sealed.nonce, ciphertext=sealed.ciphertext)
            )
            done += 1
        connection.execute(
            sa.delete(models.data_key).where(
                models.data_key.c.number != number,
                models.data_key.c.number.not_in(sa.select(table.c.key_number)),
            )
        )
        audit.record(verb="vault.rotate", by=by, kind="vault", details={"records": done, "not_opened": left})
    return done, left


def _opened_keys(connection: sa.Connection, door: Vault) -> dict[int, bytes]:
    keys: dict[int, bytes] = {}
    for row in connection.execute(sa.select(models.data_key)):
        sealed = Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
        try:
            keys[row.number] = sealing.open_data_key(sealed, number=row.number, key=door.key)
        except CannotOpen:
            continue
    return keys


def rewrap(former: bytes, *, by: Person | None) -> int:
    """Seal the data keys with the present key of the environment; returns how many. Answers stay as they are.

    former: the key of the environment under which they were sealed. Raises CannotOpen when it does not fit.
    """
    door = vault()
    table = models.data_key
    with door.engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        rows = connection.execute(sa.select(table).order_by(table.c.number)).all()
        for row in rows:
            key = sealing.open_data_key(
                Sealed(nonce=row.nonce, ciphertext=row.ciphertext), number=row.number, key=former
            )
            sealed = sealing.seal_data_key(key, number=row.number, key=door.key)
            connection.execute(
                sa.update(table)
                .where(table.c.number == row.number)
                .values(nonce=sealed.nonce, ciphertext=sealed.ciphertext)
            )
        audit.record(verb="vault.rewrap", by=by, kind="vault", details={"keys": len(rows)})
    return len(rows)


def destroy_keys(*, by: Person | None, reason: str) -> int:
    """Delete every data key, and the links to people and firms; returns how many records nobody can read any more.

    Called by the second custodian's key alone (service.policy). Aggregates, and the log that this happened, stay.
    """
    door = vault()
    with door.engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        records = connection.scalar(sa.select(sa.func.count()).select_from(models.declaration)) or 0
        connection.execute(sa.delete(models.data_key))
        connection.execute(sa.delete(models.link))
        audit.record(verb="vault.destroy", by=by, kind="vault", reason=reason)
    return records


def alarm() -> bool:
    """Whether a record did not open since yesterday: changed, moved, or sealed with another key (for the health page)."""
    since = clock.now() - RECENT
    return bool(db.session.scalar(sa.select(sa.exists().where(Act.verb == "vault.broken", Act.at >= since))))
