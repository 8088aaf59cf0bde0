"""The public form: every answer judged, nothing typed lost, one inquiry for one intention (casework C1-C8)."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import scoped_session

from iso_portal.cases.models import Case, Inquiry
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.limits import limiter
from iso_portal.core.text import clean, one_line
from iso_portal.intake.models import InquiryDraft
from iso_portal.letters.models import Letter
from tests.conftest import signed_in, speaking
from tests.intake.walking import GOOD, KEY, begin, changed, old_enough, send, sent, token_in, walk
from tests.soundness import assert_sound


def test_everything_asked_is_kept_as_sent(app: Flask, client: FlaskClient, session: scoped_session[Any]) -> None:
    assert send(client, app).status_code == 303
    inquiry = db.session.scalars(sa.select(Inquiry)).one()
    for part in GOOD.values():
        for name, value in part.items():
            if not name.startswith("consent") and name not in {"jobs", "power_kva", "website"}:
                assert inquiry.as_sent[name] == value, name
    assert inquiry.description == GOOD["project"]["description"]
    assert inquiry.sectors == ["25", "24.10"]
    assert (inquiry.jobs, inquiry.power_kva, inquiry.needs) == (1200, 250, ["partner", "power"])
    assert inquiry.as_sent["website"] == "https://www.example.org"
    assert {purpose: said["given"] for purpose, said in inquiry.consents.items()} == {
        "contact": True,
        "share": True,
        "news": False,
    }
    assert all(said["wording"] and said["at"] and said["language"] == "en" for said in inquiry.consents.values())
    case = db.session.scalars(sa.select(Case)).one()
    assert (case.section, case.municipality) == ("C", "vushtrri")


def test_the_answer_page_shows_reference_next_step_and_day(app: Flask, client: FlaskClient) -> None:
    page = client.get(send(client, app).headers["Location"])
    assert "ISO-" in page.text
    assert "A team of two is named by" in page.text
    assert "You get an answer by" in page.text


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("project", "description", ""),
        ("project", "description", "short"),
        ("project", "description", "x" * 10_001),
        ("project", "project_type", "nonsense"),
        ("sectors", "sectors", ""),
        ("sectors", "sectors", "99999"),
        ("sectors", "sectors", [f"{number:02d}" for number in (1, 2, 3, 10, 11, 13, 14, 15, 16, 17, 18, 20, 21)]),
        ("place", "municipalities", "belgrade"),
        ("place", "band", "1"),
        ("place", "jobs", "many"),
        ("place", "jobs", "1.500"),
        ("place", "jobs", "-1"),
        ("needs", "power_kva", "0"),
        ("organisation", "org_name", ""),
        ("organisation", "country", "EU"),
        ("organisation", "website", "not a site"),
        ("contact", "email", "nobody"),
        ("contact", "phone", "call me"),
        ("contact", "preferred_language", "fr"),
        ("contact", "time_zone", "Mars/Base"),
    ],
)
def test_a_wrong_answer_is_named_on_its_page_and_nothing_typed_is_lost(
    client: FlaskClient, part: str, field: str, value: Any
) -> None:
    token = token_in(begin(client).headers["Location"])
    address = "/intake/inquiry" if part == "project" else f"/intake/inquiry/{token}/{part}"
    answer = client.post(address, data=GOOD[part] | {field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert_sound(answer.text, part)
    for name, typed in GOOD[part].items():
        if name != field and isinstance(typed, str) and name not in {"jobs", "website"}:
            assert typed in unescape(answer.text), name


def test_the_summary_names_what_is_wrong_and_leads_to_its_page(app: Flask, client: FlaskClient) -> None:
    token = token_in(begin(client).headers["Location"])
    old_enough(app)
    client.post(f"/intake/inquiry/{token}/contact", data=GOOD["contact"] | {"email": "nobody", "act": "save"})
    answer = client.post(f"/intake/inquiry/{token}/check", data={})
    assert answer.status_code == 422
    for part, field in (("sectors", "sectors"), ("organisation", "org_name"), ("contact", "email")):
        assert f'href="/intake/inquiry/{token}/{part}?to=check#{field}"' in unescape(answer.text)
    assert 'href="#consent_contact"' in answer.text
    assert_sound(answer.text, "check")
    there = client.get(f"/intake/inquiry/{token}/contact?to=check")
    assert 'id="email-error"' in there.text
    back = client.post(f"/intake/inquiry/{token}/contact?to=check", data=GOOD["contact"])
    assert back.headers["Location"].endswith("/check")


def test_the_summary_shows_every_answer_in_the_readers_words(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    text = unescape(client.get(f"/intake/inquiry/{token}/check").text)
    assert_sound(client.get(f"/intake/inquiry/{token}/check").text, "check")
    for words in (
        GOOD["project"]["description"],
        "Contract manufacturing or sourcing",
        "Manufacture of fabricated metal products",
        "Vushtrri/Vučitrn",
        "EUR 100,000 to 500,000",
        "1,200",
        "Local partner or supplier, Electric power",
        "Kosovo",
        "Ute Šarić",
        "Deutsch",
    ):
        assert words in text, words


def test_a_filled_trap_and_a_form_sent_in_an_instant_are_told_how_to_write(app: Flask, client: FlaskClient) -> None:
    office = app.config["MAIL_FROM"]
    trapped = begin(client, fax="1")
    assert trapped.status_code == 422
    assert office in trapped.text
    assert GOOD["project"]["description"] in trapped.text
    token = walk(client, app)
    trapped = client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"] | {"fax": "1"})
    assert trapped.status_code == 422
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(InquiryDraft).values(begun_at=clock.now()))
    hasty = client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"])
    assert hasty.status_code == 422
    assert office in hasty.text
    assert 'name="consent_share" type="checkbox" value="y"' in hasty.text.replace("checked ", "")
    old_enough(app)
    assert client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"]).status_code == 303


def test_who_comes_too_often_keeps_what_was_typed_and_is_told_how_to_write(own_app: Flask) -> None:
    client = speaking(own_app, "en")
    limiter.enabled = True
    try:
        answers = [begin(client, key=f"{KEY}{number}").status_code for number in range(120)]
        answer = begin(client, key=f"{KEY}last")
    finally:
        limiter.enabled = False
    assert set(answers) == {303}
    assert answer.status_code == 429
    assert own_app.config["MAIL_FROM"] in answer.text
    assert f'name="key" value="{KEY}last"' in answer.text
    assert GOOD["project"]["description"] in unescape(answer.text)
    assert_sound(answer.text, "too many")


def test_one_address_sends_ten_inquiries_a_day(own_app: Flask) -> None:
    client = speaking(own_app, "en")
    tokens = [walk(client, own_app, key=f"{KEY}{number}") for number in range(11)]
    limiter.enabled = True
    try:
        answers = [client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"]) for token in tokens]
    finally:
        limiter.enabled = False
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert own_app.config["MAIL_FROM"] in answers[-1].text
    assert GOOD["project"]["description"] in unescape(answers[-1].text)


# --- nothing typed is lost ---------------------------------------------------------------------------------------

ANY_TEXT = st.one_of(
    st.text(min_size=1, max_size=300),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=40), st.integers(1, 250)),
)


def shown(text: str) -> str:
    """Return a page's text with the entities resolved and line ends as the form keeps them."""
    return unescape(text).replace("\r\n", "\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(description=ANY_TEXT, line=st.text(max_size=200))
def test_whatever_is_typed_comes_back_unchanged(app: Flask, client: FlaskClient, description: str, line: str) -> None:
    """On a refused page, and after saving and coming back; save for core.text.clean: NFC, plain line ends, no controls,
    trimmed at both ends, and a single line stays one line. Held to any Unicode, up to the limit of 10,000 characters.
    """
    description = description[:10_000]
    refused = client.post("/intake/inquiry", data={"description": description, "project_type": "", "key": KEY})
    assert refused.status_code == 422
    assert f">\n{clean(description)}</textarea>" in shown(refused.text)

    with app.app_context(), unit_of_work():
        db.session.execute(sa.delete(InquiryDraft))
    saved = client.post("/intake/inquiry", data={"description": description, "key": KEY, "act": "save"})
    token = token_in(saved.headers["Location"])
    client.post(f"/intake/inquiry/{token}/organisation", data={"org_name": line, "act": "save"})
    back = client.get(f"/intake/inquiry/{token}/project")
    assert f">\n{clean(description)}</textarea>" in shown(back.text)
    assert f'value="{one_line(line)}"' in shown(client.get(f"/intake/inquiry/{token}/organisation").text)


# --- sectors -----------------------------------------------------------------------------------------------------


def test_the_sectors_page_is_light_and_finds_classes_on_request(app: Flask, client: FlaskClient) -> None:
    token = token_in(begin(client).headers["Location"])
    page = client.get(f"/intake/inquiry/{token}/sectors")
    assert page.text.count('name="sectors"') == 88
    assert len(page.data) < 60_000
    found = client.post(
        f"/intake/inquiry/{token}/sectors", data={"sectors": ["25"], "find": "bush fruits", "act": "find"}
    )
    assert found.status_code == 303
    page = client.get(found.headers["Location"].partition("#")[0])
    assert 'value="01.25"' in page.text
    assert 'value="25" checked' in page.text
    assert page.text.count('value="25"') == 1, "a tick taken off on top must not stay below"
    assert_sound(page.text, "sectors")


@pytest.mark.parametrize("wanted", ["metalike", "метал", "metaln", "2511", "25.11", "drvo", "дрво", "mobilje"])
def test_sectors_are_found_in_any_language_and_by_number(client: FlaskClient, wanted: str) -> None:
    token = token_in(begin(client).headers["Location"])
    page = client.get(f"/intake/inquiry/{token}/sectors", query_string={"find": wanted})
    assert 'class="choices choices-columns found"' in page.text


def test_a_search_that_finds_nothing_says_so(client: FlaskClient) -> None:
    token = token_in(begin(client).headers["Location"])
    page = client.get(f"/intake/inquiry/{token}/sectors?find=zzzz")
    assert "Nothing fits" in page.text


# --- recorded by a colleague, and the rest -----------------------------------------------------------------------


def test_a_colleague_records_an_inquiry_with_its_day_and_channel(app: Flask) -> None:
    officer = signed_in(app, "officer")
    values = {name: value for part in GOOD.values() for name, value in part.items()}
    values |= {"channel": "fair", "received_at": "2026-03-02T10:30", "key": "r" * 32}
    searched = officer.post("/intake/record", data=values | {"act": "find", "find": "bush fruits"})
    assert searched.status_code == 200
    assert GOOD["project"]["description"] in unescape(searched.text)
    assert 'value="01.25"' in searched.text
    assert_sound(searched.text, "record")
    refused = officer.post("/intake/record", data=values | {"received_at": "2999-01-01T10:00"})
    assert refused.status_code == 422
    for _ in range(2):
        assert officer.post("/intake/record", data=values).status_code == 303
    with app.app_context():
        inquiry = db.session.scalars(sa.select(Inquiry)).one()
        assert inquiry.channel == "fair"
        assert inquiry.received_at.isoformat().startswith("2026-03-02T09:30")
        letter = db.session.scalars(sa.select(Letter)).one()
        assert "2026" not in letter.text.replace("ISO-2026", ""), "no promise for a day that is over"


def test_an_inquiry_cannot_be_changed_even_by_the_database_role(own_app: Flask) -> None:
    send(speaking(own_app, "en"), own_app)
    with own_app.app_context():
        for statement in ("update inquiries set description = 'x'", "delete from entries", "truncate acts"):
            with pytest.raises(sa.exc.DBAPIError):
                db.session.execute(sa.text(statement))
            db.session.rollback()


def test_a_form_from_a_lost_session_is_asked_again_with_everything_typed(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = begin(speaking(app, "en"))
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert GOOD["project"]["description"] in unescape(answer.text)
    assert 'name="project_type" value="contract_sourcing"' in answer.text


@pytest.mark.parametrize("tag", ["en", "de", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_page_of_the_form_is_sound_in_every_language(app: Flask, tag: str) -> None:
    client = speaking(app, tag)
    pages = {"": client.get("/intake/inquiry")}
    token = walk(client, app)
    for part in (*GOOD, "save"):
        pages[part] = client.get(f"/intake/inquiry/{token}/{part}")
    client.post(f"/intake/inquiry/{token}/save", data={"email": "ute@example.org"})
    pages["saved"] = client.get(f"/intake/inquiry/{token}/saved")
    answer = client.post(f"/intake/inquiry/{token}/check", data=changed()["check"])
    pages["received"] = client.get(answer.headers["Location"])
    for name, page in pages.items():
        assert page.status_code == 200, name
        assert_sound(page.text, name)
        assert f'<html lang="{tag}">' in page.text
        assert ('content="noindex"' in page.text) is (name != ""), name


def test_odd_addresses_and_bodies_are_never_a_500(app: Flask, client: FlaskClient) -> None:
    token = sent(client, app)
    for address in (
        "/intake/inquiry/wrong",
        "/intake/inquiry/wrong/sectors",
        f"/intake/inquiry/{token}",
        "/intake/inquiry/wrong/save",
        "/intake/inquiry/%00/check",
        "/intake/received/wrong",
        f"/intake/follow/{token}/nonsense",
    ):
        assert client.get(address).status_code == 404, address
    draft = token_in(begin(client, key=KEY + "x").headers["Location"])
    assert client.get(f"/intake/inquiry/{draft}/nonsense").status_code == 404
    assert client.post(f"/intake/inquiry/{draft}/nonsense").status_code == 404
    for body in (b"%ff%00%", b"sectors=%00&sectors=" + b"9" * 5000, b""):
        for part in ("sectors", "place", "contact", "check"):
            answer = client.post(
                f"/intake/inquiry/{draft}/{part}", data=body, content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code in {303, 422}, (part, body[:20])


NAMES = sorted(
    {name for part in GOOD.values() for name in part} | {"act", "find", "key", "fax", "files", "consent_news"}
)
ACTS = st.sampled_from(["", "save", "find", "back", "add", "revoke"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    part=st.sampled_from(list(GOOD)),
    typed=st.dictionaries(st.sampled_from(NAMES), st.lists(st.text(max_size=60), max_size=3), max_size=8),
    act=ACTS,
    query=st.dictionaries(st.sampled_from(["to", "find", "lang"]), st.text(max_size=20)),
)
def test_no_form_however_odd_breaks_a_page(
    app: Flask, client: FlaskClient, part: str, typed: dict[str, list[str]], act: str, query: dict[str, str]
) -> None:
    token = token_in(begin(client).headers["Location"])
    address = f"/intake/inquiry/{token}/{part}"
    answer = client.post(address, data=typed | {"act": act}, query_string=query)
    assert answer.status_code in {303, 422}
    for page in (address, f"/intake/inquiry/{token}/check"):
        assert client.get(page, query_string=query).status_code == 200
