"""Every route: who may open it, that reading writes nothing, and that every page is sound (trust S4)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.balance import service as balance
from iso_portal.core.db import db
from tests import factories
from tests.conftest import counted_queries, signed_in, speaking
from tests.soundness import assert_sound

ROLES = ("officer", "lead_officer", "manager", "data_steward", "adviser", "donor", "administrator")
DESK = {"officer", "lead_officer", "manager"}
OFFICE = DESK | {"data_steward"}

# Who may open which page, a line a page; a stranger is asked to sign in. Everybody else gets 403 or 404.
READERS: dict[str, set[str]] = {
    "accounts.me": set(ROLES),
    "accounts.people": {"manager", "administrator"},
    "audit.index": {"manager", "data_steward"},
    "balance.ask": {"lead_officer", "manager", "data_steward"},
    "balance.assignment": DESK,
    "balance.change": {"manager"},
    "balance.confirmations": DESK,
    "balance.declaration": OFFICE,
    "balance.figures_file": {"manager", "data_steward"},
    "balance.key": OFFICE,
    "balance.method": OFFICE,
    "balance.overrides": {"manager", "data_steward"},
    "balance.overview": OFFICE,
    "balance.parts": OFFICE,
    "balance.policy": OFFICE,
    "balance.readings": {"lead_officer", "manager", "data_steward"},
    "balance.review": OFFICE,
    "businesses.duplicates": OFFICE,
    "businesses.edit": OFFICE,
    "businesses.export_table": OFFICE,
    "businesses.import_page": OFFICE,
    "businesses.import_row": OFFICE,
    "businesses.import_table": OFFICE,
    "businesses.index": OFFICE | {"adviser"},
    "businesses.merged": OFFICE,
    "businesses.new": OFFICE,
    "businesses.new_site": OFFICE,
    "businesses.pair": OFFICE,
    "businesses.picture": OFFICE | {"adviser"},
    "businesses.pictures": OFFICE,
    "businesses.show": OFFICE | {"adviser"},
    "businesses.site": OFFICE,
    "businesses.template": OFFICE,
    "businesses.template_workbook": OFFICE,
    "businesses.translation": OFFICE,
    "cases.index": OFFICE,
    "cases.show": OFFICE,
    "intake.export_table": OFFICE,
    "intake.import_page": OFFICE,
    "intake.import_row": OFFICE,
    "intake.import_table": OFFICE,
    "intake.record": DESK,
    "intake.template": OFFICE,
    "intake.template_workbook": OFFICE,
    "investors.show": OFFICE,
    "letters.index": OFFICE,
    "letters.show": OFFICE,
    "matches.compare": OFFICE,
    "matches.firm": OFFICE,
    "matches.model": OFFICE | {"adviser"},
    "matches.models": OFFICE | {"adviser"},
    "matches.objections": {"lead_officer", "manager", "data_steward"},
    "matches.of_business": OFFICE,
    "matches.of_case": OFFICE,
    "matches.why_not": OFFICE,
    "privacy.index": {"lead_officer", "manager", "data_steward"},
    "privacy.show": {"lead_officer", "manager", "data_steward"},
    "reports.derivation": OFFICE | {"donor"},
    "reports.export": OFFICE | {"donor"},
    "reports.index": OFFICE | {"donor"},
    "reports.indicator": OFFICE | {"donor"},
    "reports.office": DESK,
}
PUBLIC = {
    "balance.statements",
    "matches.model_card",
    "matches.question",
    "accounts.sign_in",
    "directory.index",
    "directory.picture",
    "directory.show",
    "directory.sites",
    "guide.accessibility",
    "guide.how",
    "guide.municipalities",
    "guide.municipality",
    "guide.privacy",
    "guide.robots",
    "guide.sector",
    "guide.sectors",
    "guide.sitemap",
    "guide.start",
    "guide.why",
    "health.alive",
    "health.ready",
    "intake.check",
    "intake.contact",
    "intake.copy",
    "intake.data",
    "intake.file",
    "intake.follow",
    "intake.inquiry",
    "intake.link",
    "intake.part",
    "intake.received",
    "intake.resume",
    "intake.save",
    "intake.saved",
    "intake.withdraw",
    "my_business.enter",
    "my_business.register",
    "my_business.registered",
    "my_business.sent",
    "my_business.sign_in",
    "reports.confirm",
}
# Whoever came by a firm's one-time link; nobody else, whatever their role.
HOLDER = {
    "my_business.consents",
    "my_business.copy",
    "my_business.data",
    "my_business.declaration",
    "my_business.home",
    "my_business.introduction",
    "my_business.introductions",
    "my_business.new_site",
    "my_business.photo",
    "my_business.profile",
    "my_business.site",
    "my_business.sites",
}
# Answers that are files or for machines; the rest are pages for people.
NO_PAGES = {
    "balance.figures_file",
    "businesses.export_table",
    "businesses.picture",
    "businesses.template",
    "businesses.template_workbook",
    "directory.picture",
    "guide.robots",
    "guide.sitemap",
    "health.alive",
    "health.ready",
    "intake.copy",
    "intake.export_table",
    "intake.file",
    "intake.template",
    "intake.template_workbook",
    "my_business.copy",
    "my_business.photo",
}


@pytest.fixture
def things(app: Flask) -> dict[str, dict[str, Any]]:
    """What stands in the addresses: by the name of the value, and for some pages by the page."""
    with app.test_request_context():
        case, firm, other = factories.case(), factories.listed("Ibri Metal"), factories.business("Ibër Metali")
        follow = factories.follow_token(case)
        site = factories.site(firm)
        photo = factories.photo(firm, site)
        _confirmation, confirm = factories.confirmation(case, firm)
        asked = factories.introduction(case, firm)
        _question, question = factories.investor_question(asked)
        balance.take_snapshot()
        draft = factories.draft_token()
        tables = {kind: factories.table_import(kind).id for kind in ("businesses", "inquiries")}
        found: dict[str, dict[str, Any]] = {
            "": {
                "case_id": case.id,
                "business_id": firm.id,
                "investor_id": case.investor_id,
                "letter_id": factories.letter(case).id,
                "code": "OP-01",
                "label": "2026-Q1",
                "token": follow,
                "slug": "zvecan",
                "part": "place",
                "file_id": factories.case_file(case).id,
                "picture_id": photo.id,
                "site_id": site.id,
                "introduction_id": asked.id,
                "pair_id": factories.pair(firm, other).id,
                "merge_id": factories.merge(firm, other).id,
                "request_id": factories.copy_request(case_id=case.id).id,
                "kind": "description",
                "language": "en",
                "number": 2,
                "what": "target",
                "name": "collect_staff",
                "cut": "sector",
                "ending": "csv",
                "alert_id": factories.alert().id,
            },
            "reports.confirm": {"token": confirm},
            "guide.sector": {"code": "B"},
            "matches.question": {"token": question},
            "matches.model": {"number": factories.ranking_version().number},
            "my_business.enter": {"token": factories.firm_token(firm)},
            **{f"intake.{page}": {"token": draft} for page in ("part", "check", "save", "saved", "resume")},
            **{
                f"{feature}.{page}": {"import_id": tables[kind]}
                for feature, kind in (("businesses", "businesses"), ("intake", "inquiries"))
                for page in ("import_table", "import_row", "export_table")
            },
        }
        factories.copy_request(business_id=firm.id)
        db.session.commit()
    return found


@pytest.fixture
def addresses(app: Flask, things: dict[str, dict[str, Any]]) -> dict[str, str]:
    """One address of every page, on things that exist."""
    with app.test_request_context():
        found = {}
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or set()) and rule.endpoint.rpartition(".")[2] != "static":
                known = things[""] | things.get(rule.endpoint, {})
                found[rule.endpoint] = rule.build({name: known[name] for name in rule.arguments})[1]  # type: ignore[index]  # every value is given
    return found


def holding(app: Flask, things: dict[str, dict[str, Any]], *, language: str = "en") -> FlaskClient:
    """Return a visitor who came by the firm's link."""
    client = speaking(app, language)
    with client.session_transaction() as kept:
        kept["business"] = str(things[""]["business_id"])
    return client


