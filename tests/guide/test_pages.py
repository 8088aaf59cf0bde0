"""Every page of the guide, in every language: sound, dated, sourced, and honest about counts."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.formats import number
from iso_portal.core.i18n import PUBLIC, Language, in_language
from iso_portal.guide import queries, words
from iso_portal.guide.domain import Fact
from iso_portal.vocabulary import queries as vocabulary
from tests import factories
from tests.conftest import counted_queries, speaking
from tests.soundness import assert_sound
from tests.test_wording import broken

PATHS = (
    "/",
    "/guide/why",
    "/guide/municipalities",
    *(f"/guide/municipalities/{slug}" for slug in vocabulary.municipalities()),
    "/guide/sectors",
    *(f"/guide/sectors/{code}" for code in "ABCDEHIJNP"),
    "/guide/how",
    "/guide/privacy",
    "/guide/accessibility",
)
TAGS = tuple(language.tag for language in PUBLIC)


@pytest.fixture(autouse=True)
def _counted_anew(app: Flask) -> Iterator[None]:
    """Figures are kept for a while; each test counts its own."""
    app.extensions.pop("guide_figures", None)
    yield
    app.extensions.pop("guide_figures", None)


def words_of(text: str) -> str:
    """Return what a reader sees, with single spaces."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).replace("\u00a0", " ")


