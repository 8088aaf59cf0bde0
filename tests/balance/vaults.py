"""A vault with declarations, for tests of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from iso_portal.accounts.models import Person
from iso_portal.balance import queries, service
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import Answer, Sealed
from iso_portal.balance.models import BasisKind, Gate, GateRecord
from iso_portal.balance.queries import Purpose
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from tests.conftest import signed_in

OWN = "Zqxrvhtk own words nobody else may ever read"
KEY, OTHER_KEY = sealing.new_data_key(), sealing.new_data_key()
NOON = datetime(2027, 2, 10, 11, tzinfo=UTC)  # in the middle of a quarter


def open_gate(kind: BasisKind = BasisKind.DEMONSTRATION, *, days: int = 30, gate: Gate = Gate.COLLECT_STAFF) -> None:
    """Hold a gate open for some days from now."""
    db.session.add(
        GateRecord(
            gate=gate,
            kind=kind,
            purpose="test",
            basis="test",
            opened_at=clock.now(),
            expires_on=clock.today() + timedelta(days=days),
        )
    )
    db.session.commit()


def give(person: Person, *codes: str, own_words: str = "") -> None:
    with unit_of_work():
        service.declare(person, codes, own_words=own_words, language=Language.SQ)


def counting(*people: Person) -> dict[uuid.UUID, tuple[str, ...]]:
    with unit_of_work():
        found = queries.declarations_for(Purpose.STATISTICS, [one.id for one in people], vault=service.vault(), by=None)
    return {key: kept.answer.codes for key, kept in found.items()}


def in_vault(app: Flask, query: Any) -> Sequence[Any]:
    with service.vault().engine.connect() as connection:
        return connection.execute(query).all()


def client_of(app: Flask, person: Person, language: str = "en") -> Any:
    with app.app_context():
        return signed_in(app, db.session.get(Person, person.id), language=language)  # type: ignore[arg-type]  # it is there


def seal(answer: Answer, row: uuid.UUID, number: int = 1) -> Sealed:
    return sealing.seal_answer(answer, pseudonym=row, key=KEY, key_number=number)
