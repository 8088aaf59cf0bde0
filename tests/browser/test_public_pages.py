"""The guide in a real browser: no violation, no horizontal scroll, by keyboard, in every language, and how heavy it is."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Response, expect

from iso_portal.core.db import unit_of_work
from tests import factories
from tests.browser.conftest import look, settled

PATHS = {
    "start": "/",
    "why": "/guide/why",
    "municipalities": "/guide/municipalities",
    "north": "/guide/municipalities/mitrovica-north",
    "south": "/guide/municipalities/mitrovica-south",
    "sectors": "/guide/sectors",
    "mining": "/guide/sectors/B",
    "energy": "/guide/sectors/D",
    "how": "/guide/how",
    "privacy": "/guide/privacy",
    "accessibility": "/guide/accessibility",
}
TAGS = ("de", "en", "sq", "sr-Latn", "sr-Cyrl")
LIGHTEST = 100 * 1024


@pytest.fixture(scope="module")
def listed(live_app: Flask) -> Flask:
    """Two firms that agreed to be listed."""
    with live_app.app_context(), unit_of_work():
        for name in ("Ibri Metal", "Šumadija Drvo"):
            factories.business(name, consent_public=True)
    return live_app


@pytest.mark.parametrize("width", [320, 1200])
@pytest.mark.parametrize("tag", TAGS)
def test_no_page_breaks_a_rule_or_scrolls_sideways(listed: Flask, visit: Any, tag: str, width: int) -> None:
    page = visit(tag, width=width)
    found = {}
    for name, path in PATHS.items():
        page.goto(path)
        result = Axe().run(page)
        wide = settled(page).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if result.violations_count or wide > 0:
            found[name] = (wide, result.generate_report() if result.violations_count else "")
        look(page, f"{name}-{tag}-{width}")
    assert found == {}


def test_dark_colours_keep_their_contrast(listed: Flask, visit: Any) -> None:
    page = visit("sr-Cyrl", width=360)
    page.emulate_media(color_scheme="dark")
    found = {}
    for name, path in PATHS.items():
        page.goto(path)
        result = Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]})
        if result.violations_count:
            found[name] = result.generate_report()
        look(page, f"dark-{name}-360")
    assert found == {}


def focused(page: Page) -> str:
    """Return the words of the element that holds the focus."""
    return page.evaluate("document.activeElement.innerText.trim()")


def test_the_three_ways_in_and_all_places_are_reached_by_keyboard(listed: Flask, visit: Any) -> None:
    page = visit("en")
    page.goto("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Send an inquiry"
    reached = []
    while len(reached) < 30 and "Zvečan/" not in " ".join(reached):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", focused(page)
        reached.append(focused(page))
    assert "See results" in reached
    assert sum("of the river" in words for words in reached) == 7
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()


def test_pages_are_whole_without_scripts(listed: Flask, visit: Any) -> None:
    page = visit("sq", scripts=False)
    for path in PATHS.values():
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()


def test_a_printed_page_leaves_out_what_paper_cannot_do(listed: Flask, visit: Any) -> None:
    page = visit("en")
    page.goto("/guide/why")
    page.emulate_media(media="print")
    for gone in (".languages", ".site-nav", ".jump", ".onwards", ".foot-links"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("#tax")).to_be_visible()
    look(page, "print-why")
    page.goto("/")
    expect(page.locator(".way-in").first).to_be_hidden()
    look(page, "print-start")
    page.goto(PATHS["south"])
    look(page, "print-south")


def test_the_start_page_is_light(listed: Flask, visit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    page = visit("sr-Cyrl", width=360)
    sizes: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        sizes[answer.url.removeprefix(listed.config["BASE_URL"])] = len(answer.body())

    page.on("response", weigh)
    page.goto("/", wait_until="networkidle")
    own = {path: size for path, size in sizes.items() if not path.startswith("/bootstrap/")}
    with capsys.disabled():
        print(f"\nstart page: {sum(sizes.values()) / 1024:.0f} KB in all, {sum(own.values()) / 1024:.0f} KB of it ours")
        print(*(f"  {size / 1024:7.1f} KB  {path}" for path, size in sorted(sizes.items())), sep="\n")
    assert sum(own.values()) < LIGHTEST
