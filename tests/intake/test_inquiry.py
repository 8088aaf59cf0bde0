"""The public form: every field judged, nothing typed lost, one inquiry for one intention (casework C1-C8)."""

from __future__ import annotations

import threading
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import scoped_session

from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db
from iso_portal.core.text import clean
from iso_portal.letters.models import Letter
from tests.conftest import signed_in, speaking

GOOD: dict[str, Any] = {
    "key": "k-1",
    "description": "Wir suchen einen Partner für geschweißte Treppen, 30 t im Monat.",
    "project_type": "contract_sourcing",
    "sectors": ["25", "24"],
    "municipalities": ["vushtrri"],
    "band": "100-500k",
    "jobs": "1 200",
    "timeline": "6-12m",
    "readiness": "decided",
    "needs": ["partner", "power"],
    "power_kva": "250",
    "org_name": "Harz Stahl GmbH",
    "investor_kind": "company",
    "size": "50-249",
    "country": "XK",
    "contact_name": "Ute Šarić",
    "job_title": "CEO",
    "email": "ute@example.org",
    "phone": "+49 89 1234567",
    "website": "www.example.org",
    "preferred_language": "de",
    "call_back": "Dienstag",
    "time_zone": "Europe/Berlin",
    "how_heard": "Messe",
    "consent_contact": "y",
    "consent_share": "y",
}


def send(client: FlaskClient, **changes: Any) -> Any:
    return client.post("/intake/inquiry", data=GOOD | changes)


def test_everything_asked_is_kept_as_sent(client: FlaskClient, session: scoped_session[Any]) -> None:
    assert send(client).status_code == 303
    inquiry = db.session.scalars(sa.select(Inquiry)).one()
    assert inquiry.description == GOOD["description"]
    assert inquiry.sectors == ["25", "24"]
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


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", ""),
        ("description", "short"),
        ("description", "x" * 10_001),
        ("project_type", "nonsense"),
        ("sectors", ""),
        ("sectors", "99999"),
        ("municipalities", "belgrade"),
        ("band", "1"),
        ("jobs", "many"),
        ("jobs", "-1"),
        ("power_kva", "0"),
        ("org_name", ""),
        ("country", "EU"),
        ("email", "nobody"),
        ("phone", "call me"),
        ("website", "not a site"),
        ("preferred_language", "fr"),
        ("time_zone", "Mars/Base"),
        ("consent_contact", ""),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_typed_is_lost(client: FlaskClient, field: str, value: str) -> None:
    answer = send(client, **{field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    for name in ("description", "org_name", "contact_name", "how_heard"):
        if name != field:
            assert GOOD[name] in unescape(answer.text)


def test_a_trap_that_was_filled_and_a_form_sent_in_an_instant_are_refused_politely(client: FlaskClient) -> None:
    from iso_portal.core import clock

    for changes in ({"fax": "1"}, {"begun": clock.now().isoformat()}):
        answer = send(client, **changes)
        assert answer.status_code == 422
        assert "write to the office by e-mail" in answer.text
        assert GOOD["description"] in answer.text


def test_the_same_form_twice_is_one_inquiry_and_one_letter(client: FlaskClient, session: scoped_session[Any]) -> None:
    first, second = send(client), send(client)
    assert first.headers["Location"] == second.headers["Location"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Inquiry)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 1


def test_parallel_repeats_make_exactly_one_case_for_each_intention(own_app: Flask) -> None:
    statuses: list[int] = []

    def submit(number: int) -> None:
        client = speaking(own_app, "en")
        statuses.append(send(client, key=f"k{number % 5}", org_name=f"Firm {number % 5}").status_code)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(40)]
    for start in range(0, 40, 8):
        for thread in threads[start : start + 8]:
            thread.start()
        for thread in threads[start : start + 8]:
            thread.join()
    assert statuses == [303] * 40
    with own_app.app_context():
        references = db.session.scalars(sa.select(Case.reference).order_by(Case.reference)).all()
        assert len(references) == 5
        assert [int(reference[-6:]) for reference in references] == [1, 2, 3, 4, 5]


def test_a_near_duplicate_is_taken_and_shown_to_staff(client: FlaskClient, session: scoped_session[Any]) -> None:
    send(client)
    send(client, key="k-2", description=GOOD["description"] + " Bitte um Rückruf.")
    noticed = db.session.scalars(sa.select(Entry).where(Entry.kind == "duplicate.noticed")).one()
    assert noticed.facts["reference"].startswith("ISO-")


def test_the_follow_page_speaks_plainly_and_takes_messages(app: Flask, client: FlaskClient) -> None:
    token = send(client).headers["Location"].rpartition("/")[2]
    page = client.get(f"/intake/follow/{token}")
    assert "A team is being named" in page.text
    assert client.post(f"/intake/follow/{token}", data={"text": ""}).status_code == 422
    for _ in range(2):  # a second click leaves no second message
        assert client.post(f"/intake/follow/{token}", data={"text": "Шаљска & <b>", "key": "m1"}).status_code == 303
    assert client.get(f"/intake/follow/{token}").text.count("Шаљска &amp; &lt;b&gt;") == 1
    assert client.get(f"/intake/follow/{token[:-1]}").status_code == 404


def test_a_new_link_revokes_the_old_one_and_tells_strangers_nothing(app: Flask, client: FlaskClient) -> None:
    token = send(client).headers["Location"].rpartition("/")[2]
    with app.app_context():
        reference = db.session.scalars(sa.select(Case.reference)).one()
    wrong = client.post("/intake/link", data={"email": "x@example.org", "reference": reference})
    assert client.get(f"/intake/follow/{token}").status_code == 200
    right = client.post("/intake/link", data={"email": "UTE@example.org", "reference": reference.lower()})
    assert (wrong.status_code, wrong.headers["Location"]) == (right.status_code, right.headers["Location"])
    assert client.get(f"/intake/follow/{token}").status_code == 404


def test_a_colleague_records_an_inquiry_with_its_day_and_channel(app: Flask) -> None:
    officer = signed_in(app, "officer")
    values = GOOD | {"channel": "fair", "received_at": "2026-03-02T10:30"}
    assert officer.post("/intake/record", data=values | {"received_at": "2999-01-01T10:00"}).status_code == 422
    assert officer.post("/intake/record", data=values).status_code == 303
    with app.app_context():
        inquiry = db.session.scalars(sa.select(Inquiry)).one()
        assert inquiry.channel == "fair"
        assert inquiry.received_at.isoformat().startswith("2026-03-02T09:30")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=400))
def test_whatever_is_typed_comes_back_unchanged_on_error(client: FlaskClient, text: str) -> None:
    answer = send(client, description=text.encode("utf-8", "ignore").decode(), org_name="")
    assert answer.status_code == 422
    kept = clean(text.encode("utf-8", "ignore").decode())
    assert kept in unescape(answer.text).replace("\r\n", "\n")


def test_an_inquiry_cannot_be_changed_even_by_the_database_role(own_app: Flask) -> None:
    send(speaking(own_app, "en"))
    with own_app.app_context():
        for statement in ("update inquiries set description = 'x'", "delete from entries", "truncate acts"):
            with pytest.raises(sa.exc.DBAPIError):
                db.session.execute(sa.text(statement))
            db.session.rollback()


def test_a_form_from_a_lost_session_is_asked_again_with_everything_typed(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = send(speaking(app, "en"))
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert GOOD["description"] in unescape(answer.text)
    assert 'name="org_name" value="Harz Stahl GmbH"' in answer.text
