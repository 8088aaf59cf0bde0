"""Which language a reader gets and how to switch: domain D1, D28; the Accept-Language trap of stack.md."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from iso_portal.core.i18n import Language, negotiate
from tests.conftest import signed_in, speaking


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("sq", "sq"),
        ("sq-XK,en;q=0.8", "sq"),
        ("sr", "sr_cyrl"),
        ("sr-RS", "sr_cyrl"),
        ("sr-Latn-RS", "sr_latn"),
        ("sr-Latn", "sr_latn"),
        ("sr-Cyrl-XK", "sr_cyrl"),
        ("sh", "sr_latn"),
        ("bs-BA", "sr_latn"),
        ("hr", "sr_latn"),
        ("cnr", "sr_latn"),
        ("de-AT", "de"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.3, sq;q=0.9", "sq"),
        ("fr, de;q=0.5", "de"),
        ("fr", None),
        ("", None),
        (None, None),
        ("*", None),
        ("sq;q=0", None),
        ("sq;q=x, de", "de"),
        ("sr-\x00-;;;q=,,,==", None),
        (",".join(["x-" * 40] * 200), None),
    ],
)
def test_the_browser_is_understood(header: str | None, language: str | None) -> None:
    assert negotiate(header) == (Language(language) if language else None)


@pytest.mark.parametrize("language", list(Language))
def test_a_public_page_names_its_language_and_all_five(app: Flask, language: Language) -> None:
    answer = app.test_client().get(f"/accounts/sign-in?lang={language.tag}")
    assert answer.status_code == 200
    assert f'<html lang="{language.tag}"' in answer.text
    assert answer.headers["Content-Language"] == language.tag
    for other in Language:
        assert other.own_name in answer.text


def test_a_first_visit_without_a_usable_language_is_asked_and_not_answered_for(app: Flask) -> None:
    answer = speaking(app, "fr").get("/?from=fair")
    names = [language.own_name for language in Language]
    assert answer.status_code == 200
    assert sorted(re.findall(r'hreflang="[^"]+">([^<]+)</a>', answer.text)[-5:]) == sorted(names)
    assert "from=fair" in answer.text


def test_a_chosen_language_is_kept_for_a_year(app: Flask) -> None:
    client = speaking(app, "de")
    first = client.get("/?lang=sr-Latn")
    cookie = next(c for c in first.headers.getlist("Set-Cookie") if c.startswith("iso_language="))
    assert "iso_language=sr-Latn" in cookie
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie
    assert '<html lang="sr-Latn"' in client.get("/").text


def test_an_unknown_language_in_the_address_is_passed_over(app: Flask) -> None:
    answer = speaking(app, "sq").get("/?lang=xx")
    assert answer.status_code == 200
    assert '<html lang="sq"' in answer.text


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser(app: Flask) -> None:
    client = speaking(app, "de")
    client.set_cookie("iso_language", "sq")
    assert '<html lang="sq"' in client.get("/").text
    assert '<html lang="en"' in client.get("/?lang=en").text


def test_german_on_a_staff_page_is_english_and_no_error(app: Flask) -> None:
    answer = signed_in(app, "officer").get("/businesses/?lang=de")
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


def test_the_switch_keeps_the_rest_of_the_address(app: Flask) -> None:
    page = signed_in(app, "officer").get("/businesses/?text=drvo+%26+metal&municipality=zvecan").text
    assert "/businesses/?text=drvo+%26+metal&amp;municipality=zvecan&amp;lang=sq" in page


def test_machines_are_not_asked_for_a_language(app: Flask) -> None:
    with speaking(app, "fr").get("/static/theme.css") as answer:
        assert answer.mimetype == "text/css"


def test_a_refused_sign_in_is_told_in_german_too(app: Flask) -> None:
    typed = {"email": "nobody@example.org", "password": "x" * 14}
    assert "do not belong together" not in speaking(app, "de").post("/accounts/sign-in", data=typed).text
