"""The guide in a real browser: no violation, no horizontal scroll, by keyboard, in every language, and how heavy it is."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from iso_portal.core.db import unit_of_work
from tests import factories
from tests.browser.conftest import look

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
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if result.violations_count or wide > 0:
            found[name] = (wide, result.generate_report() if result.violations_count else "")
        look(page, f"{name}-{tag}-{width}")
    assert found == {}
