"""Files of firms: template, preview, errors by row, duplicates, undo: casework C8, B6, B7, balance P2, domain D22."""

from __future__ import annotations

import csv
import gc
import html
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries
from iso_portal.businesses.models import Business
from iso_portal.cases.domain import EntryKind
from iso_portal.core.db import db
from iso_portal.files.models import TableImport
from tests import factories
from tests.conftest import counted_queries, signed_in

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
    """Send a file to the preview."""
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/businesses/import", data={"file": (io.BytesIO(raw), name)})


def confirm(client: FlaskClient, content: str) -> Any:
    """Send a previewed text again, to keep it."""
    data = {"content": content, "file_name": "firms.csv"}
    return client.post("/businesses/import", data=data, content_type="multipart/form-data")


def firms(app: Flask) -> list[str]:
    """Return the names of all firms."""
    with app.app_context():
        return list(db.session.scalars(sa.select(Business.name).order_by(Business.name, Business.id)))


def lines(*rows: str) -> str:
    """Return a file's text."""
    return "\n".join([HEADER, *rows]) + "\n"


def test_the_template_is_accepted_as_it_is_downloaded(app: Flask) -> None:
    client = signed_in(app, "officer")
    template = client.get("/businesses/import/template.csv")
    assert template.mimetype == "text/csv"
    assert next(csv.reader(io.StringIO(template.text.removeprefix("\ufeff"))))[0] == "name"
    assert upload(client, template.data).status_code == 200


def test_a_preview_keeps_nothing_and_what_it_holds_can_be_kept(app: Flask) -> None:
    client = signed_in(app, "officer")
    preview = upload(client, lines(GOOD, OTHER))
    assert preview.status_code == 200
    assert firms(app) == []
    shown = re.search(r'<textarea[^>]*name="content"[^>]*>(.*?)</textarea>', preview.text, re.DOTALL)
    assert shown
    assert confirm(client, html.unescape(shown.group(1))).status_code == 303
    assert firms(app) == ["Mjaltë Bajgora", "Todić Drvo"]
    with app.app_context():
        codes = {f.name: f.activities[0].code for f in queries.of_import(only_import().id)}
    assert codes == {"Mjaltë Bajgora": "01.49", "Todić Drvo": "16.23"}


def only_import() -> TableImport:
    """Return the one import there is."""
    return db.session.scalars(sa.select(TableImport)).one()


def test_consent_is_given_only_where_the_file_says_so(app: Flask) -> None:
    confirm(signed_in(app, "officer"), lines(GOOD, OTHER.removesuffix("po"), "N,sq,zvecan,XK,Tekst.,,,jo"))
    with app.app_context():
        given = {f.name: f.consent_suggest for f in db.session.scalars(sa.select(Business))}
    assert given == {"Todić Drvo": True, "Mjaltë Bajgora": False, "N": False}


@pytest.mark.parametrize("sent_again", [False, True])
def test_one_wrong_row_keeps_nothing_and_is_named_by_its_number_in_the_file(app: Flask, sent_again: bool) -> None:
    client = signed_in(app, "officer")
    content = lines(GOOD, "Pa vend,sq,tirana,XK,Tekst.,,,", OTHER, "Kod,sq,zvecan,XK,Tekst.,99.99,,")
    answer = confirm(client, content) if sent_again else upload(client, content)
    assert answer.status_code == 422
    assert set(re.findall(r"<li>Row (\d+): (\w+)", answer.text)) == {("3", "Municipality"), ("5", "Activity")}
    assert firms(app) == []


@pytest.mark.parametrize(
    "column",
    ["ethnicity", "Etnicitet", "Etnia", "Përkatësia etnike", "Kombësia", "Nacionalnost", "Националност",
     "етничка припадност", "Nationality", "community", "komuniteti", "Zajednica", "заједница"],
)  # fmt: skip
def test_a_column_for_a_community_is_refused_with_the_reason(app: Flask, column: str) -> None:
    answer = upload(signed_in(app, "officer"), f"{HEADER},{column}\n{GOOD},x\n")
    assert answer.status_code == 422
    assert "community is recorded with a firm" in html.unescape(answer.text)
    assert firms(app) == []


@pytest.mark.parametrize("column", ["Bashkësia", "Pripadnost", "Volksgruppe", "Ethnie", "Herkunft", "gender", ""])
def test_any_other_unknown_column_is_refused(app: Flask, column: str) -> None:
    answer = upload(signed_in(app, "officer"), f"{HEADER},{column}\n{GOOD},x\n")
    assert answer.status_code == 422
    assert firms(app) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        HEADER.encode(),
        "Šaljska".encode("cp1250"),
        lines(GOOD).encode("utf-16"),
        b"\x00\x01\x02",
        b"PK\x03\x04" + b"\x00" * 300,
        lines(GOOD + ",more,and more").encode(),
        lines('"never closed').encode(),
        lines("short").encode(),
        lines(f"{'x' * 200_000},sq").encode(),
        b"name;language\n",
        (HEADER + ",name\n").encode(),
        f"{HEADER},name\n{GOOD},again\n".encode(),
    ],
    ids=range(14),
)
def test_a_broken_file_is_answered_clearly_and_is_no_fault(app: Flask, content: bytes) -> None:
    answer = upload(signed_in(app, "officer"), content)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert firms(app) == []


