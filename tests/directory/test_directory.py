"""The public directory: who is listed, what is found, what is told and what is not (casework B3, B8; trust S5)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses.domain import TextKind, Verification
from iso_portal.businesses.models import Business, BusinessText
from iso_portal.core import clock
from iso_portal.core.db import db
from tests import factories
from tests.conftest import counted_queries, speaking
from tests.directory import rows
from tests.soundness import assert_sound

TAGS = ("en", "sq", "sr-Latn", "sr-Cyrl", "de")
Make = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def make(app: Flask) -> Make:
    """Return a function that makes rows and keeps them: make(lambda: rows.listed("Guri"))."""

    def act(build: Callable[[], Any]) -> Any:
        with app.test_request_context():
            made = build()
            keys = [one.id for one in made] if isinstance(made, list) else made.id
            db.session.commit()
            return keys

    return act


def change(app: Flask, key: uuid.UUID, **values: Any) -> None:
    """Change a firm's columns and keep that."""
    with app.app_context():
        firm = db.session.get_one(Business, key)
        for name, value in values.items():
            setattr(firm, name, value)
        db.session.commit()


def found(client: FlaskClient, query: str) -> list[str]:
    """Return the names that a search shows, in their order."""
    answer = client.get(f"/directory/?{query}")
    assert answer.status_code == 200
    return re.findall(r'itemprop="name">([^<]+)<', answer.text)


@pytest.mark.parametrize(
    "withdrawn",
    [
        {"consent_public": False},
        {"discretion": True},
        {"active": False},
        {"pending": True},
    ],
    ids=lambda values: next(iter(values)),
)
def test_who_is_no_longer_listed_is_gone_at_once(
    app: Flask, client: FlaskClient, make: Make, withdrawn: dict[str, bool]
) -> None:
    key = make(lambda: rows.listed("Guri i Ibrit"))
    with app.test_request_context():
        firm = db.session.get_one(Business, key)
        site = rows.site(firm)
        photo = rows.picture(firm, at=site).id
        db.session.commit()
    for address in (f"/directory/{key}", f"/directory/pictures/{photo}.jpg"):
        assert client.get(address).status_code == 200
    assert "Guri i Ibrit" in client.get("/directory/sites").text
    change(app, key, **withdrawn)
    for address in (f"/directory/{key}", f"/directory/pictures/{photo}.jpg"):
        assert client.get(address).status_code == 404
    for address in ("/directory/", "/directory/?text=guri", "/directory/sites"):
        assert "Guri i Ibrit" not in client.get(address).text


def test_a_merged_firm_is_not_listed_twice(app: Flask, client: FlaskClient, make: Make) -> None:
    kept, gone = make(lambda: [rows.listed("Drini"), rows.listed("Drini")])
    change(app, gone, merged_into_id=kept)
    assert found(client, "") == ["Drini"]
    assert client.get(f"/directory/{gone}").status_code == 404


def test_unlisted_and_unknown_answer_alike(client: FlaskClient, make: Make) -> None:
    hidden = make(lambda: factories.business("Fshehtë"))

    def page(key: uuid.UUID) -> str:
        answer = client.get(f"/directory/{key}")
        assert answer.status_code == 404
        return re.sub(r"[0-9a-f-]{32,36}", "", answer.text)

    assert page(hidden) == page(uuid.uuid4())
    assert client.get(f"/directory/pictures/{uuid.uuid4()}.jpg").status_code == 404


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("saljska", "Šaljska stolarija"),
        ("Шаљска", "Šaljska stolarija"),
        ("шаљска столарија", "Šaljska stolarija"),
        ("celik", "Çelik Mitrovica"),
        ("Ћелик", "Çelik Mitrovica"),
        ("Todiq", "Todić promet"),
        ("ТОДИЋ", "Todić promet"),
        ("Hodza", "Hoxha Druri"),
        ("сирана", "Сирана Рогозна"),
        ("sirana", "Сирана Рогозна"),
    ],
)
def test_search_finds_in_any_script_and_spelling(client: FlaskClient, make: Make, typed: str, name: str) -> None:
    make(
        lambda: [
            rows.listed("Šaljska stolarija", language="sr_latn"),
            rows.listed("Çelik Mitrovica"),
            rows.listed("Todić promet", language="sr_latn"),
            rows.listed("Hoxha Druri"),
            rows.listed("Сирана Рогозна", language="sr_cyrl"),
        ]
    )
    assert found(client, f"text={typed}") == [name]


def test_search_finds_by_text_place_and_sector_but_by_no_number(client: FlaskClient, make: Make) -> None:
    make(
        lambda: rows.listed(
            "Guri", text="Zinkim në të nxehtë", email="info@example.org", phone="+383 28 000 100", nui="990001000"
        )
    )
    for word in ("zinkim", "mitrovic", "metal", "Guri"):
        assert found(client, f"text={word}") == ["Guri"], word
    for word in ("990001000", "000100", "example.org"):
        assert found(client, f"text={word}") == [], word