def raw(name: str) -> list[dict[str, Any]]:
    return json.loads((vocabulary.DATA / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("tag", TAGS)
def test_every_page_is_sound(app: Flask, tag: str) -> None:
    for path in PATHS:
        answer = speaking(app, tag).get(path)
        assert answer.status_code == 200, path
        assert_sound(answer.text, path)
        assert f'<html lang="{tag}">' in answer.text, path


def test_unknown_places_and_sectors_are_not_found(client: FlaskClient) -> None:
    for path in ("/guide/municipalities/elsewhere", "/guide/sectors/X", "/guide/sectors/10", "/guide/sectors/b"):
        assert client.get(path).status_code == 404, path


def test_the_start_page_leads_each_of_the_three_to_their_place(client: FlaskClient) -> None:
    text = client.get("/").text
    main = text[text.index("<main") : text.index("</main>")]
    for address in ("/intake/inquiry", "/intake/link", "/reports/"):
        assert f'href="{address}"' in main
    for slug in vocabulary.municipalities():
        assert f'href="/guide/municipalities/{slug}"' in main


def facts_of(language: str) -> list[Fact]:
    return [fact for rows in queries.facts(language).values() for fact in rows]


@pytest.mark.parametrize("language", PUBLIC)
def test_each_value_stands_with_its_date_and_source(app: Flask, language: Language) -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", speaking(app, language.tag).get("/guide/why").text, re.DOTALL)
    shown = [words_of(row) for row in rows if 'scope="row"' in row]
    with app.test_request_context(), in_language(language):
        facts = facts_of(language)
        assert len(shown) == len(facts) > 15
        for row, fact in zip(shown, facts, strict=True):
            for part in (fact.topic.text, fact.value.text, words.as_of_word(fact.as_of), fact.source.text):
                assert words_of(part).strip() in row, fact.key


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_uncertain_or_for_staff_is_on_no_page(app: Flask, tag: str) -> None:
    hidden = [row for row in raw("investor_facts") if not row["public"] or row["confidence"] in {"low", "unverified"}]
    assert len(hidden) >= 5
    for path in ("/guide/why", "/guide/sectors/B", "/guide/sectors/D"):
        text = words_of(speaking(app, tag).get(path).text)
        for row in hidden:
            assert row["topic"] not in text or row["key"].startswith("law."), row["key"]
            assert not row["value"] or row["value"] not in text, row["key"]


def test_a_fact_says_after_24_months_that_it_may_be_out_of_date(app: Flask, client: FlaskClient) -> None:
    def corporate_tax() -> str:
        return words_of(client.get("/guide/why").text).partition("Corporate income tax")[2].partition("Value added")[0]

    with clock.turned_to(datetime(2025, 12, 31, 12, tzinfo=clock.LOCAL)):
        assert "may be out of date" not in corporate_tax()
    with clock.turned_to(datetime(2026, 1, 1, 12, tzinfo=clock.LOCAL)):
        assert "2024 may be out of date" in corporate_tax()
        assert "Some values are more than 24 months old" in client.get("/guide/why").text
    with clock.turned_to(datetime(2019, 2, 1, 12, tzinfo=clock.LOCAL)):
        assert "may be out of date" not in client.get("/guide/why").text


@pytest.mark.parametrize("language", PUBLIC)
def test_every_count_of_inhabitants_has_its_year_kind_and_source(app: Flask, language: Language) -> None:
    client = speaking(app, language.tag)
    table = words_of(client.get("/guide/municipalities").text)
    with app.test_request_context(), in_language(language):
        for slug, place in vocabulary.municipalities().items():
            own = words_of(client.get(f"/guide/municipalities/{slug}").text)
            assert len(place.populations) >= 3
            for count in place.populations:
                shown, kind = number(count.count).replace("\u00a0", " "), str(words.COUNTS[count.kind])
                source = words.count_source(count.source)
                assert f"{shown} {count.year}, {kind}. {source}" in table
                assert f"{count.year} {shown} {kind} {source}" in own


def test_no_count_is_ever_added_to_another(client: FlaskClient) -> None:
    rows = vocabulary.municipalities().values()
    text = "".join(client.get(path).text for path in PATHS)
    totals = {
        sum(count.count for row in rows for count in row.populations if (count.year, count.kind) == wanted)
        for wanted in {(count.year, count.kind) for row in rows for count in row.populations}
    }
    totals |= {sum(max(c.count for c in row.populations) for row in rows)}
    totals |= {one.count + other.count for row in rows for one in row.populations for other in row.populations}
    alone = {count.count for row in rows for count in row.populations}
    shown = set(re.findall(r"\d[\d,]*", text))
    assert "7,920" in shown
    assert not {f"{total:,}" for total in totals - alone} & shown


def test_the_map_is_a_list_with_every_tile_in_its_place(client: FlaskClient) -> None:
    text = client.get("/guide/municipalities").text
    tiles = re.findall(
        r'<li class="tile-c(\d) tile-r(\d)"><a href="/guide/municipalities/([\w-]+)">.*?(north|south) of', text
    )
    expected = {(str(row.column), str(row.row), row.slug) for row in vocabulary.municipalities().values()}
    assert {tile[:3] for tile in tiles} == expected
    assert {slug for _c, _r, slug, where in tiles if where == "south"} == {"mitrovica-south", "skenderaj", "vushtrri"}


def test_names_of_places_are_those_of_the_readers_language(app: Flask) -> None:
    assert "<h1>Mitrovica e Veriut</h1>" in speaking(app, "sq").get("/guide/municipalities/mitrovica-north").text
    assert "<h1>Северна Митровица</h1>" in speaking(app, "sr-Cyrl").get("/guide/municipalities/mitrovica-north").text
    both = "<h1>Severna Mitrovica/Mitrovica e Veriut</h1>"
    assert both in speaking(app, "de").get("/guide/municipalities/mitrovica-north").text
    assert all("Albanik" not in speaking(app, tag).get("/guide/municipalities/leposavic").text for tag in TAGS)


def test_the_footnote_belongs_to_the_first_kosovo_of_the_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = {"en": "Kosovo*", "sq": "Kosovës*", "sr-Cyrl": "Косова*", "sr-Latn": "Kosova*", "de": "Kosovo*"}
    for tag, word in marked.items():
        assert "*" not in words_of(speaking(app, tag).get("/guide/why").text)
        with monkeypatch.context() as patch:
            patch.setitem(app.jinja_env.globals, "footnote_text", lambda: "A designation.")
            text = words_of(speaking(app, tag).get("/guide/why").text)
        assert text.count("*") == 2, tag
        assert word in text
        assert "* A designation." in text


def test_disputed_assets_are_named_by_both_names_and_without_a_position(client: FlaskClient) -> None:
    mining, energy = client.get("/guide/sectors/B").text, client.get("/guide/sectors/D").text
    assert "Trepça/Trepča" in mining
    assert "Its ownership is disputed; the office takes no position." in mining
    assert "Gazivode/Ujman" in energy
    assert "The rights to the water are disputed; the office takes no position." in energy


@pytest.mark.parametrize("language", PUBLIC)
def test_texts_of_the_data_are_translated_and_keep_to_the_neutral_words(app: Flask, language: Language) -> None:
    with app.test_request_context(), in_language(language):
        facts, zones = facts_of(language), queries.zones(language)
        texts = [text for fact in facts for text in (fact.topic, fact.value, fact.source)]
        texts += [text for zone in zones for text in (zone.note, zone.source)]
        assert [text.text for text in texts if text.tag and language is not Language.EN] == []
        names = [zone.name for zone in zones] + [one.name for one in queries.crossings(language)]
        plain = "sr" if language.startswith("sr") else str(language)
        assert [found for text in [*(text.text for text in texts), *names] for found in broken(plain, text)] == []


def test_a_page_asks_the_same_number_of_questions_for_two_firms_as_for_many(app: Flask, client: FlaskClient) -> None:
    def asked(path: str) -> int:
        app.extensions.pop("guide_figures", None)
        with counted_queries(app) as statements:
            assert client.get(path).status_code == 200
        return len(statements)

    for path in PATHS:
        client.get(path)
    few = {path: asked(path) for path in PATHS}
    with app.app_context():
        for _ in range(12):
            factories.business(consent_public=True)
            factories.case()
        db.session.commit()
    assert {path: asked(path) for path in PATHS} == few
    assert max(few.values()) <= 6


def test_figures_are_counted_once_for_all_visitors_of_ten_minutes(app: Flask, client: FlaskClient) -> None:
    client.get("/guide/how")
    with counted_queries(app) as statements:
        client.get("/")
        client.get("/guide/how")
    assert not [statement for statement in statements if "entries" in statement]
