"""Tables from outside: any bytes are read or refused in words, and no cell acts as a formula (casework C8, trust S6)."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from time import process_time
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from iso_portal.businesses.views.imports import TABLE as FIRMS
from iso_portal.core.i18n import Language, in_language
from iso_portal.core.text import clean
from iso_portal.files.domain import Refusal
from iso_portal.files.tables import columns, reading, writing
from iso_portal.files.tables.columns import Column, Kind
from iso_portal.intake.views.imports import TABLE as INQUIRIES

QUICK = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
CELL = st.text(max_size=40).map(clean)
EVIL = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "'=1", "''=1", '=HYPERLINK("http://x")', "=cmd|'/c calc'!A0"]


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def workbook(rows: list[list[Any]], **options: Any) -> bytes:
    """Return a workbook as Excel writes one: dates are dates, numbers are numbers."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd", **options})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write(number, place, cell[0], book.add_format({"num_format": cell[1]}))
            elif cell is not None:
                sheet.write(number, place, cell)
    book.close()
    return made.getvalue()


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return made.getvalue()


def read_or_refused(content: bytes) -> reading.Sheet | str:
    """Return the table or the reason, neither of them empty; anything else is a fault."""
    try:
        found: reading.Sheet | str = reading.read(content)
    except Refusal as why:
        found = str(why)
    assert found if isinstance(found, str) else found.rows
    return found


@QUICK
@given(st.binary(max_size=2_000))
@example(b"")
@example(b"PK\x03\x04")
@example(b"a,b\n\x00,1\n")
@example(b"\xff\xfea\x00")
@example(b"\xff\xfe\x00\xd8\x00")
@example(b'a,b\n"never closed')
@example(b"a\r\r\rb")
@example(b"sep=;\n")
def test_any_bytes_are_a_table_or_are_refused_in_words(content: bytes) -> None:
    sheet = read_or_refused(content)
    assert isinstance(sheet, str) or all(len(cells) == len(sheet.header) for _number, cells in sheet.rows)


@QUICK
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 9_000))
def test_a_damaged_workbook_is_read_or_refused_in_words(place: int, byte: int, cut: int) -> None:
    content = bytearray(workbook([["name", "note"], ["Firma", 1.5], ["Фирма", datetime(2026, 3, 9)]]))
    content[place % len(content)] = byte
    for damaged in (bytes(content), bytes(content[: cut % len(content)])):
        read_or_refused(damaged)


def shown(content: bytes) -> list[list[str]]:
    return [cells for _number, cells in reading.read(content).rows]


@QUICK
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
@example([(evil, "x") for evil in EVIL])
@example([("Šaljska, Шаљска", 'said "yes"; then\nleft')])
@example([("_x0041_", "_x000D_ & <b>")])
def test_any_text_comes_back_from_our_own_files(rows: list[tuple[str, str]]) -> None:
    kept = [[clean(cell) for cell in row] for row in rows if any(row)]
    named = [Column(name=n, label=n, kind=Kind.LINE, required=False, hint="") for n in ("one", "two")]
    for content in (writing.as_csv(["one", "two"], rows), writing.as_workbook(named, rows)):
        if kept:
            assert shown(content) == kept
        else:
            with pytest.raises(Refusal):
                reading.read(content)


