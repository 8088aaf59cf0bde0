"""What a table of firms may not hold, and imports that are not taken back: casework B6, B7, domain D22."""

from __future__ import annotations

import html
import io

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries
from iso_portal.businesses.domain import SiteKind, Tenure
from iso_portal.businesses.models import Business, Site
from iso_portal.cases.domain import EntryKind
from iso_portal.core.db import db
from iso_portal.files.models import TableImport
from tests import factories
from tests.businesses.tables import (
    GOOD,
    HEADER,
    OTHER,
    firms,
    large_files,
    lines,
    only_import,
    taken_in,
    upload,
    uploaded,
)
from tests.conftest import signed_in
from tests.soundness import assert_sound


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
