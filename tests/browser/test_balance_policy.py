"""Gates, policy and declarations in a browser, at a desk and on a phone, in the languages of both desks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.balance import queries, service
from iso_portal.balance.models import ActKind, Gate
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from tests import factories
from tests.balance.vaults import open_gate
from tests.browser.conftest import look, settled

WORD = "nine quiet teal horses"
PEOPLE = (
    ("steward", "Linda Zeka", Role.DATA_STEWARD, None),
    ("sq", "Arta Berisha", Role.MANAGER, Wing.SQ),
    ("sr", "Milan Petrović", Role.MANAGER, Wing.SR),
    ("officer", "Jelena Marković", Role.OFFICER, Wing.SR),
)


@pytest.fixture(scope="module", autouse=True)
def office(live_app: Flask) -> None:
    """Two co-managers, one of each desk, a data steward and an officer; declarations are collected."""
    with live_app.test_request_context():
        with unit_of_work():
            for name, shown, role, wing in PEOPLE:
                accounts.open_account(
                    by=None, email=f"{name}@example.org", name=shown, role=role, password=WORD, wing=wing
                )
        open_gate(days=300)
        open_gate(days=300, gate=Gate.COLLECT_FIRMS)


def enter(visit: Any, who: str, tag: str = "en", *, width: int = 1280, scripts: bool = True) -> Page:
    page: Page = visit(tag, width=width, scripts=scripts)
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", f"{who}@example.org")
    page.fill("#password", WORD)
    page.click("main button[type=submit]")
    return settled(page)


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def is_open(app: Flask) -> bool:
    with app.test_request_context():
        return queries.open_gate(Gate.USE_COMMUNITY_IN_ASSIGNMENT, demo=True) is not None


def test_two_managers_of_different_wings_open_the_gate_for_joint_teams_and_one_alone_cannot(
    visit: Any, live_app: Flask
) -> None:
    steward = enter(visit, "steward", scripts=False)
    steward.goto("/balance/policy/gates/use_community_in_assignment/ask")
    steward.click("main button[type=submit]")
    expect(settled(steward).locator(".error-summary")).to_be_visible()
    day = clock.today()
    for field, value in (
        ("purpose", "To hold teams joint and loads even"),
        ("basis", "Law 06/L-082, article 8"),
        ("document", "Decision 4/2026"),
        ("assessment", "DPIA-2026-3"),
        ("assessed_on", (day - timedelta(days=20)).isoformat()),
        ("expires_on", (day + timedelta(days=200)).isoformat()),
    ):
        steward.fill(f"#{field}", value)
    steward.click("main button[type=submit]")
    settled(steward)
    card = "#gate-use_community_in_assignment"
    expect(steward.locator(card)).to_contain_text("DPIA-2026-3")
    assert steward.locator(f"{card} button").count() == 0, "who asked has no key"

    sq = enter(visit, "sq", "sq", scripts=False)
    sq.goto("/balance/policy")
    sq.locator(f"{card} form[action$='/key'] button").click()
    settled(sq)
    look(sq, "policy-first-key-sq-1280")
    assert not is_open(live_app)
    assert sq.locator(f"{card} form[action$='/key']").count() == 0, "one desk alone cannot open it"

    sr = enter(visit, "sr", "sr-Cyrl", width=360, scripts=False)
    sr.goto("/balance/policy")
    look(sr, "policy-second-key-sr-360")
    sr.locator(f"{card} form[action$='/key'] button").click()
    settled(sr)
    assert is_open(live_app)
    look(sr, "policy-open-sr-360")
    officer = enter(visit, "officer")
    officer.goto("/balance/policy")
    for said in ("Arta Berisha", "Milan Petrović", "Linda Zeka", "Decision 4/2026"):
        expect(officer.locator(card)).to_contain_text(said)

    sr.locator(f"{card} details.balance-twice summary").click()
    sr.locator(f"{card} form[action$='/close'] button").click()
    settled(sr)
    assert not is_open(live_app), "closing needs one key"


@pytest.mark.parametrize(("tag", "width"), [("sq", 1280), ("sr-Cyrl", 1280), ("sq", 360), ("sr-Cyrl", 360)])
def test_a_range_is_proposed_only_after_its_meaning_was_shown(visit: Any, tag: str, width: int) -> None:
    page = enter(visit, "sq", tag, width=width)
    page.goto("/balance/policy/change/target")
    page.select_option("#what", "portfolio_share")
    page.select_option("#community", "serb")
    for field, value in (
        ("low", "0,35"),
        ("high", "0.6"),
        ("reason", "U pajtua në mbledhje"),
        ("first", "8"),
        ("second", "4"),
    ):
        page.fill(f"#{field}", value)
    page.fill("#expires_on", (clock.today() + timedelta(days=100)).isoformat())
    assert page.locator("button[value=propose]").count() == 0
    page.click("button[value=look]")
    settled(page)
    expect(page.locator(".balance-said")).to_contain_text("1,64")
    assert fits(page)
    look(page, f"range-{tag}-{width}")
    page.click("button[value=propose]")
    settled(page)
    assert page.url.endswith("/balance/policy")
    assert fits(page)
    look(page, f"policy-{tag}-{width}")


@pytest.mark.parametrize(("tag", "width"), [("sq", 1280), ("sr-Cyrl", 360), ("sr-Cyrl", 1280), ("sq", 360)])
def test_a_person_declares_looks_and_withdraws_with_one_confirmation(visit: Any, tag: str, width: int) -> None:
    page = enter(visit, "officer", tag, width=width, scripts=False)
    page.goto("/balance/declaration")
    assert page.locator("input:checked").count() == 0
    boxes = page.locator(".balance-answers .choice")
    heights = {round(boxes.nth(place).bounding_box()["height"]) for place in range(boxes.count())}  # type: ignore[index]  # shown
    assert len(heights) == 1, "all answers are of the same size"
    assert fits(page)
    look(page, f"declaration-empty-{tag}-{width}")
    page.check("input[value=serb]")
    page.check("input[value=bosniak]")
    page.fill("#own_words", "Mitrovčanka")
    page.click(".balance-answers button[type=submit]")
    settled(page)
    page.click("form[action$='/show'] button")
    settled(page)
    expect(page.locator(".balance-own")).to_contain_text("Mitrovčanka")
    look(page, f"declaration-own-{tag}-{width}")
    page.goto("/balance/declaration")
    page.locator("details.balance-twice summary").first.click()
    look(page, f"declaration-withdraw-{tag}-{width}")
    page.click("form[action$='/withdraw'] button")
    settled(page)
    assert page.locator("form[action$='/show']").count() == 0


@pytest.mark.parametrize(("tag", "width"), [("sq", 1280), ("sr-Cyrl", 360)])
def test_owners_find_their_declaration_from_their_own_data(visit: Any, live_app: Flask, tag: str, width: int) -> None:
    with live_app.test_request_context():
        firm = factories.business("Todić Drvo")
        token = factories.firm_token(firm)
        db.session.commit()
    page: Page = visit(tag, width=width)
    page.goto(f"/my-business/in/{token}?lang={tag}")
    page.click("main button[type=submit]")
    settled(page)
    page.goto("/my-business/data")
    page.click("a[href$='/my-business/declaration']")
    settled(page)
    page.check("input[value=mixed]")
    page.click(".balance-answers button[type=submit]")
    settled(page)
    assert page.locator("form[action$='/show']").count() == 1
    assert fits(page)
    look(page, f"owners-{tag}-{width}")


def test_custodians_see_their_ceremony_and_others_do_not(visit: Any, live_app: Flask) -> None:
    with live_app.test_request_context():
        found = {person.email: person for person in db.session.scalars(db.select(type(factories.person())))}
        db.session.rollback()
        with unit_of_work():
            content = {"seat": "neutral", "person": str(found["steward@example.org"].id)}
            act = service.propose_change(
                ActKind.CUSTODIAN, content, reason="Both desks trust her", by=found["sq@example.org"]
            )
            service.turn_policy_key(act, by=found["sr@example.org"])
    officer = enter(visit, "officer", "sq")
    officer.goto("/balance/policy/key")
    assert officer.locator("main form").count() == 0
    for tag, width in (("sq", 1280), ("sr-Cyrl", 360)):
        steward = enter(visit, "steward", tag, width=width)
        steward.goto("/balance/policy/key")
        assert steward.locator("form[action$='/destroy']").count() == 1
        assert fits(steward)
        look(steward, f"key-{tag}-{width}")
        steward.goto("/balance/policy/readings")
        assert fits(steward)
        look(steward, f"readings-{tag}-{width}")
        steward.goto("/balance/policy/gates/collect_staff/ask")
        assert fits(steward)
        look(steward, f"ask-{tag}-{width}")
