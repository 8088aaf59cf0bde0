"""Tables of firms: template, upload, corrections in the page, taking in, taking back: casework C8, B6, B7, domain D22."""

from __future__ import annotations

import html
import io
import re
import threading
import time
import uuid
from datetime import timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries
from iso_portal.businesses.domain import Origin
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.edits import pack
from iso_portal.files.models import TableImport
from iso_portal.files.tables import keeping
from tests.businesses.tables import (
    GOOD,
    OTHER,
    RIGHT,
    firms,
    large_files,
    lines,
    named,
    only_import,
    planted,
    taken_in,
    upload,
    uploaded,
)
from tests.conftest import counted_queries, signed_in
from tests.soundness import assert_sound


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