def test_every_page_stands_in_the_table(app: Flask, addresses: dict[str, str]) -> None:
    assert set(addresses) == set(READERS) | PUBLIC | HOLDER


def test_a_stranger_sees_public_pages_only(app: Flask, client: FlaskClient, addresses: dict[str, str]) -> None:
    for endpoint, address in sorted(addresses.items()):
        answer = client.get(address)
        if endpoint in PUBLIC:
            assert answer.status_code == (302 if endpoint == "intake.resume" else 200), endpoint
        elif endpoint in HOLDER:
            assert answer.status_code == 302, endpoint
            assert answer.headers["Location"] == "/my-business/sign-in"
        else:
            assert answer.status_code == 302, endpoint
            assert "/accounts/sign-in" in answer.headers["Location"]


# Reports read in a transaction of their own, which the undone test cannot give; tests/reports has them.
STEADY = {"reports.index", "reports.derivation", "reports.export"}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says(app: Flask, addresses: dict[str, str], role: str) -> None:
    client = signed_in(app, role)
    for endpoint, readers in sorted(READERS.items()):
        if endpoint in STEADY and role in readers:
            continue
        status = client.get(addresses[endpoint]).status_code
        assert (status == 200) is (role in readers), (endpoint, status)
        assert status in {200, 403, 404}, (endpoint, status)


