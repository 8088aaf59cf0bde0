"""Overrides that wait, later weights, two people at once, and the mode by its gate (balance A7, A8, G1, section 10)."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Wing
from iso_portal.balance import queries, service
from iso_portal.balance.domain.choices import Kind
from iso_portal.balance.domain.policy import Mode
from iso_portal.balance.models import ActKind, Booking, Gate, Outcome, Override, PairRequest, PolicyAct
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Task
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from tests.balance.test_assignment_rules import first_pair, loaded, manager, office, other_pair
from tests.balance.vaults import open_gate
from tests.conftest import counted_queries, signed_in
from tests.soundness import assert_sound

WHY = {"override": Override.TRAINING, "override_text": "Learns the sector"}


def test_another_pair_for_a_large_case_waits_for_somebody_of_the_other_desk(session: scoped_session[Any]) -> None:
    office()
    case, by, same, other = loaded(weight=Decimal(3)), manager(), manager(), manager(Wing.SR)
    asked = service.assign(case, **other_pair(case), **WHY, by=by)
    assert isinstance(asked, PairRequest)
    assert queries.booking_of(case.id) is None
    for who in (by, same, manager(None)):
        with pytest.raises(service.NotYours):
            service.confirm_pair(queries.pair_request(asked.id), by=who)
    booking = service.confirm_pair(queries.pair_request(asked.id), by=other)
    assert (booking.kind, booking.booked_by_id, booking.confirmed_by_id) == (Kind.OVERRIDE, by.id, other.id)
    assert asked.outcome is Outcome.CONFIRMED
    with pytest.raises(service.StateChanged):
        service.decline_pair(queries.pair_request(asked.id), by=other)


def test_a_team_that_is_booked_meanwhile_overtakes_the_pair_that_waits(session: scoped_session[Any]) -> None:
    office()
    case, by = loaded(weight=Decimal(3)), manager()
    asked = service.assign(case, **other_pair(case), **WHY, by=by)
    first = service.assign(case, **first_pair(case), by=by)
    assert isinstance(asked, PairRequest)
    assert asked.outcome is Outcome.OVERTAKEN
    second = service.assign(case, **other_pair(case), **WHY, by=by)
    service.decline_pair(second, by=by)  # type: ignore[arg-type]  # a pair that waits
    assert queries.booking_of(case.id) is first


def test_the_page_of_the_same_desk_is_refused(app: Flask) -> None:
    with app.app_context():
        office()
        case, by, other = loaded(weight=Decimal(3)), manager(), manager(Wing.SR)
        asked = service.assign(case, **other_pair(case), **WHY, by=by)
        key, case_id = asked.id, case.id
        db.session.commit()
        here, there = signed_in(app, by), signed_in(app, other)
    for act in ("confirm", "decline"):
        assert signed_in(app, "administrator").post(f"/balance/confirmations/{key}/{act}").status_code == 404
    assert here.post(f"/balance/confirmations/{key}/confirm").status_code == 403
    page = there.get("/balance/confirmations")
    assert_sound(page.text, "confirmations")
    assert "Learns the sector" in page.text
    assert there.post(f"/balance/confirmations/{key}/confirm").status_code == 303
    assert there.post(f"/balance/confirmations/{key}/confirm").status_code == 409
    page = there.get("/balance/overrides")
    assert "Learns the sector" in page.text
    assert_sound(page.text, "overrides")
    assert signed_in(app, "officer").get("/balance/overrides").status_code == 403
    assert there.get("/balance/overrides?page=nonsense").status_code == 404
    assert_sound(there.get(f"/balance/cases/{case_id}/assignment").text, "assignment")


def test_each_condition_that_two_people_miss_is_named(app: Flask) -> None:
    with app.app_context():
        people = office(4)
        nobody = manager()
        case = loaded(weight=Decimal(1))
        case_id, keys, out = case.id, [str(one.id) for one in people], str(nobody.id)
        other = other_pair(case)
        db.session.commit()
        client = signed_in(app, nobody)
    address = f"/balance/cases/{case_id}/assignment"
    state = client.get(address).text.split('name="state" value="')[1].split('"')[0]
    for pair, says in (
        (f"{keys[0]}.{keys[0]}", "are two people"),
        (f"{keys[0]}.{out}", "takes no cases"),
        (f"{keys[0]}.nobody", "works on no cases"),
        ("", "required"),
    ):
        answer = client.post(address, data={"pair": pair, "state": state})
        assert answer.status_code == 422
        assert says in answer.text
        assert_sound(answer.text, says)
    answer = client.post(address, data={"pair": ".".join(other.values()), "state": state, "override_text": "because"})
    assert answer.status_code == 422  # another pair than the first three needs a reason's code beside the words
    assert 'value="because"' in answer.text
    assert client.get(f"{address}?lead=x&co_lead=y").status_code == 400
    page = client.get(f"{address}?lead={keys[0]}&co_lead={keys[1]}")
    assert "What if these two take the case" in page.text
    assert_sound(page.text, "what if")


def test_an_office_without_a_pair_in_both_languages_says_so_and_gives_the_lead_a_task(
    session: scoped_session[Any],
) -> None:
    office(4, languages=["sr", "en"])
    case, by = loaded(), manager()
    found = service.propose_for(case)
    assert found.proposal.relaxed
    pair = {"lead": found.proposal.pairs[0].lead.key, "co_lead": found.proposal.pairs[0].co_lead.key}
    with pytest.raises(service.Refusal):
        service.assign(case, **pair, by=by)
    booking = service.assign(case, **pair, by=by, override_text="nobody else is here")
    assert isinstance(booking, Booking)
    assert (booking.kind, booking.override) == (Kind.WAIVED, Override.LANGUAGE)
    task = db.session.scalars(sa.select(Task).where(Task.case_id == case.id)).one()
    assert "Albanian" in task.title
    assert str(task.owner_id) == pair["lead"]


def test_a_later_weight_counts_for_open_work_alone(app: Flask) -> None:
    with app.app_context():
        office()
        case, by = loaded(), manager()
        booking = service.assign(case, **first_pair(case), by=by)
        case_id, lead = case.id, booking.lead_id  # type: ignore[union-attr]  # a booking
        db.session.commit()
        client = signed_in(app, by)
    address = f"/balance/cases/{case_id}/weight"
    for wrong in ("0", "0.7", "6.5", "much", ""):
        answer = client.post(address, data={"weight": wrong, "reason": "grew"})
        assert answer.status_code == 422
        assert 'value="grew"' in answer.text
    assert client.post(address, data={"weight": "3.0", "reason": ""}).status_code == 422
    assert client.post(address, data={"weight": "3.0", "reason": "It grew"}).status_code == 303
    with app.app_context():
        load = queries.loads()[lead]
        assert (load.booked, load.open, load.led) == pytest.approx((0.65, 1.95, 1.0))
        assert cases.get(case_id).weight == 1
        gone = service.forget_case(case_id)
        assert {table for table, _key in gone} == {"balance_bookings", "balance_weights"}
        assert [(row.weight, row.reason) for row in queries.later_weights(case_id)] == [(3, "")]


def test_of_two_people_at_once_the_second_sees_the_booked_team(own_app: Flask) -> None:
    with own_app.app_context():
        office()
        case_id = loaded().id
        db.session.commit()
    clients = [signed_in(own_app, "manager") for _one in range(2)]
    address = f"/balance/cases/{case_id}/assignment"
    page = clients[0].get(address).text
    data = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("pair", "state")}
    answers: list[Any] = []
    ready = threading.Barrier(2)

    def press(client: Any) -> None:
        ready.wait()
        answers.append(client.post(address, data=data))

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "A team was assigned meanwhile." in refused.text
    assert "Assigned now:" in refused.text
    with own_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Booking)) == 1


def test_a_proposal_asks_as_many_questions_for_forty_people_as_for_five(app: Flask) -> None:
    counts = []
    for more in (5, 35):
        with app.app_context():
            office(more)
            case_id = loaded().id
            db.session.commit()
        client = signed_in(app, "manager")
        with counted_queries(app) as statements:
            assert client.get(f"/balance/cases/{case_id}/assignment").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_joint_and_ledgers_works_only_behind_its_gate_and_each_reading_is_written_down(own_app: Flask) -> None:
    with own_app.test_request_context():
        people = office(8)
        by = manager()
        db.session.add(
            PolicyAct(kind=ActKind.MODE, content={"mode": "joint_ledgers"}, reason="", in_force_on=clock.today())
        )
        db.session.commit()
        open_gate()
        with unit_of_work():
            for person in people:
                service.declare(person, ["albanian" if person.wing is Wing.SQ else "serb"], language=Language.EN)
        case = loaded()
        db.session.commit()
        assert service.propose_for(case).mode is Mode.LANGUAGE_PAIRED
        open_gate(gate=Gate.USE_COMMUNITY_IN_ASSIGNMENT)
        case_id, client = case.id, signed_in(own_app, by)
    address = f"/balance/cases/{case_id}/assignment"
    readings = "select count(*) from acts where verb = 'vault.read' and details->>'purpose' = 'assignment'"

    def read() -> Any:
        with own_app.app_context():
            return db.session.scalar(sa.text(readings))

    page = client.get(address).text
    assert "Propose pairs" in page
    assert read() == 0
    page = client.post(f"{address}/proposal").text
    assert "The order also follows the balance policy." in page
    assert not [
        word for word in ("serb<", "albanian<", "ommunity", "joint team") if word in page.split("<main")[1].lower()
    ]
    assert_sound(page, "joint")
    assert read() == 1
    data = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("pair", "state")}
    with own_app.app_context():
        others = other_pair(cases.get(case_id))
        db.session.rollback()
    wrong = client.post(address, data=data | {"pair": ".".join(others.values())})
    assert wrong.status_code == 422
    assert read() == 2
    assert client.post(address, data=data).status_code == 303
    with own_app.app_context():
        booking = db.session.scalars(sa.select(Booking)).one()
        assert booking.mode == "joint_ledgers"
        lead, co_lead = (accounts.get(key).wing for key in (booking.lead_id, booking.co_lead_id))
        assert lead != co_lead  # in this test each desk declared one community
