"""Gates open with a whole basis and two keys, close with one, and end by themselves (balance G1, G2, section 10)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.domain import Wing
from iso_portal.balance import models, queries, service
from iso_portal.balance.domain import gates
from iso_portal.balance.domain.gates import State
from iso_portal.balance.models import BasisKind, Gate, GateRecord
from iso_portal.balance.queries import GateClosed
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import jobs
from tests import factories
from tests.balance.offices import MIDDAY, one_day
from tests.balance.vaults import open_gate
from tests.conftest import make_app, signed_in

TODAY = date(2026, 11, 25)
WHOLE = {
    "purpose": "To see whether work is shared evenly",
    "basis": "Law 06/L-082, article 8",
    "document": "Decision 4/2026, registry 12",
    "assessment": "DPIA-2026-3",
    "assessed_on": "2026-10-01",
    "expires_on": "2027-06-30",
    "kind": "legal",
}
ASK = "/balance/policy/gates/{}/ask"


@pytest.fixture
def office(own_app: Flask) -> Iterator[SimpleNamespace]:
    """A steward who asks, two co-managers, one of each wing, and another manager of the first wing."""

    with one_day(own_app):
        people = SimpleNamespace(
            steward=factories.person("data_steward", wing=None),
            sq=factories.person("manager", wing=Wing.SQ),
            sr=factories.person("manager", wing=Wing.SR),
            sq_too=factories.person("manager", wing=Wing.SQ),
            no_desk=factories.person("manager", wing=None),
            officer=factories.person(wing=Wing.SQ),
        )
        db.session.commit()
        yield people


def clients(app: Flask, office: SimpleNamespace) -> SimpleNamespace:
    return SimpleNamespace(**{name: signed_in(app, person) for name, person in vars(office).items()})


def asked(app: Flask, office: SimpleNamespace, gate: Gate = Gate.COLLECT_STAFF, **changes: Any) -> str:
    """Ask for a gate and return the address of its request."""
    client = signed_in(app, office.steward)
    assert client.post(ASK.format(gate), data=WHOLE | changes).status_code == 303
    key = db.session.scalar(
        sa.text(
            "select id from balance_gates where gate = :gate and requested_at is not null order by created_at desc limit 1"
        ),
        {"gate": gate.value},
    )
    return f"/balance/policy/gates/{key}"


def is_open(gate: Gate = Gate.COLLECT_STAFF, *, demo: bool = False) -> bool:
    db.session.rollback()
    return queries.open_gate(gate, demo=demo) is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"basis": ""}, "basis"),
        ({"document": ""}, "document"),
        ({"assessment": ""}, "assessment"),
        ({"assessed_on": ""}, "assessed_on"),
        ({"assessed_on": "2026-13-40"}, "assessed_on"),
        ({"expires_on": ""}, "expires_on"),
        ({"expires_on": "2026-11-25"}, "expires_on"),
        ({"expires_on": "2027-11-26"}, "expires_on"),
    ],
)
def test_an_incomplete_request_names_the_field_keeps_what_was_typed_and_opens_nothing(
    own_app: Flask, office: SimpleNamespace, changes: dict[str, str], field: str
) -> None:
    answer = signed_in(own_app, office.steward).post(ASK.format("collect_staff"), data=WHOLE | changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    kept = "document" if field != "document" else "assessment"
    assert WHOLE[kept] in answer.text
    assert queries.gate_records() == []


def test_a_demonstration_basis_is_refused_outside_the_demo(own_app: Flask, office: SimpleNamespace) -> None:
    own_app.config["DEMO"] = False
    answer = signed_in(own_app, office.steward).post(
        ASK.format("collect_staff"), data=WHOLE | {"kind": "demonstration"}
    )
    assert answer.status_code == 422
    assert "demo data only" in answer.text
    assert (
        signed_in(own_app, office.steward)
        .post(ASK.format("collect_staff"), data=WHOLE | {"kind": "secret"})
        .status_code
        == 400
    )
    assert signed_in(own_app, office.steward).get(ASK.format("everything")).status_code == 404


def test_two_managers_of_different_wings_open_a_gate_and_one_alone_cannot(
    own_app: Flask, office: SimpleNamespace
) -> None:
    request, who = asked(own_app, office), clients(own_app, office)
    assert not is_open()
    assert who.officer.post(f"{request}/key").status_code == 403
    assert who.steward.post(f"{request}/key").status_code == 403, "who asked has no key at all"
    assert who.no_desk.post(f"{request}/key").status_code == 422
    assert who.sq.post(f"{request}/key").status_code == 303
    assert not is_open()
    assert who.sq.post(f"{request}/key").status_code == 422, "the same person twice"
    assert who.sq_too.post(f"{request}/key").status_code == 422, "two of one wing"
    assert not is_open()
    assert who.sr.post(f"{request}/key").status_code == 303
    assert is_open()
    assert who.sr.post(f"{request}/key").status_code == 422, "decided already"
    page = signed_in(own_app, office.officer).get("/balance/policy").text
    for said in (office.sq.name, office.sr.name, WHOLE["document"], WHOLE["assessment"]):
        assert said in page, "all staff read it"
    verbs = db.session.scalars(sa.text("select verb from acts where verb like 'gate.%' order by at, verb")).all()
    assert sorted(verbs) == ["gate.ask", "gate.key", "gate.open"]


def test_a_manager_who_asked_turns_no_key(own_app: Flask, office: SimpleNamespace) -> None:
    sq = signed_in(own_app, office.sq)
    assert sq.post(ASK.format("collect_staff"), data=WHOLE).status_code == 303
    key = db.session.scalar(sa.text("select id from balance_gates"))
    request = f"/balance/policy/gates/{key}"
    assert sq.post(f"{request}/key").status_code == 422
    assert signed_in(own_app, office.sr).post(f"{request}/key").status_code == 303
    assert sq.post(f"{request}/key").status_code == 422
    assert not is_open()
    assert signed_in(own_app, office.sq_too).post(f"{request}/key").status_code == 303
    assert is_open()


def test_the_database_itself_refuses_a_gate_without_a_whole_basis_and_two_people(
    own_app: Flask, office: SimpleNamespace
) -> None:
    whole: dict[str, Any] = {
        "gate": Gate.USE_COMMUNITY_IN_ASSIGNMENT,
        "kind": BasisKind.LEGAL,
        "purpose": "p",
        "basis": "b",
        "document": "d",
        "assessment": "a",
        "assessed_on": TODAY,
        "opened_at": MIDDAY,
        "expires_on": date(2027, 11, 25),
        "requested_by_id": office.steward.id,
        "first_by_id": office.sq.id,
        "second_by_id": office.sr.id,
    }
    for change in (
        {"basis": ""},
        {"document": ""},
        {"assessment": ""},
        {"assessed_on": None},
        {"second_by_id": None},
        {"second_by_id": office.sq.id},
        {"requested_by_id": office.sr.id},
        {"expires_on": date(2027, 11, 26)},
    ):
        db.session.add(GateRecord(**whole | change))
        with pytest.raises(sa.exc.IntegrityError):
            db.session.flush()
        db.session.rollback()
    db.session.add(GateRecord(**whole))
    db.session.flush()


def test_closing_needs_one_key_and_closes_assignment_with_collection(own_app: Flask, office: SimpleNamespace) -> None:
    who = clients(own_app, office)
    for gate in (Gate.COLLECT_STAFF, Gate.USE_COMMUNITY_IN_ASSIGNMENT):
        request = asked(own_app, office, gate)
        for client in (who.sq, who.sr):
            assert client.post(f"{request}/key").status_code == 303
        assert is_open(gate)
    first = db.session.scalar(sa.text("select id from balance_gates where gate = 'collect_staff'"))
    assert who.officer.post(f"/balance/policy/gates/{first}/close").status_code == 403
    assert who.sr.post(f"/balance/policy/gates/{first}/close").status_code == 303
    assert not is_open()
    assert not is_open(Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    assert db.session.scalar(sa.text("select count(*) from balance_gates where closed_at is null")) == 0
    assert who.sr.post(f"/balance/policy/gates/{first}/close").status_code == 422


def test_assignment_cannot_open_while_collection_is_closed(own_app: Flask, office: SimpleNamespace) -> None:
    who = clients(own_app, office)
    request = asked(own_app, office, Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    answer = who.sq.post(f"{request}/key")
    assert answer.status_code == 422
    assert "not collected" in answer.text
    open_gate(gate=Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    assert not is_open(Gate.USE_COMMUNITY_IN_ASSIGNMENT, demo=True), "not even with a record of its own"


def test_a_request_can_be_ended_and_another_one_made(own_app: Flask, office: SimpleNamespace) -> None:
    who = clients(own_app, office)
    request = asked(own_app, office)
    assert who.steward.post(ASK.format("collect_staff"), data=WHOLE).status_code == 422, "one waits already"
    assert who.sr.post(f"{request}/refuse").status_code == 303
    assert who.sr.post(f"{request}/refuse").status_code == 422
    assert who.sq.post(f"{request}/key").status_code == 422
    asked(own_app, office)


def test_a_renewal_ends_the_record_before(own_app: Flask, office: SimpleNamespace) -> None:
    who = clients(own_app, office)
    for _time in range(2):
        request = asked(own_app, office)
        for client in (who.sq, who.sr):
            assert client.post(f"{request}/key").status_code == 303
    assert db.session.scalar(sa.text("select count(*) from balance_gates where closed_at is null")) == 1
    assert is_open()


def opened(own_app: Flask, office: SimpleNamespace, **changes: Any) -> None:
    request, who = asked(own_app, office, **changes), clients(own_app, office)
    for client in (who.sq, who.sr):
        assert client.post(f"{request}/key").status_code == 303


def test_a_gate_closes_by_itself_at_midnight_whenever_the_job_runs(own_app: Flask, office: SimpleNamespace) -> None:
    opened(own_app, office)
    with clock.turned_to(datetime(2027, 6, 30, 21, 59, tzinfo=UTC)):
        assert is_open()
    with clock.turned_to(datetime(2027, 6, 30, 22, 1, tzinfo=UTC)):
        assert not is_open()
        assert queries.gate_state(Gate.COLLECT_STAFF, demo=False) is State.EXPIRED
        for _twice in range(2):
            db.session.rollback()
            jobs.tasks["balance.expiry"].func()
        assert queries.gate_state(Gate.COLLECT_STAFF, demo=False) is State.EXPIRED
    assert db.session.scalar(sa.text("select count(*) from acts where verb = 'gate.close'")) == 1


def test_both_co_managers_get_letters_60_30_and_7_days_before(own_app: Flask, office: SimpleNamespace) -> None:
    opened(own_app, office)
    for day in (0, 5, 6, 7, 20, 36, 37, 59, 60, 66):
        with clock.turned_to(datetime(2027, 4, 25, 3, tzinfo=UTC) + timedelta(days=day)):
            db.session.rollback()
            jobs.tasks["balance.expiry"].func()
    rows = db.session.execute(
        sa.text(
            "select to_address, (written_at at time zone 'UTC')::date as day, text from letters order by written_at"
        )
    ).all()
    assert {row.to_address for row in rows} == {office.sq.email, office.sr.email, office.sq_too.email}
    assert sorted({row.day for row in rows}) == [date(2027, 5, 1), date(2027, 5, 31), date(2027, 6, 23)]
    assert len(rows) == 9
    assert "/balance/policy" in rows[0].text
    assert "28 Sept" in rows[0].text, "when sealed answers are destroyed"


def test_sealed_records_are_destroyed_90_days_after_the_end_unless_it_was_renewed(
    own_app: Flask, office: SimpleNamespace
) -> None:
    opened(own_app, office)
    opened(own_app, office, gate=Gate.COLLECT_FIRMS)
    business = factories.business()
    db.session.commit()
    with unit_of_work():
        service.declare(office.officer, ["serb"], language=Language.EN)
        service.declare_owners(business.id, ["serb"])
    with clock.turned_to(datetime(2027, 7, 1, 8, tzinfo=UTC)):
        opened(own_app, office, gate=Gate.COLLECT_FIRMS, expires_on="2028-06-30")

    def left(day: datetime) -> list[str]:
        with clock.turned_to(day):
            db.session.rollback()
            jobs.tasks["balance.expiry"].func()
        with service.vault().engine.connect() as connection:
            return sorted(connection.scalars(sa.select(models.declaration.c.about)).all())

    assert left(datetime(2027, 9, 27, 8, tzinfo=UTC)) == ["firm", "person"]
    assert left(datetime(2027, 9, 28, 8, tzinfo=UTC)) == ["firm"]
    assert left(datetime(2027, 9, 29, 8, tzinfo=UTC)) == ["firm"]
    assert db.session.scalar(sa.text("select count(*) from acts where verb = 'gate.destroy'")) == 1


# Assignment (G1).


@pytest.mark.parametrize("state", ["off", "expired", "incomplete"])
def test_joint_and_ledgers_without_its_gate_raises_and_reads_nothing(
    own_app: Flask, office: SimpleNamespace, state: str
) -> None:
    open_gate()
    if state == "expired":
        open_gate(days=-1, gate=Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    elif state == "incomplete":
        asked(own_app, office, Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    with pytest.raises(GateClosed):
        service.assignment_declarations([office.officer.id], by=office.sq)
    assert db.session.scalar(sa.text("select count(*) from acts where verb = 'vault.read'")) == 0


def test_with_its_gate_open_the_codes_come_with_one_line_in_the_log(own_app: Flask, office: SimpleNamespace) -> None:
    open_gate()
    open_gate(gate=Gate.USE_COMMUNITY_IN_ASSIGNMENT)
    with unit_of_work():
        service.declare(office.officer, ["serb"], language=Language.EN)
    with unit_of_work():
        assert service.assignment_declarations([office.officer.id, office.sq.id], by=office.sq) == {
            office.officer.id: ("serb",)
        }
    lines = db.session.scalars(
        sa.text("select details from acts where verb = 'vault.read' and details->>'purpose' = 'assignment'")
    ).all()
    assert lines == [{"kind": "person", "purpose": "assignment", "subjects": 2}]


def test_a_language_paired_proposal_works_with_all_rights_on_the_vault_revoked(
    own_app: Flask, office: SimpleNamespace
) -> None:
    owner = sa.create_engine(own_app.config["DATABASE_OWNER_URL"], poolclass=sa.NullPool)
    with owner.begin() as connection:
        connection.execute(sa.text("revoke all on all tables in schema balance_vault from iso_vault"))
        connection.execute(sa.text("revoke usage on schema balance_vault from iso_vault"))
    for _one in range(4):
        factories.person()
    case = factories.case()
    db.session.commit()
    with unit_of_work():
        pairs = service.propose_for(case).proposal.pairs
    assert len(pairs) >= 3
    client = signed_in(own_app, office.officer)
    assert client.get(f"/balance/cases/{case.id}/assignment").status_code == 200
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        queries.trail_of(office.officer.id, vault=service.vault())
    assert db.session.scalar(sa.text("select count(*) from acts where verb = 'vault.read'")) == 0


def test_what_a_proposal_is_made_of_has_no_field_for_a_community() -> None:
    source = Path(gates.__file__).with_name("proposals.py").read_text(encoding="utf-8")
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    names |= {node.target.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.AnnAssign)}  # type: ignore[union-attr]  # fields
    assert not [name for name in names if "communit" in name or "declar" in name or "vault" in name]


def test_a_demonstration_is_closed_outside_the_demo_and_each_page_of_the_demo_says_what_it_is(
    server: Any, own_app: Flask, office: SimpleNamespace, tmp_path: Path
) -> None:
    open_gate()
    assert is_open(demo=True)
    assert not is_open(demo=False)
    client = signed_in(own_app, office.officer)
    for address in ("/balance/policy", "/balance/declaration", "/balance/"):
        assert "emo" in client.get(address).text.split("<main")[1]
    name = sa.make_url(own_app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    real = make_app(server, name, tmp_path, demo=False)
    page = signed_in(real, "officer").get("/balance/declaration").text
    assert "Declarations are not collected at present." in page
    with real.app_context():
        db.engine.dispose()


def test_every_balance_page_works_with_every_gate_closed(own_app: Flask, office: SimpleNamespace) -> None:
    steward, manager = signed_in(own_app, office.steward), signed_in(own_app, office.sq)
    for address in (
        "/balance/",
        "/balance/policy",
        "/balance/policy/key",
        "/balance/policy/readings",
        "/balance/declaration",
    ):
        assert steward.get(address).status_code == 200
        assert manager.get(address).status_code == 200
