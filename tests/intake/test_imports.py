"""Tables of inquiries: taken in once as cases, quiet unless letters are asked for, taken back (casework C8)."""

from __future__ import annotations

import html
import io
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.cases.domain import Channel, EntryKind
from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.files.models import TableImport
from iso_portal.investors.models import Contact, Investor
from iso_portal.letters.models import Letter
from iso_portal.matches.models import Suggestion, SuggestionRun
from tests import factories
from tests.conftest import counted_queries, signed_in
from tests.soundness import assert_sound

NAMES = (
    "received_at,org_name,investor_kind,country,contact_name,email,preferred_language,description,project_type,sectors,"
    "municipalities,jobs,needs,consent_contact,consent_share"
).split(",")
PLAN = "We look for a workshop that welds steel stairs"


def row(**changes: str) -> str:
    """Return one line of a file, right by default."""
    right = {
        "received_at": "2026-03-09 14:05", "org_name": "Harz Stahl GmbH", "investor_kind": "company", "country": "DE",
        "contact_name": "Ute Harz", "email": "ute@example.org", "preferred_language": "de", "description": f"{PLAN}.",
        "project_type": "contract_sourcing", "sectors": "25; 2511", "municipalities": "Звечан", "jobs": "15",
        "needs": "partner", "consent_contact": "ja", "consent_share": "no",
    }  # fmt: skip
    return ",".join(f'"{(right | changes)[name]}"' for name in NAMES)


def lines(*rows: str) -> str:
    return "\n".join([",".join(NAMES), *rows]) + "\n"


def upload(client: FlaskClient, content: str | bytes) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/intake/import", data={"file": (io.BytesIO(raw), "inquiries.csv")})


def uploaded(client: FlaskClient, content: str | bytes) -> str:
    answer = upload(client, content)
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["Location"])


def taken_in(client: FlaskClient, content: str | bytes, **form: str) -> str:
    table = uploaded(client, content)
    assert client.post(f"{table}/keep", data=form).status_code == 303
    return table


def named(page: Any) -> set[tuple[str, str]]:
    return set(re.findall(r'<li><a href="#r(\d+)-(\w+)"', page.text))


def count(app: Flask, kind: type[Any]) -> int:
    with app.app_context():
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0)


KEPT = (Case, Inquiry, Entry, Contact, Investor)


def only_case() -> Case:
    return db.session.scalars(sa.select(Case)).one()


