"""Inquiries kept page by page: saved, found again by a link, swept after 30 days (casework C1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.limits import limiter
from iso_portal.files.models import StoredFile
from iso_portal.intake import service
from iso_portal.intake.jobs import sweep_drafts
from iso_portal.intake.models import InquiryDraft
from iso_portal.letters.models import Letter
from iso_portal.letters.service import filled_in
from tests.conftest import speaking
from tests.intake.walking import GOOD, KEY, PDF, add, begin, send, the_case, token_in, walk


def link_in(letter: Letter) -> str:
    """Return the path of the link that a letter carries."""
    address = next(word for word in filled_in(letter, letter.text).split() if word.startswith("http"))
    return urlsplit(address).path


def test_a_half_written_inquiry_is_saved_and_found_again_on_another_device(app: Flask, client: FlaskClient) -> None:
    token = token_in(begin(client).headers["Location"])
    half = {"org_name": "", "country": "DE", "website": "no site at all", "act": "save"}
    to_save = client.post(f"/intake/inquiry/{token}/organisation", data=half)
    assert to_save.headers["Location"] == f"/intake/inquiry/{token}/save"
    assert client.post(f"/intake/inquiry/{token}/save", data={"email": "nobody"}).status_code == 422
    saved = client.post(f"/intake/inquiry/{token}/save", data={"email": "ute@example.org"})
    assert "ute@example.org" in client.get(saved.headers["Location"]).text
    with app.app_context():
        link = link_in(db.session.scalars(sa.select(Letter).where(Letter.kind == "draft")).one())
    elsewhere = speaking(app, "en")
    assert elsewhere.get(link).headers["Location"] == f"/intake/inquiry/{token}/sectors"
    page = elsewhere.get(f"/intake/inquiry/{token}/organisation").text
    assert 'value="no site at all"' in page
    assert '<option selected value="DE">' in page


def test_the_draft_letter_speaks_the_pages_language_and_no_word_of_a_stranger(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app, contact_name="Buy now at example.org", org_name="Buy now")
    german = speaking(app, "de")
    german.post(f"/intake/inquiry/{token}/save", data={"email": "victim@example.org"})
    with app.app_context():
        letter = db.session.scalars(sa.select(Letter)).one()
        assert (letter.language, letter.to_name) == ("de", "")
        assert "Buy now" not in letter.subject + letter.text + letter.html


def test_one_address_gets_five_such_letters_a_day(own_app: Flask) -> None:
    client = speaking(own_app, "en")
    token = token_in(begin(client).headers["Location"])
    limiter.enabled = True
    try:
        answers = [client.post(f"/intake/inquiry/{token}/save", data={"email": "ute@example.org"}) for _ in range(6)]
    finally:
        limiter.enabled = False
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert own_app.config["MAIL_FROM"] in answers[-1].text


def test_ticks_of_the_last_page_are_kept_when_it_is_saved(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    client.post(f"/intake/inquiry/{token}/check", data={"consent_share": "y", "act": "save"})
    page = client.get(f"/intake/inquiry/{token}/check").text
    assert 'checked class="form-check-input" id="consent_share"' in page
    assert 'checked class="form-check-input" id="consent_contact"' not in page


def test_the_way_back_from_the_summary_survives_a_search(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    found = client.post(f"/intake/inquiry/{token}/sectors?to=check", data={"find": "wood", "act": "find"})
    assert "to=check" in found.headers["Location"]


def test_the_inquiry_speaks_the_language_in_which_the_project_was_described(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    speaking(app, "sr-Cyrl").post(
        f"/intake/inquiry/{token}/project", data=GOOD["project"] | {"description": "Тражимо партнера за степенице."}
    )
    speaking(app, "de").post(f"/intake/inquiry/{token}/check", data=GOOD["check"])
    with app.app_context():
        inquiry = the_case().inquiry_id
        row = db.session.execute(
            sa.text("select language, consents from inquiries where id = :id"), {"id": inquiry}
        ).one()
    assert row.language == "sr_cyrl"
    assert row.consents["contact"]["language"] == "de"


def test_the_drafts_link_does_not_lead_past_a_follow_link_that_was_changed(app: Flask, client: FlaskClient) -> None:
    draft = walk(client, app)
    follow = token_in(client.post(f"/intake/inquiry/{draft}/check", data=GOOD["check"]).headers["Location"])
    assert follow in client.get(f"/intake/inquiry/{draft}").headers["Location"]
    client.post(f"/intake/follow/{follow}/link", data={"way": "renew"})
    for address in ("", "/check", "/save", "/sectors"):
        assert client.get(f"/intake/inquiry/{draft}{address}").headers["Location"] == "/intake/link"
    late = client.post(f"/intake/inquiry/{draft}/project", data=GOOD["project"])
    assert late.status_code == 409
    assert "ISO-" not in late.text
    assert "/intake/follow/" not in late.text


def test_drafts_that_nobody_touched_for_30_days_go_with_their_files(
    app: Flask, client: FlaskClient, session: scoped_session[Any]
) -> None:
    token = walk(client, app, files=[(PDF, "plan.pdf")])
    send(client, app, key=KEY + "2", files=[(PDF + b"2", "sent.pdf")])
    with clock.turned_to(clock.now() + timedelta(days=29)):
        sweep_drafts()
        assert client.get(f"/intake/inquiry/{token}/place").status_code == 200
    with clock.turned_to(clock.now() + timedelta(days=31)):
        assert client.get(f"/intake/inquiry/{token}/place").status_code == 404, "gone even before the night"
        sweep_drafts()
    assert db.session.scalars(sa.select(InquiryDraft)).all() == []
    assert db.session.scalars(sa.select(StoredFile.name)).all() == ["sent.pdf"], "a file of a case stays"


def test_a_page_sent_after_its_draft_was_swept_begins_anew_and_loses_nothing(app: Flask, client: FlaskClient) -> None:
    send(client, app)
    with clock.turned_to(clock.now() + timedelta(days=31)):
        with app.app_context():
            sweep_drafts()
        again = begin(client, description="A new plan, typed into a page that stayed open for a month.")
        token = token_in(again.headers["Location"])
        assert "stayed open for a month" in client.get(f"/intake/inquiry/{token}/project").text
        with app.app_context(), unit_of_work():
            db.session.execute(sa.update(InquiryDraft).values(begun_at=clock.now() - timedelta(minutes=5)))
        for part in ("sectors", "place", "needs", "organisation", "contact"):
            client.post(f"/intake/inquiry/{token}/{part}", data=GOOD[part])
        client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"])
    with app.app_context():
        assert db.session.scalar(sa.text("select count(*) from cases")) == 2


@pytest.mark.parametrize("part", ["sectors", "files", "check", "save"])
def test_a_wrong_link_opens_nothing(client: FlaskClient, part: str) -> None:
    token = token_in(begin(client).headers["Location"])
    for wrong in (token[:-1], token + "x", token.swapcase(), "x" * 5000):
        assert client.get(f"/intake/inquiry/{wrong}/{part}").status_code == 404
        assert client.post(f"/intake/inquiry/{wrong}/{part}").status_code == 404


def test_two_tabs_write_into_one_draft_and_the_last_word_counts(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    client.post(f"/intake/inquiry/{token}/needs", data={"needs": ["site"]})
    client.post(f"/intake/inquiry/{token}/needs", data={"needs": ["water"]})
    add(client, token, (PDF, "plan.pdf"))
    page = client.get(f"/intake/inquiry/{token}/check").text
    assert "Water" in page
    assert "Site or land" not in page
    with app.app_context():
        assert service.token_of(db.session.scalars(sa.select(InquiryDraft)).one()) == token


@pytest.mark.parametrize(
    ("part", "before"), [("sectors", "project"), ("place", "sectors"), ("files", "contact"), ("check", "files")]
)
def test_the_button_that_goes_back_keeps_what_stands_on_the_page(
    app: Flask, client: FlaskClient, part: str, before: str
) -> None:
    token = walk(client, app)
    typed = {"place": {"jobs": "not a number"}, "check": {"consent_news": "y"}}.get(part, {})
    answer = client.post(f"/intake/inquiry/{token}/{part}", data=typed | {"act": "back"})
    assert answer.headers["Location"] == f"/intake/inquiry/{token}/{before}"
    page = client.get(f"/intake/inquiry/{token}/{part}").text
    assert part != "place" or 'value="not a number"' in page
    assert part != "check" or 'checked class="form-check-input" id="consent_news"' in page
    answer = client.post(f"/intake/inquiry/{token}/place?to=check", data={"act": "back"})
    assert answer.headers["Location"] == f"/intake/inquiry/{token}/check"


def test_a_page_that_says_what_was_sent_leads_to_the_inquiry(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"])
    for part in ("project", "sectors", "place", "needs", "organisation", "contact"):
        answer = client.post(f"/intake/inquiry/{token}/{part}", data=GOOD[part])
        assert "/intake/received/" in answer.headers["Location"], part
