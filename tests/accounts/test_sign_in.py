"""Sign-in: right pair in, everything else the same answer (trust S1-S3, S5)."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from iso_portal.accounts import service
from iso_portal.accounts.domain import Role, weakness_of
from iso_portal.core.db import db
from iso_portal.core.limits import limiter
from tests.conftest import speaking

PASSWORD = "nine quiet teal horses"
ADDRESS = "someone@example.org"


@pytest.fixture
def someone(app: Flask) -> str:
    """An officer's account with a known password; returns its address."""
    with app.app_context():
        service.open_account(by=None, email=ADDRESS, name="Some One", role=Role.OFFICER, password=PASSWORD)
        db.session.commit()
    return ADDRESS


def try_it(client: FlaskClient, email: str, password: str, **more: str) -> Any:
    return client.post("/accounts/sign-in", data={"email": email, "password": password, **more})


def test_the_right_pair_signs_in_and_changes_the_session_key(client: FlaskClient, someone: str) -> None:
    client.get("/accounts/sign-in")
    before = client.get_cookie("iso_session")
    answer = try_it(client, " SOMEONE@example.org ", PASSWORD)
    assert answer.status_code == 303
    after = client.get_cookie("iso_session")
    assert after is not None
    assert before is None or before.value != after.value
    assert client.get("/accounts/me").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient, someone: str) -> None:
    wrong = try_it(client, someone, "something else entirely")
    unknown = try_it(client, "nobody@example.org", "something else entirely")
    assert wrong.status_code == unknown.status_code == 422
    tokens = re.compile(r'name="csrf_token" value="[^"]+"')
    same = [
        tokens.sub("", text)
        for text in (wrong.text.replace(someone, ""), unknown.text.replace("nobody@example.org", ""))
    ]
    assert same[0] == same[1]
    assert "something else entirely" not in wrong.text


def test_an_unknown_address_costs_a_hash_as_well(app: Flask, someone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    class Counting:
        def verify(self, stored: str, typed: str) -> bool:
            hashed.append(stored)
            return genuine.verify(stored, typed)

    genuine = service.hasher
    monkeypatch.setattr(service, "hasher", Counting())
    with app.app_context():
        assert service.check_password("nobody@example.org", PASSWORD) is None
    assert hashed == [service.NOBODY]


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", "x"])
def test_sign_in_leads_to_no_other_site(client: FlaskClient, someone: str, address: str) -> None:
    answer = try_it(client, someone, PASSWORD, next=address)
    assert answer.headers["Location"].startswith("/")
    assert "evil" not in answer.headers["Location"]


def test_sign_in_returns_to_the_page_that_asked(client: FlaskClient, someone: str) -> None:
    asked = client.get("/cases/?stage=received")
    assert asked.headers["Location"] == "/accounts/sign-in?next=/cases/?stage%3Dreceived"
    assert try_it(client, someone, PASSWORD, next="/cases/?stage=received").headers["Location"] == (
        "/cases/?stage=received"
    )


def test_sign_out_ends_the_session_on_the_server(client: FlaskClient, someone: str) -> None:
    try_it(client, someone, PASSWORD)
    kept = client.get_cookie("iso_session")
    assert kept is not None
    assert client.post("/accounts/sign-out").status_code == 303
    client.set_cookie("iso_session", kept.value)
    assert client.get("/accounts/me").status_code == 302


def test_a_closed_account_is_out_at_once(app: Flask, client: FlaskClient, someone: str) -> None:
    try_it(client, someone, PASSWORD)
    with app.app_context():
        person = service.check_password(someone, PASSWORD)
        assert person is not None
        person.active = False
        db.session.commit()
    assert client.get("/accounts/me").status_code == 302


def test_an_empty_form_says_what_is_missing_in_the_readers_language(app: Flask) -> None:
    answer = try_it(speaking(app, "sr-Cyrl"), "", "")
    assert answer.status_code == 422
    assert "Ово поље је обавезно." in answer.text


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "short"),
        ("x" * 300, "long"),
        ("password12345", "common"),
        ("mitrovica2026", "common"),
        ("aaaaaaaaaaaaaa", "common"),
        ("someone-is-here", "own_name"),
        (PASSWORD, None),
        ("дванаест тихих коња", None),
    ],
)
def test_passwords_are_judged_by_length_and_guessability(password: str, reason: str | None) -> None:
    assert weakness_of(password, email=ADDRESS) == reason


def test_a_weak_password_opens_no_account(session: scoped_session[Any]) -> None:
    with pytest.raises(service.WeakPassword):
        service.open_account(by=None, email=ADDRESS, name="Some One", role=Role.OFFICER, password="short")


def test_too_many_attempts_on_one_account_are_slowed(app: Flask, someone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    victim = f"{time.monotonic_ns()}@example.org"
    answers = [try_it(speaking(app, "en"), victim, "x").status_code for _ in range(11)]
    assert answers[:10] == [422] * 10
    assert answers[10] == 429
