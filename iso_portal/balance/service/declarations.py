"""Declare, change, withdraw and erase; owners of firms likewise (balance P1, P6, P8)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import models, queries
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.measures import NONE, OTHER, PREFER_NOT
from iso_portal.balance.domain.periods import next_quarter
from iso_portal.balance.domain.sealing import Answer, Sealed
from iso_portal.balance.models import Gate
from iso_portal.balance.queries import Purpose, Vault
from iso_portal.balance.service.keys import key_to_seal, vault
from iso_portal.balance.service.refusals import NotCollected, Refusal
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.runtime import setting
from iso_portal.vocabulary import queries as vocabulary

WORDING = "2026-12"
VALID = timedelta(days=365)
OWN_WORDS_LENGTH = 200
PERSON, FIRM = "person", "firm"
MIXED = "mixed"  # of a firm: declared, but no single community
ALONE = frozenset({NONE, PREFER_NOT, MIXED})
GATE_OF = {PERSON: Gate.COLLECT_STAFF, FIRM: Gate.COLLECT_FIRMS}


def own_declaration(person: Person) -> queries.Kept | None:
    """Return the person's own newest answer, if there is one that holds. Raises NotCollected while the gate is closed."""
    return _own(person.id, PERSON, by=person)


def own_of_firm(business_id: uuid.UUID) -> queries.Kept | None:
    """Return the owners' own newest answer, if there is one that holds. Raises NotCollected while the gate is closed."""
    return _own(business_id, FIRM, by=None)


def assignment_declarations(people: Sequence[uuid.UUID], *, by: Person | None) -> dict[uuid.UUID, tuple[str, ...]]:
    """Return what these people declared, for joint + ledgers; raises GateClosed unless its gate is open (G1)."""
    found = queries.declarations_for(Purpose.ASSIGNMENT, people, vault=vault(), by=by)
    return {key: kept.answer.codes for key, kept in found.items()}


def declare(person: Person, codes: Collection[str], *, own_words: str = "", language: Language) -> None:
    """Keep the person's own answer, sealed; a changed one counts from the next quarter (P6).

    Raises NotCollected while the gate is closed, Refusal for an empty answer, an unknown code, own words that are too
    long, or "none" and "prefer not to say" together with a community.
    """
    _give(person.id, PERSON, codes, own_words, language)


def declare_owners(
    business_id: uuid.UUID, codes: Collection[str], *, own_words: str = "", language: Language = Language.EN
) -> None:
    """Keep the owners' answer of a firm by the same rules; `mixed` stands alone. Raises as declare does."""
    _give(business_id, FIRM, codes, own_words, language)


def withdraw(person: Person) -> None:
    """Take the person's own answer out of the vault; it counts no more from the next snapshot. History stays."""
    _forget(person.id, PERSON, "withdraw")


def withdraw_owners(business_id: uuid.UUID) -> None:
    """Take the owners' answer out of the vault; history stays."""
    _forget(business_id, FIRM, "withdraw")


def erase(person: Person) -> None:
    """Take the person's own answer and its history out of the vault."""
    _forget(person.id, PERSON, "erase")


def erase_owners(business_id: uuid.UUID) -> None:
    """Take the owners' answer and its history out of the vault."""
    _forget(business_id, FIRM, "erase")


