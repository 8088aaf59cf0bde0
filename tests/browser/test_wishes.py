"""A firm and a colleague write down what the firm does not want to hear of, wide and narrow, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.cases import queries as cases
from iso_portal.core import clock, links
from iso_portal.core.db import unit_of_work
from iso_portal.matches import service as matches
from tests import factories
from tests.browser.conftest import look, settled

WORD = "linden-teal-river-2026"
PARTS = ("details:has(input[name=refused_countries])", "details:has(input[name=refused_sectors])")


def sound(page: Page, name: str) -> None:
    look(page, name)
    assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, (name, found.generate_report())


def prepared(app: Flask, tag: str) -> dict[str, Any]:
    """A firm, a case that suits it, a link to the firm's pages and a colleague."""
    with app.app_context(), unit_of_work():
        colleague = f"{tag.lower()}.{clock.now().timestamp()}@example.org"
        accounts.open_account(
            by=None, email=colleague, name="Arta Gashi", role=Role.OFFICER, password=WORD, wing=Wing.SQ
        )
        firm = factories.business(
            "Ибар Метал" if tag == "sr-Cyrl" else "Ibri Metal",
            language="sr_cyrl" if tag == "sr-Cyrl" else "sq",
            text="Производимо челичне конструкције." if tag == "sr-Cyrl" else "Prodhojmë konstruksione çeliku.",
            email=f"firm.{clock.now().timestamp()}@example.org",
        )
        business_service.refold(businesses.get(firm.id))
        case = factories.case()
        link = business_service.secret_link(firm)
        return {
            "firm": firm.id,
            "case": case.id,
            "colleague": colleague,
            "link": f"/my-business/in/{links.token_for(link.purpose, link.subject, link.nonce)}",
        }


def wish(page: Page) -> None:
    """Fill in the part of the profile, as a person does."""
    for part in PARTS:
        page.click(f"{part} > summary")
    for name, value in (
        ("refused_projects", "contract_sourcing"),
        ("refused_countries", "DE"),
        ("refused_sectors", "25"),
    ):
        page.check(f"input[name={name}][value='{value}']")
    page.select_option("#largest_band", "0.5-1m")
    page.fill("#busy_until", (clock.today() + timedelta(days=60)).isoformat())


@pytest.mark.parametrize(("tag", "width"), [("sq", 1200), ("sr-Cyrl", 360)])
def test_a_firm_says_it_and_a_colleague_reads_why_it_is_not_on_the_list(
    live_app: Flask, visit: Any, tag: str, width: int
) -> None:
    ready = prepared(live_app, tag)
    page: Page = visit(tag, width=width)
    page.goto(ready["link"])
    if page.locator("main form button[type=submit]").count():
        page.click("main button[type=submit]")
    page.goto(f"/my-business/profile?lang={tag}")
    wish(page)
    sound(page, f"wishes-firm-open-{tag}-{width}")
    page.click("main .actions button[type=submit]")
    sound(page, f"wishes-firm-home-{tag}-{width}")
    assert page.locator("#wishes").count() == 1
    page.goto("/my-business/profile")
    sound(page, f"wishes-firm-form-{tag}-{width}")
    assert not page.is_visible("input[name=refused_countries][value=DE]")  # folded, with what was chosen in its heading
    with live_app.app_context(), unit_of_work():
        matches.index_business(businesses.get(ready["firm"]))
        matches.refresh(cases.get(ready["case"]))
        matches.refresh_business(businesses.get(ready["firm"]))
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", ready["colleague"])
    page.fill("#password", WORD)
    page.click("main button[type=submit]")
    settled(page)
    for name, address in (
        ("staff-form", f"/businesses/{ready['firm']}/edit"),
        ("staff-profile", f"/businesses/{ready['firm']}/"),
        ("why", f"/matches/cases/{ready['case']}/why-not?q=metal"),
        ("firm", f"/matches/cases/{ready['case']}/firms/{ready['firm']}"),
        ("both-ways", f"/matches/businesses/{ready['firm']}"),
        ("list", f"/matches/cases/{ready['case']}"),
    ):
        page.goto(address)
        sound(page, f"wishes-{name}-{tag}-{width}")
