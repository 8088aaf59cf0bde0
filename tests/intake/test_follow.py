"""The follow page: where an inquiry stands, words both ways, and what its sender may do alone (casework C6)."""

from __future__ import annotations

import io
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import EntryKind, Missing, Stage, Status
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.files import service as files
from iso_portal.letters.models import Letter
from iso_portal.privacy.domain import Ask, RequestState
from iso_portal.privacy.models import DataRequest
from tests import factories
from tests.conftest import counted_queries, speaking
from tests.intake.test_drafts import link_in
from tests.intake.walking import KEY, PDF, begin, present_token, sent, the_case, token_in
from tests.soundness import assert_sound

CONTACT = {
    "name": "Ute Šarić",
    "job_title": "CEO",
    "email": "ute@example.org",
    "phone": "+49 89 1234567",
    "language": "de",
    "share": "y",
}


@pytest.fixture
def token(app: Flask, client: FlaskClient) -> str:
    """The follow page of an inquiry that was just sent."""
    return sent(client, app)


def letters_of(app: Flask, kind: str) -> list[Letter]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Letter).where(Letter.kind == kind).order_by(Letter.written_at)))


def full(case_id: Any) -> Case:
    db.session.expire_all()
    return cases.get(case_id)


def page_of(client: FlaskClient, token: str) -> str:
    return unescape(client.get(f"/intake/follow/{token}").text)


def test_it_says_where_the_inquiry_stands_and_what_comes_next_by_when(
    app: Flask, client: FlaskClient, token: str
) -> None:
    first = page_of(client, token)
    assert "A team is being named" in first
    assert "Next: a team of two is named by" in first
    with app.app_context(), unit_of_work():
        factories.team(the_case(), factories.person(name="Arta Gashi"), factories.person(name="Jelena Todić"))
    second = page_of(client, token)
    assert "Arta Gashi" in second
    assert "Jelena Todić" in second
    assert "Albanian, Serbian, English" in second
    assert "Next: you get an answer by" in second
    with app.app_context(), unit_of_work():
        case = full(the_case().id)
        case_service.send_message(case, "Dobar dan, evo odgovora.", by=case.team[0].person)
    assert "Next: you hear from the team by" in page_of(client, token)
    with app.app_context(), unit_of_work():
        case = full(the_case().id)
        case_service.change_status(case, Status.WAITING, by=case.team[0].person, reason="investor")
    assert "Next: we wait for your word" in page_of(client, token)
    client.post(f"/intake/follow/{token}", data={"text": "Here I am.", "key": "m" * 22})
    assert "Next: you hear from the team by" in page_of(client, token)


def test_a_promise_that_was_not_kept_is_called_late(client: FlaskClient, token: str) -> None:
    assert "We are late with this" not in page_of(client, token)
    with clock.turned_to(clock.now() + timedelta(days=14)):
        assert "We are late with this" in page_of(client, token)


def test_words_go_both_ways_in_their_own_language_and_once(app: Flask, client: FlaskClient, token: str) -> None:
    assert client.post(f"/intake/follow/{token}", data={"text": ""}).status_code == 422
    for _ in range(2):  # a second click leaves no second message
        answer = client.post(f"/intake/follow/{token}", data={"text": "Шаљска & <b>", "key": "m" * 22})
        assert answer.status_code == 303
    with app.app_context(), unit_of_work():
        officer = factories.person(name="Arta Gashi")
        case_service.send_message(cases.get(the_case().id), "Guten Tag, gern.", by=officer)
    raw = client.get(f"/intake/follow/{token}").text
    assert raw.count("Шаљска &amp; &lt;b&gt;") == 1
    assert '<div class="original" lang="de"><p>Guten Tag, gern.</p>' in raw
    assert "Arta Gashi" in raw


def test_notes_and_other_inner_matters_stay_inside(app: Flask, client: FlaskClient, token: str) -> None:
    with app.app_context(), unit_of_work():
        officer = factories.person()
        case = cases.get(the_case().id)
        case_service.add_note(case, "inner note", by=officer)
        case_service.record_screening(case, clear=True, note="inner screening", by=officer)
    assert "inner" not in page_of(client, token)


def test_firms_show_once_they_are_introduced(app: Flask, client: FlaskClient, token: str) -> None:
    with app.app_context(), unit_of_work():
        case = cases.get(the_case().id)
        for kind, name in ((EntryKind.MATCH_ACCEPTED, "Only suggested"), (EntryKind.INTRODUCTION_HELD, "Ibri Metal")):
            case_service.record_entry(case, kind, facts={"business": name})
    page = page_of(client, token)
    assert "Ibri Metal" in page
    assert "Only suggested" not in page


