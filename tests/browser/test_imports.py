"""Imports in a real browser: five hundred rows with twenty errors, corrected in the page, taken in, taken back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.core.db import unit_of_work
from tests.browser.conftest import look, settled
from tests.businesses import test_imports as firms
from tests.intake import test_imports as inquiries

WORD = "nine quiet teal horses"


@pytest.fixture(scope="module")
def filled(live_app: Flask) -> Flask:
    """One officer."""
    with live_app.app_context(), unit_of_work():
        accounts.open_account(
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
    return live_app


def sign_in(page: Page, tag: str) -> None:
    page.goto(f"/accounts/sign-in?lang={tag}")
    page.fill("#email", "officer@example.org")
    page.fill("#password", WORD)
    page.click("main button[type=submit]")
    expect(page.locator(".account")).to_be_visible()


def assert_usable(page: Page) -> None:
    """Nothing runs out of the window, and axe finds nothing."""
    assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url
    found = Axe().run(page)
    assert found.violations_count == 0, (page.url, found.generate_report())


def send(page: Page, address: str, name: str, content: bytes) -> None:
    page.goto(address)
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("form[enctype] button").click()


def correct(page: Page, right: dict[str, str]) -> None:
    """Mend every field that is marked, whatever kind it is, and save."""
    for field in page.locator("[aria-invalid=true]").all():
        name = (field.get_attribute("name") or "").partition("-")[2]
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(right[name])
        else:
            field.fill(right[name])
    page.locator("form button.btn-primary").last.click()


@pytest.mark.parametrize(
    ("tag", "address", "made", "right"),
    [
        ("sq", "/businesses/import", firms.planted, firms.RIGHT),
        ("sr-Cyrl", "/intake/import", inquiries.planted, inquiries.RIGHT),
    ],
    ids=["firms-sq", "inquiries-sr-Cyrl"],
)
def test_five_hundred_rows_with_twenty_errors(
    filled: Flask, visit: Any, tag: str, address: str, made: Any, right: dict[str, str]
) -> None:
    content, errors = made()
    page = visit(tag)
    page.set_default_timeout(120_000)
    sign_in(page, tag)
    send(page, address, "tabela.csv", content.encode("utf-16"))
    expect(page.locator("[aria-invalid=true]")).to_have_count(20)
    expect(page.locator("form section")).to_have_count(20)
    look(page, f"import-wrong-{tag}")
    assert_usable(page)
    first = min(errors)
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == f"r{first}-{errors[first]}"

    correct(page, right)
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)
    expect(page.locator("table tbody tr")).to_have_count(50)
    look(page, f"import-right-{tag}")
    assert_usable(page)
    page.locator("section form button.btn-primary").click()
    expect(page.locator("main .btn-primary")).to_have_count(0, timeout=120_000)
    look(page, f"import-taken-in-{tag}")
    page.locator("section form button").click()
    expect(page.locator("details + h2 + .table-wrap tbody tr")).to_have_count(1, timeout=120_000)
    look(page, f"import-taken-back-{tag}")
    assert_usable(page)


@pytest.mark.parametrize("tag", ["sq", "sr-Cyrl"])
def test_the_pages_fit_a_phone_and_work_without_scripts(filled: Flask, visit: Any, tag: str) -> None:
    page = visit(tag, width=360)
    sign_in(page, tag)
    send(page, "/businesses/import", "f.csv", firms.planted(40)[0].encode())
    table = page.url
    for name, end in (("wrong", ""), ("all", "?show=all"), ("row", "/rows/3")):
        page.goto(table + end)
        look(page, f"import-phone-{name}-{tag}")
        assert_usable(page)
    page.goto("/businesses/import")
    page.locator("details summary").click()
    look(page, f"import-phone-start-{tag}")
    assert_usable(page)

    plain = visit(tag, scripts=False)
    sign_in(plain, tag)
    plain.goto(f"{table}/rows/2")
    plain.locator("#r2-description").fill("Шаљска, Šaljska, Çelik")
    plain.locator("#r2-name").press("Enter")  # saves: the button that leaves the row out is not the first
    plain.goto(f"{table}/rows/2")
    assert plain.input_value("#r2-description") == "Шаљска, Šaljska, Çelik"
    expect(plain.locator(".notice")).to_have_count(0)


def test_a_template_that_was_filled_in_elsewhere_is_taken(filled: Flask, visit: Any, tmp_path: Path) -> None:
    page = visit("en")
    sign_in(page, "en")
    page.goto("/intake/import")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Template for Excel (XLSX), columns explained").click()
    kept = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(kept)
    book = openpyxl.load_workbook(kept)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    values = dict(zip(inquiries.NAMES, inquiries.row().strip('"').split('","'), strict=True))
    for name, value in values.items():
        sheet.cell(2, header.index(name) + 1, value)
    filled_in = io.BytesIO()
    book.save(filled_in)
    send(page, "/intake/import", "filled.xlsx", filled_in.getvalue())
    page.get_by_role("button", name="Take in 1 inquiry").click()
    expect(page.locator(".notice")).to_have_text("1 inquiry was taken in.")
    page.goto("/cases/")
    expect(page.locator("table tbody tr").first).to_contain_text("Harz Stahl GmbH")
