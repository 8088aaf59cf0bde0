"""Tables of firms: template, upload, corrections in the page, taking in, taking back: casework C8, B6, B7, domain D22."""

from __future__ import annotations

import gc
import html
import io
import re
import threading
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries
from iso_portal.businesses.domain import Origin, SiteKind, Tenure
from iso_portal.businesses.models import Business, Site
from iso_portal.cases.domain import EntryKind
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.edits import pack
from iso_portal.files.models import TableImport
from iso_portal.files.tables import keeping
from tests import factories
from tests.conftest import counted_queries, signed_in
from tests.test_routes import assert_sound

HEADER = "name,language,municipality,registration,description,nace,email,consent_suggest"
GOOD = "Todić Drvo,sr_latn,zvecan,RS,Pravimo vrata.,16.23,todic@example.org,da"
OTHER = "Mjaltë Bajgora,sq,vushtrri,XK,Prodhojmë mjaltë.,0149,mjalte@example.org,po"


@contextmanager
def large_files() -> Iterator[None]:
    """Drop the temporary files that the test client itself leaves open for large uploads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def upload(client: FlaskClient, content: str | bytes, name: str = "firms.csv") -> Any:
    """Send a file."""
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/businesses/import", data={"file": (io.BytesIO(raw), name)})


def uploaded(client: FlaskClient, content: str | bytes) -> str:
    """Send a file that is kept; returns the address of its table."""
    answer = upload(client, content)
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["Location"])


def taken_in(client: FlaskClient, content: str | bytes) -> str:
    """Send a file and take it in; returns the address of its table."""
    table = uploaded(client, content)
    assert client.post(f"{table}/keep").status_code == 303
    return table


def firms(app: Flask) -> list[str]:
    """Return the names of all firms."""
    with app.app_context():
        return list(db.session.scalars(sa.select(Business.name).order_by(Business.name, Business.id)))


def lines(*rows: str) -> str:
    """Return a file's text."""
    return "\n".join([HEADER, *rows]) + "\n"


def only_import() -> TableImport:
    """Return the one import there is."""
    return db.session.scalars(sa.select(TableImport)).one()


def named(page: Any) -> set[tuple[str, str]]:
    """Return the (row, column) pairs that a page links to as wrong."""
    return set(re.findall(r'<li><a href="#r(\d+)-(\w+)"', page.text))


