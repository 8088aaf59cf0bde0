"""Registration and one-time links: casework B1, B3, B5, C4, C7, domain D17, D20 to D22."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries
from iso_portal.businesses.domain import Origin
from iso_portal.businesses.models import Business, SignInLink
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.limits import limiter
from iso_portal.matches import queries as matches
from tests.conftest import speaking
from tests.my_business.visits import REGISTERED, all_letters, firm, hidden, holding, kept, link_in, registration
from tests.soundness import assert_sound


def firms() -> list[Business]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Business).order_by(Business.created_at)))


def seen_by_others() -> tuple[int, int, int]:
    """Return how many firms may be suggested, are listed publicly, and stand in the list of staff."""
    staff = queries.listed(queries.Filters(), language="sq").rows
    return len(matches.suggestible()), queries.count_listed(), len(staff)


def test_a_firm_registers_confirms_and_is_seen_only_then(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/my-business/register", data=registration())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-business/registered")
    with app.test_request_context():
        (row,) = firms()
        assert (row.pending, row.active, row.origin) == (True, False, Origin.SELF)
        assert (row.nui, row.language, row.email) == ("990001000", "sq", "arta@example.org")
        assert row.consents["suggest"]["given"] is True
        assert row.consents["suggest"]["by"] == "firm"
        assert row.consents["suggest"]["wording"]
        assert "donors" not in row.consents
        assert seen_by_others() == (0, 0, 0)
        (letter,) = all_letters()
        assert (letter.to_address, letter.language) == ("arta@example.org", "sq")
        address = link_in(letter)

    page = client.get(address)
    assert page.status_code == 200
    assert "Gurra" not in page.text
    assert "noindex" in page.text
    with app.test_request_context():
        assert firms()[0].pending  # opening the link is not using it
    answer = client.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my-business/")
    assert "Gurra Çelik" in client.get("/my-business/").text
    with app.test_request_context():
        assert not firms()[0].pending
        assert seen_by_others() == (1, 1, 1)


@pytest.mark.parametrize("where", ["XK", "RS", "both", "in_progress", "none"])
def test_every_kind_of_registration_is_normal(app: Flask, client: FlaskClient, where: str) -> None:
    assert client.post("/my-business/register", data=registration(registration=where, nui="")).status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("nui", "990001000", "990001000"),
        ("nui", "99000100", None),
        ("nui", "99000100O", None),
        ("pib", "101134702", "101134702"),
        ("pib", "104 052 135", "104052135"),
        ("pib", "100002887", "100002887"),
        ("pib", "980000017", "980000017"),
        ("pib", "101134703", None),
        ("pib", "104052136", None),
        ("pib", "980000018", None),
        ("maticni_broj", "20084693", "20084693"),
        ("maticni_broj", "17162543", "17162543"),
        ("maticni_broj", "07177984", "07177984"),
        ("maticni_broj", "2008469", None),
    ],
)
def test_numbers_are_refused_only_when_surely_wrong(
    app: Flask, client: FlaskClient, field: str, typed: str, stored: str | None
) -> None:
    answer = client.post("/my-business/register", data=registration(**{"nui": "", field: typed}))
    assert answer.status_code == (303 if stored else 422)
    with app.test_request_context():
        assert [getattr(row, field) for row in firms()] == ([stored] if stored else [])
    if not stored:
        assert f'href="#{field}"' in answer.text
        assert typed in answer.text
    else:
        assert "unusual" not in client.get("/my-business/registered").text


def test_a_doubtful_registration_number_is_kept_and_said(app: Flask, client: FlaskClient) -> None:
    answer = client.post("/my-business/register", data=registration(maticni_broj="20084694"), follow_redirects=True)
    assert "20084694 is kept as you wrote it" in answer.text
    with app.test_request_context():
        assert firms()[0].maticni_broj == "20084694"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("email", ""),
        ("email", "arta at example"),
        ("municipality", "belgrade"),
        ("registration", "parallel"),
        ("language", "de"),
        ("description", ""),
    ],
)
def test_a_refused_registration_keeps_everything_typed(app: Flask, client: FlaskClient, field: str, typed: str) -> None:
    sent = registration(**{field: typed}, discretion="y")
    answer = client.post("/my-business/register", data=sent)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    for name in ("name", "description", "email", "nui"):
        if name != field:
            assert str(sent[name]) in answer.text or name == "nui"
    for name in ("consent_suggest", "consent_public", "discretion"):
        assert f'checked class="form-check-input" id="{name}"' in answer.text
    assert hidden(answer.text, "key") == sent["key"]
    assert_sound(answer.text, field)
    with app.test_request_context():
        assert firms() == []
        assert all_letters() == []


def test_sent_twice_it_is_one_firm_and_one_letter(app: Flask, client: FlaskClient) -> None:
    sent = registration()
    for _time in range(2):
        assert client.post("/my-business/register", data=sent).status_code == 303
    with app.test_request_context():
        assert len(firms()) == len(all_letters()) == 1


def test_a_known_address_gets_a_link_to_its_profile_and_the_answer_is_the_same(app: Flask, client: FlaskClient) -> None:
    known = firm(app, email="Arta@Example.org")
    first = client.post("/my-business/register", data=registration(description="Somebody else's words"))
    stranger = client.post("/my-business/register", data=registration(email="other@example.org"))
    assert (first.status_code, first.headers["Location"]) == (stranger.status_code, stranger.headers["Location"])
    with app.test_request_context():
        assert len(firms()) == 2
        assert "Somebody else" not in queries.text_of(kept(known), queries.profiles.TextKind.DESCRIPTION)
        letter = all_letters()[0]
        assert letter.to_address == "Arta@Example.org"
        row = db.session.scalars(sa.select(SignInLink).where(SignInLink.id == letter.link_subject)).one()
        assert row.business_id == known


def test_an_owner_may_have_a_second_firm_of_another_name(app: Flask, client: FlaskClient) -> None:
    firm(app)
    assert client.post("/my-business/register", data=registration(name="Ibri Drvo", nui="")).status_code == 303
    with app.test_request_context():
        assert sorted(row.name for row in firms()) == ["Gurra Çelik", "Ibri Drvo"]


@pytest.mark.parametrize("changes", [{"fax": "1"}, {"begun": ""}, {"begun": "soon"}, {"begun": "99999999999"}])
def test_a_machine_is_refused_and_told_how_to_write(app: Flask, client: FlaskClient, changes: dict[str, str]) -> None:
    answer = client.post("/my-business/register", data=registration(**changes))
    assert answer.status_code == 422
    assert "by e-mail" in answer.text
    assert "Gurra Çelik" in answer.text
    with app.test_request_context():
        assert firms() == []


def test_a_consent_keeps_the_language_that_it_was_asked_in(app: Flask) -> None:
    speaking(app, "de").post("/my-business/register?lang=de", data=registration())
    with app.test_request_context():
        (row,) = firms()
        assert (row.language, row.consents["suggest"]["language"]) == ("sq", "de")


def test_too_many_letters_to_one_address_are_refused(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    email = f"{uuid.uuid4().hex}@example.org"
    for number in range(5):
        sent = registration(name=f"Firm {number}", nui="", email=email)
        assert client.post("/my-business/register", data=sent).status_code == 303
    answer = client.post("/my-business/register", data=registration(name="Firm 6", nui="", email=email))
    assert answer.status_code == 429
    assert "Firm 6" in answer.text
    # Asking for a link shares the count, and does not tell.
    assert client.post("/my-business/sign-in", data={"email": email}).status_code == 303
    with app.test_request_context():
        assert len(all_letters()) == 5


@pytest.mark.parametrize("broken", [{}, {"name": "\x00"}, {"name": "x" * 100_000}, {"begun": "1" * 5000}])
def test_a_broken_registration_is_refused_and_not_a_fault(client: FlaskClient, broken: dict[str, str]) -> None:
    assert client.post("/my-business/register", data=broken).status_code == 422


def test_signing_in_says_the_same_for_every_address(app: Flask, client: FlaskClient) -> None:
    one, other = firm(app), firm(app, "Second Firm", email="ARTA@example.org")
    gone = firm(app, "Gone", active=False)
    known = client.post("/my-business/sign-in", data={"email": "arta@example.org"}, follow_redirects=True)
    stranger = client.post("/my-business/sign-in", data={"email": "nobody@example.org"}, follow_redirects=True)
    assert known.text == stranger.text
    with app.test_request_context():
        subjects = [letter.link_subject for letter in all_letters()]
        rows = db.session.scalars(sa.select(SignInLink).where(SignInLink.id.in_(subjects)))
        assert {row.business_id for row in rows} == {one, other} != {gone}


def sent_link(app: Flask, client: FlaskClient) -> str:
    client.post("/my-business/sign-in", data={"email": "arta@example.org"})
    with app.test_request_context():
        return link_in(all_letters()[-1])


def test_a_link_opens_once(app: Flask, client: FlaskClient) -> None:
    firm(app)
    address = sent_link(app, client)
    assert client.post(address).status_code == 303
    other = speaking(app, "en")
    for answer in (other.get(address), other.post(address)):
        assert answer.status_code == 410
        assert 'action="/my-business/sign-in"' in answer.text
        assert_sound(answer.text, address)
    assert other.get("/my-business/").headers["Location"].startswith("/my-business/sign-in")


def test_a_link_is_good_for_a_day(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    firm(app)
    address = sent_link(app, client)
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=23, minutes=59))
    assert client.get(address).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=24, minutes=1))
    assert client.get(address).status_code == client.post(address).status_code == 410


@pytest.mark.parametrize("token", ["wrong", "x" * 5000, "%ff", "ж", "7facb6df4f9342f59686fce3ddef5f00"])
def test_a_wrong_token_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/my-business/in/{token}").status_code == 410
    assert client.post(f"/my-business/in/{token}").status_code == 410


def test_a_link_takes_a_new_session_key_and_leaving_closes_the_pages(app: Flask, client: FlaskClient) -> None:
    firm(app)
    client.get("/my-business/register")
    before = client.get_cookie("iso_session")
    client.post(sent_link(app, client))
    after = client.get_cookie("iso_session")
    assert after is not None
    assert before is None or before.value != after.value
    assert client.post("/my-business/out").status_code == 303
    assert client.get("/my-business/").status_code == 302


def test_who_came_in_already_is_not_asked_for_a_letter_again(app: Flask) -> None:
    key = firm(app)
    client = holding(app, key)
    assert client.get("/my-business/sign-in").headers["Location"] == "/my-business/"
    with app.app_context():
        kept(key).active = False
        db.session.commit()
    assert client.get("/my-business/", follow_redirects=True).status_code == 200  # and asks for a link


def test_a_firm_that_is_gone_or_was_merged(app: Flask) -> None:
    key, into = firm(app), firm(app, "Ibri Metal", email="")
    client = holding(app, key)
    with app.app_context():
        row = kept(key)
        row.active, row.merged_into_id = False, into
        db.session.commit()
    assert "Ibri Metal" in client.get("/my-business/").text
    with app.app_context():
        kept(into).active = False
        db.session.commit()
    assert client.get("/my-business/").status_code == 302
    assert holding(app, uuid.uuid4()).get("/my-business/").status_code == 302


@pytest.mark.parametrize("language", ["en", "sq", "sr_latn", "sr_cyrl"])
def test_letters_come_in_the_firms_language_and_keep_discretion(app: Flask, client: FlaskClient, language: str) -> None:
    office = {"en": "Office", "sq": "Zyr", "sr_latn": "ancelarij", "sr_cyrl": "анцелариј"}[language]
    firm(app, language=language)
    shy = firm(app, "Shy", language=language, discretion=True, email="shy@example.org")
    client.post("/my-business/sign-in", data={"email": "arta@example.org"})
    client.post("/my-business/sign-in", data={"email": "shy@example.org"})
    sent = registration(language=language, email="new@example.org", discretion="y", name="New")
    client.post("/my-business/register", data=sent)
    with app.test_request_context():
        plain, discreet, new = all_letters()
        assert {letter.language for letter in (plain, discreet, new)} == {language}
        assert office.lower() in plain.subject.lower()
        for letter in (discreet, new):
            assert office.lower() not in letter.subject.lower()
            assert "ISO" not in letter.subject
            assert f"<title>{letter.subject}</title>" in letter.html
        assert kept(shy).name in discreet.text


@pytest.mark.parametrize("tag", ["en", "de", "sq", "sr-Latn", "sr-Cyrl"])
def test_the_door_is_sound_in_every_language(app: Flask, tag: str) -> None:
    client = speaking(app, tag)
    for name in ("register", "registered", "sign-in", "sent"):
        page = client.get(f"/my-business/{name}?lang={tag}")
        assert page.status_code == 200
        assert_sound(page.text, name)
        assert f'<html lang="{tag}">' in page.text


def test_nobodys_community_is_asked(client: FlaskClient) -> None:
    page = client.get("/my-business/register").text.lower()
    for word in ("ethnic", "nationality", "communit", "minority", "border"):
        assert word not in page
    assert REGISTERED["name"] not in page