def test_a_firm_opens_its_own_pages_and_none_of_the_office(
    app: Flask, things: dict[str, dict[str, Any]], addresses: dict[str, str]
) -> None:
    client = holding(app, things)
    for endpoint in sorted(HOLDER):
        assert client.get(addresses[endpoint]).status_code == 200, endpoint
    for endpoint in sorted(READERS):
        assert client.get(addresses[endpoint]).status_code == 302, endpoint


@pytest.mark.parametrize("role", ["donor", "administrator"])
def test_who_may_not_write_is_refused_at_every_post(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    own = {"accounts.begin_session", "accounts.sign_out", "accounts.keep_language"}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.endpoint in own:
            continue
        if getattr(app.view_functions[rule.endpoint], "access", "") in {"public", "holder"}:
            continue
        address = rule.build({name: uuid.uuid4() for name in rule.arguments})
        assert address is not None
        assert client.post(address[1]).status_code in {403, 404}, rule.endpoint


def test_missing_things_answer_404_for_everybody_who_may(app: Flask) -> None:
    client = signed_in(app, "manager")
    nobody = uuid.uuid4()
    for address in (
        f"/cases/{nobody}/",
        f"/businesses/{nobody}/",
        f"/letters/{nobody}",
        f"/investors/{nobody}",
        f"/matches/cases/{nobody}",
        f"/balance/cases/{nobody}/assignment",
        "/cases/not-a-key/",
        "/cases/?stage=nonsense",
        "/cases/?page=nonsense",
        "/businesses/?page=WyJhZnRlciIsIngiLCJ5Il0",
        "/reports/indicators/XX-99",
        f"/businesses/duplicates/{nobody}",
        f"/businesses/import/{nobody}",
        f"/businesses/photos/{nobody}.jpg",
        f"/intake/import/{nobody}",
        f"/privacy/{nobody}",
        f"/directory/{nobody}",
        f"/directory/pictures/{nobody}.jpg",
        "/directory/?page=nonsense",
        "/guide/municipalities/nowhere",
        "/guide/sectors/ZZ",
        "/intake/inquiry/wrong",
        "/intake/inquiry/wrong/place",
        "/intake/follow/wrong",
        "/reports/confirm/wrong",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_page_is_sound_in_every_language(
    app: Flask, things: dict[str, dict[str, Any]], addresses: dict[str, str], tag: str
) -> None:
    staff, firm = signed_in(app, "manager", language=tag), holding(app, things, language=tag)
    for endpoint, address in sorted(addresses.items()):
        if endpoint in STEADY | NO_PAGES:
            continue
        client = firm if endpoint in HOLDER else staff
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, endpoint
        assert_sound(answer.text, endpoint)
        assert f'<html lang="{tag}">' in answer.text, endpoint


def test_public_pages_are_sound_in_german(app: Flask, addresses: dict[str, str]) -> None:
    for endpoint in sorted(PUBLIC - NO_PAGES):
        answer = speaking(app, "de").get(addresses[endpoint], follow_redirects=True)
        assert_sound(answer.text, endpoint)
        assert '<html lang="de">' in answer.text, endpoint
    staff = signed_in(app, "officer", language="de").get(addresses["cases.index"])
    assert '<html lang="en">' in staff.text


def test_reading_writes_nothing(app: Flask, things: dict[str, dict[str, Any]], addresses: dict[str, str]) -> None:
    staff, firm = signed_in(app, "manager"), holding(app, things)
    staff.get("/accounts/me")
    firm.get("/my-business/")
    writing = re.compile(r"^\s*(insert|update|delete|copy|alter|create|drop)\b", re.I)
    with counted_queries(app) as statements:
        for endpoint, address in sorted(addresses.items()):
            if endpoint not in STEADY:
                (firm if endpoint in HOLDER else staff).get(address)
    found = [statement for statement in statements if writing.match(statement) and "web_session" not in statement]
    assert found == []


def test_a_language_page_favours_nobody_and_keeps_the_address(app: Flask) -> None:
    answer = app.test_client().get("/intake/inquiry?x=1", headers={"Accept-Language": "ja"})
    assert answer.status_code == 200
    offered = re.findall(r'href="(/intake/inquiry\?x=1&amp;lang=[\w-]+)" lang', answer.text)
    assert len(set(offered)) == 5
    assert_sound(answer.text, "language page")


def test_public_pages_weigh_less_than_100_kilobytes_without_photos(
    app: Flask, client: FlaskClient, addresses: dict[str, str]
) -> None:
    def weight(address: str) -> int:
        with client.get(address, headers={"Accept-Encoding": "br"}, follow_redirects=True) as answer:
            return len(answer.data)

    files = ("/bootstrap/static/css/bootstrap.min.css", "/static/theme.css", "/static/find.js", "/static/mark.svg")
    styles = sum(map(weight, files))
    for endpoint in sorted(PUBLIC - NO_PAGES):
        assert weight(addresses[endpoint]) + styles < 100_000, endpoint
