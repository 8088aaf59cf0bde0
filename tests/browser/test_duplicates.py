"""Duplicates in a real browser: found, compared, merged, taken apart again; a check, a translation, a site."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.businesses import service
from iso_portal.businesses.models import Business, DuplicatePair
from iso_portal.core.db import db, unit_of_work
from tests.browser.conftest import look, settled
from tests.conftest import work_off

WORD = "nine quiet teal horses"
FIRST = {
    "name": "Šaljska Drvo d.o.o.",
    "language": "sr_latn",
    "description": "Pravimo ulazna vrata i prozore od bukve i hrasta, po meri.",
    "products": "ulazna vrata\nprozori",
    "municipality": "zvecan",
    "registration": "RS",
    "pib": "101134702",
    "maticni_broj": "20084694",
    "nace": "16.23",
    "employees": "10-49",
    "languages": ["sr", "en"],
    "email": "kancelarija@example.org",
    "phone": "+383 28 000 101",
    "consent_suggest": True,
    "consent_public": True,
}
SECOND = {
    "name": "Шаљска Дрво",
    "language": "sr_cyrl",
    "description": "Столарија: врата, прозори, степеништа.",
    "products": "врата\nстепеништа",
    "municipality": "mitrovica-north",
    "registration": "both",
    "pib": "101134702",
    "nace": "16.23, 31.09",
    "certifications": "ISO 9001",
    "languages": ["sr", "sq"],
    "email": "radionica@example.org",
    "address": "Ulica Drvara 5",
    "consent_suggest": True,
}
THIRD = {
    "name": "Çelik Ibër",
    "language": "sq",
    "description": "Saldojmë konstruksione çeliku.",
    "municipality": "mitrovica-south",
    "registration": "XK",
    "phone": "+383 28 000 103",
}
FOURTH = THIRD | {"name": "Celik Iber SH.P.K.", "description": "Konstruksione çeliku dhe shkallë."}


@pytest.fixture(scope="module")
def filled(live_app: Flask) -> Flask:
    """An officer, and firms that were written down twice."""
    with live_app.app_context(), unit_of_work():
        officer = accounts.open_account(
            by=None,
            email="officer@example.org",
            name="Officer",
            role=Role.OFFICER,
            password=WORD,
            wing=Wing.SQ,
            languages=["sq", "sr", "en"],
            sections=["C"],
            donor=None,
        )
        for values in (FIRST, SECOND, THIRD, FOURTH):
            service.create(values, by=officer)
    work_off(live_app, only="businesses.")
    return live_app


def signed_in(visit: Any, tag: str, *, width: int = 1200, scripts: bool = True) -> Page:
    page: Page = visit(tag, width=width, scripts=scripts)
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", "officer@example.org")
    page.fill("#password", WORD)
    page.click("main button[type=submit]")
    return page


def key_of(app: Flask, name: str) -> uuid.UUID:
    with app.app_context():
        return db.session.scalars(sa.select(Business.id).where(Business.name == name)).one()


def pair_with(app: Flask, name: str) -> uuid.UUID:
    key = key_of(app, name)
    with app.app_context():
        return db.session.scalars(
            sa.select(DuplicatePair.id).where(sa.or_(DuplicatePair.one_id == key, DuplicatePair.other_id == key))
        ).one()


@pytest.mark.parametrize("tag", ["sq", "sr-Cyrl"])
@pytest.mark.parametrize("width", [1200, 360])
def test_the_pages_are_accessible_and_fit(filled: Flask, visit: Any, tag: str, width: int) -> None:
    page = signed_in(visit, tag, width=width)
    firm, pair = key_of(filled, FIRST["name"]), pair_with(filled, FIRST["name"])  # type: ignore[arg-type]  # a name
    for name, address in {
        "list": "/businesses/",
        "pairs": "/businesses/duplicates",
        "pair": f"/businesses/duplicates/{pair}",
        "firm": f"/businesses/{firm}/",
        "edit": f"/businesses/{firm}/edit",
        "translation": f"/businesses/{firm}/texts/description/sq",
        "site": f"/businesses/{firm}/sites/new",
        "photos": f"/businesses/{firm}/photos",
    }.items():
        page.goto(address)
        look(page, f"{name}-{tag}-{width}")
        assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), address
        found = Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())


@pytest.mark.parametrize(("tag", "scripts"), [("sr-Cyrl", True), ("sq", False)])
def test_a_pair_is_merged_and_taken_apart_again(filled: Flask, visit: Any, tag: str, scripts: bool) -> None:
    page = signed_in(visit, tag, scripts=scripts)
    names = (FIRST["name"], SECOND["name"]) if scripts else (THIRD["name"], FOURTH["name"])
    page.goto("/businesses/")
    page.locator("main a[href='/businesses/duplicates']").click()
    page.locator("tr", has_text=str(names[0])).locator("td a").last.click()
    expect(page.locator("main h2 a")).to_have_count(2)
    for name in names:
        expect(page.locator("main h2 a", has_text=str(name)).first).to_be_visible()
    page.locator("fieldset#keep .choice", has_text=str(names[0])).locator("input").check()
    page.locator("fieldset#name .pick-side", has_text=str(names[0])).locator("input").check()
    page.locator("form[action$=merge] button[type=submit]").click()
    expect(page.locator("h1")).to_have_text(str(names[0]))
    look(page, f"merged-firm-{tag}")
    assert not scripts or Axe().run(settled(page)).violations_count == 0  # axe is a script itself
    page.goto(f"/businesses/{key_of(filled, str(names[1]))}/")
    expect(page.locator("main .notice").first).to_contain_text(str(names[1]))
    page.locator("main .notice a").first.click()
    look(page, f"merge-{tag}")
    assert not scripts or Axe().run(settled(page)).violations_count == 0
    page.locator("form[action$=undo] button").click()
    expect(page.locator("main .notice", has_text=str(names[1]))).to_have_count(0)
    page.goto(f"/businesses/{key_of(filled, str(names[1]))}/")
    expect(page.locator("h1")).to_have_text(str(names[1]))


def test_a_check_and_a_translation_are_written_down(filled: Flask, visit: Any) -> None:
    page = signed_in(visit, "sr-Cyrl", width=360)
    page.goto(f"/businesses/{key_of(filled, str(THIRD['name']))}/")
    page.locator("#checks ~ details summary").click()
    page.select_option("#level", "visited")
    page.fill("#verified_on", "2025-01-10")
    page.fill("#evidence", "Видели смо радионицу и две машине.")
    page.locator("form[action$=checks] button").click()
    expect(page.locator(".tag-due").first).to_be_visible()
    page.locator("a[href$='texts/description/sr_latn']").click()
    page.fill("#text", "Zavarujemo čelične konstrukcije.")
    page.locator("form[action$=sr_latn] button.btn-primary").click()
    page.locator("details summary", has_text=":").first.click()
    expect(page.locator("details .original").first).to_contain_text("Zavarujemo čelične")
    look(page, "checked-and-translated-sr-Cyrl-360")
    assert Axe().run(settled(page)).violations_count == 0
