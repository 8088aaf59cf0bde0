"""The overview in a browser: at two widths, in both languages, as a screen reader meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.service import hasher
from iso_portal.balance import queries, service
from iso_portal.balance.models import Level
from iso_portal.core.db import db, unit_of_work
from tests import factories
from tests.balance.monitored import book, open_gate, staff
from tests.browser.conftest import look, settled

SECRET = "four mild herons 88"


@pytest.fixture(scope="module")
def manager(live_app: Flask) -> str:
    """An office that leans, with a review that one desk wrote; returns the address of a co-manager."""
    with live_app.test_request_context():
        open_gate()
        person = factories.person("manager", wing=Wing.SQ, password_hash=hasher.hash(SECRET))
        officer = factories.person("officer", wing=Wing.SR, email="o@example.org", password_hash=hasher.hash(SECRET))
        db.session.commit()
        book(staff(), 240, first=0.8)
        with unit_of_work():
            service.take_snapshot()
        with unit_of_work():
            alert = next(row for row in queries.alerts() if row.level is Level.REVIEW)
            service.write_review(
                queries.alert(alert.id), findings="Leave in spring.", follow_up="Train two people.", by=person
            )
        assert officer.email
        return person.email


def enter(page: Page, email: str, tag: str = "en") -> None:
    """Sign in."""
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", email)
    page.fill("#password", SECRET)
    page.click("main button[type=submit]")
    expect(page.locator(".account")).to_be_visible()


@pytest.mark.parametrize(("tag", "width"), [("sq", 1280), ("sq", 360), ("sr-Cyrl", 1280), ("sr-Cyrl", 360)])
def test_every_page_fits_and_axe_finds_nothing(visit: Any, manager: str, tag: str, width: int) -> None:
    page = visit(tag, width=width)
    enter(page, manager, tag)
    review = None
    for name, address in (
        ("overview", "/balance/"),
        ("parts", "/balance/parts/sector"),
        ("method", "/balance/method"),
        ("statements", "/balance/statements"),
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
        found = Axe().run(settled(page))
        assert found.violations_count == 0, (name, found.generate_report())
        look(page, f"{name}-{tag}-{width}")
        if name == "overview":
            review = page.locator("#alerts ~ ul a").first.get_attribute("href")
    page.goto(review)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    assert Axe().run(settled(page)).violations_count == 0
    look(page, f"review-{tag}-{width}")


def test_a_screen_reader_meets_names_order_and_tables(visit: Any, manager: str) -> None:
    page = visit("en", width=1280)
    enter(page, manager)
    page.goto("/balance/")
    headings = [text.strip() for text in page.locator("main h1, main h2").all_inner_texts()]
    assert headings == [
        "Balance",
        "Share of led work",
        "Where a gap comes from",
        "Large cases",
        "Joint teams",
        "Workload",
        "Cross-service between the desks",
        "By sector, municipality and stage",
        "Exposure of businesses",
        "Outcomes of businesses",
        "Alerts and reviews",
    ]
    tree = page.locator("main").aria_snapshot()
    drawings = re.findall(r"img \"([^\"]+)", tree)
    assert len(drawings) >= 3
    assert all(len(name) > 20 for name in drawings)
    for table in page.locator("main table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("thead th[scope=col]").count() > 1
        assert table.locator("tbody th[scope=row]").count() > 0
    assert page.locator("main figure.chart").count() <= page.locator("main table").count()
    assert "link" in tree


def test_an_officer_reads_it_without_scripts_and_without_figures(visit: Any, manager: str) -> None:
    page = visit("sq", width=360, scripts=False)
    enter(page, "o@example.org", "sq")
    page.goto("/balance/")
    assert "%" not in page.locator("main").inner_text()
    assert page.locator("main svg").count() == 0
    look(page, "overview-officer-sq-360")
