"""Two people of two desks release an erasure; the pages hold at 360 pixels, in every script, without a finding of axe."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.accounts.models import Person
from iso_portal.cases import queries as cases
from iso_portal.core.db import db, unit_of_work
from iso_portal.files import service as files
from iso_portal.privacy import service as privacy
from iso_portal.privacy.domain import Ask
from tests.browser.conftest import look, settled
from tests.cases.test_pages import busy_case
from tests.privacy import lives

WORD = "nine quiet teal horses"


@pytest.fixture(scope="module")
def filled(live_app: Flask) -> dict[str, Any]:
    """Two managers of two desks, a case with everything on it, and a request for erasure."""
    with live_app.test_request_context(), unit_of_work():
        people: list[Person] = [
            accounts.open_account(
                by=None, email=f"{name}@example.org", name=shown, role=Role.MANAGER, password=WORD, wing=wing
            )
            for name, shown, wing in (("arta", "Arta Berisha", Wing.SQ), ("jovana", "Jovana Ilić", Wing.SR))
        ]
        db.session.flush()
        case = lives.full_case(lives.Desks(one=people[0], other=people[1]))
        request = privacy.ask_of_case(case, Ask.ERASURE, text="Please erase all of it.", language="en")
        other, _earlier = busy_case(2)
        shown = cases.files(other.id)
        files.release(files.queries.get(shown[0].file_id), by=people[0], why="The investor rang and said so.")
        db.session.flush()
        return {"case": case.id, "request": request.id, "other": other.id}


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
    found = [finding["id"] for finding in Axe().run(page).response["violations"]]
    assert found == [], name


@pytest.mark.parametrize(("tag", "width"), [("sq", 1200), ("sq", 360), ("sr-Cyrl", 1200), ("sr-Cyrl", 360)])
def test_the_pages_hold_in_both_languages_and_widths(visit: Any, filled: dict[str, Any], tag: str, width: int) -> None:
    page = visit(tag, width=width)
    sign_in(page, "arta", tag)
    for name, address in (
        ("case", f"/cases/{filled['case']}/"),
        ("busy", f"/cases/{filled['other']}/"),
        ("cases", "/cases/"),
        ("letters", "/letters/"),
        ("requests", "/privacy/"),
        ("request", f"/privacy/{filled['request']}"),
    ):
        page.goto(address)
        check(page, f"{name}-{tag}-{width}")


def test_two_desks_erase_with_scripts_off_and_the_case_still_opens(visit: Any, filled: dict[str, Any]) -> None:
    first, second = visit("en", scripts=False), visit("en", width=360, scripts=False)
    for page, name, button in ((first, "arta", "Turn the first key"), (second, "jovana", "Turn the second key")):
        sign_in(page, name, "en")
        page.goto(f"/privacy/{filled['request']}")
        page.get_by_role("button", name=button).click()
    expect(second.get_by_text("Both keys are turned; it is done, and the person is told.")).to_be_visible()
    look(second, "request-done")
    second.goto(f"/cases/{filled['case']}/")
    expect(second.get_by_text("The data of this person were erased. What happened stays")).to_be_visible()
    expect(second.get_by_text(lives.NAME)).to_have_count(0)
    look(second, "case-erased")
