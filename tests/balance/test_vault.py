"""The vault: own answers only, unreadable for everybody else, gone when withdrawn (balance P1-P8)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.balance import models, queries, service
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import Answer, CannotOpen, Sealed
from iso_portal.balance.queries import GateClosed, Purpose
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import jobs
from tests import factories
from tests.balance.vaults import KEY, NOON, OTHER_KEY, OWN, client_of, counting, give, in_vault, seal
from tests.conftest import signed_in


def test_answers_are_equally_long_and_open_only_in_their_own_row() -> None:
    row, other = uuid.uuid4(), uuid.uuid4()
    short = seal(Answer(codes=("serb",)), row)
    long = seal(Answer(codes=("albanian", "serb"), own_words="ш" * 200), row)
    assert len(short.ciphertext) == len(long.ciphertext)
    assert short.nonce != long.nonce
    assert sealing.open_answer(short, pseudonym=row, key=KEY, key_number=1) == Answer(codes=("serb",))
    flipped = Sealed(nonce=short.nonce, ciphertext=bytes([short.ciphertext[0] ^ 1]) + short.ciphertext[1:])
    for sealed, pseudonym, key, number in (
        (short, other, KEY, 1),
        (short, row, OTHER_KEY, 1),
        (flipped, row, KEY, 1),
        (short, row, KEY, 2),
    ):
        with pytest.raises(CannotOpen):
            sealing.open_answer(sealed, pseudonym=pseudonym, key=key, key_number=number)


def test_each_nonce_is_used_once_and_a_data_key_opens_with_its_number_and_key_alone() -> None:
    row = uuid.uuid4()
    assert len({seal(Answer(codes=()), row).nonce for _ in range(500)}) == 500
    sealed = sealing.seal_data_key(KEY, number=3, key=OTHER_KEY)
    assert sealing.open_data_key(sealed, number=3, key=OTHER_KEY) == KEY
    for number, key in ((4, OTHER_KEY), (3, KEY)):
        with pytest.raises(CannotOpen):
            sealing.open_data_key(sealed, number=number, key=key)


def test_links_to_one_record_and_to_two_are_equally_long() -> None:
    hashed = sealing.link_hash(uuid.uuid4(), "person", key=KEY)
    one, two = [uuid.uuid4()], [uuid.uuid4(), uuid.uuid4()]
    sealed = [sealing.seal_pseudonyms(some, hashed=hashed, key=KEY) for some in (one, two)]
    assert len(sealed[0].ciphertext) == len(sealed[1].ciphertext)
    assert sealing.open_pseudonyms(sealed[1], hashed=hashed, key=KEY) == two
    with pytest.raises(CannotOpen):
        sealing.open_pseudonyms(sealed[0], hashed=sealing.link_hash(uuid.uuid4(), "person", key=KEY), key=KEY)


def test_a_declaration_is_kept_read_with_a_log_line_and_withdrawn(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        give(someone, "albanian", "serb", own_words=OWN)
        with unit_of_work():
            kept = service.own_declaration(someone)
        assert kept is not None
        assert set(kept.answer.codes) == {"albanian", "serb", "other"}
        assert kept.answer.own_words == OWN
        assert (kept.wording, kept.language) == (service.WORDING, "sq")
        reads = db.session.execute(sa.text("select reason, details from acts where verb = 'vault.read'")).all()
        assert [(row.reason, row.details) for row in reads] == [
            ("own", {"kind": "person", "purpose": "own", "subjects": 1})
        ] * 2  # once before the answer was kept, to see whether it is a change
        with unit_of_work():
            service.withdraw(someone)
        with unit_of_work():
            assert service.own_declaration(someone) is None
        assert in_vault(own_app, sa.select(models.declaration)) == []
        assert in_vault(own_app, sa.select(models.link)) == []


def test_no_log_tells_who_declared(own_app: Flask, someone: Person) -> None:
    client = client_of(own_app, someone)
    with own_app.app_context():
        before = db.session.scalar(sa.text("select coalesce(max(id), 0) from audit.change"))
    assert client.post("/balance/declaration", data={"communities": "serb"}).status_code == 303
    assert client.post("/balance/declaration/show").status_code == 200
    assert client.post("/balance/declaration/withdraw").status_code == 303
    with own_app.app_context():
        acts = db.session.execute(sa.text("select verb, by_id, by_name, subject_id from acts")).all()
        assert {row.verb for row in acts} >= {"declaration.give", "declaration.withdraw", "vault.read"}
        assert {(row.by_id, row.by_name, row.subject_id) for row in acts} == {(None, "", None)}
        actors = db.session.scalars(
            sa.text("select distinct actor from audit.change where relation = 'acts' and id > :before"),
            {"before": before},
        ).all()
    assert str(someone.id) not in [actor for actor in actors if actor], "nor does the log of changes"


def test_the_portals_own_role_cannot_read_the_vault(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        for table in ("declaration", "link", "data_key", "trail"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                db.session.execute(sa.text(f"select * from balance_vault.{table}"))
            db.session.rollback()


@pytest.mark.parametrize(
    ("codes", "own_words", "says"),
    [
        ([], "", "not answering is fine"),
        (["none", "serb"], "", "stand alone"),
        (["prefer_not", "albanian"], "", "stand alone"),
        (["none"], "my words", "stand alone"),
        (["serb"], "x" * 201, "200"),
        (["serb"], "two\nlines", "on one line"),
        (["serb"], "turned \u202e round", "on one line"),
        (["martian"], "", "Choose among the answers"),
        (["mixed"], "", "Choose among the answers"),
    ],
)
def test_answers_that_contradict_themselves_are_asked_again_and_nothing_typed_is_lost(
    own_app: Flask, someone: Person, codes: list[str], own_words: str, says: str
) -> None:
    client = client_of(own_app, someone)
    answer = client.post("/balance/declaration", data={"communities": codes, "own_words": own_words})
    assert answer.status_code == 422
    assert says in answer.text
    assert answer.text.count(" checked ") == len([code for code in codes if code not in {"martian", "mixed"}])
    if own_words:
        assert own_words.rsplit(maxsplit=1)[-1] in answer.text
    with own_app.app_context():
        assert in_vault(own_app, sa.select(models.declaration)) == []


def test_own_words_are_kept_as_written_and_counted_as_other(own_app: Flask, someone: Person) -> None:
    client = client_of(own_app, someone)
    words = "  Gorani,  e pak Turk "
    assert client.post("/balance/declaration", data={"own_words": words}).status_code == 303
    with own_app.test_request_context(), unit_of_work():
        kept = service.own_declaration(someone)
    assert kept is not None
    assert (kept.answer.own_words, kept.answer.codes) == (words, ("other",))


@pytest.mark.parametrize("role", ["donor", "adviser", "administrator"])
def test_nobody_else_can_declare_and_no_field_names_another_person(own_app: Flask, someone: Person, role: str) -> None:
    stranger = signed_in(own_app, role)
    for address in ("", "/withdraw", "/erase", "/show"):
        assert stranger.post(f"/balance/declaration{address}", data={"communities": "serb"}).status_code == 403
    colleague = signed_in(own_app, "manager")
    data = {"communities": "serb", "person": str(someone.id), "id": str(someone.id), "person_id": str(someone.id)}
    assert colleague.post("/balance/declaration", data=data).status_code == 303
    with own_app.test_request_context():
        assert counting(someone) == {}


def test_without_a_gate_nothing_is_collected_and_nothing_read(own_app: Flask) -> None:
    client = signed_in(own_app, "officer")
    page = client.get("/balance/declaration").text
    assert "Declarations are not collected at present." in page
    assert 'name="communities"' not in page
    assert client.post("/balance/declaration", data={"communities": "serb"}).status_code == 409
    assert client.post("/balance/declaration/show").status_code == 409
    with own_app.test_request_context():
        for purpose in (Purpose.STATISTICS, Purpose.ASSIGNMENT):
            with pytest.raises(GateClosed):
                queries.declarations_for(purpose, [uuid.uuid4()], vault=service.vault(), by=None)
        assert db.session.scalar(sa.text("select count(*) from acts where verb = 'vault.read'")) == 0


def test_an_answer_ends_after_a_year_and_is_asked_for_again_once(own_app: Flask, someone: Person) -> None:
    client = client_of(own_app, someone)
    with own_app.test_request_context():
        give(someone, "serb")
        with clock.turned_to(clock.now() + timedelta(days=366)):
            assert counting(someone) == {}
            for _twice in range(2):
                jobs.tasks["balance.expiry"].func()
            assert in_vault(own_app, sa.select(models.declaration)) == []
            assert in_vault(own_app, sa.select(models.link)) == []
            assert "Your answer ended on" in client.get("/balance/declaration").text
            assert [step.what for step in queries.trail_of(someone.id, vault=service.vault())] == ["expired", "give"]
    with own_app.app_context():
        assert db.session.scalar(sa.text("select count(*) from letters")) == 0, "a letter would tell that there was one"


def test_a_changed_answer_counts_from_the_next_quarter_and_the_earlier_one_until_then(
    own_app: Flask, someone: Person
) -> None:
    with own_app.test_request_context(), clock.turned_to(NOON):
        give(someone, "albanian")
        assert counting(someone) == {someone.id: ("albanian",)}
        give(someone, "serb")
        assert counting(someone) == {someone.id: ("albanian",)}
        give(someone, "bosniak")  # changed once more: only two are ever kept
        assert len(in_vault(own_app, sa.select(models.declaration))) == 2
        with unit_of_work():
            own = service.own_declaration(someone)
        assert own is not None
        assert own.answer.codes == ("bosniak",), "the person sees the newest"
        with clock.turned_to(datetime(2027, 3, 31, 21, tzinfo=UTC)):
            assert counting(someone) == {someone.id: ("albanian",)}
        with clock.turned_to(datetime(2027, 3, 31, 22, 1, tzinfo=UTC)):  # midnight at the office
            assert counting(someone) == {someone.id: ("bosniak",)}
            jobs.tasks["balance.expiry"].func()
            assert len(in_vault(own_app, sa.select(models.declaration))) == 1
            assert counting(someone) == {someone.id: ("bosniak",)}


@pytest.mark.parametrize("way", [service.withdraw, service.erase])
def test_taking_an_answer_back_counts_at_once_and_is_no_way_round_the_quarter(
    own_app: Flask, someone: Person, way: Any
) -> None:
    with own_app.test_request_context(), clock.turned_to(NOON):
        give(someone, "albanian")
        with unit_of_work():
            way(someone)
        assert counting(someone) == {}
        give(someone, "serb")
        assert counting(someone) == {}
        with clock.turned_to(datetime(2027, 4, 1, 11, tzinfo=UTC)):
            assert counting(someone) == {someone.id: ("serb",)}


def test_the_same_answer_given_again_is_renewed_without_a_gap(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context(), clock.turned_to(NOON):
        give(someone, "albanian", "serb")
        with clock.turned_to(NOON + timedelta(days=300)):
            give(someone, "serb", "albanian")
            assert counting(someone) == {someone.id: ("albanian", "serb")}
        with clock.turned_to(NOON + timedelta(days=400)):
            assert counting(someone) == {someone.id: ("albanian", "serb")}


def test_after_an_erasure_nothing_of_a_person_is_left_but_a_mark_for_the_quarter(
    own_app: Flask, someone: Person
) -> None:
    with own_app.test_request_context(), clock.turned_to(NOON):
        give(someone, "serb")
        with unit_of_work():
            service.erase(someone)
        assert [row.what for row in in_vault(own_app, sa.select(models.trail.c.what))] == ["erase"]
        with clock.turned_to(NOON + timedelta(days=60)):
            jobs.tasks["balance.expiry"].func()
            assert in_vault(own_app, sa.select(models.trail)) == []


def test_records_of_leavers_go_within_90_days(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        give(someone, "serb")
        with unit_of_work():
            db.session.get_one(Person, someone.id).left_on = clock.today()
        jobs.tasks["balance.expiry"].func()
        assert len(in_vault(own_app, sa.select(models.declaration))) == 1
        with clock.turned_to(clock.now() + timedelta(days=89)):
            for _twice in range(2):
                jobs.tasks["balance.expiry"].func()
            assert in_vault(own_app, sa.select(models.declaration)) == []


def test_nothing_is_preselected_and_all_answers_weigh_the_same(own_app: Flask, someone: Person) -> None:
    page = client_of(own_app, someone).get("/balance/declaration").text
    assert "checked" not in page
    assert page.count('name="communities"') >= 12
    assert page.count('<div class="choice"><input class="form-check-input"') == page.count('name="communities"')


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [("en", "Albanian", "Serb"), ("sq", "Serb", "Shqiptar"), ("sr-Latn", "Albanska", "Srpska")],
)
def test_communities_stand_in_the_order_of_the_readers_alphabet(
    own_app: Flask, someone: Person, language: str, first: str, second: str
) -> None:
    page = client_of(own_app, someone, language).get("/balance/declaration").text
    assert 0 < page.index(f">{first}</label>") < page.index(f">{second}</label>")


def test_a_person_sees_the_own_history_and_who_read_it_when_and_why(own_app: Flask, someone: Person) -> None:
    client = client_of(own_app, someone)
    with own_app.test_request_context():
        give(someone, "gorani")
        for _run in range(3):
            counting(someone)
    page = client.get("/balance/declaration").text
    assert "answer given" in page
    assert "statistics of the night, 3 runs" in page
    assert "Gorani" not in page.split("What I did")[1], "history tells what was done, not what was said"
    assert 'class="card-plain balance-own"' not in page, "a reading is never made by opening the page"
    assert "Gorani" in client.post("/balance/declaration/show").text


def ask_reading(person: Person) -> tuple[uuid.UUID, Person, Person, Person]:
    asks = factories.person("data_steward")
    first, second = factories.person("manager", wing=Wing.SQ), factories.person("manager", wing=Wing.SR)
    with unit_of_work():
        act = service.ask_reading(person.id, reason="Order of the court 12/2026", by=asks)
        key = act.id
    return key, asks, first, second


def test_one_record_is_read_for_a_legal_request_with_two_keys_and_the_person_sees_it(
    own_app: Flask, someone: Person
) -> None:
    with own_app.test_request_context():
        give(someone, "turkish")
        key, asks, first, second = ask_reading(someone)
        steward, sq, sr = (signed_in(own_app, one) for one in (asks, first, second))
        name = asks.name
    read = f"/balance/policy/acts/{key}/read"
    assert steward.post(read).status_code == 422
    assert sq.post(f"/balance/policy/acts/{key}/key").status_code == 303
    assert sq.post(f"/balance/policy/acts/{key}/key").status_code == 422, "one desk alone cannot"
    assert steward.post(read).status_code == 422
    assert sr.post(f"/balance/policy/acts/{key}/key").status_code == 303
    assert sr.post(read).status_code == 422, "the keys do not read"
    answer = steward.post(read)
    assert answer.status_code == 200
    assert "Turkish" in answer.text
    assert steward.post(read).status_code == 422, "once"
    page = client_of(own_app, someone).get("/balance/declaration").text
    assert name in page
    assert "Order of the court 12/2026" in page
    assert "Order of the court" not in signed_in(own_app, "officer").get("/balance/policy").text


def test_nobody_turns_a_key_on_the_own_record_or_asks_for_it(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        manager = factories.person("manager")
        with unit_of_work():
            act = service.ask_reading(manager.id, reason="Order", by=factories.person("data_steward"))
            key = act.id
        with pytest.raises(service.Refusal):
            service.ask_reading(manager.id, reason="curious", by=manager)
        client = signed_in(own_app, manager)
    assert client.post(f"/balance/policy/acts/{key}/key").status_code == 422


def test_forty_records_are_read_and_opened_with_three_questions(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        people = [factories.person() for _one in range(40)]
        db.session.commit()
        for one in people:
            give(one, "serb")
        asked: list[str] = []
        engine = service.vault().engine
        sa.event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        assert len(counting(*people)) == 40
    assert len(asked) == 3, "as many as for one record"