def test_a_row_becomes_a_case_with_its_day_and_without_a_letter(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = taken_in(client, lines(row(language="")))
    assert "1 inquiry was taken in." in client.get(table).text
    with app.app_context():
        case = db.session.scalars(sa.select(Case)).one()
        inquiry = db.session.scalars(sa.select(Inquiry)).one()
        assert case.received_at == datetime(2026, 3, 9, 13, 5, tzinfo=UTC)
        assert inquiry.channel is Channel.IMPORT
        assert inquiry.key == f"import:{case.import_id}:2"
        assert (inquiry.sectors, inquiry.municipalities, inquiry.language) == (["25", "25.11"], ["zvecan"], "de")
        assert (inquiry.jobs, inquiry.needs) == (15, ["partner"])
        given = {purpose: said["given"] for purpose, said in inquiry.consents.items()}
        assert given == {"contact": True, "share": False, "news": False}
        assert "received_at" not in inquiry.as_sent
        assert case.municipality == "zvecan"
    assert count(app, Letter) == 0


def test_letters_are_written_when_they_are_asked_for(app: Flask) -> None:
    client = signed_in(app, "officer")
    assert "Send each sender the letter" in client.get(uploaded(client, lines(row()))).text
    table = taken_in(client, lines(row(), row(email="other@example.org", org_name="Other")), letters="y")
    assert count(app, Letter) == 2
    answer = client.post(f"{table}/undo")
    assert answer.status_code == 422
    assert "worked on these cases since: ISO-" in answer.text


def planted(rows: int = 500) -> tuple[str, dict[int, str]]:
    """Return a file of many inquiries with twenty planted errors, and {row: column} of these."""
    wrong = [
        ("received_at", "3/9/2026"), ("country", "Atlantis"), ("sectors", "nothing"), ("consent_contact", "no"),
        ("jobs", "1.500"),
    ]  # fmt: skip
    text, errors = [], {}
    for place in range(rows):
        changes = {
            "org_name": f"Org {place} AG",
            "email": f"o{place}@example.org",
            "description": f"{PLAN}, plan {place}",
        }
        if place % (rows // 20) == 3:
            column, word = wrong[len(errors) % len(wrong)]
            changes[column] = word
            errors[place + 2] = column
        text.append(row(**changes))
    return lines(*text), errors


RIGHT = {"received_at": "9. 3. 2026.", "country": "AT", "sectors": "25", "consent_contact": "yes", "jobs": "1500"}


def test_five_hundred_rows_with_twenty_errors_are_corrected_in_the_page_taken_in_once_and_undone(app: Flask) -> None:
    client = signed_in(app, "officer")
    content, errors = planted()
    begun = time.process_time()
    table = uploaded(client, content)
    page = client.get(table)
    assert time.process_time() - begun < 5
    assert named(page) == {(str(number), column) for number, column in errors.items()}
    assert_sound(page.text, table)
    assert client.post(f"{table}/keep").status_code == 422
    assert count(app, Case) == 0
    typed = {f"r{number}-{column}": RIGHT[column] for number, column in errors.items()}
    assert client.post(table, data={**typed, "act": "save"}).status_code == 303
    assert named(client.get(table)) == set()
    for _again in range(2):
        assert client.post(f"{table}/keep").status_code == 303
    assert count(app, Case) == 500
    for _again in range(2):
        assert client.post(f"{table}/undo").status_code == 303
    assert [count(app, kind) for kind in KEPT] == [0] * 5


def test_an_import_leaves_alone_what_was_there_before_and_what_came_since(app: Flask) -> None:
    with app.app_context():
        owner = factories.investor("Harz Stahl GmbH")
        known = factories.contact(owner, email="ute@example.org")
        owner.created_at = known.created_at = clock.now() - timedelta(days=9)
        factories.case(inquiry=factories.inquiry(investor=owner, contact_id=known.id))
        db.session.commit()
    client = signed_in(app, "officer")
    table = taken_in(client, lines(row(), row(org_name="New AG", email="new@example.org")))
    assert [count(app, kind) for kind in (Case, Contact, Investor)] == [3, 2, 2]
    assert client.post(f"{table}/undo").status_code == 303
    assert [count(app, kind) for kind in KEPT] == [1, 1, 1, 1, 1]


def test_an_import_with_suggestions_made_by_the_clock_can_still_be_undone(app: Flask) -> None:
    client = signed_in(app, "officer")
    with app.app_context():
        firm = factories.business(text="We weld steel stairs.").id
        db.session.commit()
    table = taken_in(client, lines(row()))
    with app.app_context():
        about = {"case_id": only_case().id, "made_at": clock.now(), "version": "1", "made_with": "x", "classes": []}
        run = SuggestionRun(**about, nothing_fits=False, firms=1)
        run.suggestions = [Suggestion(rank=1, business_id=firm, score=1.0, likelihood="likely", reason={})]
        db.session.add(run)
        db.session.commit()
    assert client.post(f"{table}/undo").status_code == 303
    assert count(app, Case) == 0


@pytest.mark.parametrize("what", ["entry", "team"])
def test_an_import_is_not_taken_back_when_a_case_was_worked_on(app: Flask, what: str) -> None:
    client = signed_in(app, "officer")
    table = taken_in(client, lines(row(), row(org_name="Other", email="other@example.org")))
    with app.app_context():
        case = db.session.scalars(sa.select(Case).order_by(Case.reference)).first()
        assert case is not None
        reference = case.reference
        if what == "entry":
            factories.entry(case, EntryKind.NOTE, text="Called.")
        else:
            factories.team(case, factories.person(), factories.person())
        db.session.commit()
    answer = client.post(f"{table}/undo")
    assert answer.status_code == 422
    assert f"worked on these cases since: {reference}." in answer.text
    assert count(app, Case) == 2


def test_the_database_itself_refuses_to_take_back_what_was_worked_on(app: Flask) -> None:
    client = signed_in(app, "officer")
    taken_in(client, lines(row()))
    with app.app_context():
        case = db.session.scalars(sa.select(Case)).one()
        factories.entry(case, EntryKind.CALL, text="Called.")
        db.session.flush()
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.select(sa.func.take_back_inquiries(case.import_id)))


def test_rows_of_inquiries_still_cannot_be_deleted_otherwise(app: Flask) -> None:
    taken_in(signed_in(app, "officer"), lines(row()))
    with app.app_context():
        for table in ("inquiries", "entries"):
            db.session.execute(sa.text("select set_config('app.erasure', 'import', true)"))
            with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
                db.session.execute(sa.text(f"delete from {table}"))


def test_taken_in_at_the_same_moment_a_table_is_kept_once(own_app: Flask) -> None:
    clients = [signed_in(own_app, "officer") for _number in range(3)]
    table = uploaded(clients[0], lines(row(), row(org_name="Other", email="other@example.org")))
    together = threading.Barrier(3)
    codes: list[int] = []

    def press(client: FlaskClient) -> None:
        together.wait()
        codes.append(client.post(f"{table}/keep").status_code)

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303, 303, 303]
    assert count(own_app, Case) == 2
    assert clients[0].post(f"{table}/undo").status_code == 303
    assert [count(own_app, kind) for kind in KEPT] == [0] * 5


