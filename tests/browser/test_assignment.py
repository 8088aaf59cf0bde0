"""The assignment of a team in a real browser, in both languages of the office and at two widths."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.accounts.models import Absence, Tie
from iso_portal.balance import service
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from tests import factories
from tests.browser.conftest import look, settled

WORD = "nje fjale e gjate 2026"
OFFICE = (
    ("Arta Berisha", Wing.SQ, ["sq", "en"], ["C", "A"]),
    ("Blerim Krasniqi", Wing.SQ, ["sq", "sr", "en"], ["C"]),
    ("Jelena Petrović", Wing.SR, ["sr", "en"], ["C", "J"]),
    ("Miloš Ilić", Wing.SR, ["sr", "en", "de"], ["A", "C"]),
    ("Driton Hoti", Wing.SQ, ["sq", "de"], ["F", "C"]),
    ("Ana Nikolić", Wing.SR, ["sr", "sq", "en"], ["C"]),
)


@pytest.fixture(scope="module")
def office(live_app: Flask) -> dict[str, Any]:
    """Six people, some booked cases, an open case, a large case that waits, and one that nobody can take."""
    with live_app.test_request_context(), unit_of_work():
        managers = {
            key: accounts.open_account(
                by=None, email=f"{key}@example.org", name=name, role=Role.MANAGER, password=WORD, wing=wing
            )
            for key, name, wing in (("vlora", "Vlora Gashi", Wing.SQ), ("dejan", "Dejan Marković", Wing.SR))
        }
        for manager in managers.values():
            manager.fte = Decimal(0)
        people = [
            factories.person(name=name, wing=wing, languages=languages, sections=sections)
            for name, wing, languages, sections in OFFICE
        ]
        db.session.flush()
        for number in range(14):
            case = cases.get(factories.case(weight=Decimal(2 + number % 4) / 2).id)
            pair = service.propose_for(case).proposal.first[number % 3]
            service.assign(case, lead=pair.lead.key, co_lead=pair.co_lead.key, by=managers["vlora"])
        free = cases.get(factories.case(weight=Decimal("1.5")).id)
        db.session.add(Absence(person_id=people[4].id, starts_on=clock.today(), ends_on=clock.today() + timedelta(12)))
        db.session.add(Tie(person_id=people[5].id, investor_id=free.investor_id))
        stuck = factories.case(language="tr")
        large = factories.case(weight=Decimal(3))
        return {"free": free.id, "stuck": stuck.id, "large": large.id}


def sign_in(page: Page, name: str, tag: str) -> None:
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", f"{name}@example.org")
    page.fill("#password", WORD)
    page.click("main button[type=submit]")


def check(page: Page, name: str) -> None:
    look(page, name)
    assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{name} scrolls sideways"
    )
    found = [(finding["id"], finding["nodes"][0]["html"]) for finding in Axe().run(page).response["violations"]]
    assert found == [], name


@pytest.mark.parametrize(("tag", "width"), [("sq", 1280), ("sq", 360), ("sr-Cyrl", 1280), ("sr-Cyrl", 360)])
def test_the_page_holds_in_both_languages_and_widths(visit: Any, office: dict[str, Any], tag: str, width: int) -> None:
    page = visit(tag, width=width)
    sign_in(page, "vlora", tag)
    page.goto(f"/balance/cases/{office['free']}/assignment")
    expect(page.locator(".balance-card")).to_have_count(3)
    page.locator("details", has=page.locator("dl")).locator("summary").click()
    check(page, f"assignment-{tag}-{width}")
    page.select_option("#lead", index=1)
    page.select_option("#co_lead", index=2)
    page.click("form.filters button")
    check(page, f"assignment-what-if-{tag}-{width}")
    page.goto(f"/balance/cases/{office['stuck']}/assignment")
    check(page, f"assignment-stuck-{tag}-{width}")


def test_another_pair_for_a_large_case_waits_for_the_other_desk_with_scripts_off(
    visit: Any, office: dict[str, Any]
) -> None:
    page = visit("en", scripts=False)
    sign_in(page, "vlora", "en")
    address = f"/balance/cases/{office['large']}/assignment"
    page.goto(address)
    shown = {card.inner_text() for card in page.locator(".balance-who strong").all()}
    assert shown
    leads = page.locator("#lead option").all_inner_texts()
    for first in range(len(leads)):
        for second in range(len(leads)):
            if first == second or page.get_by_text("This is another pair than the first three").count():
                continue
            page.goto(address)
            page.select_option("#lead", index=first)
            page.select_option("#co_lead", index=second)
            page.click("form.filters button")
    page.click("#what-if button[type=submit]")
    expect(page.get_by_text("choose a reason").first).to_be_visible()
    look(page, "assignment-no-reason")
    page.select_option("#override", "training")
    page.fill("#override_text", "Learns the sector")
    page.click("#what-if button[type=submit]")
    expect(page.get_by_text("Another pair waits for the other desk")).to_be_visible()
    other = visit("sr-Cyrl", width=360)
    sign_in(other, "dejan", "sr-Cyrl")
    other.goto("/balance/confirmations")
    check(other, "assignment-waiting")
    other.locator("article button.btn-primary").click()
    expect(other.locator("#booked")).to_be_visible()
    look(other, "assignment-confirmed")
    other.goto("/balance/overrides")
    check(other, "assignment-overrides")
