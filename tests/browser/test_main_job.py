"""The main job, end to end: an inquiry comes in, a team takes it, businesses are suggested, a donor sees it counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.balance.models import Gate
from iso_portal.core.db import unit_of_work
from seed.demo import _firms
from tests.balance.monitored import open_gate
from tests.browser.conftest import look, settled
from tests.conftest import work_off

WORD = "nine quiet teal horses"
DATA = Path(__file__).parents[2] / "seed" / "data"


@pytest.fixture(scope="module")
def filled(live_app: Flask) -> Flask:
    """The demo's firms, three officers of both desks and a donor."""
    with live_app.app_context(), unit_of_work():
        open_gate(Gate.COLLECT_FIRMS)  # the demo's owners declare
        rows = json.loads((DATA / "businesses.json").read_text(encoding="utf-8"))
        _firms(rows)
        people: list[tuple[str, Role, Wing | None, list[str], str | None]] = [
            ("officer", Role.OFFICER, Wing.SQ, ["sq", "en", "de"], None),
            ("second", Role.OFFICER, Wing.SR, ["sr", "en"], None),
            ("third", Role.OFFICER, Wing.SR, ["sr", "sq", "en"], None),
            ("donor", Role.DONOR, None, [], "donor-a"),
        ]
        for name, role, wing, languages, donor in people:
            accounts.open_account(
                by=None,
                email=f"{name}@example.org",
                name=name.title(),
                role=role,
                password=WORD,
                wing=wing,
                languages=languages,
                sections=list("ABCDEFG"),
                donor=donor,
            )
    return live_app


def sign_in(page: Page, name: str, tag: str) -> None:
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", f"{name}@example.org")
    page.fill("#password", WORD)
    page.click("main button[type=submit]")


def send_inquiry(page: Page, organisation: str) -> None:
    page.goto("/intake/inquiry")
    page.fill(
        "#description", "We look for a subcontractor who welds steel stairs and platforms to EN 1090, 30 t a month."
    )
    page.get_by_label("Contract manufacturing or sourcing").check()
    go_on(page, "Sectors")
    page.get_by_text("Manufacturing", exact=True).click()
    page.check("#sector-25")
    go_on(page, "Place, size and time")
    page.select_option("#band", "100-500k")
    page.select_option("#timeline", "6-12m")
    go_on(page, "What you need")
    page.get_by_label("Local partner or supplier").check()
    go_on(page, "Your organisation")
    page.fill("#org_name", organisation)
    page.get_by_label("Company", exact=True).check()
    page.select_option("#country", "DE")
    go_on(page, "How we reach you")
    page.fill("#contact_name", "Ute Harz")
    page.fill("#email", "ute@example.org")
    go_on(page, "Files")
    go_on(page, "Check and send")
    page.check("#consent_contact")
    page.check("#consent_share")
    page.wait_for_timeout(3100)  # faster than a person is refused
    page.get_by_role("button", name="Send the inquiry").click()


def go_on(page: Page, title: str) -> None:
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("tag", ["sq", "sr-Cyrl"])
def test_the_main_job_end_to_end(filled: Flask, visit: Any, tag: str) -> None:
    organisation = f"Harz Stahl {tag} GmbH"
    investor = visit("en")
    send_inquiry(investor, organisation)
    reference = investor.locator("main strong").first.inner_text()
    assert reference.startswith("ISO-")
    look(investor, "received")
    assert "letters.send" in work_off(filled, only="letters.")

    officer = visit(tag)
    sign_in(officer, "officer", tag)
    expect(officer.locator("table tbody tr").first).to_contain_text(reference)
    look(officer, f"cases-{tag}")
    officer.goto("/letters/")
    expect(officer.locator("table tbody tr").first).to_contain_text(reference)
    look(officer, f"letters-{tag}")

    work_off(filled, only="matches.")
    officer.goto("/cases/")
    officer.locator("table tbody a").first.click()
    look(officer, f"case-{tag}")
    officer.locator("nav.tabs a").nth(1).click()
    expect(officer.locator("article")).to_have_count(10)
    languages = set(
        officer.locator("article .reason > div > .original").evaluate_all("all => all.map(one => one.lang)")
    )
    assert {"sq", "en"} <= languages
    assert languages & {"sr-Latn", "sr-Cyrl"}
    assert all(text.strip() for text in officer.locator("article .reason > div > .original").all_inner_texts())
    look(officer, f"suggestions-{tag}")
    officer.locator("article").first.locator("button.btn-primary").click()
    expect(officer.locator("article").first.locator(".tag-good").first).to_be_visible()

    officer.locator("nav.tabs a").nth(2).click()
    expect(officer.locator("article").nth(1)).to_be_visible()
    look(officer, f"team-{tag}")
    officer.locator("article").first.locator("button").click()
    expect(officer.locator("#team ~ p strong")).to_have_count(2)
    look(officer, f"case-with-team-{tag}")

    donor = visit("en")
    sign_in(donor, "donor", tag)
    expect(donor.locator("h2#OP-01")).to_have_count(1)
    look(donor, f"reports-{tag}")


def test_the_inquiry_is_counted_once_enough_stand_behind(filled: Flask, visit: Any) -> None:
    for number in range(3):
        send_inquiry(visit("en"), f"Donau Metall {number} AG")
    donor = visit("en")
    sign_in(donor, "donor", "en")
    shown = donor.locator(".stat-value").first.inner_text()
    assert int(shown) >= 3
    donor.locator(".stat-value a").first.click()
    expect(donor.locator("main")).to_contain_text("Entries counted")


@pytest.mark.parametrize("tag", ["en", "de", "sq", "sr-Latn", "sr-Cyrl"])
@pytest.mark.parametrize("address", ["/intake/link", "/accounts/sign-in"])
def test_public_pages_are_accessible_and_fit_a_phone(filled: Flask, visit: Any, tag: str, address: str) -> None:
    page = visit(tag, width=320)
    page.goto(f"{address}?lang={tag}")
    assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_staff_pages_are_accessible_and_fit_a_phone(filled: Flask, visit: Any) -> None:
    page = visit("sr-Cyrl", width=360)
    sign_in(page, "officer", "sr-Cyrl")
    for address in (
        "/cases/",
        "/businesses/",
        "/letters/",
        "/intake/record",
        "/balance/",
        "/balance/declaration",
        "/reports/",
        "/accounts/me",
    ):
        page.goto(address)
        assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), address
        found = Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())
