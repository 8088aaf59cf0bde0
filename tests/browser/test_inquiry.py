"""The inquiry in a real browser: with files and a way back by link, without scripts, by keyboard, on a small phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.cases.models import Case
from iso_portal.core.db import db, unit_of_work
from iso_portal.letters.models import Letter
from iso_portal.letters.service import filled_in
from tests import factories
from tests.browser.conftest import look, settled
from tests.intake.walking import GOOD, PDF, PNG, old_enough

PARTS = tuple(GOOD)
TEXT = "Kërkojmë partner për dyer druri në Šaljska, Шаљска: 40 copë në muaj."


@pytest.fixture
def portal(live_app: Flask) -> Flask:
    """The portal, with whatever cases earlier tests left; the newest one is ours."""
    return live_app


def go_on(page: Page) -> None:
    """Press the first button of the form, whatever its language: it goes on."""
    page.locator("main form .btn-primary").last.click()


def fill(page: Page, part: str) -> None:
    """Answer one page."""
    for name, value in GOOD[part].items():
        field = page.locator(f"main [name={name}]")
        if name == "sectors":
            page.locator(".groups details", has=page.locator("#sector-25")).locator("summary").click()
            page.check("#sector-25")
        elif isinstance(value, list):
            for code in value:
                page.check(f"main [name={name}][value='{code}']")
        elif field.first.get_attribute("type") == "radio":
            page.check(f"main [name={name}][value='{value}']")
        elif field.first.get_attribute("type") == "checkbox":
            field.check()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def walk(page: Page, *, until: str = "check", start: str = "project") -> None:
    """Answer page after page, up to one that is left open."""
    for part in PARTS[PARTS.index(start) : PARTS.index(until)]:
        fill(page, part)
        go_on(page)
    expect(page.locator("h1")).to_be_visible()


def newest_letter(app: Flask, kind: str) -> str:
    """Return the address of the link in the newest letter of a kind, below the address of this portal."""
    with app.app_context():
        query = sa.select(Letter).where(Letter.kind == kind).order_by(Letter.written_at.desc()).limit(1)
        letter = db.session.scalars(query).one()
        text = filled_in(letter, letter.text)
    return next(word for word in text.split() if word.startswith("http"))


def two_files(folder: Path) -> list[Path]:
    files = [folder / "Plan Šaljska.pdf", folder / "hall.png"]
    for path, content in zip(files, (PDF, PNG), strict=True):
        path.write_bytes(content)
    return files


@pytest.mark.parametrize("scripts", [True, False])
def test_a_whole_inquiry_with_files_and_a_way_back_by_link(
    portal: Flask, visit: Any, tmp_path: Path, scripts: bool
) -> None:
    page = visit("sq", scripts=scripts)
    page.goto("/intake/inquiry?lang=sq")
    page.fill("#description", TEXT)
    go_on(page)
    expect(page.locator(".error-summary a")).to_have_count(1)
    assert page.input_value("#description") == TEXT
    fill(page, "project")
    page.fill("#description", TEXT)
    go_on(page)

    # A search for a narrower class works with and without scripts, and keeps what was ticked.
    page.locator(".groups details", has=page.locator("#sector-25")).locator("summary").click()
    page.check("#sector-25")
    page.fill("#find", "derë")
    page.fill("#find", "16.23")
    page.locator("button[value=find]").click()
    expect(page.locator(".chosen #sector-25")).to_be_checked()
    page.check("#sector-16-23")
    go_on(page)
    walk(page, start="place", until="organisation")
    page.fill("#org_name", "Harz Stahl GmbH")
    page.locator("button[value=save]").click()
    page.fill("#email", "ute@example.org")
    go_on(page)
    expect(page.locator("main")).to_contain_text("ute@example.org")

    again = visit("sq", scripts=scripts)
    again.goto(newest_letter(portal, "draft"))
    assert again.input_value("#org_name") == "Harz Stahl GmbH"
    walk(again, start="organisation", until="files")
    again.set_input_files("#files", two_files(tmp_path))
    again.locator("button[value=add]").click()
    expect(again.locator(".file-list li")).to_have_count(2)
    go_on(again)
    expect(again.locator("main")).to_contain_text(TEXT)
    expect(again.locator("main")).to_contain_text("hall.png")
    again.locator(".answers-head a").nth(2).click()
    again.fill("#jobs", "1 300")
    go_on(again)
    expect(again.locator("main")).to_contain_text("1\u00a0300")
    old_enough(portal)
    fill(again, "check")
    go_on(again)
    expect(again.locator("strong.reference")).to_contain_text("ISO-")

    again.goto(newest_letter(portal, "received"))
    expect(again.locator("main")).to_contain_text("Plan Šaljska.pdf")
    again.fill("#text", "Edhe një fjalë, још једна реч.")
    go_on(again)
    expect(again.locator(".timeline li")).to_have_count(1)


def test_two_tabs_send_one_inquiry_and_the_later_words_become_a_message(portal: Flask, visit: Any) -> None:
    page = visit("en")
    page.goto("/intake/inquiry?lang=en")
    walk(page)
    address = page.url
    other = page.context.new_page()
    other.goto(address)
    third = page.context.new_page()
    third.goto(address.replace("/check", "/project"))
    old_enough(portal)
    fill(page, "check")
    page.locator("main form .btn-primary").last.dblclick()
    reference = page.locator("strong.reference").inner_text()
    fill(other, "check")
    go_on(other)
    assert other.locator("strong.reference").inner_text() == reference
    third.fill("#description", "Changed in a third tab, much too late for the inquiry.")
    with third.expect_response(lambda answer: answer.status == 409):
        go_on(third)
    expect(third.locator("#text")).to_have_value(
        "What do you plan?\nChanged in a third tab, much too late for the inquiry."
    )
    look(third, "sent-already")
    go_on(third)
    expect(third.locator(".timeline")).to_contain_text("Changed in a third tab")
    with portal.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).where(Case.reference == reference)) == 1


def test_the_keyboard_alone_sends_an_inquiry(portal: Flask, visit: Any) -> None:
    page = visit("en")
    page.goto("/intake/inquiry?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip-link")
    page.keyboard.press("Enter")

    def to(selector: str) -> None:
        for _ in range(150):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    to("#description")
    page.keyboard.type("We look for a workshop that welds steel stairs, 30 tonnes a month.")
    to("[name=project_type]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sectors")
    to("#find")
    page.keyboard.type("25.11")
    page.keyboard.press("Enter")
    expect(page.locator(".found input")).to_have_count(1)
    to("#sector-25-11")
    page.keyboard.press("Space")
    to("main .btn-primary")
    page.keyboard.press("Enter")
    for title in ("Place, size and time", "What you need"):
        expect(page.locator("h1")).to_have_text(title)
        to("main .btn-primary")
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your organisation")
    to("#org_name")
    page.keyboard.type("Keyboard Ltd")
    to("[name=investor_kind]")
    page.keyboard.press("Space")
    to("#country")
    page.keyboard.type("Germany")
    to("main .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("How we reach you")
    to("#contact_name")
    page.keyboard.type("Kay Board")
    to("#email")
    page.keyboard.type("kay@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Files")
    to("main .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Check and send")
    old_enough(portal)
    to("#consent_contact")
    page.keyboard.press("Space")
    to("main .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator("strong.reference")).to_contain_text("ISO-")


@pytest.mark.parametrize(
    ("tag", "typed", "code"),
    [
        ("en", "furniture", "31"),
        ("sq", "mobilieve", "31"),
        ("sr-Latn", "namestaja", "31"),
        ("sr-Latn", "намештаја", "31"),
        ("sr-Cyrl", "nameštaja", "31"),
        ("sr-Cyrl", "намештај", "31"),
        ("sq", "kiqesore", None),
        ("de", "mobeln", "31"),
        ("sr-Cyrl", "drvo", "16"),
        ("sq", "mobilje", "31"),
        ("en", "25", "25"),
    ],
)
def test_sectors_narrow_as_one_types_in_any_script(
    portal: Flask, visit: Any, tag: str, typed: str, code: str | None
) -> None:
    page = visit(tag)
    page.goto(f"/intake/inquiry?lang={tag}")
    walk(page, until="sectors")
    page.locator("#find").press_sequentially(typed)
    said = page.locator(".finder-count")
    expect(said).not_to_be_empty()
    if code is None:
        expect(page.locator(".groups .choice:visible")).to_have_count(0)
        return
    expect(page.locator(f"#sector-{code}")).to_be_visible()
    assert page.locator(".groups .choice:visible").count() < 20
    page.check(f"#sector-{code}")
    look(page, f"narrowed-{tag}")
    page.fill("#find", "qqqq")
    expect(page.locator(f"#sector-{code}")).to_be_visible()  # a ticked box never hides
    page.fill("#find", "")
    expect(said).to_be_empty()
    assert page.locator(".groups summary:visible").count() == 21


def test_the_script_folds_as_the_server_does(portal: Flask, visit: Any) -> None:
    from iso_portal.core.scripts import fold, sound, to_latin

    page = visit("en")
    page.goto("/intake/inquiry?lang=en")
    words = (
        "Šaljska Шаљска Çelik Todić Todiq Hoxha Hodža Џеп Đorđević Gjorgjeviq Ëndrra Njegoš ЊЕГОШ Straße xhami".split()
    )
    theirs = page.evaluate(
        """async words => {
            const { fold, sound } = await import("/static/find.js");
            return words.map(word => [fold(word), sound(word)]);
        }""",
        words,
    )
    assert theirs == [[fold(word), sound(to_latin(word).lower())] for word in words]
    counted = page.evaluate(
        """async () => {
            const { sentence } = await import("/static/find.js");
            const texts = { none: "none", one: "{n} one", few: "{n} few", other: "{n} other" };
            return ["sr-Latn", "sr-Cyrl", "sq", "de", "en"].map(
                tag => [0, 1, 2, 5, 11, 21, 22].map(number => sentence(texts, number, tag)));
        }"""
    )
    serbian = ["none", "1 one", "2 few", "5 other", "11 other", "21 one", "22 few"]
    others = ["none", "1 one", "2 other", "5 other", "11 other", "21 other", "22 other"]
    assert counted == [serbian, serbian, others, others, others]


@pytest.mark.parametrize("tag", ["en", "de", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_page_is_accessible_and_fits_a_small_phone(portal: Flask, visit: Any, tag: str, tmp_path: Path) -> None:
    page = visit(tag, width=320)

    def judge(name: str) -> None:
        assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
        found = Axe().run(page)
        assert found.violations_count == 0, (name, found.generate_report())
        page.set_viewport_size({"width": 360, "height": 800})
        look(page, f"{tag}-360-{name}")
        page.set_viewport_size({"width": 1200, "height": 900})
        look(page, f"{tag}-1200-{name}")
        page.set_viewport_size({"width": 320, "height": 900})

    page.goto(f"/intake/inquiry?lang={tag}")
    judge("project")
    go_on(page)
    judge("project-refused")
    for part in PARTS[:-1]:
        if part == "files":
            page.set_input_files("#files", two_files(tmp_path))
            page.locator("button[value=add]").click()
        fill(page, part)
        judge(part)
        go_on(page)
    judge("check")
    old_enough(portal)
    go_on(page)
    judge("check-refused")
    page.goto(page.url.replace("/check", "/save"))
    judge("save")
    page.fill("#email", "ute@example.org")
    go_on(page)
    judge("saved")
    page.goto(page.url.replace("/saved", "/check"))
    fill(page, "check")
    go_on(page)
    judge("received")
    page.goto(newest_letter(portal, "received"))
    with portal.app_context(), unit_of_work():
        case = db.session.scalars(sa.select(Case).order_by(Case.received_at.desc()).limit(1)).one()
        factories.team(case, factories.person(name="Arta Gashi"), factories.person(name="Jelena Todić"))
    page.fill("#text", "Edhe një fjalë, још једна реч.")
    go_on(page)
    judge("follow")
    address = page.url.partition("#")[0]
    for name in ("contact", "withdraw", "data"):
        page.goto(f"{address}/{name}")
        judge(name)
    page.goto("/intake/link")
    judge("link")