def test_what_may_be_the_same_inquiry_is_shown(app: Flask) -> None:
    with app.app_context():
        owner = factories.investor("Harz Stahl")
        at = datetime(2026, 3, 1, tzinfo=UTC)
        case = factories.case(inquiry=factories.inquiry(investor=owner, received_at=at, description=f"{PLAN}, soon."))
        reference = case.reference
        db.session.commit()
    client = signed_in(app, "officer")
    table = uploaded(
        client,
        lines(
            row(),
            row(description="Something quite different: a hotel by the lake with sixty beds."),
            row(received_at="2025-03-09"),
            row(org_name="Firma X", email="x@example.org"),
            row(org_name="Фирма Икс", email="X@example.org"),
        ),
    )
    page = client.get(f"{table}?show=alike").text
    assert re.findall(r"Perhaps the same as: ([^<]+)</span>", page) == [f"{reference} Harz Stahl", "row 5"]


def test_possible_duplicates_are_asked_for_without_a_question_a_row(app: Flask) -> None:
    client = signed_in(app, "officer")
    client.get(uploaded(client, lines(row())))
    counts = []
    for rows in (2, 200):
        table = uploaded(client, lines(*(row(org_name=f"O {n}", email=f"o{n}@example.org") for n in range(rows))))
        with counted_queries(app) as statements:
            assert client.get(f"{table}?show=all").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_workbook_with_dates_and_numbers_is_understood(app: Flask) -> None:
    client = signed_in(app, "officer", language="sr-Cyrl")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/intake/import/template.xlsx").data))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    cells: dict[str, Any] = {
        "received_at": datetime(2026, 3, 9, 14, 5), "org_name": "Харц", "investor_kind": "Предузеће",
        "country": "Немачка", "contact_name": "Ute", "email": "ute@example.org", "preferred_language": "Srpski",
        "description": f"{PLAN}.", "project_type": "joint_venture", "sectors": 2511, "jobs": 15, "consent_contact": True,
        "consent_share": "да",
    }  # fmt: skip
    for name, value in cells.items():
        sheet.cell(2, places[name], value)
    made = io.BytesIO()
    book.save(made)
    table = uploaded(client, made.getvalue())
    wrong = named(client.get(table))
    assert wrong <= {("2", "investor_kind")}


@pytest.mark.parametrize(
    "content",
    [b"", ",".join(NAMES).encode(), "org_name\nŠaljska".encode("cp1250"), b"org_name;email\n", b"x" * 10_000_000],
    ids=["empty", "header only", "wrong encoding", "missing columns", "10 MB"],
)
def test_a_broken_file_is_answered_clearly(app: Flask, content: bytes) -> None:
    answer = upload(signed_in(app, "officer"), content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert_sound(answer.text, "import")
    assert count(app, TableImport) == 0


def test_a_column_for_a_community_is_refused(app: Flask) -> None:
    answer = upload(signed_in(app, "officer"), f"{','.join(NAMES)},Etnia\n{row()},x\n")
    assert answer.status_code == 422
    assert "community is recorded here" in html.unescape(answer.text)


def test_what_the_demo_invents_is_refused_outside_of_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines(row()))
    monkeypatch.setitem(app.config, "DEMO", False)
    assert named(client.get(table)) == {("2", "email")}


@pytest.mark.parametrize("role", ["adviser", "donor", "administrator"])
def test_who_may_not_import_is_turned_away(app: Flask, role: str) -> None:
    table = uploaded(signed_in(app, "officer"), lines(row()))
    client = signed_in(app, role)
    assert upload(client, lines(row())).status_code in {403, 404}
    for end in ("", "/rows/2", "/table.xlsx"):
        assert client.get(table + end).status_code in {403, 404}
    for end in ("", "/keep", "/undo", "/discard"):
        assert client.post(table + end).status_code in {403, 404}


def test_pages_are_sound_in_every_language(app: Flask) -> None:
    table = uploaded(signed_in(app, "officer"), lines(row(), row(country="?")))
    for tag in ("en", "sq", "sr-Latn", "sr-Cyrl"):
        client = signed_in(app, "officer", language=tag)
        for address in ("/intake/import", table, f"{table}?show=all", f"{table}/rows/2", f"{table}/rows/3"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert_sound(answer.text, address)
