"""The vault's keys: rotation, takeover, alarm, custodians, destruction (balance P4)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.balance import models, queries, service
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.sealing import CannotOpen, Sealed
from iso_portal.balance.models import Gate
from iso_portal.core.db import db, unit_of_work
from tests import factories
from tests.balance.vaults import OWN, counting, give, in_vault, open_gate
from tests.conftest import signed_in


def three_custodians() -> list[Person]:
    managers = [factories.person("manager", wing=wing) for wing in Wing]
    people = [factories.person(wing=Wing.SQ), factories.person(wing=Wing.SR)]
    people.append(factories.person("data_steward", wing=None))
    with unit_of_work():
        for seat, person, proposer in (("sq", people[0], 0), ("sr", people[1], 1), ("neutral", people[2], 0)):
            content = {"seat": seat, "person": str(person.id)}
            act = service.propose_change(models.ActKind.CUSTODIAN, content, reason="custody", by=managers[proposer])
            assert service.turn_policy_key(act, by=managers[1 - proposer])
    return people


def test_rotation_seals_every_record_anew_and_is_logged(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        give(someone, "serb", own_words=OWN)
        before = in_vault(own_app, sa.select(models.declaration))[0]
        answer = own_app.test_cli_runner().invoke(args=["balance", "rotate-key"])
        assert answer.exit_code == 0, answer.output
        after = in_vault(own_app, sa.select(models.declaration))[0]
        assert after.key_number > before.key_number
        assert after.ciphertext != before.ciphertext
        assert after.nonce != before.nonce
        assert queries.keys_in_use(service.vault()) == [after.key_number]
        assert counting(someone) == {someone.id: ("other", "serb")}
        assert db.session.scalar(sa.text("select details->>'records' from acts where verb = 'vault.rotate'")) == "1"


def test_a_replaced_key_of_the_environment_takes_the_data_keys_over(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        give(someone, "serb")
        door = service.vault()
        own_app.extensions["vault"] = queries.Vault(
            engine=door.engine, key=sealing.key_of("n" * 40, "declarations"), link_key=door.link_key
        )
        assert counting(someone) == {}, "the new key opens nothing yet"
        assert service.alarm()
        wrong = own_app.test_cli_runner().invoke(args=["balance", "rewrap-key", "--former", "x" * 40])
        assert wrong.exit_code == 1
        right = own_app.test_cli_runner().invoke(args=["balance", "rewrap-key", "--former", "v" * 40])
        assert right.exit_code == 0, right.output
        assert counting(someone) == {someone.id: ("serb",)}


@pytest.mark.parametrize("harm", ["flipped", "moved", "number"])
def test_a_record_that_was_touched_counts_as_not_declared_and_leaves_an_alarm(
    own_app: Flask, someone: Person, harm: str
) -> None:
    with own_app.test_request_context():
        other = factories.person()
        db.session.commit()
        give(someone, "serb")
        give(other, "albanian")
        table = models.declaration
        with service.vault().engine.begin() as connection:
            rows = connection.execute(sa.select(table)).all()
            values: dict[str, Any] = {"ciphertext": bytes([rows[0].ciphertext[9] ^ 4]) + rows[0].ciphertext[1:]}
            if harm == "moved":
                values = {"ciphertext": rows[1].ciphertext, "nonce": rows[1].nonce}
            elif harm == "number":
                number = rows[0].key_number
                sealed = connection.execute(sa.select(models.data_key)).one()
                connection.execute(
                    sa.insert(models.data_key).values(
                        number=number + 1, nonce=sealed.nonce, ciphertext=sealed.ciphertext, made_at=sealed.made_at
                    )
                )
                values = {"key_number": number + 1}
            connection.execute(sa.update(table).where(table.c.pseudonym == rows[0].pseudonym).values(**values))
        assert not service.alarm()
        assert len(counting(someone, other)) == 1
        assert service.alarm()
        manager = signed_in(own_app, "manager")
    assert "did not open" in manager.get("/balance/policy").text


def test_two_of_three_custodians_destroy_the_key_and_one_alone_cannot(own_app: Flask, someone: Person) -> None:
    with own_app.test_request_context():
        give(someone, "serb")
        with unit_of_work():
            service.take_snapshot()
        snapshots = db.session.scalar(sa.text("select count(*) from balance_snapshots"))
        kept = in_vault(own_app, sa.select(models.declaration))
        wrapped = in_vault(own_app, sa.select(models.data_key))
        people = three_custodians()
        sq, _sr, neutral = (signed_in(own_app, person) for person in people)
        stranger = signed_in(own_app, "manager")
    data = {"reason": "Lists are asked for", "sure": "y"}
    assert stranger.post("/balance/policy/key/destroy", data=data).status_code == 422
    assert sq.post("/balance/policy/key/destroy", data={"reason": "Lists"}).status_code == 422, "the tick is missing"
    assert sq.post("/balance/policy/key/destroy", data=data).status_code == 303
    with own_app.test_request_context():
        key = db.session.scalar(sa.text("select id from balance_policy_acts where kind = 'destroy_key'"))
    finish = f"/balance/policy/key/{key}/finish"
    assert sq.post(finish).status_code == 422, "the same custodian"
    assert stranger.post(finish).status_code == 422
    with own_app.test_request_context():
        assert counting(someone) == {someone.id: ("serb",)}
    assert neutral.post(finish).status_code == 303
    with own_app.test_request_context():
        assert queries.open_gate(Gate.COLLECT_STAFF, demo=True) is None
        assert in_vault(own_app, sa.select(models.data_key)) == []
        assert in_vault(own_app, sa.select(models.declaration.c.ciphertext)) == [(kept[0].ciphertext,)]
        open_gate()
        assert counting(someone) == {}
        assert db.session.scalar(sa.text("select count(*) from balance_snapshots")) == snapshots
        # What a backup from before holds opens with the key of the environment alone.
        with pytest.raises(CannotOpen):
            sealing.open_data_key(
                Sealed(nonce=wrapped[0].nonce, ciphertext=wrapped[0].ciphertext), number=1, key=b"0" * 32
            )
        give(someone, "albanian")
        assert queries.keys_in_use(service.vault()) == [kept[0].key_number + 1], "no number is used twice"


def test_custodians_are_named_by_their_own_desk_and_the_neutral_one_has_none(own_app: Flask) -> None:
    with own_app.test_request_context():
        managers = {wing: factories.person("manager", wing=wing) for wing in Wing}
        people = {wing: factories.person(wing=wing) for wing in Wing}
        donor = factories.person("donor")
        for seat, person, by in (
            ("sq", people[Wing.SQ], Wing.SR),
            ("sq", people[Wing.SR], Wing.SQ),
            ("neutral", people[Wing.SQ], Wing.SQ),
            ("neutral", donor, Wing.SQ),
        ):
            with pytest.raises(service.Refusal):
                service.propose_change(
                    models.ActKind.CUSTODIAN,
                    {"seat": seat, "person": str(person.id)},
                    reason="custody",
                    by=managers[by],
                )
