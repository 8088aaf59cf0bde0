"""The vault: own answers only, unreadable for everybody else, gone when withdrawn (balance P1-P7)."""

from __future__ import annotations

import subprocess
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.models import Person
from iso_portal.balance import models, queries, service
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import Answer, CannotOpen, Sealed
from iso_portal.balance.models import BasisKind, Gate, GateRecord
from iso_portal.balance.queries import Purpose
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from iso_portal.core.i18n import Language
from tests import factories
from tests.conftest import signed_in

OWN = "Zqxrvhtk own words nobody else may ever read"
KEY, OTHER_KEY = sealing.key_of("a" * 40, "declarations"), sealing.key_of("b" * 40, "declarations")


def open_gate(kind: BasisKind = BasisKind.DEMONSTRATION, *, days: int = 30) -> None:
    db.session.add(
        GateRecord(
            gate=Gate.COLLECT_STAFF,
            kind=kind,
            purpose="test",
            basis="test",
            opened_at=clock.now(),
            expires_on=clock.today() + timedelta(days=days),
        )
    )
    db.session.commit()


@pytest.fixture
def someone(own_app: Flask) -> Person:
    """An officer on a database of its own, with the gate open."""
    with own_app.app_context():
        person: Person = factories.person()
        open_gate()
        db.session.refresh(person)
        db.session.expunge(person)
    return person


def test_answers_are_equally_long_and_open_only_in_their_own_row() -> None:
    row, other = uuid.uuid4(), uuid.uuid4()
    short = sealing.seal_answer(Answer(codes=("serb",)), pseudonym=row, key=KEY)
    long = sealing.seal_answer(Answer(codes=("albanian", "serb"), own_words="ш" * 200), pseudonym=row, key=KEY)
    assert len(short.ciphertext) == len(long.ciphertext)
    assert short.nonce != long.nonce
    assert sealing.open_answer(short, pseudonym=row, key=KEY) == Answer(codes=("serb",))
    flipped = Sealed(nonce=short.nonce, ciphertext=bytes([short.ciphertext[0] ^ 1]) + short.ciphertext[1:])
    for sealed, pseudonym, key in ((short, other, KEY), (short, row, OTHER_KEY), (flipped, row, KEY)):
        with pytest.raises(CannotOpen):
            sealing.open_answer(sealed, pseudonym=pseudonym, key=key)
    with pytest.raises(CannotOpen):
        sealing.open_answer(short, pseudonym=row, key=KEY, key_number=2)


def test_a_declaration_is_kept_read_with_a_log_line_and_withdrawn(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        with unit_of_work():
            service.declare(someone, ["albanian", "serb"], own_words=OWN, language=Language.SQ)
        with unit_of_work():
            kept = service.own_declaration(someone)
        assert kept is not None
        assert set(kept.answer.codes) == {"albanian", "serb", "other"}
        assert kept.answer.own_words == OWN
        reads = db.session.execute(sa.text("select reason, details from acts where verb = 'vault.read'")).all()
        assert [(row.reason, row.details) for row in reads] == [("own", {"subjects": 1})]
        with unit_of_work():
            service.withdraw(someone)
        with unit_of_work():
            assert service.own_declaration(someone) is None
        with service.vault().engine.connect() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(models.declaration)) == 0


def test_the_portals_own_role_cannot_read_the_vault(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        for table in ("declaration", "link"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                db.session.execute(sa.text(f"select * from balance_vault.{table}"))
            db.session.rollback()


def test_a_dump_holds_neither_own_words_nor_a_persons_community(
    own_app: Flask, someone: Person, server: EmbeddedPostgres
) -> None:
    with own_app.test_request_context(), unit_of_work():
        service.declare(someone, ["gorani"], own_words=OWN, language=Language.EN)
    name = urlsplit(own_app.config["SQLALCHEMY_DATABASE_URI"]).path.strip("/")
    dumped = subprocess.run(
        [
            server.binaries / "pg_dump",
            "--dbname",
            server.url("postgres", database=name, driver="postgresql"),
            "--data-only",
        ],
        capture_output=True,
        check=True,
    ).stdout
    assert len(dumped) > 1000
    assert OWN.encode() not in dumped
    assert b"gorani" not in dumped
    assert someone.name.encode() in dumped


@pytest.mark.parametrize(
    ("codes", "own_words", "language"),
    [
        ([], "", "en"),
        (["none", "serb"], "", "sq"),
        (["prefer_not", "albanian"], "", "sr_cyrl"),
        (["serb"], "x" * 201, "en"),
    ],
)
def test_answers_that_contradict_themselves_are_asked_again(
    own_app: Flask, someone: Person, codes: list[str], own_words: str, language: str
) -> None:
    with own_app.app_context():
        person = db.session.get(Person, someone.id)
        assert person is not None
        client = signed_in(own_app, person)
    answer = client.post("/balance/declaration", data={"communities": codes, "own_words": own_words})
    assert answer.status_code == 422
    for code in codes:
        assert f'value="{code}"' in answer.text


def test_without_a_gate_nothing_is_collected(own_app: Flask) -> None:
    client = signed_in(own_app, "officer")
    assert "Declarations are not collected at present." in client.get("/balance/declaration").text
    assert client.post("/balance/declaration", data={"communities": "serb"}).status_code == 409


def test_a_demonstration_basis_is_closed_outside_the_demo_and_an_old_one_everywhere(own_app: Flask) -> None:
    with own_app.app_context():
        open_gate()
        assert queries.open_gate(Gate.COLLECT_STAFF, demo=True) is not None
        assert queries.open_gate(Gate.COLLECT_STAFF, demo=False) is None
        with clock.turned_to(clock.now() + timedelta(days=31)):
            assert queries.open_gate(Gate.COLLECT_STAFF, demo=True) is None


def test_an_answer_expires(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        with unit_of_work():
            service.declare(someone, ["serb"], language=Language.EN)
        with clock.turned_to(clock.now() + timedelta(days=366)), unit_of_work():
            found = queries.declarations_for(Purpose.STATISTICS, [someone.id], vault=service.vault(), by=None)
    assert found == {}


def test_nothing_is_preselected_and_all_answers_weigh_the_same(own_app: Flask, someone: Person) -> None:
    with own_app.app_context():
        client = signed_in(own_app, db.session.get(Person, someone.id))  # type: ignore[arg-type]  # it is there
    page = client.get("/balance/declaration").text
    assert "checked" not in page
    assert page.count('name="communities"') >= 12