def test_the_secret_link_alone_opens_it(app: Flask, client: FlaskClient, token: str) -> None:
    with app.app_context():
        reference = the_case().reference
    draft = token_in(begin(client, key=KEY + "other").headers["Location"])
    for wrong in (token[:-1], token.swapcase(), reference, "x" * 43, draft):
        for page in ("", "/contact", "/withdraw", "/data", "/copy.json"):
            assert client.get(f"/intake/follow/{wrong}{page}").status_code == 404
        assert client.post(f"/intake/follow/{wrong}", data={"text": "x"}).status_code == 404
        assert client.post(f"/intake/follow/{wrong}/link", data={"way": "revoke"}).status_code == 404
    with app.app_context():
        kept = db.session.execute(sa.text("select row_to_json(cases)::text from cases")).scalar_one()
    assert token not in kept, "the database holds a digest"


def test_a_new_link_by_address_and_reference_tells_strangers_nothing(
    app: Flask, client: FlaskClient, token: str
) -> None:
    with app.app_context():
        reference = the_case().reference
    wrong = client.post("/intake/link", data={"email": "x@example.org", "reference": reference})
    assert client.get(f"/intake/follow/{token}").status_code == 200
    right = client.post("/intake/link", data={"email": "UTE@example.org", "reference": reference.lower()})
    assert (wrong.status_code, wrong.headers["Location"]) == (right.status_code, right.headers["Location"])
    assert client.get(f"/intake/follow/{token}").status_code == 404
    (letter,) = letters_of(app, "link")
    assert letter.language == "de"
    with app.app_context():
        assert client.get(link_in(letter)).status_code == 200


def test_the_link_can_be_renewed_and_closed_from_the_page(app: Flask, client: FlaskClient, token: str) -> None:
    client.post(f"/intake/follow/{token}/link", data={"way": "renew"})
    assert client.get(f"/intake/follow/{token}").status_code == 404
    fresh = present_token(app)
    assert client.get(f"/intake/follow/{fresh}").status_code == 200
    client.post(f"/intake/follow/{fresh}/link", data={"way": "revoke"})
    assert client.get(f"/intake/follow/{fresh}").status_code == 404
    assert len(letters_of(app, "link")) == 1
    with app.app_context():
        reference = the_case().reference
    client.post("/intake/link", data={"email": "ute@example.org", "reference": reference})
    assert client.get(f"/intake/follow/{present_token(app)}").status_code == 200


def test_corrected_contact_data_reach_the_case_with_a_trace(app: Flask, client: FlaskClient, token: str) -> None:
    refused = client.post(f"/intake/follow/{token}/contact", data=CONTACT | {"email": "nobody", "name": "Ute Neu"})
    assert refused.status_code == 422
    assert 'value="Ute Neu"' in refused.text
    answer = client.post(
        f"/intake/follow/{token}/contact", data=CONTACT | {"name": "Ute Neu", "language": "sq"}, follow_redirects=True
    )
    assert "Your data are corrected." in answer.text
    same = client.post(
        f"/intake/follow/{token}/contact", data=CONTACT | {"name": "Ute Neu", "language": "sq"}, follow_redirects=True
    )
    assert "Nothing was changed." in same.text
    with app.app_context():
        case = cases.get(the_case().id)
        assert (case.inquiry.contact.name, case.inquiry.contact.language) == ("Ute Neu", "sq")
        assert case.inquiry.as_sent["contact_name"] == "Ute Šarić", "the inquiry as sent is never edited"
        entry = db.session.scalars(sa.select(Entry).where(Entry.kind == EntryKind.CONTACT_CORRECTED)).one()
        assert entry.facts["before"] == {"name": "Ute Šarić", "language": "de"}
    assert letters_of(app, "address") == []


def test_a_new_address_gets_a_new_link_and_the_old_one_hears_of_it(app: Flask, client: FlaskClient, token: str) -> None:
    answer = client.post(f"/intake/follow/{token}/contact", data=CONTACT | {"email": "new@example.org"})
    assert client.get(f"/intake/follow/{token}").status_code == 404
    assert client.get(answer.headers["Location"]).status_code == 200
    with app.app_context():
        letters = {letter.to_address: letter for letter in letters_of(app, "address")}
        assert set(letters) == {"ute@example.org", "new@example.org"}
        left, taken = letters["ute@example.org"], letters["new@example.org"]
        assert client.get(link_in(taken)).status_code == 200
        assert "new@example.org" not in left.text + left.html
        assert left.link_nonce is None
        assert app.config["MAIL_FROM"] in left.text


def test_a_consent_taken_back_closes_the_way_to_an_introduction(app: Flask, client: FlaskClient, token: str) -> None:
    with app.app_context():
        case = cases.get(the_case().id)
        assert cases.consents(case)["share"] is True
        assert Missing.INVESTOR_CONSENT not in case_service.missing_before(case, Stage.INTRODUCED)
    taken_back = {name: value for name, value in CONTACT.items() if name != "share"}
    client.post(f"/intake/follow/{token}/contact", data=taken_back)
    page = client.get(f"/intake/follow/{token}/contact").text
    assert 'id="share"' in page
    assert 'checked class="form-check-input" id="share"' not in page
    with app.app_context():
        case = cases.get(the_case().id)
        assert cases.consents(case) == {"contact": True, "share": False, "news": False}
        assert Missing.INVESTOR_CONSENT in case_service.missing_before(case, Stage.INTRODUCED)
        assert case.inquiry.consents["share"]["given"] is True, "what was said then stays what was said then"
    client.post(f"/intake/follow/{token}/contact", data=CONTACT | {"news": "y"})
    with app.app_context():
        assert cases.consents(the_case_whole()) == {"contact": True, "share": True, "news": True}