def forget_owners(business_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the owners' answer of a firm out of the vault (erasure); nothing of it stands in the log of changes."""
    _forget(business_id, FIRM, "erase")
    return []


def forget_person(person_id: uuid.UUID) -> None:
    """Take somebody's answer and its history out of the vault, because the person left."""
    _forget(person_id, PERSON, "erase")


def _own(subject: uuid.UUID, kind: str, *, by: Person | None) -> queries.Kept | None:
    try:
        return queries.declarations_for(Purpose.OWN, [subject], vault=vault(), by=by, kind=kind).get(subject)
    except queries.GateClosed:
        raise NotCollected(_("Declarations are not collected at present.")) from None


def _give(subject: uuid.UUID, kind: str, codes: Collection[str], own_words: str, language: Language) -> None:
    if queries.open_gate(GATE_OF[kind], demo=setting("DEMO")) is None:
        raise NotCollected(_("Declarations are not collected at present."))
    answer = _answer(codes, own_words, kind)
    door = vault()
    before = queries.declarations_for(Purpose.OWN, [subject], vault=door, by=None, kind=kind).get(subject)
    past = queries.trail_of(subject, vault=door, kind=kind)
    today = clock.today()
    waits = before is not None and before.counts_from > today
    same = before is not None and not waits and set(before.answer.codes) == set(answer.codes)
    counts_from = today if same or not past else next_quarter(today)
    what = "renew" if same else "change" if before is not None else "give"
    _unnamed(f"declaration.{what}")
    _store(subject, kind, answer, language=language, counts_from=counts_from, what=what)


def _answer(codes: Collection[str], own_words: str, kind: str) -> Answer:
    """Return the answer as it is sealed. Raises Refusal."""
    chosen = set(codes)
    if chosen - _known(kind):
        raise Refusal(_("Choose among the answers on the page."), field="communities")
    if own_words.strip():
        chosen.add(OTHER)
    if not chosen:
        raise Refusal(_("Choose an answer, or leave the page: not answering is fine."), field="communities")
    if chosen & ALONE and len(chosen) > 1:
        raise Refusal(stands_alone(kind), field="communities")
    if len(own_words) > OWN_WORDS_LENGTH:
        raise Refusal(_("Own words hold at most 200 characters."), field="own_words")
    return Answer(codes=tuple(sorted(chosen - {PREFER_NOT})), own_words=own_words if own_words.strip() else "")


def stands_alone(kind: str) -> str:
    """Return the rule about answers that go with no other."""
    if kind == FIRM:
        return _(
            "“Mixed ownership”, “none” and “prefer not to say” stand alone; please choose one of them or communities."
        )
    return _("“None” and “prefer not to say” stand alone; please choose one of them or communities.")


def _known(kind: str) -> set[str]:
    named = {one.code for one in vocabulary.communities() if kind == FIRM or one.applies_to != FIRM}
    return (named | ALONE) - ({MIXED} if kind != FIRM else set()) - {"undisclosed"}


def _unnamed(verb: str) -> None:
    """Write a line that says what happened and not who did it: who declared is nobody's business (P7).

    The person finds the own history in the vault. The database's log of changes gets no name either.
    """
    db.session.flush()
    db.session.execute(sa.select(sa.func.set_config("app.actor", "", True)))
    audit.record(verb=verb, by=None, kind="vault")
    db.session.flush()


def _store(subject: uuid.UUID, kind: str, answer: Answer, *, language: Language, counts_from: date, what: str) -> None:
    """Seal an answer under a new pseudonym, in the vault's own transaction; keep the one that counts until then."""
    door = vault()
    pseudonym = uuid.uuid4()
    hashed = sealing.link_hash(subject, kind, key=door.link_key)
    table = models.declaration
    with door.engine.begin() as connection:
        _lock(connection, hashed)
        number, key = key_to_seal(connection, door)
        earlier = _records(connection, hashed, door)
        stays = [row.pseudonym for row in earlier if counts_from > clock.today() >= row.counts_from][-1:]
        gone = [row.pseudonym for row in earlier if row.pseudonym not in stays]
        connection.execute(sa.delete(table).where(table.c.pseudonym.in_(gone)))
        sealed = sealing.seal_answer(answer, pseudonym=pseudonym, key=key, key_number=number)
        connection.execute(
            sa.insert(table).values(
                pseudonym=pseudonym,
                about=kind,
                key_number=number,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                wording=WORDING,
                language=language.value,
                given_at=clock.now(),
                counts_from=counts_from,
                expires_on=clock.today() + VALID,
            )
        )
        relink(connection, hashed, kind, [*stays, pseudonym], door)
        note(connection, hashed, kind, what)


def _records(connection: sa.Connection, hashed: bytes, door: Vault) -> Sequence[sa.Row[Any, Any]]:
    """Return the days of a subject's records, in the order in which they count."""
    table = models.declaration
    return connection.execute(
        sa.select(table.c.pseudonym, table.c.counts_from)
        .where(table.c.pseudonym.in_(_pseudonyms(connection, hashed, door)), table.c.expires_on >= clock.today())
        .order_by(table.c.counts_from, table.c.given_at, table.c.pseudonym)
    ).all()


def _pseudonyms(connection: sa.Connection, hashed: bytes, door: Vault) -> list[uuid.UUID]:
    row = connection.execute(sa.select(models.link).where(models.link.c.subject_hash == hashed)).one_or_none()
    if row is None:
        return []
    sealed = Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
    return sealing.open_pseudonyms(sealed, hashed=hashed, key=door.link_key)


def relink(connection: sa.Connection, hashed: bytes, kind: str, pseudonyms: Sequence[uuid.UUID], door: Vault) -> None:
    """Let a link lead to these records, or remove it when there are none."""
    connection.execute(sa.delete(models.link).where(models.link.c.subject_hash == hashed))
    if pseudonyms:
        sealed = sealing.seal_pseudonyms(pseudonyms, hashed=hashed, key=door.link_key)
        connection.execute(
            sa.insert(models.link).values(
                subject_hash=hashed, about=kind, nonce=sealed.nonce, ciphertext=sealed.ciphertext
            )
        )


def note(connection: sa.Connection, hashed: bytes, kind: str, what: str) -> None:
    """Write into the own history what was done, without what was said."""
    connection.execute(
        sa.insert(models.trail).values(id=uuid.uuid4(), subject_hash=hashed, about=kind, at=clock.now(), what=what)
    )


def _forget(subject: uuid.UUID, kind: str, what: str) -> None:
    """Take a subject's records out of the vault.

    After an erasure one mark stays until the quarter is over: else erasing and answering anew would be a change that
    counts at once.
    """
    _unnamed(f"declaration.{what}")
    door = vault()
    hashed = sealing.link_hash(subject, kind, key=door.link_key)
    with door.engine.begin() as connection:
        _lock(connection, hashed)
        pseudonyms = _pseudonyms(connection, hashed, door)
        known = connection.scalar(sa.select(sa.exists().where(models.trail.c.subject_hash == hashed)))
        connection.execute(sa.delete(models.declaration).where(models.declaration.c.pseudonym.in_(pseudonyms)))
        relink(connection, hashed, kind, [], door)
        if what == "erase":
            connection.execute(sa.delete(models.trail).where(models.trail.c.subject_hash == hashed))
        if known and (pseudonyms or what == "erase"):
            note(connection, hashed, kind, what)


def _lock(connection: sa.Connection, hashed: bytes) -> None:
    """Let one writer at a time touch a subject's records."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(int.from_bytes(hashed[:8], "big", signed=True))))
