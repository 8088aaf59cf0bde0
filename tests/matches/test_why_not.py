"""Why a firm is not on the list, firms added by hand, two firms side by side, and inquiries for a firm (MA7, MA9)."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Entry
from iso_portal.core.db import db
from iso_portal.matches import queries, service
from tests.conftest import signed_in, work_off
from tests.matches.steps import prepared
from tests.soundness import assert_sound


def test_whoever_looks_for_a_firm_learns_why_it_is_not_on_the_list(app: Flask) -> None:
    ready = prepared(app, more=14)
    officer = signed_in(app, "officer")
    for text, told in (
        ("shy", "has not agreed to be suggested, so no list may hold it"),
        ("Ибри Метал", "On the list"),
        ("qumeshti", "firms that were ranked; the list shows the first 10."),
        ("nobody", "No firm on record holds these words"),
        ("!!", "No firm on record holds these words"),
    ):
        page = officer.get(f"{ready.address}/why-not", query_string={"q": text}).text
        assert told in page, text
        assert_sound(page, text)
    assert officer.get(f"{ready.address}/why-not?q=%00{'x' * 500}").status_code == 200
    with app.app_context():
        db.session.execute(sa.update(Business).where(Business.id == ready.firms["milk"]).values(active=False))
        db.session.commit()
    assert "The firm is not active" in officer.get(f"{ready.address}/why-not?q=qumeshti").text


def test_a_firm_is_put_beside_the_list_with_a_name_and_a_reason(app: Flask) -> None:
    ready = prepared(app, more=14)
    officer = signed_in(app, "officer")
    sent = {"business": ready.firms["milk"], "q": "qumeshti"}
    empty = officer.post(f"{ready.address}/firms", data=sent | {"reason": " "})
    assert empty.status_code == 422
    assert_sound(empty.text, "empty")
    for _time in range(2):
        kept = officer.post(f"{ready.address}/firms", data=sent | {"reason": "They build a steel hall."})
        assert kept.status_code == 303
    for name, why in (("shy", "has not agreed to be suggested"), ("steel", "stands on the list already")):
        refused = officer.post(f"{ready.address}/firms", data={"business": ready.firms[name], "reason": "because"})
        assert refused.status_code == 422
        assert why in refused.text
    assert officer.post(f"{ready.address}/firms", data={"business": "x", "reason": "y"}).status_code == 404
    page = officer.get(ready.address).text
    assert "They build a steel hall." in page
    assert "added by Person" in page
    assert_sound(page, "added")
    assert_sound(officer.get(ready.of("milk")).text, "firm")
    with app.app_context():
        (entry,) = db.session.scalars(sa.select(Entry).where(Entry.kind == "match.added"))
        assert entry.text == "They build a steel hall."


def test_two_firms_stand_side_by_side(app: Flask) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    steel, wood = ready.firms["steel"], ready.firms["wood"]
    page = officer.get(f"{ready.address}/compare?a={steel}&b={wood}").text
    assert "Feature by feature" in page
    assert_sound(page, "compare")
    assert officer.get(f"{ready.address}/compare?a={steel}&b={ready.firms['shy']}").status_code == 404
    assert "Choose two different firms." in officer.get(f"{ready.address}/compare?a={steel}&b={steel}").text


def test_a_person_accepts_the_classes_that_were_read_from_the_text(app: Flask) -> None:
    ready = prepared(app, sectors=["25"])
    officer = signed_in(app, "officer")
    for wrong in ({}, {"chosen": "99.99"}, {"more": "nonsense"}):
        assert officer.post(f"{ready.address}/classes", data=wrong).status_code == 422
    assert officer.post(f"{ready.address}/classes", data={"chosen": "25.11", "more": "24"}).status_code == 303
    with app.app_context():
        case = cases.get(ready.case_id)
        learnt = cases.said(case).learnt
        assert learnt["sectors"] == ["25.11", "24"]
        assert service.inquiry_of(case, learnt).nace == ("25.11", "24")
        assert case.inquiry.sectors == ["25"]


def test_a_firm_has_the_open_inquiries_that_suit_it(app: Flask) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    address = f"/matches/businesses/{ready.firms['steel']}"
    assert "No comparison was made yet" in officer.get(address).text
    assert officer.post(f"{address}/refresh").status_code == 303
    assert "matches.refresh_business" in work_off(app, only="matches.refresh_business")
    page = officer.get(address).text
    assert ready.of("steel") in page
    assert_sound(page, "of_business")
    assert officer.post(f"{address}/limit", data={"most": "99"}).status_code == 422
    assert officer.post(f"{address}/limit", data={"most": "1"}).status_code == 303
    with app.app_context():
        assert service.most_asked(businesses.get(ready.firms["steel"])) == 1
        firm = businesses.get(ready.firms["steel"])
        firm.consent_suggest = False
        assert service.refresh_business(firm) is None
        assert queries.business_run(firm.id) is None


@pytest.mark.parametrize(
    ("role", "answer"), [("data_steward", 403), ("adviser", 404), ("donor", 404), ("administrator", 404)]
)
def test_no_other_role_decides_adds_asks_or_changes(app: Flask, role: str, answer: int) -> None:
    ready = prepared(app)
    other, key = signed_in(app, role), uuid.uuid4()
    case, firm = ready.address, f"/matches/businesses/{ready.firms['steel']}"
    posts = [f"{case}/{name}" for name in ("refresh", "classes", "decisions", "firms", "questions", "introductions")]
    posts += [
        f"{case}/questions/{key}/{name}" for name in ("taken", "investor", "investor/taken", "withdraw", "meeting")
    ]
    posts += [f"{firm}/refresh", f"{firm}/limit"]
    assert {address: other.post(address).status_code for address in posts} == dict.fromkeys(posts, answer)