@pytest.mark.parametrize("size", [1_600_000, 10_000_000])
def test_a_large_file_is_refused_clearly(app: Flask, size: int) -> None:
    with large_files():
        assert upload(signed_in(app, "officer"), b"x" * size).status_code in {413, 422}


def test_no_file_at_all_is_asked_for(app: Flask) -> None:
    answer = signed_in(app, "officer").post("/businesses/import", data={})
    assert answer.status_code == 422
    assert "Choose a CSV file." in answer.text


def test_semicolons_a_byte_order_mark_and_spaces_in_the_header_are_understood(app: Flask) -> None:
    client = signed_in(app, "officer")
    spaced = HEADER.replace(",", " ; ")
    content = "\ufeff" + spaced + "\n" + GOOD.replace(",", ";") + "\n"
    assert upload(client, content).status_code == 200
    assert confirm(client, content.removeprefix("\ufeff")).status_code == 303
    assert firms(app) == ["Todić Drvo"]


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
    content = f"{header}\n{row}\n"
    preview = upload(client, content)
    assert preview.status_code == 200
    assert already["name"] in preview.text
    assert confirm(client, content).status_code == 303


def test_a_whole_import_can_be_taken_back_once(app: Flask) -> None:
    client = signed_in(app, "officer")
    with app.app_context():
        factories.business("Was there")
        db.session.commit()
    confirm(client, lines(GOOD, OTHER))
    with app.app_context():
        undo = f"/businesses/import/{only_import().id}/undo"
    assert client.post(undo).status_code == 303
    assert firms(app) == ["Was there"]
    assert client.post(undo).status_code == 303
    assert firms(app) == ["Was there"]


def test_an_import_is_not_taken_back_when_a_firm_was_worked_on_since(app: Flask) -> None:
    client = signed_in(app, "officer")
    confirm(client, lines(GOOD, OTHER))
    with app.app_context():
        key = only_import().id
        db.session.scalars(sa.select(Business).where(Business.name == "Todić Drvo")).one().address = "Rruga 1"
        db.session.commit()
    answer = client.post(f"/businesses/import/{key}/undo")
    assert answer.status_code == 422
    assert "Todić Drvo was changed since" in answer.text
    assert firms(app) == ["Mjaltë Bajgora", "Todić Drvo"]


def test_an_import_is_not_taken_back_when_a_case_tells_of_a_firm(app: Flask) -> None:
    client = signed_in(app, "officer")
    confirm(client, lines(GOOD))
    with app.app_context():
        record = only_import()
        key = record.id
        factories.entry(factories.case(), EntryKind.INTRODUCTION_HELD, business_id=queries.of_import(key)[0].id)
        db.session.commit()
    assert client.post(f"/businesses/import/{key}/undo").status_code == 422
    assert firms(app) == ["Todić Drvo"]


def test_every_imported_firm_is_read_anew_for_suggestions(app: Flask) -> None:
    confirm(signed_in(app, "officer"), lines(GOOD, OTHER))
    with app.app_context():
        query = "select count(*) from procrastinate_jobs where task_name = 'matches.index_business'"
        assert db.session.execute(sa.text(query)).scalar_one() == 2


def test_a_large_preview_can_be_kept(app: Flask) -> None:
    client = signed_in(app, "officer")
    text = "Производимо врата, прозоре и намештај. " * 180
    content = lines(*(f'Фирма {number},sr_cyrl,zvecan,RS,"{text}",16.23,,' for number in range(60)))
    assert 500_000 < len(content.encode()) < 1_500_000
    with large_files():
        page = upload(client, content).text
        # Letters that are sent percent-encoded take six bytes each: too much for a text near the limit.
        assert re.search(r"<form[^>]*multipart/form-data[^>]*>(?:(?!</form>).)*<textarea", page, re.DOTALL)
        assert confirm(client, content).status_code == 303


def test_a_preview_asks_for_possible_duplicates_without_a_question_a_row(app: Flask) -> None:
    client = signed_in(app, "officer")
    upload(client, lines(GOOD))
    counts = []
    for rows in (2, 40):
        content = lines(*(f"Firma {number},sq,zvecan,XK,Tekst.,,," for number in range(rows)))
        with counted_queries(app) as statements:
            assert upload(client, content).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["adviser", "donor", "administrator"])
def test_who_may_not_import_is_turned_away(app: Flask, role: str) -> None:
    client = signed_in(app, role)
    assert upload(client, lines(GOOD)).status_code in {403, 404}
    assert confirm(client, lines(GOOD)).status_code in {403, 404}
    assert firms(app) == []
