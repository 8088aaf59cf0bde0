"""The public directory in a real browser: found, narrowed, read and opened by everybody, on a small screen too."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.core import clock
from seed.demo import _firms, _people
from seed.history import at_moment, rows_of
from seed.public import enliven
from tests.browser.conftest import look, settled

TAGS = ("en", "sq", "sr-Latn", "sr-Cyrl", "de")


@pytest.fixture(scope="module")
def filled(live_app: Flask) -> dict[str, Any]:
    """The demo's firms with their public side; gives the firms' keys."""
    with live_app.app_context():
        with at_moment(clock.now() - timedelta(days=760)):
            people, firms = _people("nine quiet teal horses"), _firms(rows_of("businesses"))
        enliven(random.Random(1), people, firms)
    return firms


def pages(firms: dict[str, Any]) -> dict[str, str]:
    """One address of every page, with what makes it hard: translations, old ones, photos, an empty answer."""
    return {
        "index": "/directory/",
        "found": "/directory/?text=drvo&sector=C&municipality=leposavic",
        "nothing": "/directory/?text=qqqq",
        "firm": f"/directory/{firms['b01']}",
        "firm-old-translation": f"/directory/{firms['b20']}",
        "firm-cyrillic": f"/directory/{firms['b33']}",
        "sites": "/directory/sites",
        "sites-north": "/directory/sites?municipality=zvecan&kind=land",
    }


def assert_fits(page: Page, name: str) -> None:
    """Nothing may stand out at the side, and axe finds nothing."""
    wide = settled(page).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, (name, wide)
    found = Axe().run(page).response["violations"]
    assert found == [], (name, [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found])


@pytest.mark.parametrize("tag", TAGS)
def test_every_page_is_usable_at_320_pixels_in_every_language(filled: dict[str, Any], visit: Any, tag: str) -> None:
    page = visit(tag, width=320)
    for name, address in pages(filled).items():
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={tag}")
        assert_fits(page, name)


@pytest.mark.parametrize("tag", ["sq", "sr-Cyrl", "de"])
def test_pages_as_people_see_them(filled: dict[str, Any], visit: Any, tag: str) -> None:
    for width in (1200, 360):
        page = visit(tag, width=width)
        for name, address in pages(filled).items():
            page.goto(f"{address}{'&' if '?' in address else '?'}lang={tag}")
            for photo in page.locator("img.photo").all():
                photo.scroll_into_view_if_needed()
                expect(photo).to_have_js_property("complete", True)
                assert photo.evaluate("image => image.naturalWidth") > 0
            look(page, f"{name}-{tag}-{width}")
            assert_fits(page, name)


def test_a_firm_is_found_without_scripts(filled: dict[str, Any], visit: Any) -> None:
    page = visit("sq", scripts=False)
    page.goto("/directory/?lang=sq")
    page.fill("#text", "Шаљска")
    page.keyboard.press("Enter")
    expect(page.locator(".firms h3")).to_have_text(["Šaljska drvna industrija"])
    page.click(".firms h3 a")
    expect(page.locator("h1")).to_have_text("Šaljska drvna industrija")
    page.go_back()
    page.goto("/directory/")
    page.select_option("#municipality", "zubin-potok")
    page.click("main button[type=submit]")
    assert "municipality=zubin-potok" in page.url
    expect(page.locator("#municipality")).to_have_value("zubin-potok")
