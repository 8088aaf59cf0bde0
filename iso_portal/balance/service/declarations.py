"""Declare and withdraw; owners of firms likewise."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import models, queries
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.measures import NONE, OTHER, PREFER_NOT
from iso_portal.balance.domain.sealing import Answer
from iso_portal.balance.models import Gate
from iso_portal.balance.queries import Purpose, Vault
from iso_portal.balance.service.refusals import NotCollected, Refusal
from iso_portal.core import clock
from iso_portal.core.i18n import Language
from iso_portal.core.runtime import part, setting

WORDING = "2026-11"


VALID = timedelta(days=365)


OWN_WORDS_LENGTH = 200


def vault() -> Vault:
    """Return the vault's door as app.py made it."""
    door: Vault = part("vault")
    return door


def own_declaration(person: Person) -> queries.Kept | None:
    """Return the person's own answer, if there is one that holds."""
    return queries.declarations_for(Purpose.OWN, [person.id], vault=vault(), by=person).get(person.id)


def declare(person: Person, codes: Collection[str], *, own_words: str = "", language: Language) -> None:
    """Keep the person's own answer, sealed; an earlier one is replaced.

    Raises NotCollected while the gate is closed, Refusal for an empty answer, own words that are too long, or "none"
    and "prefer not to say" together with a community.
    """
    if queries.open_gate(Gate.COLLECT_STAFF, demo=setting("DEMO")) is None:
        raise NotCollected(_("Declarations are not collected at present."))
    chosen = set(codes)
    if own_words:
        chosen.add(OTHER)
    if not chosen:
        raise Refusal(_("Choose an answer, or leave the page: not answering is fine."))
    if chosen & {NONE, PREFER_NOT} and len(chosen) > 1:
        raise Refusal(_("“None” and “prefer not to say” stand alone; please choose one of them or communities."))
    if len(own_words) > OWN_WORDS_LENGTH:
        raise Refusal(_("Own words hold at most 200 characters."))
    kept = () if chosen == {PREFER_NOT} else tuple(sorted(chosen))
    audit.record(verb="declaration.give", by=person, kind="vault")
    _store(person.id, "person", Answer(codes=kept, own_words=own_words), language=language)


def withdraw(person: Person) -> None:
    """Take the person's own answer out of the vault."""
    audit.record(verb="declaration.withdraw", by=person, kind="vault")
    door = vault()
    with door.engine.begin() as connection:
        _forget(connection, sealing.link_hash(person.id, "person", key=door.link_key), door)


def declare_owners(business_id: uuid.UUID, codes: Collection[str]) -> None:
    """Keep the owners' answer of a firm, for demo data only. Raises NotCollected outside the demo."""
    if not setting("DEMO"):
        raise NotCollected(_("Declarations are not collected at present."))
    _store(business_id, "firm", Answer(codes=tuple(sorted(codes))), language=Language.EN)


def forget_owners(business_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the owners' answer of a firm out of the vault (erasure); nothing of it stands in the log of changes."""
    audit.record(verb="declaration.withdraw", by=None, kind="vault")
    door = vault()
    with door.engine.begin() as connection:
        _forget(connection, sealing.link_hash(business_id, "firm", key=door.link_key), door)
    return []


def _store(subject: uuid.UUID, kind: str, answer: Answer, *, language: Language) -> None:
    """Seal an answer under a new pseudonym, in the vault's own transaction."""
    door = vault()
    pseudonym = uuid.uuid4()
    hashed = sealing.link_hash(subject, kind, key=door.link_key)
    sealed = sealing.seal_answer(answer, pseudonym=pseudonym, key=door.key)
    linked = sealing.seal_pseudonym(pseudonym, hashed=hashed, key=door.link_key)
    with door.engine.begin() as connection:
        _forget(connection, hashed, door)
        connection.execute(
            insert(models.declaration).values(
                pseudonym=pseudonym,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                key_number=sealing.KEY_NUMBER,
                wording=WORDING,
                language=language.value,
                given_at=clock.now(),
                expires_on=clock.today() + VALID,
            )
        )
        connection.execute(
            insert(models.link).values(subject_hash=hashed, nonce=linked.nonce, ciphertext=linked.ciphertext)
        )


def _forget(connection: sa.Connection, hashed: bytes, door: Vault) -> None:
    row = connection.execute(sa.select(models.link).where(models.link.c.subject_hash == hashed)).one_or_none()
    if row is None:
        return
    sealed = sealing.Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
    pseudonym = sealing.open_pseudonym(sealed, hashed=hashed, key=door.link_key)
    connection.execute(sa.delete(models.declaration).where(models.declaration.c.pseudonym == pseudonym))
    connection.execute(sa.delete(models.link).where(models.link.c.subject_hash == hashed))
