"""Requests about one's own data: taken once, released by two desks, refused with a reason, told (trust S12)."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from iso_portal.accounts.domain import Wing
from iso_portal.businesses import service as businesses
from iso_portal.cases import queries as cases
from iso_portal.core import clock, links
from iso_portal.core.db import Base, db
from iso_portal.letters.models import Letter
from iso_portal.privacy import queries, service
from iso_portal.privacy.domain import NOT_IN_COPY, NOT_IN_COPY_OF_FIRM, Ask, Refusal, RequestState, row_number
from iso_portal.privacy.models import DataRequest
from tests import factories
from tests.conftest import counted_queries, signed_in, speaking
from tests.privacy import lives
from tests.soundness import assert_sound


def asked(ask: Ask = Ask.COPY, text: str = "Please.") -> DataRequest:
    case = cases.get(factories.case().id)
    row = service.ask_of_case(case, ask, text=text, language="en")
    db.session.flush()
    return row


def letters(kind: str = "data") -> list[Letter]:
    return list(db.session.scalars(sa.select(Letter).where(Letter.kind == kind).order_by(Letter.created_at, Letter.id)))


@pytest.mark.parametrize(
    ("key", "number"), [("import:0b1c:12", 12), ("import:0b1c:x", None), ("a1b2c3", None), ("", None), ("import", None)]
)
def test_an_inquirys_key_tells_its_row(key: str, number: int | None) -> None:
    assert row_number(key) == number


def test_a_request_is_confirmed_by_letter_with_its_last_day_and_stays_one(session: scoped_session[Any]) -> None:
    row = asked()
    assert row.due_on == clock.today() + timedelta(days=30)
    again = service.ask_of_case(cases.get(row.case_id), Ask.COPY, text="Please.", language="en")  # type: ignore[arg-type]  # about a case
    assert again.id == row.id
    assert len(letters()) == 1
    assert "copy of the data" in letters()[0].text
    assert [entry.kind.value for entry in cases.timeline(row.case_id)][:1] == ["data.requested"]  # type: ignore[arg-type]  # about a case


def test_two_desks_are_needed_and_one_desk_twice_is_refused(session: scoped_session[Any]) -> None:
    row, desk = asked(), lives.desks()
    same_desk = factories.person("manager", wing=Wing.SQ)
    assert service.release(row, by=desk.one) is RequestState.HALF
    assert row.result is None
    for again in (desk.one, same_desk):
        with pytest.raises(Refusal):
            service.release(row, by=again)
    assert service.release(row, by=desk.other) is RequestState.DONE
    with pytest.raises(Refusal):
        service.release(row, by=desk.other)


def test_somebody_of_no_desk_turns_no_key(session: scoped_session[Any]) -> None:
    with pytest.raises(Refusal):
        service.release(asked(), by=factories.person("manager", wing=None))


def test_a_page_that_is_out_of_date_turns_no_key(session: scoped_session[Any]) -> None:
    row, desk = asked(), lives.desks()
    seen = row.version
    service.release(row, by=desk.one, version=seen)
    with pytest.raises(Refusal, match="Somebody changed"):
        service.release(row, by=desk.other, version=seen)
    assert row.state is RequestState.HALF


def test_a_refusal_needs_a_reason_and_the_person_reads_it(session: scoped_session[Any]) -> None:
    row, desk = asked(Ask.ERASURE), lives.desks()
    with pytest.raises(Refusal):
        service.refuse(row, by=desk.one, answer="  ")
    service.refuse(row, by=desk.one, answer="A contract of yours must be kept until 2030.")
    assert row.state is RequestState.REFUSED
    answer = next(letter for letter in letters() if "answer" in letter.subject)
    assert "until 2030" in answer.text
    assert "until 2030" in answer.html
    with pytest.raises(Refusal):
        service.release(row, by=desk.other)


def test_an_objection_withdraws_the_free_consents(session: scoped_session[Any]) -> None:
    row, desk = asked(Ask.OBJECTION), lives.desks()
    case = cases.get(row.case_id)  # type: ignore[arg-type]  # about a case
    assert cases.consents(case)["share"]
    service.release(row, by=desk.one)
    service.release(row, by=desk.other)
    db.session.flush()
    assert cases.consents(case) == {"contact": True, "share": False, "news": False}
    assert any("shares your data with nobody" in letter.text for letter in letters())


def test_an_objection_of_a_firm_withdraws_its_consents(
    session: scoped_session[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iso_portal.businesses.service.profiles.read_anew", lambda business: None)
    firm, desk = factories.business(consent_public=True, email="firm@example.org"), lives.desks()
    row = service.ask_of_business(firm, Ask.OBJECTION, text="", language="sq")
    db.session.flush()
    service.release(row, by=desk.one)
    service.release(row, by=desk.other)
    values = businesses.values_of(firm)
    assert [values[f"consent_{purpose}"] for purpose in ("suggest", "public", "donors")] == [False] * 3


def test_a_released_copy_holds_everything_and_can_be_fetched_by_the_person_alone(app: Flask) -> None:
    with app.test_request_context():
        desk = lives.desks()
        case = lives.full_case(desk)
        row = queries.of_case(case.id)[0]
        token = links.token_for("follow", case.id, case.link_nonce)
        db.session.commit()
        stranger = speaking(app, "en")
        assert stranger.get(f"/intake/follow/{token}/copy.json").status_code == 404
        service.release(row, by=desk.one)
        service.release(row, by=desk.other)
        db.session.commit()
        copy = row.result
        assert copy is not None
        case_id = case.id
    answer = stranger.get(f"/intake/follow/{token}/copy.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_json() == copy
    assert stranger.get("/intake/follow/wrong/copy.json").status_code == 404
    told = repr(copy)
    for word in ("rang about", "Ring ", "papers of", "asks for", lives.OLD_EMAIL, "Called", "works", "QUINTILIA"):
        assert word in told, word
    assert "likes it" not in told, "what the office thought of a firm is the firm's affair"
    assert copy["imported_row"]["description"] == lives.WORD
    with app.test_request_context():
        assert queries.copy_of_case(case_id) is not None


# Where each table that knows of a case stands in the copy.
IN_COPY = {
    "cases": "reference",
    "inquiries": "inquiry",
    "contacts": "contact",
    "investors": "organisation",
    "entries": "what_happened",
    "letters": "letters",
    "case_files": "files",
    "tasks": "tasks",
    "team_members": "team",
    "data_requests": "requests",
    "introductions": "introductions",
    "table_imports": "imported_row",
}
IN_COPY_OF_FIRM = {
    "businesses": "profile",
    "business_texts": "texts",
    "business_activities": "activities",
    "business_sites": "sites",
    "business_pictures": "pictures",
    "business_verifications": "checks",
    "entries": "what_happened",
    "introductions": "introductions",
    "data_requests": "requests",
    "table_imports": "imported_row",
    "letters": "letters",
}


def tables_about(*names: str) -> set[str]:
    """Return the tables that point to one of these, by a foreign key or by the name of a column."""
    columns = {f"{name.removesuffix('ses') + 's' if name == 'businesses' else name[:-1]}_id" for name in names}
    return {
        table.name
        for table in Base.metadata.tables.values()
        if not table.schema
        and (any(key.column.table.name in names for key in table.foreign_keys) or columns & set(table.columns.keys()))
    }


def test_every_table_that_knows_of_a_case_is_in_the_copy_or_has_a_reason(session: scoped_session[Any]) -> None:
    case = lives.full_case(lives.desks())
    copy = service.copy_of_case(case)
    known = tables_about("cases", "inquiries", "contacts", "investors", "entries") | {"investors", "contacts", "cases"}
    assert known - {"businesses"} <= set(IN_COPY) | set(NOT_IN_COPY)
    assert {key: bool(copy[key]) for key in IN_COPY.values()} == dict.fromkeys(IN_COPY.values(), True)


def test_every_table_that_knows_of_a_firm_is_in_the_copy_or_has_a_reason(session: scoped_session[Any]) -> None:
    from iso_portal.businesses import queries as firms

    firm = lives.full_firm(lives.desks())
    service.ask_of_business(firms.get(firm.id), Ask.COPY, text="", language="sq")
    db.session.flush()
    copy = service.copy_of_business(firms.get(firm.id))
    assert tables_about("businesses") <= set(IN_COPY_OF_FIRM) | set(NOT_IN_COPY_OF_FIRM)
    assert {key: bool(copy[key]) for key in IN_COPY_OF_FIRM.values()} == dict.fromkeys(IN_COPY_OF_FIRM.values(), True)
    assert "away" not in repr(copy)


def test_the_page_says_what_an_erasure_would_do_before_the_key_is_turned(app: Flask) -> None:
    with app.test_request_context():
        desk = lives.desks()
        case = lives.full_case(desk)
        row = service.ask_of_case(case, Ask.ERASURE, text="All of it.", language="en")
        db.session.flush()
        key, case_id = row.id, case.id
        db.session.commit()
        one, other = signed_in(app, desk.one), signed_in(app, desk.other)
    page = one.get(f"/privacy/{key}").text
    for words in (
        "cannot be brought back",
        lives.EMAIL,
        "Messages: 2",
        "Files with what is in them: 2",
        "stays as it is",
    ):
        assert words in page, words
    assert_sound(page, "privacy.show")
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    assert one.post(f"/privacy/{key}/release", data={"version": version}).status_code == 303
    assert one.post(f"/privacy/{key}/release", data={"version": version}).status_code == 422
    half = one.get(f"/privacy/{key}").text
    assert "Turn the second key" not in half
    assert "Arta Desk" in half
    seen = other.get(f"/privacy/{key}").text
    assert "Turn the second key" in seen
    version = re.findall(r'name="version" value="(\d+)"', seen)[0]
    assert other.post(f"/privacy/{key}/release", data={}).status_code == 422, "without the version of the page"
    assert other.post(f"/privacy/{key}/release", data={"version": version}).status_code == 303
    done = other.get(f"/privacy/{key}").text
    assert "Jovana Desk" in done
    assert lives.EMAIL not in done
    with app.test_request_context():
        assert cases.get(case_id).inquiry.description == ""


def test_a_refusal_without_a_reason_shows_the_page_again(app: Flask) -> None:
    with app.test_request_context():
        key = asked().id
        db.session.commit()
    manager = signed_in(app, "manager")
    answer = manager.post(f"/privacy/{key}/refuse", data={"version": "1", "answer": ""})
    assert answer.status_code == 422
    assert_sound(answer.text, "privacy.refuse")
    assert manager.post(f"/privacy/{key}/refuse", data={"version": "1", "answer": "No such person."}).status_code == 303


@pytest.mark.parametrize("ask", list(Ask))
@pytest.mark.parametrize("tag", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_pages_are_sound_in_every_language(app: Flask, tag: str, ask: Ask) -> None:
    with app.test_request_context():
        desk = lives.desks()
        keys = [asked(ask).id]
        firm = service.ask_of_business(factories.business(email="f@example.org"), ask, text="x", language="sq")
        db.session.flush()
        keys.append(firm.id)
        db.session.commit()
        client = signed_in(app, desk.one, language=tag)
    for address in ["/privacy/", "/privacy/?open=1", *(f"/privacy/{key}" for key in keys)]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert_sound(answer.text, address)


def test_late_requests_are_marked_and_the_list_costs_the_same_for_more_rows(app: Flask) -> None:
    with app.test_request_context():
        row = asked()
        row.due_on = clock.today() - timedelta(days=1)
        db.session.commit()
    manager = signed_in(app, "manager")
    assert "tag-late" in manager.get("/privacy/").text
    with counted_queries(app) as few:
        manager.get("/privacy/")
    with app.test_request_context():
        for _ in range(20):
            asked()
        key = asked(Ask.ERASURE).id
        db.session.commit()
    with counted_queries(app) as many:
        manager.get("/privacy/")
    assert len(few) == len(many) <= 12
    with counted_queries(app) as page:
        manager.get(f"/privacy/{key}")
    assert len(page) <= 12


@pytest.mark.parametrize(
    ("role", "sees", "releases"),
    [
        ("officer", False, False),
        ("lead_officer", True, True),
        ("manager", True, True),
        ("data_steward", True, False),
        ("donor", False, False),
        ("administrator", False, False),
    ],
)
def test_who_sees_and_who_releases(app: Flask, role: str, sees: bool, releases: bool) -> None:
    with app.test_request_context():
        key = asked().id
        db.session.commit()
    client = signed_in(app, role)
    assert (client.get("/privacy/").status_code == 200) is sees
    assert client.get(f"/privacy/{key}").status_code == (200 if sees else 404)
    status = client.post(f"/privacy/{key}/release", data={"version": "1"}).status_code
    assert status == (303 if releases else 403 if sees else 404)


def test_odd_addresses_answer_404(app: Flask) -> None:
    manager = signed_in(app, "manager")
    assert manager.get(f"/privacy/{uuid.uuid4()}").status_code == 404
    assert manager.get("/privacy/?page=nonsense").status_code == 404


def test_two_keys_at_the_same_moment_are_one_key(own_app: Flask) -> None:
    with own_app.test_request_context():
        row, desk = asked(Ask.ERASURE), lives.desks()
        key, case_id = row.id, row.case_id
        db.session.commit()
        clients = [signed_in(own_app, desk.one), signed_in(own_app, desk.other)]
    start, answers = threading.Barrier(2), []

    def turn(client: FlaskClient) -> None:
        start.wait(10)
        answers.append(client.post(f"/privacy/{key}/release", data={"version": "1"}).status_code)

    threads = [threading.Thread(target=turn, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == [303, 422]
    with own_app.test_request_context():
        assert queries.get(key).state is RequestState.HALF
        assert cases.get(case_id).inquiry.description  # type: ignore[arg-type]  # about a case


def test_a_copy_that_was_asked_for_is_pointed_out_before_an_erasure(app: Flask) -> None:
    with app.test_request_context():
        row, desk = asked(Ask.COPY), lives.desks()
        erasure = service.ask_of_case(cases.get(row.case_id), Ask.ERASURE, text="", language="en")  # type: ignore[arg-type]  # about a case
        db.session.flush()
        key = erasure.id
        db.session.commit()
        client = signed_in(app, desk.one)
    assert "Release that first" in client.get(f"/privacy/{key}").text