def the_case_whole() -> Case:
    return cases.get(the_case().id)


def test_an_inquiry_can_be_withdrawn_and_taken_up_again_by_a_word(app: Flask, client: FlaskClient, token: str) -> None:
    assert client.post(f"/intake/follow/{token}/withdraw", data={"reason": "Plans changed"}).status_code == 422
    for expected in (303, 422):
        answer = client.post(f"/intake/follow/{token}/withdraw", data={"reason": "Plans changed", "sure": "y"})
        assert answer.status_code == expected
    assert "Plans changed" in answer.text
    page = page_of(client, token)
    assert "Work on this inquiry has ended." in page
    assert "Nothing more is planned." in page
    assert "Withdraw my inquiry" not in page
    (letter,) = letters_of(app, "withdrawn")
    assert letter.to_address == "ute@example.org"
    with app.app_context():
        case = the_case()
        assert (case.status, case.close_reason) == (Status.CLOSED, "withdrawn")
    assert client.post(f"/intake/follow/{token}", data={"text": "We are back.", "key": "b" * 22}).status_code == 303
    assert "We are back." in page_of(client, token)


@pytest.mark.parametrize("ask", list(Ask))
def test_a_request_about_personal_data_is_taken_once_and_shown(
    app: Flask, client: FlaskClient, token: str, ask: Ask
) -> None:
    assert client.post(f"/intake/follow/{token}/data", data={"ask": "everything", "text": "please"}).status_code == 422
    assert client.post(f"/intake/follow/{token}/data", data={"text": "please"}).status_code == 422
    for _ in range(2):
        assert client.post(f"/intake/follow/{token}/data", data={"ask": ask.value, "text": "x"}).status_code == 303
    with app.app_context():
        row = db.session.scalars(sa.select(DataRequest)).one()
        assert row.ask is ask
    page = client.get(f"/intake/follow/{token}/data")
    assert "waiting for the office" in page.text
    assert_sound(page.text, "data")
    assert client.get(f"/intake/follow/{token}/copy.json").status_code == 404


def test_a_released_copy_is_a_download_and_only_for_its_own_link(app: Flask, client: FlaskClient, token: str) -> None:
    with app.app_context(), unit_of_work():
        db.session.add(
            DataRequest(
                ask=Ask.COPY,
                asked_at=clock.now(),
                due_on=clock.today(),
                language="en",
                case_id=the_case().id,
                text="",
                state=RequestState.DONE,
                closed_at=clock.now(),
                result={"name": "Ute Šarić"},
            )
        )
    assert "The copy of your data is ready." in page_of(client, f"{token}/data")
    answer = client.get(f"/intake/follow/{token}/copy.json")
    assert "Ute Šarić" in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(f"/intake/follow/{'x' * 43}/copy.json").status_code == 404


@pytest.mark.parametrize("tag", ["en", "de", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_page_is_sound_in_every_language_and_hidden_from_search_engines(
    app: Flask, client: FlaskClient, tag: str
) -> None:
    token = sent(client, app, files=[(PDF, "plan.pdf")])
    with app.app_context(), unit_of_work():
        factories.team(the_case(), factories.person(), factories.person())
    reader = speaking(app, tag)
    for page in ("", "/contact", "/withdraw", "/data"):
        answer = reader.get(f"/intake/follow/{token}{page}")
        assert_sound(answer.text, page)
        assert f'<html lang="{tag}">' in answer.text
        assert 'content="noindex"' in answer.text
    assert_sound(reader.get("/intake/link").text, "link")


def test_a_long_conversation_asks_as_many_questions_as_a_short_one(app: Flask, client: FlaskClient, token: str) -> None:
    def questions() -> int:
        with counted_queries(app) as statements:
            assert client.get(f"/intake/follow/{token}").status_code == 200
        return len(statements)

    client.post(
        f"/intake/follow/{token}",
        data={"text": "first", "key": "q" * 22, "files": [(io.BytesIO(PDF), "1.pdf")]},
        content_type="multipart/form-data",
    )
    questions()  # the notice of the message leaves the session
    short = questions()
    with app.app_context(), unit_of_work():
        case, officer = the_case_whole(), factories.person()
        for number in range(20):
            entry = case_service.send_message(case, f"Answer {number}", by=officer)
            db.session.flush()
            stored = files.keep(PDF + bytes([number]), f"{number}.pdf")
            case_service.add_file(case, stored, by=officer, entry=entry)
    assert questions() == short
    assert short <= 12
