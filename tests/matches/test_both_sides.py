"""Firm and investor are both asked; contact data go to both only after both said yes (matching 5)."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

from flask import Flask

from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.letters import service as letters
from iso_portal.matches import queries
from tests.conftest import signed_in, speaking
from tests.matches.test_introductions import accepted_case, answer, ask, asked, kinds
from tests.my_business.visits import all_letters, firm, holding
from tests.soundness import assert_sound


def asked_both(app: Flask, **changes: Any) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID, str]:
    """Return firm, case, introduction and the investor's link."""
    key = firm(app, **changes)
    case_id = accepted_case(app, key)
    assert ask(app, case_id, key).status_code == 303
    with app.test_request_context():
        row_id = asked(case_id)[0].id
    officer = signed_in(app, "officer")
    sent = {"message": "A steel firm near you.", "language": "en"}
    assert officer.post(f"/matches/cases/{case_id}/questions/{row_id}/investor", data=sent).status_code == 303
    assert officer.post(f"/matches/cases/{case_id}/questions/{row_id}/investor", data=sent).status_code == 422
    with app.test_request_context():
        (letter,) = all_letters("introduction_investor")
        assert "A steel firm near you." in letter.text
        assert "Gurra" not in letter.text
        found = re.search(r"/matches/answer/[\w-]+", letters.filled_in(letter, letter.text))
        assert found
        return key, case_id, row_id, found[0]


def test_contact_data_go_to_both_after_both_said_yes_and_a_meeting_is_arranged(app: Flask) -> None:
    key, case_id, row_id, address = asked_both(app)
    investor = speaking(app, "de")
    page = investor.get(address).text
    assert_sound(page, "question")
    assert "Gurra" not in page
    assert investor.post(address, data={"answer": "question", "text": ""}).status_code == 422
    assert investor.post(address, data={"answer": "maybe"}).status_code == 422
    assert investor.post(address, data={"answer": "accepted", "text": "Gern."}).status_code == 303
    assert investor.post(address, data={"answer": "declined"}).status_code == 422  # the link took its answer
    with app.test_request_context():
        assert all_letters("introduction_contacts") == []
    officer = signed_in(app, "officer")
    meeting = {
        "on": (clock.today() + timedelta(days=3)).isoformat(),
        "at": "9:30",
        "mode": "meeting",
        "place": "Office",
    }
    arrange = f"/matches/cases/{case_id}/questions/{row_id}/meeting"
    assert officer.post(arrange, data=meeting).status_code == 422  # the firm has not answered
    client = holding(app, key)
    assert answer(client, row_id, "accepted", "Po").status_code == 303
    assert answer(client, row_id, "declined").status_code == 422  # contact data are out
    with app.test_request_context():
        sent = {letter.to_address: letter for letter in all_letters("introduction_contacts")}
        assert len(sent) == 2
        assert "@example.org" in sent["arta@example.org"].text
    assert "Gurra" in investor.get(address).text
    assert "arta@example.org" in investor.get(address).text
    assert "Contact person" in client.get(f"/my-business/questions/{row_id}").text
    for wrong in ({"at": "25:00"}, {"at": "noon"}, {"on": "2020-01-01"}, {"place": ""}):
        refused = officer.post(arrange, data=meeting | wrong)
        assert refused.status_code == 422
        assert_sound(refused.text, "meeting")
    assert officer.post(arrange, data=meeting).status_code == 303
    page = officer.get(f"/matches/cases/{case_id}/firms/{key}").text
    assert "Both have the contact data" in page
    assert "First meeting:" in page
    assert_sound(page, "firm")
    with app.test_request_context():
        assert kinds(case_id)[-5:] == [
            "introduction.investor_asked",
            "introduction.investor_answered",
            "introduction.answered",
            "introduction.released",
            "introduction.arranged",
        ]


def test_answers_by_phone_stand_with_the_name_of_who_took_them(app: Flask) -> None:
    key = firm(app, "Silent", email="")
    case_id = accepted_case(app, key)
    assert ask(app, case_id, key).status_code == 303
    with app.test_request_context():
        row_id = asked(case_id)[0].id
        assert all_letters() == []
    officer = signed_in(app, "officer")
    address = f"/matches/cases/{case_id}/questions/{row_id}"
    told = {"answer": "accepted", "told": "phone", "text": "Po, mund të takohemi.", "language": "sq"}
    assert officer.post(f"{address}/taken", data=told | {"told": "dream"}).status_code == 422
    assert officer.post(f"{address}/investor/taken", data=told).status_code == 404  # the investor was not asked
    assert officer.post(f"{address}/taken", data=told).status_code == 303
    assert officer.post(f"{address}/investor", data={"message": "", "language": "en"}).status_code == 303
    assert officer.post(f"{address}/investor/taken", data=told | {"language": "en", "text": "Yes"}).status_code == 303
    page = officer.get(f"/matches/cases/{case_id}/firms/{key}").text
    assert "told to Person" in page
    assert "By phone" in page
    assert "Both have the contact data" in page
    with app.app_context():
        row = queries.introduction(row_id)
        assert row.released_at is not None
        assert row.taken_by.startswith("Person")


def test_an_old_or_unknown_link_takes_no_answer(app: Flask, monkeypatch: Any) -> None:
    _key, _case, row_id, address = asked_both(app)
    client = speaking(app, "sq")
    assert client.get("/matches/answer/nothing").status_code == 404
    assert client.get(f"/matches/answer/{'x' * 5000}").status_code == 404
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=15))
    assert client.get(address).status_code == 200
    assert client.post(address, data={"answer": "accepted"}).status_code == 422
    with app.app_context():
        question = queries.question_about(row_id)
        assert question is not None
        assert question.answer is None
        db.session.rollback()
