"""Proposals, bookings and the page both desks look at (balance A1-A8, M12)."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Absence, Tie
from iso_portal.balance import queries, service
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, Lacking, propose
from iso_portal.balance.models import Booking, Override
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.db import db
from tests import factories
from tests.conftest import signed_in


def four() -> list[Any]:
    return [
        factories.person(name=f"P{n}", wing=wing, languages=languages, sections=["C"])
        for n, (wing, languages) in enumerate(
            [(Wing.SQ, ["sq", "en"]), (Wing.SQ, ["sq", "sr", "en"]), (Wing.SR, ["sr", "en"]), (Wing.SR, ["sr", "de"])]
        )
    ]


def test_the_recommender_has_no_field_for_a_community() -> None:
    names = {field.name for kind in (Colleague, CaseNeed) for field in fields(kind)}
    assert names == {
        "key",
        "languages",
        "sections",
        "fte",
        "booked",
        "open",
        "led",
        "obstacle",
        "back_on",
        "language",
        "section",
        "weight",
    }


def test_three_pairs_in_order_each_of_other_people(session: scoped_session[Any]) -> None:
    four()
    found = service.propose_for(cases.get(factories.case().id))
    first = found.proposal.first
    assert len(first) == 3
    assert len({frozenset((p.lead.key, p.co_lead.key)) for p in first}) == 3
    assert all({"sq", "sr"} <= p.lead.languages | p.co_lead.languages for p in first)
    assert [p.cost for p in first] == sorted(p.cost for p in first)


def test_absent_people_and_declared_ties_are_left_out_with_the_reason(session: scoped_session[Any]) -> None:
    people = four()
    case = cases.get(factories.case().id)
    db.session.add(Absence(person_id=people[0].id, starts_on=clock.today(), ends_on=clock.today() + timedelta(days=2)))
    db.session.add(Tie(person_id=people[1].id, investor_id=case.investor_id))
    db.session.flush()
    db.session.expire_all()
    found = service.propose_for(cases.get(case.id))
    assert {key: one.obstacle for key, one in found.colleagues.items() if one.obstacle} == {
        str(people[0].id): "absent",
        str(people[1].id): "tie",
    }
    assert found.proposal.relaxed
    assert found.proposal.pairs


def test_no_pair_says_what_is_missing() -> None:
    alone = Colleague(key="a", languages=frozenset({"sq"}), sections=frozenset("A"), fte=1, booked=0, open=0, led=0)
    found = propose(CaseNeed(key="c", language="tr", section="C", weight=1), [alone])
    assert found.pairs == ()
    assert found.lacking == (Lacking.TWO_PEOPLE, Lacking.LANGUAGE, Lacking.SKILL)
    with pytest.raises(ValueError, match="weight"):
        propose(CaseNeed(key="c", language="tr", section="C", weight=7), [alone])


def test_assigning_books_the_pair_and_the_choice_set_and_loads_count(app: Flask) -> None:
    with app.app_context():
        four()
        case_id = factories.case().id
        db.session.commit()
    officer = signed_in(app, factories_person(app))
    page = officer.get(f"/balance/cases/{case_id}/assignment").text
    pair = page.split('name="pair" value="')[1].split('"')[0]
    state = page.split('name="state" value="')[1].split('"')[0]
    address = f"/balance/cases/{case_id}/assignment"
    assert officer.post(address, data={"pair": pair, "state": "old"}).status_code == 409
    assert officer.post(address, data={"pair": f"{uuid4()}.{uuid4()}", "state": state}).status_code == 422
    assert officer.post(address, data={"pair": pair, "state": state}).status_code == 303
    with app.app_context():
        booking = db.session.scalars(sa.select(Booking)).one()
        assert f"{booking.lead_id}.{booking.co_lead_id}" == pair
        assert str(booking.lead_id) in booking.choice_set
        loads = queries.loads()
        assert loads[booking.lead_id].led == 1.0
        assert loads[booking.co_lead_id].booked == pytest.approx(0.35)
        columns = {column.key for column in Booking.__table__.columns}
        assert not {name for name in columns if "communit" in name}
    assert officer.post(address, data={"pair": pair, "state": state}).status_code == 409


def factories_person(app: Flask) -> Any:
    with app.app_context():
        person = factories.person("manager", wing=None, languages=[], sections=[], fte=Decimal(0))
        db.session.commit()
        db.session.refresh(person)
        db.session.expunge(person)
    return person


def test_another_pair_needs_a_reason_and_a_few_words(session: scoped_session[Any]) -> None:
    four()
    case, officer = cases.get(factories.case().id), factories.person("manager", fte=Decimal(0))
    proposal = service.propose_for(case).proposal
    other = next(pair for pair in proposal.pairs if pair not in proposal.first)
    with pytest.raises(service.Refusal):
        service.assign(case, lead=other.lead.key, co_lead=other.co_lead.key, by=officer)
    service.assign(
        case,
        lead=other.lead.key,
        co_lead=other.co_lead.key,
        by=officer,
        override=Override.TRAINING,
        override_text="learns",
    )


def booking(lead: str, co_lead: str, choice: list[str], day: date) -> Any:
    return SimpleNamespace(
        booked_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
        weight=Decimal("1.5"),
        language="en",
        lead_id=lead,
        co_lead_id=co_lead,
        choice_set=dict.fromkeys(choice, 1),
    )


def test_officers_read_words_and_managers_figures(app: Flask) -> None:
    for role in ("officer", "manager"):
        page = signed_in(app, role).get("/balance/")
        assert page.status_code == 200
        assert "not collected" in page.text
