"""One inquiry for one intention, however often it is sent (casework C5)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db, unit_of_work
from iso_portal.intake.models import InquiryDraft
from iso_portal.letters.models import Letter
from tests.conftest import speaking
from tests.intake.walking import GOOD, KEY, begin, count, drafted, send, walk
from tests.soundness import assert_sound


def test_the_same_first_page_twice_begins_one_inquiry(app: Flask, client: FlaskClient) -> None:
    first, second = begin(client), begin(client)
    assert first.headers["Location"] == second.headers["Location"]
    with app.app_context():
        draft = db.session.scalars(sa.select(InquiryDraft)).one()
        assert KEY not in draft.key, "the database does not hold what opens the draft"


def test_the_last_page_twice_is_one_inquiry_and_one_letter(
    app: Flask, client: FlaskClient, session: scoped_session[Any]
) -> None:
    token = walk(client, app)
    first, second = (client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"]) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]
    assert (count(Inquiry), count(Letter)) == (1, 1)


def test_the_database_itself_refuses_a_second_inquiry_with_one_key(own_app: Flask) -> None:
    send(speaking(own_app, "en"), own_app)
    columns = "id, created_at, key, channel, received_at, investor_id, contact_id, language, preferred_language"
    rest = "description, project_type, sectors, revision, municipalities, needs, call_back, time_zone, how_heard, consents, as_sent"
    copy = f"insert into inquiries ({columns}, {rest}) select gen_random_uuid(), {columns.partition(', ')[2]}, {rest} from inquiries"
    with own_app.app_context(), pytest.raises(sa.exc.IntegrityError, match="key"):
        db.session.execute(sa.text(copy))


def test_a_second_tab_sees_what_was_sent_and_can_send_its_words_as_a_message(app: Flask, client: FlaskClient) -> None:
    token = walk(client, app)
    client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"])
    later = {"description": "Changed in the second tab, much too late.", "project_type": "services_outsourcing"}
    for answer in (
        client.post(f"/intake/inquiry/{token}/project", data=later),
        client.post("/intake/inquiry", data=later | {"key": KEY}),
    ):
        assert answer.status_code == 409
        assert "Changed in the second tab" in answer.text
        assert GOOD["project"]["description"] in unescape(answer.text)
        assert "ISO-" in answer.text
        assert_sound(answer.text, "sent")
    assert "/intake/received/" in client.get(f"/intake/inquiry/{token}/place").headers["Location"]
    assert "/intake/received/" in client.get(f"/intake/inquiry/{token}").headers["Location"]


def test_a_thousand_submissions_at_once_make_one_case_and_one_letter_for_each_intention(own_app: Flask) -> None:
    intended, repeats = 250, 4
    with own_app.test_request_context(), unit_of_work():
        tokens = [drafted(number) for number in range(intended)]
    kept = threading.local()

    def submit(token: str) -> tuple[str, int, str]:
        if not hasattr(kept, "client"):
            kept.client = speaking(own_app, "en")
        answer = kept.client.post(f"/intake/inquiry/{token}/check", data=GOOD["check"])
        return token, answer.status_code, answer.headers.get("Location", "")

    # Repeats stand side by side, so that they meet.
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(submit, [token for token in tokens for _ in range(repeats)]))
    assert {status for _token, status, _address in answers} == {303}
    assert len({(token, address) for token, _status, address in answers}) == intended
    with own_app.app_context():
        references = db.session.scalars(sa.select(Case.reference).order_by(Case.reference)).all()
        assert [int(reference[-6:]) for reference in references] == list(range(1, intended + 1))
        letters = db.session.execute(
            sa.select(Letter.case_id, sa.func.count()).where(Letter.kind == "received").group_by(Letter.case_id)
        ).all()
        assert len(letters) == intended
        assert {number for _case, number in letters} == {1}


def test_parallel_first_pages_with_one_key_begin_one_draft(own_app: Flask) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda _: begin(speaking(own_app, "en")), range(24)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_a_near_duplicate_is_taken_and_shown_to_staff(
    app: Flask, client: FlaskClient, session: scoped_session[Any]
) -> None:
    send(client, app)
    send(client, app, key=KEY + "2", description=GOOD["project"]["description"] + " Bitte um Rückruf.")
    noticed = db.session.scalars(sa.select(Entry).where(Entry.kind == "duplicate.noticed")).one()
    assert noticed.facts["reference"].startswith("ISO-")
    assert count(Case) == 2