@pytest.mark.parametrize("evil", EVIL)
def test_no_cell_of_a_file_of_ours_is_a_formula(evil: str) -> None:
    named = [Column(name=n, label=evil, kind=Kind.ONE, required=True, hint="", answers=((evil, evil),)) for n in "ab"]
    book = openpyxl.load_workbook(io.BytesIO(writing.as_workbook(named, [[evil, evil, evil]], problems=True)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)
    text = writing.as_csv([evil, "b"], [[evil, "-5"]]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        assert all(not re.match(r"[=+\-@\t\r]", cell) or cell == "-5" for cell in row)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(",", "utf-8"), (";", "utf-8"), ("\t", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-16")],
)
def test_csv_is_read_as_programs_write_it(mark: str, encoding: str) -> None:
    content = f'name{mark}"a, b; c"\r\nŠaljska{mark}"Шаљска, Çelik; Todiq"\r\n'.encode(encoding)
    assert reading.read(content).header == ["name", "a, b; c"]
    assert shown(content) == [["Šaljska", "Шаљска, Çelik; Todiq"]]


def test_a_line_that_names_the_mark_is_followed() -> None:
    sheet = reading.read(b"sep=;\nname;note\nA;1,2,3\n")
    assert (sheet.header, sheet.rows) == (["name", "note"], [(3, ["A", "1,2,3"])])


def test_rows_have_the_numbers_of_the_file() -> None:
    content = b'name,note\n\nA,"two\nlines"\nB,\n,\nC,1\n'
    assert [number for number, _cells in reading.read(content).rows] == [3, 5, 7]
    book = workbook([["name"], [None], ["A"], [None], [None], ["B"]])
    assert [number for number, _cells in reading.read(book).rows] == [3, 6]


def test_cells_are_read_as_people_see_them() -> None:
    book = workbook(
        [
            list("abcdefghijkl"),
            [
                1500, 2.5, (25.1, "0.00"), (729, "0000"), (0.5, "0%"), True, date(2026, 3, 9),
                (datetime(2026, 3, 9, 14, 5), "yyyy-mm-dd hh:mm"), (time(14, 5), "hh:mm"), "=1+1", 1e20, (1500, "#,##0"),
            ],
        ],
        strings_to_formulas=False,
    )  # fmt: skip
    expected = "1500|2.5|25.10|0729|50%|yes|2026-03-09|2026-03-09 14:05|14:05|=1+1|100000000000000000000|1500"
    assert shown(book) == [expected.split("|")]


def test_a_sheet_that_ends_a_million_rows_below_is_read_quickly() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    for cell in ("A1", "A1048576", "XFD1048576"):
        sheet.write(cell, "x")
    book.close()
    begun = process_time()  # of this process, whatever else the machine does
    assert [number for number, _cells in reading.read(made.getvalue()).rows] == [1_048_576]
    assert process_time() - begun < 3


def test_a_formula_brings_its_value() -> None:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write("A1", "name")
    sheet.write_formula("A2", "=1+1", None, 2)
    book.close()
    assert shown(made.getvalue()) == [["2"]]


def refusal(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        reading.read(content)
    return str(caught.value)


MACROS = {"[Content_Types]_xml": b"<x/>", "xl__workbook_xml": b"<x/>", "xl__vbaProject.bin": b"x"}
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"name,note\n", "no rows"),
        (b"name,note\n,\n", "no rows"),
        ("name\nŠaljska".encode("cp1250"), "UTF-8"),
        ("name\nШаљска".encode("cp1251"), "UTF-8"),
        (b"name,note\nA,B,C\n", "Row 2 has more columns"),
        (b"name\n" + b"x" * 200_000, "Row 2 cannot be read"),
        (b"name\n" + b"x" * 20_001, "Row 2 has a cell of more than 20000"),
        (b"name\n" + b"A\n" * 2_001, "more than 2000 rows"),
        (b"x" * 2_000_001, "too large"),
        (b"PK\x03\x04" + b"x" * 5_000_000, "too large"),
        (b"PK\x03\x04" + b"\x00" * 300, "not a table"),
        (b"%PDF-1.7 \xff\xff", "not a table"),
        (b"%PDF-1.7 name,note", "not a table"),
        (b"\x89PNG\r\n\x1a\n\xff", "not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not a table"),
        (b"name\nA\x00B\n", "not a table"),
        (zipped(**MACROS), "macros"),
        (zipped(**{"[Content_Types]_xml": b"<x/>", "word__document_xml": b"<x/>"}), "not a table"),
        (zipped(**{"[Content_Types]_xml": b"<x/>", "xl__workbook_xml": b"<x/>"}), "damaged"),
        (zipped(**{"[Content_Types]_xml": b"<x/>", "xl__workbook_xml": ENTITIES}), "not a table"),
        (zipped(**{"[Content_Types]_xml": b"<x/>", "xl__workbook_xml": b" " * 41_000_000}), "unpacks to too much"),
    ],
    ids=range(23),
)
def test_what_is_no_table_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


@pytest.mark.parametrize("table", [FIRMS, INQUIRIES], ids=["firms", "inquiries"])
@pytest.mark.parametrize("language", list(Language))
def test_columns_are_known_by_their_code_and_by_their_label_in_every_language(
    table: columns.Table, language: Language
) -> None:
    assert columns.header(table, table.names) == list(table.names)
    with in_language(language):
        labels = [column.label for column in columns.columns(table)]
        assert len(set(labels)) == len(labels)
    assert columns.header(table, labels) == list(table.names)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("name,language,municipality,registration", "missing: description"),
        ("name,language,municipality,registration,description,colour", "does not have: colour"),
        ("name,language,municipality,registration,description,Name of the firm", "twice: name"),
        ("name,language,municipality,registration,description,Etnia", "community is recorded here"),
        ("name,language,municipality,registration,description,,email", "without a name"),
    ],
)
def test_a_header_that_is_not_the_templates_is_refused_by_name(header: str, told: str) -> None:
    with pytest.raises(Refusal) as caught:
        columns.header(FIRMS, header.split(","))
    assert told in str(caught.value)


