"""A firm comes in by itself, in Albanian or in Serbian Cyrillic: registration, letter, pages, a site with a photo."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from iso_portal.accounts import service as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.letters.models import Letter
from iso_portal.matches import service as matches
from iso_portal.matches.domain import Choice
from tests import factories
from tests.browser.conftest import look, settled

FIRMS: dict[str, dict[str, str]] = {
    "sq": {
        "name": "Gurra Çelik",
        "language": "sq",
        "municipality": "mitrovica-south",
        "registration": "XK",
        "number": "nui",
        "value": "990001000",
        "email": "arta@example.org",
        "contact_name": "Arta Krasniqi",
        "description": "Prodhojmë shkallë, platforma dhe parmakë çeliku për ndërtim.",
        "products": "shkallë çeliku\nplatforma\nparmakë",
        "capacity": "30 t në muaj, dy ndërrime",
        "find": "çelik",
        "site": "Hallë pranë rrugës kryesore",
        "says": "Halla nga rruga, me rampë",
        "asked": "Një investitor nga Gjermania kërkon shkallë çeliku, 30 t në muaj.",
        "answer": "Po, na interesoni. Mund të fillojmë në pranverë.",
    },
    "sr-Cyrl": {
        "name": "Ибар Дрво",
        "language": "sr_cyrl",
        "municipality": "leposavic",
        "registration": "RS",
        "number": "pib",
        "value": "980000017",
        "email": "jelena@example.org",
        "contact_name": "Јелена Тодић",
        "description": "Правимо врата, прозоре и столарију по мери.",
        "products": "врата\nпрозори\nстоларија по мери",
        "capacity": "400 врата месечно",
        "find": "намештај",
        "site": "Хала поред главног пута",
        "says": "Хала гледана са пута, са рампом",
        "asked": "Инвеститор из Немачке тражи дрвена врата, 300 месечно.",
        "answer": "Да, занима нас. Можемо да почнемо на пролеће.",
    },
}


def photo() -> bytes:
    """A hall under a hill, drawn."""
    drawn = Image.new("RGB", (1200, 900), (203, 219, 227))
    pen = ImageDraw.Draw(drawn)
    pen.polygon([(0, 620), (420, 330), (900, 560), (1200, 420), (1200, 900), (0, 900)], fill=(132, 156, 122))
    pen.rectangle((260, 480, 980, 760), fill=(176, 122, 86))
    pen.polygon([(230, 480), (620, 380), (1010, 480)], fill=(118, 76, 56))
    pen.rectangle((560, 580, 720, 760), fill=(64, 74, 84))
    out = io.BytesIO()
    drawn.save(out, "JPEG")
    return out.getvalue()


def letter_to(app: Flask, address: str) -> tuple[str, str]:
    """Return the subject of the newest letter to an address and the link in it."""
    with app.app_context():
        row = db.session.scalars(
            sa.select(Letter).where(Letter.to_address == address).order_by(Letter.written_at.desc()).limit(1)
        ).one()
        found = re.search(r"http://[^\s]+/my-business/in/[\w-]+", letters.filled_in(row, row.text))
        assert found
        return row.subject, found.group()


def ask(app: Flask, firm: dict[str, str]) -> None:
    """Have the office ask the firm about an inquiry."""
    with app.app_context(), unit_of_work():
        row = db.session.scalars(sa.select(Business).where(Business.name == firm["name"])).one()
        officer, case = factories.person(), cases.get(factories.case().id)
        matches.decide(case, row, Choice.ACCEPTED, by=officer)
        matches.ask_introduction(case, row, firm["asked"], by=officer, language=Language(firm["language"]))


def sound(page: Page, name: str) -> None:
    """The page fits, and axe finds nothing."""
    assert settled(page).evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), name
    found = Axe().run(page)
    assert found.violations_count == 0, (name, found.generate_report())


def register(page: Page, tag: str, firm: dict[str, str]) -> None:
    page.goto(f"/my-business/register?lang={tag}")
    for name in ("name", "description", "contact_name", "email"):
        page.fill(f"#{name}", firm[name])
    page.fill(f"#{firm['number']}", firm["value"])
    page.select_option("#municipality", firm["municipality"])
    assert page.input_value("#language") == firm["language"]
    page.check(f"input[name=registration][value={firm['registration']}]")
    page.check("#consent_suggest")
    page.check("#consent_public")


@pytest.mark.parametrize("tag", list(FIRMS))
def test_a_firm_registers_enters_and_completes_its_profile(live_app: Flask, visit: Any, tag: str) -> None:
    firm = FIRMS[tag]
    page = visit(tag)
    register(page, tag, firm)
    look(page, f"register-{tag}")
    page.wait_for_timeout(3100)  # faster than a person is refused
    page.click("main form button[type=submit]")
    expect(page).to_have_url(re.compile("/my-business/registered$"))
    look(page, f"registered-{tag}")

    subject, link = letter_to(live_app, firm["email"])
    assert subject
    page.goto(link)
    look(page, f"enter-{tag}")
    sound(page, "enter")
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text(firm["name"])
    look(page, f"home-{tag}")
    sound(page, "home")

    page.goto("/my-business/profile")
    page.fill("#products", firm["products"])
    page.fill("#capacity", firm["capacity"])
    page.fill("#find", firm["find"])
    page.click("button[value=find]")
    page.check("#more-1")
    look(page, f"profile-find-{tag}")
    sound(page, "profile, found")
    page.check("input[name=offers][value=own_products]")
    page.check("input[name=seeks][value=buyer]")
    page.check(f"input[name=languages][value={firm['language'][:2]}]")
    page.fill("#founded", "1 998")
    page.get_by_role("button", name={"sq": "Ruaj", "sr-Cyrl": "Сачувај"}[tag]).last.click()
    expect(page).to_have_url(re.compile("/my-business/$"))

    page.goto("/my-business/sites/new")
    page.fill("#name", firm["site"])
    page.select_option("#kind", "hall")
    page.select_option("#tenure", "rent")
    page.fill("#area_m2", "1 200")
    page.check("#water")
    page.click("main form[novalidate] button[type=submit]")
    page.set_input_files("#photo-picture", {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.fill("#photo-says", firm["says"])
    page.locator("form[enctype] button").click()
    expect(page.locator(".photos img")).to_have_count(1)
    assert page.locator(".photos img").evaluate("one => one.decode().then(() => one.naturalWidth)") > 600
    look(page, f"site-{tag}")
    sound(page, "site")
    page.goto("/my-business/sites")
    look(page, f"sites-{tag}")
    sound(page, "sites")

    ask(live_app, firm)
    subject, link = letter_to(live_app, firm["email"])
    page.goto(link)
    page.click("main button[type=submit]")
    look(page, f"home-asked-{tag}")
    sound(page, "home, asked")
    page.locator(".asks a").click()
    look(page, f"question-{tag}")
    sound(page, "question")
    page.check("input[value=accepted]")
    page.fill("#text", firm["answer"])
    page.click(".two form button")
    expect(page.locator(".tag-good")).to_have_count(1)
    look(page, f"answered-{tag}")
    sound(page, "answered")

    page.goto("/my-business/consents")
    look(page, f"consents-{tag}")
    sound(page, "consents")
    page.uncheck("#consent_suggest")
    page.click("main form[novalidate] button")
    with live_app.app_context():
        row = db.session.scalars(sa.select(Business).where(Business.name == firm["name"])).one()
        assert not row.consent_suggest
    page.goto("/my-business/data")
    look(page, f"data-{tag}")
    sound(page, "data")


def enter(app: Flask, visit: Any, tag: str, *, width: int = 320, scripts: bool = True) -> Page:
    """Return a page of a firm that came by its link."""
    name = f"Firma {tag} {'Prodhimtregti' * 9}"  # a name that nothing breaks but us
    email = f"{tag}{width}{scripts}@example.org".lower()
    with app.app_context(), unit_of_work():
        factories.business(name, email=email)
    page = visit(tag, width=width, scripts=scripts)
    page.goto(f"/my-business/sign-in?lang={tag}")
    page.fill("#email", email)
    page.click("main button[type=submit]")
    _subject, link = letter_to(app, email)
    page.goto(link)
    page.click("main button[type=submit]")
    return page


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_a_firms_pages_are_accessible_and_fit_a_phone(live_app: Flask, visit: Any, tag: str) -> None:
    page = enter(live_app, visit, tag)
    for name in ("", "profile", "sites", "sites/new", "questions", "consents", "data"):
        page.goto(f"/my-business/{name}")
        sound(page, name)
        if tag != "en":
            look(page, f"phone-{name.replace('/', '-') or 'home'}-{tag}")
    page.goto("/my-business/profile")
    page.fill("#pib", "101134703")
    page.fill("#email", "")
    page.get_by_role("button").last.click()
    expect(page.locator(".error-summary li")).to_have_count(2)
    look(page, f"phone-refused-{tag}")
    sound(page, "refused")


@pytest.mark.parametrize("tag", ["en", "de", "sq", "sr-Latn", "sr-Cyrl"])
def test_the_door_is_accessible_and_fits_a_phone(live_app: Flask, visit: Any, tag: str) -> None:
    page = visit(tag, width=320)
    for name in ("register", "registered", "sign-in", "sent"):
        page.goto(f"/my-business/{name}?lang={tag}")
        sound(page, name)
        look(page, f"phone-{name}-{tag}")


def test_an_old_link_says_so_and_offers_a_new_one(live_app: Flask, browser: Any) -> None:
    context = browser.new_context(
        base_url=live_app.config["BASE_URL"], locale="sq", viewport={"width": 360, "height": 800}
    )
    page = context.new_page()
    answer = page.goto("/my-business/in/nothing?lang=sq")
    assert answer is not None
    assert answer.status == 410
    sound(page, "used up")
    look(page, "used-up-sq")
    context.close()


def test_everything_works_without_scripts(live_app: Flask, visit: Any) -> None:
    page = enter(live_app, visit, "sr-Cyrl", width=360, scripts=False)
    page.goto("/my-business/profile")
    page.fill("#products", "врата")
    page.fill("#find", "врата")
    page.press("#find", "Enter")  # searches, and does not save behind somebody's back
    expect(page.locator("#more-1")).to_have_count(1)
    assert page.input_value("#products") == "врата"
    page.get_by_role("button").last.click()
    expect(page).to_have_url(re.compile("/my-business/$"))
    page.goto("/my-business/sites/new")
    page.click("main form[novalidate] button[type=submit]")
    expect(page.locator(".error-summary a").first).to_be_visible()


def test_staff_see_the_answer_beside_the_suggestion(live_app: Flask, visit: Any) -> None:
    """What the office asks and what the firm says stand on the page of suggestions."""
    with live_app.app_context(), unit_of_work():
        accounts.open_account(
            by=None, email="officer@example.org", name="Officer", role=Role.OFFICER, password="nine quiet teal horses",
            wing=Wing.SQ, languages=["sq", "en"], sections=["C"], donor=None,
        )  # fmt: skip
        officer, case = factories.person(), cases.get(factories.case().id)
        for number, name in enumerate(("Firma A", "Firma B", "Firma C")):
            row = factories.business(name, email=f"abc{number}@example.org")
            matches.decide(case, row, Choice.ACCEPTED, by=officer)
            if number:
                matches.ask_introduction(case, row, "Kërkohet furnizues.", by=officer, language=Language.SQ)
        case_id = case.id
    page = visit("sq")
    page.goto("/accounts/sign-in?lang=sq")
    page.fill("#email", "officer@example.org")
    page.fill("#password", "nine quiet teal horses")
    page.click("main button[type=submit]")
    page.goto(f"/matches/cases/{case_id}")
    page.locator("main article a", has_text="Firma A").first.click()
    settled(page)
    look(page, "staff-questions-sq")
    sound(page, "suggestions")
    page.set_viewport_size({"width": 320, "height": 800})
    sound(page, "suggestions on a phone")