def test_filters_narrow_and_stand_in_the_address(client: FlaskClient, make: Make) -> None:
    make(
        lambda: [
            rows.listed("Metal", nace=("25.11",), certifications=["ISO 9001"], languages=["sq", "de"]),
            rows.listed("Druri", nace=("16.23", "31.02"), municipality="leposavic", languages=["sr"]),
            rows.listed("Kodi", nace=("62.01",), certifications=["ISO 27001"], languages=["sq", "en"]),
        ]
    )
    assert found(client, "sector=C") == ["Druri", "Metal"]
    assert found(client, "section=J") == ["Kodi"]
    assert found(client, "sector=31") == ["Druri"]
    assert found(client, "municipality=leposavic") == ["Druri"]
    assert found(client, "certification=iso+9001") == ["Metal"]
    assert found(client, "certification=ISO") == ["Kodi", "Metal"]
    assert found(client, "language=de&sector=25") == ["Metal"]
    page = client.get("/directory/?sector=C&municipality=leposavic&language=sr").text
    assert '<option value="C" selected>' in page
    assert '<option value="leposavic" selected>' in page
    assert "1 firm found" in page
    for nonsense in ("sector=ZZ", "sector=9X", "municipality=atlantis", "language=xx", "certification=%25"):
        page = client.get(f"/directory/?{nonsense}").text
        assert "0 firms found" in page, nonsense
        assert "Clear the filters" in page


def test_firms_stand_in_the_order_of_the_readers_alphabet(app: Flask, make: Make) -> None:
    make(lambda: [rows.listed(name) for name in ("Zana", "Çelik", "Čelik", "Ceca", "Dhoma", "Dora", "Đorđe")])
    albanian = found(speaking(app, "sq"), "")
    assert albanian.index("Çelik") > albanian.index("Ceca")
    assert albanian.index("Dhoma") > albanian.index("Dora")
    serbian = found(speaking(app, "sr-Latn"), "")
    assert serbian.index("Đorđe") > serbian.index("Dora") > serbian.index("Čelik") > serbian.index("Ceca")


