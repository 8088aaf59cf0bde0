"""Staff read a list, learn why a firm is not on it, compare two, and open one firm: on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.core.db import unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.matches import queries
from iso_portal.matches import service as matches
from iso_portal.matches.domain import Answer, Choice
from tests import factories
from tests.browser.conftest import look, settled
from tests.matches.steps import Prepared, make_list, prepared

WORD = "nine quiet teal horses"


@pytest.fixture(scope="module")
def ready(live_app: Flask) -> Prepared:
    """A case with two lists, a firm added by hand, and one that said yes."""
    with live_app.app_context(), unit_of_work():
        accounts.open_account(
            by=None, email="officer@example.org", name="Officer", role=Role.OFFICER, password=WORD,
            wing=Wing.SQ, languages=["sq", "sr", "en"], sections=["C"], donor=None,
        )  # fmt: skip
    made = prepared(live_app, more=12)
    with live_app.app_context(), unit_of_work():
        case, officer = cases.get(made.case_id), factories.person()
        steel = businesses.get(made.firms["steel"])
        matches.decide(case, steel, Choice.ACCEPTED, by=officer, note="Njihet nga panairi")
        row = matches.ask_introduction(case, steel, "Kërkohet furnizues.", by=officer, language=Language.SQ)
        factories.business("Çelik Ri", text="Prodhojmë konstruksione çeliku të salduara.")
        matches.add_firm(case, businesses.get(made.firms["milk"]), reason="Ndërton një hallë çeliku.", by=officer)
        row_id = row.id
        bare = factories.business(
            "Pa Kod",
            nace=(),
            text="Prodhojmë konstruksione metalike dhe pjesë të tyre.\nMobilie kuzhine sipas porosisë.",
        )
        matches.index_business(bare)
        made.firms["bare"] = bare.id
    with live_app.app_context(), unit_of_work():
        matches.answer_introduction(queries.introduction(row_id), Answer.ACCEPTED, "Po.", language=Language.SQ)
        matches.refresh_business(businesses.get(made.firms["steel"]))
    make_list(live_app, made.case_id)
    return made


@pytest.mark.parametrize("tag", ["sq", "sr-Cyrl"])
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_suggestions_fits_and_is_accessible(ready: Prepared, visit: Any, tag: str, width: int) -> None:
    page = visit(tag, width=width)
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", "officer@example.org")
    page.fill("#password", WORD)
    page.click("main button[type=submit]")
    settled(page)
    steel, milk = ready.firms["steel"], ready.firms["milk"]
    for name, address in {
        "list": ready.address,
        "why-not": f"{ready.address}/why-not?q=firma",
        "firm": ready.of("steel"),
        "both-ways": f"/matches/businesses/{steel}",
        "codes": f"/matches/businesses/{ready.firms['bare']}",
        "outside": ready.of("wood"),
        "compare": f"{ready.address}/compare?a={steel}&b={milk}",
    }.items():
        answer = page.goto(f"{address}{'&' if '?' in address else '?'}lang={tag}")
        assert answer is not None
        assert answer.status == 200, name
        for summary in page.locator("main summary").all()[:3]:
            summary.click()
        look(page, f"{name}-{tag}-{width}")
        sound(page, name)


def sound(page: Page, name: str) -> None:
    """The page fits, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
    found = Axe().run(page)
    assert found.violations_count == 0, (name, found.generate_report())
