"""What search engines are told: the map of the site, the languages of each page, and what they are to leave alone."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.core import links
from iso_portal.core.db import db
from iso_portal.guide import views
from tests import factories
from tests.conftest import speaking
from tests.test_wording import broken

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
FIVE = {"de", "en", "sq", "sr-Latn", "sr-Cyrl"}


def map_of(client: FlaskClient) -> dict[str, dict[str, str]]:
    """Return each address of the map with its alternates by language."""
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    return {
        url.findtext(f"{SITEMAP}loc") or "": {link.attrib["hreflang"]: link.attrib["href"] for link in url.iter(LINK)}
        for url in ElementTree.fromstring(answer.text)
    }


def test_the_map_names_every_page_in_five_languages_and_one_for_the_undecided(client: FlaskClient) -> None:
    found = map_of(client)
    assert "http://localhost/guide/municipalities/zvecan?lang=sr-Cyrl" in found
    assert "http://localhost/?lang=sq" in found
    for address, others in found.items():
        assert set(others) == FIVE | {"x-default"}
        assert address in others.values()
        assert "?" not in others["x-default"]
    assert len(found) == len(set(found)) == 5 * len({others["x-default"] for others in found.values()})


def test_a_page_names_the_same_alternates_as_the_map(client: FlaskClient) -> None:
    found = map_of(client)
    for others in {others["x-default"]: others for others in found.values()}.values():
        path = others["x-default"].removeprefix("http://localhost")
        if not path.startswith(("/guide", "/?")) and path != "/":
            continue
        text = client.get(path).text
        assert dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', text)) == others
        assert f'<link rel="canonical" href="{others["en"]}">' in text
        assert "noindex" not in text


def test_a_canonical_address_is_of_the_language_that_is_shown(app: Flask) -> None:
    text = speaking(app, "en").get("/guide/how?lang=sr-Latn&utm=1").text
    assert '<link rel="canonical" href="http://localhost/guide/how?lang=sr-Latn">' in text


def test_a_listed_firm_stands_on_the_map_once_the_directory_has_its_page(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        listed = factories.business("Ibri", consent_public=True)
        quiet = factories.business("Tihi", consent_public=True, discretion=True)
        keys = str(listed.id), str(quiet.id)
        db.session.commit()
    text = client.get("/sitemap.xml").text
    assert (keys[0] in text) is ("directory.show" in app.view_functions)
    assert keys[1] not in text


def test_a_map_of_many_pages_is_cut_into_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = set(map_of(client))
    monkeypatch.setattr(views, "PAGES_A_SITEMAP", 10)
    index = ElementTree.fromstring(client.get("/sitemap.xml").text)
    parts = [part.findtext(f"{SITEMAP}loc") or "" for part in index]
    assert len(parts) > 1
    found = {
        url.findtext(f"{SITEMAP}loc")
        for part in parts
        for url in ElementTree.fromstring(client.get(part.removeprefix("http://localhost")).text)
    }
    assert found == whole
    for bad in ("0", "99", "x", "-1"):
        assert client.get(f"/sitemap.xml?part={bad}").status_code == 404


def test_robots_are_shown_the_map_and_kept_from_secret_addresses(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    for path in ("/intake/follow/", "/intake/received/", "/intake/inquiry/", "/my-business/in/", "/reports/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /" not in lines


def test_pages_with_a_secret_and_pages_of_nobody_else_are_not_to_be_kept(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        case = factories.case()
        case.link_nonce = "n"
        token = links.token_for("follow", case.id, "n")
        case.link_hash = links.token_hash(token)
        db.session.commit()
    gone = "/guide/municipalities/elsewhere"
    for path in (f"/intake/follow/{token}", "/intake/link", "/accounts/sign-in", "/nowhere", gone):
        answer = client.get(path)
        text = answer.text
        assert answer.headers["X-Robots-Tag"] == "noindex", path
        assert '<meta name="robots" content="noindex">' in text, path
        assert 'rel="alternate"' not in text, path
        assert 'rel="canonical"' not in text, path


def test_pages_say_what_they_are_in_words_that_machines_read(client: FlaskClient) -> None:
    start, place = client.get("/").text, client.get("/guide/municipalities/zvecan").text
    assert 'itemtype="https://schema.org/Organization"' in start
    assert '<meta itemprop="name" content="Joint Investment Support Office">' in start
    assert 'itemtype="https://schema.org/BreadcrumbList"' in place
    assert re.findall(r'itemprop="position" content="(\d)"', place) == ["1", "2"]
    descriptions = set()
    for path in ("/", "/guide/why", "/guide/how", "/guide/privacy", "/guide/sectors", "/guide/municipalities/zvecan"):
        found = re.search(r'<meta name="description" content="([^"]+)">', client.get(path).text)
        assert found
        assert len(found[1]) < 200
        assert broken("en", found[1].replace("stay at your side", "")) == []
        descriptions.add(found[1])
    assert len(descriptions) == 6


def test_what_is_to_be_found_says_so_by_silence(client: FlaskClient) -> None:
    for path in ("/", "/guide/why", "/sitemap.xml", "/robots.txt", "/static/mark.svg"):
        with client.get(path) as answer:
            assert "X-Robots-Tag" not in answer.headers, path
    assert client.head("/").status_code == 200
