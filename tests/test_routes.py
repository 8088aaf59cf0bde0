"""Every route: who may open it, that reading writes nothing, and that every page is sound (trust S4)."""

from __future__ import annotations

import re
import uuid
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.core import links
from iso_portal.core.db import db
from tests import factories
from tests.conftest import counted_queries, signed_in, speaking

ROLES = ("officer", "lead_officer", "manager", "data_steward", "adviser", "donor", "administrator")
DESK = {"officer", "lead_officer", "manager"}
OFFICE = DESK | {"data_steward"}

# Who may open which page, a line a page; a stranger is asked to sign in. Everybody else gets 403 or 404.
READERS: dict[str, set[str]] = {
    "accounts.me": set(ROLES),
    "accounts.people": {"manager", "administrator"},
    "audit.index": {"manager", "data_steward"},
    "balance.assignment": DESK,
    "balance.declaration": OFFICE,
    "balance.method": OFFICE,
    "balance.overview": OFFICE,
    "businesses.edit": OFFICE,
    "businesses.import_page": OFFICE,
    "businesses.index": OFFICE | {"adviser"},
    "businesses.new": OFFICE,
    "businesses.show": OFFICE | {"adviser"},
    "businesses.template": OFFICE,
    "cases.index": OFFICE,
    "cases.show": OFFICE,
    "intake.record": DESK,
    "investors.show": OFFICE,
    "letters.index": OFFICE,
    "letters.show": OFFICE,
    "matches.of_case": OFFICE,
    "reports.derivation": OFFICE | {"donor"},
    "reports.export": OFFICE | {"donor"},
    "reports.index": OFFICE | {"donor"},
    "reports.indicator": OFFICE | {"donor"},
    "reports.office": DESK,
}
PUBLIC = {
    "accounts.sign_in",
    "health.alive",
    "health.ready",
    "intake.follow",
    "intake.inquiry",
    "intake.link",
    "intake.received",
    "intake.start",
    "reports.confirm",
}
VOID = {"meta", "link", "input", "img", "br", "hr", "line", "circle", "rect", "polyline", "path", "col"}


class Page(HTMLParser):
    """What a page must have: one h1, a title, a language, unique ids, a label for each field, balanced tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.ids: list[str] = []
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self.labels: set[str] = set()
        self.lang: str | None = None
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "label" and given.get("for"):
            self.labels.add(given["for"] or "")
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.fields.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()


def assert_sound(text: str, address: str) -> None:
    page = Page(text)
    assert page.counts.get("h1") == 1, address
    assert page.counts.get("title", 0) >= 1, address
    assert page.lang, address
    assert len(page.ids) == len(set(page.ids)), (address, sorted(i for i in page.ids if page.ids.count(i) > 1)[:3])
    unlabelled = [
        field
        for _tag, field in page.fields
        if field.get("id") not in page.labels and field.get("aria-hidden") != "true"
    ]
    assert not unlabelled, (address, unlabelled[:2])
    assert not page.open, (address, page.open)


@pytest.fixture
def addresses(app: Flask) -> dict[str, str]:
    """One address of every page, on things that exist."""
    with app.test_request_context():
        case = factories.case()
        case.link_nonce = "n"
        token = links.token_for("follow", case.id, "n")
        case.link_hash = links.token_hash(token)
        firm = factories.business("Ibri Metal")
        letter = factories.letter(case)
        confirmation, confirm_token = factories.confirmation(case, firm)
        keys = {
            "case_id": case.id,
            "business_id": firm.id,
            "investor_id": case.investor_id,
            "letter_id": letter.id,
            "code": "OP-01",
            "label": "2026-Q1",
            "token": token,
        }
        assert confirmation.id
        db.session.commit()
        found = {}
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or set()) and rule.endpoint.rpartition(".")[2] != "static":
                values = {name: keys[name] for name in rule.arguments}
                if rule.endpoint == "reports.confirm":
                    values["token"] = confirm_token
                found[rule.endpoint] = rule.build(values)[1]  # type: ignore[index]  # every value is given
    return found


def test_every_page_stands_in_the_table(app: Flask, addresses: dict[str, str]) -> None:
    assert set(addresses) == set(READERS) | PUBLIC


def test_a_stranger_sees_public_pages_only(app: Flask, client: FlaskClient, addresses: dict[str, str]) -> None:
    for endpoint, address in sorted(addresses.items()):
        answer = client.get(address)
        if endpoint in PUBLIC:
            assert answer.status_code == 200, endpoint
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


@pytest.mark.parametrize("role", ["donor", "administrator"])
def test_who_may_not_write_is_refused_at_every_post(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    own = {"accounts.begin_session", "accounts.sign_out", "accounts.keep_language"}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()) or rule.endpoint in own:
            continue
        if getattr(app.view_functions[rule.endpoint], "access", "") == "public":
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
        "/intake/follow/wrong",
        "/reports/confirm/wrong",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_page_is_sound_in_every_language(app: Flask, addresses: dict[str, str], tag: str) -> None:
    client = signed_in(app, "manager", language=tag)
    for endpoint, address in sorted(addresses.items()):
        if endpoint in STEADY or endpoint.startswith("health.") or endpoint == "businesses.template":
            continue
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, endpoint
        assert_sound(answer.text, endpoint)
        assert f'<html lang="{tag}">' in answer.text, endpoint


def test_public_pages_are_sound_in_german(app: Flask, addresses: dict[str, str]) -> None:
    for endpoint in sorted(PUBLIC - {"health.alive", "health.ready"}):
        answer = speaking(app, "de").get(addresses[endpoint])
        assert_sound(answer.text, endpoint)
        assert '<html lang="de">' in answer.text, endpoint
    staff = signed_in(app, "officer", language="de").get(addresses["cases.index"])
    assert '<html lang="en">' in staff.text


def test_reading_writes_nothing(app: Flask, addresses: dict[str, str]) -> None:
    client = signed_in(app, "manager")
    client.get("/accounts/me")
    writing = re.compile(r"^\s*(insert|update|delete|copy|alter|create|drop)\b", re.I)
    with counted_queries(app) as statements:
        for endpoint, address in sorted(addresses.items()):
            if endpoint not in STEADY:
                client.get(address)
    found = [statement for statement in statements if writing.match(statement) and "web_session" not in statement]
    assert found == []


def test_a_language_page_favours_nobody_and_keeps_the_address(app: Flask) -> None:
    answer = app.test_client().get("/intake/inquiry?x=1", headers={"Accept-Language": "ja"})
    assert answer.status_code == 200
    offered = re.findall(r'href="(/intake/inquiry\?x=1&amp;lang=[\w-]+)" lang', answer.text)
    assert len(set(offered)) == 5
    assert_sound(answer.text, "language page")


def test_every_answer_carries_the_policy(client: FlaskClient) -> None:
    for address in ("/", "/nothing-here", "/static/theme.css", "/healthz"):
        with client.get(address) as answer:
            headers = answer.headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_method_or_broken_input_is_never_a_500(client: FlaskClient) -> None:
    assert client.delete("/intake/inquiry").status_code == 405
    assert client.post("/intake/inquiry", data=b"x" * 3_000_000).status_code == 413
    assert client.post("/intake/inquiry", data={"description": "a" * 1_000_000}).status_code in {413, 422}
    assert (
        client.post("/intake/inquiry", data=b"%ff%00%", content_type="application/x-www-form-urlencoded").status_code
        == 422
    )
    assert client.get("/?lang=%00%ff").status_code == 200
    assert client.get("/cases/%00").status_code in {302, 404}