def test_pages_follow_each_other_without_gap(client: FlaskClient, make: Make) -> None:
    make(lambda: [rows.listed(f"Firma {number:03}") for number in range(60)])
    seen, address = [], "/directory/?text=firma"
    while address:
        text = client.get(address).text
        assert "60 firms found" in text
        seen += re.findall(r'itemprop="name">([^<]+)<', text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [f"Firma {number:03}" for number in range(60)]
    assert client.get("/directory/?page=nonsense").status_code == 404


def test_a_large_directory_is_not_counted_to_its_end(
    client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iso_portal.businesses.queries.public.MOST_COUNTED", 3)
    monkeypatch.setattr("iso_portal.businesses.queries.MOST_COUNTED", 3)
    make(lambda: [rows.listed(f"Firma {number}") for number in range(3)])
    assert "3 firms found" in client.get("/directory/").text
    make(lambda: rows.listed("Firma 4"))
    assert "More than 3 firms found" in client.get("/directory/").text


def test_as_many_questions_for_two_firms_as_for_two_hundred(app: Flask, make: Make) -> None:
    def questions(address: str) -> int:
        client = speaking(app, "en")
        client.get(address)
        with counted_queries(app) as statements:
            client.get(address)
        return len(statements)

    def build(count: int) -> list[Business]:
        firms = [rows.listed(f"Firma {count}-{number:03}", certifications=["CE"]) for number in range(count)]
        for firm in firms:
            rows.picture(firm, at=rows.site(firm))
        return firms

    first = make(lambda: build(2))
    few = [questions("/directory/"), questions("/directory/sites")]
    make(lambda: build(198))
    assert [questions("/directory/"), questions("/directory/sites")] == few
    assert few[0] <= 6
    assert few[1] <= 4
    assert questions(f"/directory/{first[0]}") <= 7


def translated(firm: Business, language: str, text: str, *, stale: bool = False) -> None:
    firm.texts.append(
        BusinessText(kind=TextKind.DESCRIPTION, language=language, text=text, original=False, stale=stale)
    )


def test_a_text_is_told_in_the_readers_language_with_the_original_beside_it(app: Flask, make: Make) -> None:
    def build() -> Business:
        firm = rows.listed("Guri", text="Presim gurin.")
        translated(firm, "sr_latn", "Sečemo kamen.")
        translated(firm, "en", "We cut stone.", stale=True)
        return firm

    key = make(build)
    address = f"/directory/{key}"
    english = speaking(app, "en").get(address).text
    assert english.index("We cut stone.") < english.index("Presim gurin.")
    assert "Translation by the office: English" in english
    assert "The firm has changed its own words since." in english
    cyrillic = speaking(app, "sr-Cyrl").get(address).text
    assert "Sečemo kamen." in cyrillic
    assert '<details class="derived">' in cyrillic
    assert "Сечемо камен." in cyrillic
    assert "Presim gurin." in cyrillic
    albanian = speaking(app, "sq").get(address).text
    assert "Presim gurin." in albanian
    assert "We cut stone." not in albanian
    german = speaking(app, "de").get(address).text
    assert german.index("We cut stone.") < german.index("Presim gurin.")


def test_a_list_shows_what_the_reader_understands(app: Flask, make: Make) -> None:
    def build() -> Business:
        firm = rows.listed("Guri", text="Presim gurin " + "dhe e dërgojmë " * 40)
        firm.texts.append(BusinessText(kind=TextKind.SUMMARY, language="sq", text="Gur i prerë."))
        translated(firm, "sr_latn", "Sečemo kamen.")
        return firm

    make(build)
    assert (
        '<p lang="sr-Latn" itemprop="description">Sečemo kamen.</p>' in speaking(app, "sr-Cyrl").get("/directory/").text
    )
    for tag in ("sq", "en"):
        assert '<p lang="sq" itemprop="description">Gur i prerë.</p>' in speaking(app, tag).get("/directory/").text


def test_a_name_in_the_other_script_is_a_marked_view(app: Flask, make: Make) -> None:
    key = make(lambda: rows.listed("Šaljska", language="sr_latn"))
    text = speaking(app, "sr-Cyrl").get(f"/directory/{key}").text
    assert '<h1 lang="sr-Latn" itemprop="name">Šaljska</h1>' in text
    assert '<span lang="sr-Cyrl">Шаљска</span>' in text


def test_a_check_is_told_while_it_is_fresh(app: Flask, client: FlaskClient, make: Make) -> None:
    key = make(lambda: rows.listed("Guri", verification=Verification.VISITED, verified_on=clock.today()))
    assert "Visited," in client.get(f"/directory/{key}").text
    change(app, key, recheck=True)
    assert "as the firm declares" in client.get(f"/directory/{key}").text
    change(app, key, recheck=False, verified_on=clock.today().replace(year=clock.today().year - 2))
    assert "Visited," not in client.get(f"/directory/{key}").text


SECRETS = {
    "email": "someone@example.net",
    "phone": "+383 28 000 199",
    "nui": "990001999",
    "pib": "980000017",
    "maticni_broj": "20084693",
    "contact_name": "Arta Shala",
    "address": "Rruga e Vogël 7",
    "website": "https://firma.example.net",
    "contact_hours": "after six",
}


@pytest.mark.parametrize("tag", TAGS)
def test_every_page_is_sound_and_keeps_what_is_not_public(app: Flask, make: Make, tag: str) -> None:
    def build() -> Business:
        firm = rows.listed("Guri <&> gurë", certifications=["CE"], export_markets=["DE", "XK"], **SECRETS)
        translated(firm, "de", "Wir schneiden Stein.")
        rows.picture(firm, says='Një "hallë" <e re>')
        rows.picture(firm, at=rows.site(firm, address="Rruga e Fshehtë 3"))
        return firm

    key = make(build)
    client = speaking(app, tag)
    pages = {
        "index": "/directory/",
        "empty": "/directory/?text=qqqqq",
        "show": f"/directory/{key}",
        "sites": "/directory/sites",
        "no sites": "/directory/sites?area=5000&kind=land&tenure=sale&municipality=zvecan",
        "missing": f"/directory/{uuid.uuid4()}",
    }
    for name, address in pages.items():
        answer = client.get(address)
        assert answer.status_code == (404 if name == "missing" else 200), name
        assert_sound(answer.text, name)
        assert f'<html lang="{tag}">' in answer.text
        for what, secret in SECRETS.items():
            assert secret not in answer.text, (name, what)
        assert "Rruga e Fshehtë" not in answer.text
        assert "<e re>" not in answer.text


def test_microdata_names_organisation_and_place(client: FlaskClient, make: Make) -> None:
    def build() -> Business:
        firm = rows.listed("Guri")
        rows.site(firm)
        return firm

    text = client.get(f"/directory/{make(build)}").text
    assert 'itemtype="https://schema.org/Organization"' in text
    assert 'itemtype="https://schema.org/Place"' in text


@pytest.mark.parametrize(
    "query",
    ["text=%00%ff", "municipality=%00", "sector=%00%00", "certification=%00%5c", "language=%27", "text=" + "x" * 5000],
)
def test_odd_input_is_never_a_500(client: FlaskClient, query: str) -> None:
    for page in ("/directory/", "/directory/sites"):
        assert client.get(f"{page}?{query}").status_code == 200