def planted(rows: int = 500) -> tuple[str, dict[int, str]]:
    """Return a file of many firms with twenty planted errors, and {row: column} of these."""
    wrong = [("municipality", "tirana"), ("nace", "99.99"), ("email", "nobody"), ("consent_suggest", "perhaps")]
    names = HEADER.split(",")
    text, errors = [], {}
    for place in range(rows):
        cells = [f"Firma {place}", "sq", "vushtrri", "XK", f"Teksti {place}", "16.23", f"f{place}@example.org", "po"]
        if place % (rows // 20) == 7 % (rows // 20):
            column, word = wrong[len(errors) % len(wrong)]
            cells[names.index(column)] = word
            errors[place + 2] = column
        text.append(",".join(cells))
    return lines(*text), errors


RIGHT = {"municipality": "zvecan", "nace": "25.11", "email": "right@example.org", "consent_suggest": "no"}


def test_the_templates_are_taken_back_as_they_were_given(app: Flask) -> None:
    client = signed_in(app, "officer", language="sq")
    template = client.get("/businesses/import/template.csv")
    assert template.mimetype == "text/csv"
    header = template.text.removeprefix("\ufeff").strip()
    assert "holds a header and no rows" in signed_in(app, "officer").post(
        "/businesses/import", data={"file": (io.BytesIO(template.data), "t.csv")}
    ).text  # fmt: skip
    right = ["N", "sq", "zvecan", "XK", "Tekst."] + [""] * (header.count(",") - 4)
    uploaded(client, f"{header}\n{','.join(right)}\n")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/businesses/import/template.xlsx").data))
    first, second = book.worksheets
    assert [cell.value for cell in first[1]] == header.split(",")
    assert "zvecan = Zveçan" in str([cell.value for row in second.iter_rows() for cell in row])
    for place, cell in enumerate(right, start=1):
        first.cell(2, place, cell)
    filled = io.BytesIO()
    book.save(filled)
    uploaded(client, filled.getvalue())


def test_an_upload_keeps_no_firm_and_taking_in_keeps_all(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines(GOOD, OTHER))
    assert firms(app) == []
    assert "Take in 2 firms" in client.get(table).text
    assert client.post(f"{table}/keep").status_code == 303
    assert firms(app) == ["Mjaltë Bajgora", "Todić Drvo"]
    with app.app_context():
        kept = queries.of_import(only_import().id)
        assert {f.name: f.activities[0].code for f in kept} == {"Mjaltë Bajgora": "01.49", "Todić Drvo": "16.23"}
        assert {f.origin for f in kept} == {Origin.IMPORT}


def test_five_hundred_rows_with_twenty_errors_are_corrected_in_the_page_taken_in_once_and_undone(app: Flask) -> None:
    client = signed_in(app, "officer")
    content, errors = planted()
    begun = time.process_time()
    table = uploaded(client, content)
    page = client.get(table)
    assert time.process_time() - begun < 4
    assert named(page) == {(str(row), column) for row, column in errors.items()}
    assert_sound(page.text, table)
    assert client.post(f"{table}/keep").status_code == 422
    assert firms(app) == []
    typed = {f"r{row}-{column}": RIGHT[column] for row, column in errors.items()}
    assert client.post(table, data={**typed, "act": "save"}).status_code == 303
    assert named(client.get(table)) == set()
    for _again in range(2):
        assert client.post(f"{table}/keep").status_code == 303
    assert len(firms(app)) == 500
    for _again in range(2):
        assert client.post(f"{table}/undo").status_code == 303
    assert firms(app) == []
    assert "taken back" in client.get("/businesses/import").text


def test_what_is_typed_wrong_stays_typed(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines("Pa vend,sq,tirana,XK,Tekst.,,,"))
    assert "In the file: tirana" in client.get(table).text
    answer = client.post(table, data={"r2-municipality": "Шкодра", "act": "save"}, follow_redirects=True)
    assert "1 row still needs a correction" in answer.text
    assert "In the file: Шкодра" in answer.text
    client.post(table, data={"r2-municipality": "Звечан", "only": "2", "act": "save"})
    assert client.post(f"{table}/keep").status_code == 303
    with app.app_context():
        assert db.session.scalars(sa.select(Business.municipality)).one() == "zvecan"


def test_a_row_that_is_left_out_is_not_taken_in_and_can_come_back(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines(GOOD, "Pa vend,sq,tirana,XK,Tekst.,,,", OTHER))
    client.post(table, data={"act": "out:3"})
    assert named(client.get(table)) == set()
    client.post(table, data={"act": "in:3"})
    assert named(client.get(table)) == {("3", "municipality")}
    client.post(table, data={"r3-name": "Typed too", "act": "out:3"})
    assert "Typed too" in client.get(f"{table}?show=out").text
    client.post(f"{table}/keep")
    assert firms(app) == ["Mjaltë Bajgora", "Todić Drvo"]


def test_a_table_of_which_every_row_is_left_out_brings_nothing(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines(GOOD))
    client.post(table, data={"act": "out:2"})
    assert client.post(f"{table}/keep").status_code == 422
    assert firms(app) == []


def test_two_people_who_correct_one_cell_lose_no_word(app: Flask) -> None:
    one, other = signed_in(app, "officer"), signed_in(app, "manager")
    table = uploaded(one, lines(GOOD))
    seen = {"seen-2": pack({"description": "Pravimo vrata.", "name": "Todić Drvo"}), "act": "save"}
    one.post(table, data={"r2-description": "Mine.", "r2-name": "Todić Drvo", **seen})
    answer = other.post(table, data={"r2-description": "Theirs.", "r2-name": "Todić", **seen}, follow_redirects=True)
    assert "somebody else wrote “Mine.” meanwhile. You wrote “Theirs.”" in html.unescape(answer.text)
    with app.app_context():
        assert (
            only_import().rows[0]["values"] | {"name": "Todić", "description": "Mine."}
            == (only_import().rows[0]["values"])
        )


def test_long_texts_are_corrected_in_the_page_whoever_else_does(app: Flask) -> None:
    client = signed_in(app, "officer")
    text = "Производимо врата, прозоре и намештај. " * 300
    table = uploaded(client, lines(*(f'Фирма {number},sr_cyrl,zvecan,RS,"{text}",,,' for number in range(40))))
    page = client.get(table)
    assert len(named(page)) == 25
    assert len(named(client.get(f"{table}?page=2"))) == 15
    seen = re.findall(r'name="(seen-\d+)" value="([^"]*)"', page.text)
    assert len(seen) == 25
    sent = {name: html.unescape(value) for name, value in seen}
    typed = {f"r{name.removeprefix('seen-')}-description": text for name in sent}
    data = {**sent, **typed, "r2-description": "Врата.", "act": "save"}
    for _again in range(2):
        with large_files():
            answer = client.post(table, data=data, content_type="multipart/form-data", follow_redirects=True)
        assert "39 rows still need a correction" in answer.text
    other = client.post(table, data={**data, "r2-description": "Прозори."}, follow_redirects=True)
    assert "somebody else wrote “Врата.” meanwhile" in html.unescape(other.text)


def test_taken_in_at_the_same_moment_a_table_is_kept_once(own_app: Flask) -> None:
    clients = [signed_in(own_app, "officer") for _number in range(3)]
    table = uploaded(clients[0], lines(GOOD, OTHER))
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
    assert firms(own_app) == ["Mjaltë Bajgora", "Todić Drvo"]


def test_rows_can_no_longer_be_changed_once_they_are_taken_in(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = taken_in(client, lines(GOOD))
    assert client.post(table, data={"r2-name": "Late", "act": "save"}).status_code == 422
    assert client.post(f"{table}/discard").status_code == 422
    assert_sound(client.get(f"{table}/rows/2").text, "row")
    assert firms(app) == ["Todić Drvo"]


def test_a_table_that_was_not_taken_in_can_be_removed(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines(GOOD))
    assert client.post(f"{table}/undo").status_code == 422
    assert client.post(f"{table}/discard").status_code == 303
    assert client.get(table).status_code == 404


def test_the_words_of_old_tables_go_and_what_was_taken_in_stays(app: Flask) -> None:
    client = signed_in(app, "officer")
    taken, waiting = taken_in(client, lines(GOOD)), uploaded(client, lines(OTHER))
    with app.test_request_context():
        assert keeping.sweep() == 0
        with clock.turned_to(clock.now() + timedelta(days=31)):
            assert keeping.sweep() == 2
            assert keeping.sweep() == 0
        db.session.commit()
    assert client.get(waiting).status_code == 404
    page = client.get(taken)
    assert_sound(page.text, taken)
    assert "Todić" not in page.text
    assert firms(app) == ["Todić Drvo"]


def test_consent_is_given_only_where_the_file_says_so(app: Flask) -> None:
    taken_in(signed_in(app, "officer"), lines(GOOD, OTHER.removesuffix("po"), "N,sq,zvecan,XK,Tekst.,,,jo"))
    with app.app_context():
        given = {f.name: f.consent_suggest for f in db.session.scalars(sa.select(Business))}
    assert given == {"Todić Drvo": True, "Mjaltë Bajgora": False, "N": False}


@pytest.mark.parametrize(
    "column",
    ["ethnicity", "Etnicitet", "Etnia", "Përkatësia etnike", "Kombësia", "Nacionalnost", "Националност",
     "етничка припадност", "Nationality", "community", "komuniteti", "Zajednica", "заједница"],
)  # fmt: skip
def test_a_column_for_a_community_is_refused_with_the_reason(app: Flask, column: str) -> None:
    answer = upload(signed_in(app, "officer"), f"{HEADER},{column}\n{GOOD},x\n")
    assert answer.status_code == 422
    assert "community is recorded" in html.unescape(answer.text)


@pytest.mark.parametrize("column", ["Bashkësia", "Pripadnost", "Volksgruppe", "Ethnie", "Herkunft", "gender", ""])
def test_any_other_unknown_column_is_refused(app: Flask, column: str) -> None:
    answer = upload(signed_in(app, "officer"), f"{HEADER},{column}\n{GOOD},x\n")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        HEADER.encode(),
        "Šaljska".encode("cp1250"),
        b"\x00\x01\x02",
        b"PK\x03\x04" + b"\x00" * 300,
        lines(GOOD + ",more,and more").encode(),
        b"name;language\n",
        (HEADER + ",name\n").encode(),
        b"x" * 2_100_000,
        b"x" * 10_000_000,
    ],
    ids=range(11),
)
def test_a_broken_file_is_answered_clearly_and_is_no_fault(app: Flask, content: bytes) -> None:
    with large_files():
        answer = upload(signed_in(app, "officer"), content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert_sound(answer.text, "import")
    with app.app_context():
        assert db.session.scalars(sa.select(TableImport)).all() == []


def test_a_file_that_is_far_too_large_is_refused(app: Flask) -> None:
    with large_files():
        assert upload(signed_in(app, "officer"), b"x" * 13_000_000).status_code == 413


def test_no_file_at_all_is_asked_for(app: Flask) -> None:
    for data in ({}, {"file": "text"}, {"file": (io.BytesIO(b""), "")}):
        answer = signed_in(app, "officer").post("/businesses/import", data=data)
        assert answer.status_code == 422
        assert "Choose a CSV or XLSX file." in answer.text


@pytest.mark.parametrize(
    ("already", "row"),
    [
        ({"name": "Todiq Drvo Sh.p.k."}, GOOD),
        ({"name": "Тодић Дрво ДОО"}, GOOD),
        ({"name": "Other", "email": "TODIC@example.org"}, GOOD),
        ({"name": "Other", "pib": "101134702"}, "New,sq,zvecan,RS,Tekst.,,,,101 134 702"),
        ({"name": "Other", "nui": "811223344"}, "New,sq,zvecan,XK,Tekst.,,,811223344,"),
    ],
)
def test_a_firm_that_may_be_there_already_is_shown_and_still_accepted(
    app: Flask, already: dict[str, str], row: str
) -> None:
    with app.app_context():
        factories.business(**already)
        db.session.commit()
    client = signed_in(app, "officer")
    header = HEADER.removesuffix("consent_suggest") + "nui,pib" if row != GOOD else HEADER
    table = uploaded(client, f"{header}\n{row}\n")
    assert f"Perhaps the same as: {already['name']}" in client.get(f"{table}?show=alike").text
    assert client.post(f"{table}/keep").status_code == 303


def test_two_rows_of_one_file_that_may_be_one_firm_name_each_other(app: Flask) -> None:
    client = signed_in(app, "officer")
    again = "Тодић Дрво ДОО,sr_cyrl,zvecan,RS,Правимо врата.,,,"
    table = uploaded(client, lines(GOOD, OTHER, again))
    page = client.get(f"{table}?show=alike").text
    assert "Perhaps the same as: row 4" in page
    assert "Perhaps the same as: row 2" in page
    assert "Mjaltë" not in page


def test_an_import_is_not_taken_back_when_a_firm_was_worked_on_since(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = taken_in(client, lines(GOOD, OTHER))
    with app.app_context():
        db.session.scalars(sa.select(Business).where(Business.name == "Todić Drvo")).one().address = "Rruga 1"
        db.session.commit()
    answer = client.post(f"{table}/undo")
    assert answer.status_code == 422
    assert "worked on these firms since: Todić Drvo." in answer.text
    assert firms(app) == ["Mjaltë Bajgora", "Todić Drvo"]


def test_an_import_is_not_taken_back_when_a_firm_has_a_site(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = taken_in(client, lines(GOOD))
    with app.app_context():
        firm = db.session.scalars(sa.select(Business)).one()
        about = {"kind": SiteKind.HALL, "tenure": Tenure.RENT, "municipality": "zvecan", "name": "H", "language": "sq"}
        db.session.add(Site(business_id=firm.id, **about))
        db.session.commit()
    assert client.post(f"{table}/undo").status_code == 422
    assert firms(app) == ["Todić Drvo"]


def test_an_import_is_not_taken_back_when_a_case_tells_of_a_firm(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = taken_in(client, lines(GOOD))
    with app.app_context():
        firm = queries.of_import(only_import().id)[0]
        factories.entry(factories.case(), EntryKind.INTRODUCTION_HELD, business_id=firm.id)
        db.session.commit()
    answer = client.post(f"{table}/undo")
    assert answer.status_code == 422
    assert "A case tells of this firm: Todić Drvo." in answer.text
    assert firms(app) == ["Todić Drvo"]


def test_what_the_demo_invents_is_refused_outside_of_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(app, "officer")
    header = "name,language,municipality,registration,description,nui,pib,phone,email"
    content = f"{header}\nN,sq,zvecan,XK,Tekst.,990001005,980000017,+383 28 000 101,n@example.org\n"
    table = uploaded(client, content)
    assert named(client.get(table)) == set()
    monkeypatch.setitem(app.config, "DEMO", False)
    assert named(client.get(table)) == {("2", name) for name in ("nui", "pib", "phone", "email")}


def test_every_imported_firm_is_read_anew_for_suggestions(app: Flask) -> None:
    taken_in(signed_in(app, "officer"), lines(GOOD, OTHER))
    with app.app_context():
        query = "select count(*) from procrastinate_jobs where task_name = 'matches.index_business'"
        assert db.session.execute(sa.text(query)).scalar_one() == 2


def test_a_table_asks_as_many_questions_for_many_rows_as_for_few(app: Flask) -> None:
    client = signed_in(app, "officer")
    client.get(uploaded(client, lines(GOOD)))
    counts = []
    for rows in (2, 400):
        table = uploaded(client, lines(*(f"Firma {number},sq,zvecan,XK,Tekst.,,," for number in range(rows))))
        with counted_queries(app) as statements:
            assert client.get(f"{table}?show=all").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_table_can_be_taken_home_with_what_is_wrong_and_brought_back(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines("=1+1,sq,tirana,XK,@SUM(A1),,,", GOOD))
    export = client.get(f"{table}/table.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(export.data)).worksheets[0]
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert "Municipality" in [row[-1].value for row in sheet.iter_rows()][1]
    assert named(client.get(uploaded(client, export.data))) == {("2", "municipality")}


def test_odd_requests_are_no_fault(app: Flask) -> None:
    client = signed_in(app, "officer")
    table = uploaded(client, lines(GOOD))
    for address in ("?show=nonsense", "?page=0", "?page=x", "/rows/1", "/rows/99999999999999"):
        assert client.get(table + address).status_code == 404, address
    assert client.get(f"{table}?page=77").status_code == 200
    for data in (
        {"act": "out:x"}, {"act": "in:99"}, {"act": "²"}, {"r2-nothing": "x"}, {"r99-name": "x", "act": "save"},
        {"r2-name": "\x00", "seen-2": "[" * 5_000}, {"only": "²"}, {"seen-2": '{"name": 1}', "r2-name": "a"},
    ):  # fmt: skip
        assert client.post(table, data=data).status_code == 303, data


def test_another_kind_of_import_is_not_found_here(app: Flask) -> None:
    client = signed_in(app, "officer")
    with app.app_context():
        record = TableImport(kind="inquiries", file_name="x", by_id=uuid.uuid4(), at=sa.func.now(), columns=[], rows=[])
        db.session.add(record)
        db.session.commit()
        key = record.id
    assert client.get(f"/businesses/import/{key}").status_code == 404
    assert client.post(f"/businesses/import/{key}/discard").status_code == 404


@pytest.mark.parametrize("role", ["adviser", "donor", "administrator"])
def test_who_may_not_import_is_turned_away(app: Flask, role: str) -> None:
    table = uploaded(signed_in(app, "officer"), lines(GOOD))
    client = signed_in(app, role)
    assert upload(client, lines(GOOD)).status_code in {403, 404}
    for end in ("", "/rows/2", "/table.xlsx"):
        assert client.get(table + end).status_code in {403, 404}
    for end in ("", "/keep", "/undo", "/discard"):
        assert client.post(table + end).status_code in {403, 404}
    assert firms(app) == []