def test_the_column_that_tells_what_is_wrong_may_come_back() -> None:
    assert columns.header(FIRMS, [*FIRMS.needed, "problems"])[-1] == ""


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("municipality", "vushtrri", "vushtrri"),
        ("municipality", "Вучитрн", "vushtrri"),
        ("municipality", "VUČITRN", "vushtrri"),
        ("municipality", "zvecan", "zvecan"),
        ("municipality", "tirana", None),
        ("employees", "10-49", "10-49"),
        ("employees", "10 to 49", "10-49"),
        ("language", "Српски", "sr_cyrl"),
        ("language", "srpski", "sr_latn"),
        ("language", "Shqip", "sq"),
        ("registration", "xk", "XK"),
        ("registration", "Both registers", "both"),
    ],
)
def test_an_answer_may_be_a_code_or_a_name_in_any_language(name: str, text: str, code: str | None) -> None:
    assert columns.code_of(FIRMS, name, text) == code


def test_several_answers_may_hold_commas_of_their_own() -> None:
    assert columns.codes_of(INQUIRIES, "sectors", "25; 2511, 129; 1.11") == ["25", "25.11", "01.29", "01.11"]
    assert columns.codes_of(INQUIRIES, "sectors", "Warehousing and support activities for transportation") == ["52"]
    assert columns.codes_of(INQUIRIES, "municipalities", "Звечан, Leposaviq") == ["zvecan", "leposavic"]
    assert columns.codes_of(INQUIRIES, "municipalities", "nowhere") == ["nowhere"]
    assert columns.codes_of(FIRMS, "export_markets", "Deutschland; Austria; XK") == ["DE", "AT", "XK"]


def errors_of(**cells: str) -> dict[str, str]:
    right = {
        "name": "Firma",
        "language": "sq",
        "municipality": "zvecan",
        "registration": "XK",
        "description": "Tekst.",
    }
    return columns.judge(FIRMS, [{"number": 2, "values": right | cells}])[0].errors


@pytest.mark.parametrize("word", ["yes", "PO", "da", "Да", "ja", "x", "1", "no", "jo", "ne", "Не", "nein", "0", ""])
def test_yes_and_no_are_read_in_every_language(word: str) -> None:
    assert errors_of(consent_suggest=word) == {}


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"consent_suggest": "perhaps"}, "consent_suggest"),
        ({"founded": "1.985"}, "founded"),
        ({"founded": "1700"}, "founded"),
        ({"municipality": "tirana"}, "municipality"),
        ({"nace": "99.99"}, "nace"),
        ({"pib": "101134703"}, "pib"),
        ({"name": ""}, "name"),
    ],
)
def test_a_cell_that_is_wrong_is_named(cells: dict[str, str], column: str) -> None:
    assert set(errors_of(**cells)) == {column}


def received(text: str) -> tuple[Any, str]:
    row = columns.judge(INQUIRIES, [{"number": 2, "values": {"received_at": text}}])[0]
    return row.typed["received_at"], row.errors.get("received_at", "")


@pytest.mark.parametrize(
    "text",
    ["2026-03-09 14:05", "9.3.2026 14:05", "9. 3. 2026. 14:05", "09.03.2026 14.05", "2026-03-09T14:05"],
)
def test_a_moment_is_read_as_our_languages_write_it(text: str) -> None:
    assert received(text) == (datetime(2026, 3, 9, 14, 5), "")


def test_a_day_that_can_be_read_in_two_ways_is_asked_back() -> None:
    assert "two ways" in received("3/9/2026")[1]
    assert received("25/9/2026")[0] == received("9/25/2026")[0] == datetime(2026, 9, 25)
    assert received("2026-02-30")[1]
    assert received("soon")[1]
    assert "future" in received("2099-01-01")[1]


def test_five_hundred_rows_are_judged_quickly() -> None:
    rows = [
        {"number": number, "values": {"name": f"F{number}", "municipality": "Звечан", "nace": "25.11; 16.23"}}
        for number in range(2, 502)
    ]
    begun = process_time()  # of this process, whatever else the machine does
    assert len(columns.judge(FIRMS, rows)) == 500
    assert process_time() - begun < 2
