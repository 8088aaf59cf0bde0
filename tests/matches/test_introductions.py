"""Introductions: the office asks, the firm answers on its own pages: casework B5, matching 5."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters.models import Letter
from iso_portal.matches import queries, service
from iso_portal.matches.domain import LINK_HOURS, MOST_ASKED, Choice
from iso_portal.matches.models import Introduction
from tests import factories
from tests.conftest import counted_queries, signed_in, speaking
from tests.my_business.visits import all_letters, firm, holding, link_in
from tests.soundness import assert_sound

ASKED = {"message": "Kërkohet furnizues i shkallëve prej çeliku, 30 t në muaj.", "language": "sq"}


def accepted_case(app: Flask, key: uuid.UUID, *, share: bool = True) -> uuid.UUID:
    """A case on which this firm was accepted."""
    with app.app_context():
        row = factories.case()
        if not share:
            case_service.change_consents(cases.get(row.id), share=False, news=False, language=Language.EN)
        service.decide(row, _firm(key), Choice.ACCEPTED, by=factories.person())
        case_id: uuid.UUID = row.id
        db.session.commit()
    return case_id


def _firm(key: uuid.UUID) -> Any:
    return businesses.get(key)


def ask(app: Flask, case_id: uuid.UUID, key: uuid.UUID, **changes: str) -> Any:
    return signed_in(app, "officer").post(
        f"/matches/cases/{case_id}/questions", data={"business": key} | ASKED | changes
    )


def asked(case_id: uuid.UUID) -> list[Introduction]:
    db.session.expire_all()
    return list(queries.introductions(case_id=case_id))


def answer(client: FlaskClient, row_id: uuid.UUID, choice: str, text: str = "") -> Any:
    return client.post(f"/my-business/questions/{row_id}", data={"answer": choice, "text": text})


def kinds(case_id: uuid.UUID) -> list[str]:
    rows = db.session.scalars(sa.select(Entry).where(Entry.case_id == case_id).order_by(Entry.recorded_at, Entry.id))
    return [row.kind.value for row in rows]


def test_a_firm_is_asked_by_letter_and_answers_on_its_pages(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    assert ask(app, case_id, key).status_code == 303
    with app.test_request_context():
        (letter,) = all_letters("introduction")
        assert (letter.to_address, letter.language, letter.case_id) == ("arta@example.org", "sq", case_id)
        assert "30 t në muaj" in letter.text
        assert "30 t në muaj" in letter.html
        assert "Investor" not in letter.text
        (row,) = asked(case_id)
        row_id, address = row.id, link_in(letter)
        name = cases.get(case_id).investor.name
    client = speaking(app, "en")
    client.post(address)
    home = client.get("/my-business/").text
    assert "1 question waits for your answer." in home
    assert f'href="/my-business/questions/{row_id}"' in home
    page = client.get(f"/my-business/questions/{row_id}").text
    assert "We look for a supplier of welded steel structures." in page
    assert name not in page
    assert_sound(page, "question")

    assert answer(client, row_id, "accepted", "Po, me kënaqësi.").status_code == 303
    assert answer(client, row_id, "accepted", "Po, me kënaqësi.").status_code == 303  # sent twice
    page = client.get(f"/my-business/questions/{row_id}").text
    assert name not in page  # the investor has not agreed yet
    assert_sound(page, "answered")
    with app.test_request_context():
        assert kinds(case_id).count("introduction.answered") == 1
        told = db.session.scalars(sa.select(Entry).where(Entry.kind == "introduction.answered")).one()
        assert told.facts == {"business": "Gurra Çelik", "answer": "accepted"}
        assert (told.text, told.business_id) == ("Po, me kënaqësi.", key)
    staff = signed_in(app, "officer").get(f"/matches/cases/{case_id}").text
    assert "Yes, the firm wants to be introduced" in staff
    assert "Po, me kënaqësi." in staff
    assert_sound(staff, "of_case")
    assert "Po, me kënaqësi." in signed_in(app, "officer").get(f"/cases/{case_id}/").text


def test_the_letters_link_waits_for_a_week(app: Flask, monkeypatch: Any) -> None:
    key = firm(app)
    ask(app, accepted_case(app, key), key)
    with app.test_request_context():
        address = link_in(all_letters("introduction")[0])
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=LINK_HOURS - 1))
    assert speaking(app, "en").get(address).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=LINK_HOURS + 1))
    assert speaking(app, "en").get(address).status_code == 410


@pytest.mark.parametrize("language", ["en", "sq", "sr_latn", "sr_cyrl"])
def test_with_discretion_the_subject_does_not_name_the_office(app: Flask, language: str) -> None:
    shy = firm(app, language=language, discretion=True)
    ask(app, accepted_case(app, shy), shy)
    with app.test_request_context():
        (letter,) = all_letters("introduction")
        for word in ("office", "zyr", "kancelarij", "канцелариј", "büro", "iso"):
            assert word not in letter.subject.lower()
        assert letter.language == language
        assert f"<title>{letter.subject}</title>" in letter.html


def test_nobody_is_asked_without_a_decision_and_both_consents(app: Flask) -> None:
    key = firm(app)
    with app.app_context():
        undecided: uuid.UUID = factories.case().id
        db.session.commit()
    assert "Accept the suggestion first." in ask(app, undecided, key).text
    kept_apart = accepted_case(app, key, share=False)
    refused = ask(app, kept_apart, key)
    assert refused.status_code == 422
    assert "has not agreed that the inquiry is shared" in refused.text
    willing = accepted_case(app, key)
    with app.app_context():
        _firm(key).consent_suggest = False
        db.session.commit()
    assert "has not agreed to be suggested" in ask(app, willing, key).text
    with app.test_request_context():
        assert all_letters() == []
        assert db.session.scalars(sa.select(Introduction)).all() == []


def test_a_refused_question_keeps_what_was_typed(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    empty = ask(app, case_id, key, message="")
    assert empty.status_code == 422
    assert_sound(empty.text, "refused")
    ask(app, case_id, key)
    twice = ask(app, case_id, key, message="Once more, in other words")
    assert twice.status_code == 422
    assert "was asked already" in twice.text


def test_a_no_frees_the_firm_and_it_can_be_asked_anew(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    ask(app, case_id, key)
    client = holding(app, key)
    with app.test_request_context():
        row_id = asked(case_id)[0].id
    assert answer(client, row_id, "declined").status_code == 303
    assert "No, not this time" in signed_in(app, "officer").get(f"/matches/cases/{case_id}").text
    assert ask(app, case_id, key, message="The volume is smaller now.").status_code == 303
    with app.test_request_context():
        newest, oldest = asked(case_id)
        assert (newest.answer, newest.withdrawn_at) == (None, None)
        assert oldest.withdrawn_at is not None
    late = answer(client, row_id, "accepted")
    assert late.status_code == 422
    assert "taken this question back" in late.text


def test_a_question_needs_words_and_is_answered_by_asking_anew(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    ask(app, case_id, key)
    client = holding(app, key, language="sr-Cyrl")
    with app.test_request_context():
        row_id = asked(case_id)[0].id
    assert answer(client, row_id, "question").status_code == 422
    assert answer(client, row_id, "maybe").status_code == 422
    assert answer(client, row_id, "question", "Који рок?").status_code == 303
    staff = signed_in(app, "officer", language="sr-Latn").get(f"/matches/cases/{case_id}").text
    assert "Који рок?" in staff
    assert "Koji rok?" in staff  # the derived view
    assert ask(app, case_id, key, message="Gjashtë muaj.").status_code == 303


def test_a_question_taken_back_cannot_be_answered(app: Flask) -> None:
    key = firm(app)
    case_id, foreign = accepted_case(app, key), accepted_case(app, key)
    ask(app, case_id, key)
    officer = signed_in(app, "officer")
    with app.test_request_context():
        row_id = asked(case_id)[0].id
    assert officer.post(f"/matches/cases/{foreign}/questions/{row_id}/withdraw").status_code == 404
    for _time in range(2):
        assert officer.post(f"/matches/cases/{case_id}/questions/{row_id}/withdraw").status_code == 303
    client = holding(app, key)
    page = client.get(f"/my-business/questions/{row_id}").text
    assert "<textarea" not in page
    assert_sound(page, "withdrawn")
    assert answer(client, row_id, "accepted").status_code == 422
    assert "waits for your answer" not in client.get("/my-business/").text


def test_the_inquiry_is_hidden_when_the_investor_takes_the_consent_back(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    ask(app, case_id, key)
    with app.app_context():
        row_id = asked(case_id)[0].id
        case_service.change_consents(cases.get(case_id), share=False, news=False, language=Language.EN)
        db.session.commit()
    page = holding(app, key).get(f"/my-business/questions/{row_id}").text
    assert "welded steel structures" not in page
    assert "does not share the inquiry" in page


def test_another_firms_question_is_never_reachable(app: Flask) -> None:
    key, other = firm(app), firm(app, "Ibri Metal")
    case_id = accepted_case(app, key)
    ask(app, case_id, key)
    with app.test_request_context():
        row_id = asked(case_id)[0].id
    stranger = holding(app, other)
    assert stranger.get(f"/my-business/questions/{row_id}").status_code == 404
    assert answer(stranger, row_id, "accepted").status_code == 404
    assert str(row_id) not in stranger.get("/my-business/questions").text


def test_a_firm_is_not_asked_too_often(app: Flask, monkeypatch: Any) -> None:
    key = firm(app)
    for _time in range(MOST_ASKED):
        assert ask(app, accepted_case(app, key), key).status_code == 303
    late = accepted_case(app, key)
    refused = ask(app, late, key)
    assert refused.status_code == 422
    assert f"about {MOST_ASKED} inquiries" in refused.text
    assert ASKED["message"] in refused.text
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=31))
    assert ask(app, late, key).status_code == 303


def test_words_are_forgotten_with_the_case_or_the_firm(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    ask(app, case_id, key)
    with app.app_context():
        row = asked(case_id)[0]
        row.answer_text = "Po"
        service.forget_case(case_id)
        assert (row.message, row.answer_text) == ("", "")
        row.message = "again"
        service.forget_business(key)
        assert row.message == ""


def test_the_list_of_questions_asks_as_often_for_one_as_for_four(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    client.get("/my-business/questions")
    counts = []
    for more in (1, 3):
        for _time in range(more):
            ask(app, accepted_case(app, key), key)
        with counted_queries(app) as statements:
            page = client.get("/my-business/questions").text
        assert page.count("<article") == (1 if more == 1 else 4)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_person_who_may_not_decide_may_not_ask(app: Flask) -> None:
    key = firm(app)
    case_id = accepted_case(app, key)
    steward = signed_in(app, "data_steward")
    assert steward.post(f"/matches/cases/{case_id}/questions", data={"business": key} | ASKED).status_code == 403
    with app.test_request_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0
        assert db.session.get(Case, case_id) is not None
