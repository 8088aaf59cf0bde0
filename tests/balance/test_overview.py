"""The overview: words for officers, figures for co-managers, every block in its place, and few queries."""

from __future__ import annotations

import csv
import io
import re
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.balance import queries, service
from iso_portal.balance.models import Gate, GateRecord, Snapshot
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from tests.balance.monitored import book, open_gate, staff
from tests.conftest import counted_queries, signed_in
from tests.soundness import assert_sound

BLOCKS = ("portfolio", "where", "joint", "workload", "cross", "parts", "large", "exposure", "outcomes", "alerts")


def filled(cases: int = 200, *, first: float = 0.5) -> None:
    """Open the gate, let people declare, book cases, take a snapshot."""
    open_gate()
    book(staff(), cases, first=first)
    with unit_of_work():
        service.take_snapshot()


@pytest.mark.parametrize("language", ["en", "sq", "sr-Latn", "sr-Cyrl"])
def test_every_block_stands_in_its_place_in_every_language(own_app: Flask, language: str) -> None:
    with own_app.test_request_context():
        filled(first=0.95)
    for role in ("manager", "officer"):
        client = signed_in(own_app, role, language=language)
        for address in ("/balance/", "/balance/?view=count", "/balance/?view=large", "/balance/method"):
            page = client.get(address)
            assert page.status_code == 200, address
            assert_sound(page.text, address)
        page = client.get("/balance/")
        places = [page.text.index(f'id="{name}"') for name in BLOCKS if f'id="{name}"' in page.text]
        assert len(places) == len(BLOCKS)
        for cut in ("sector", "municipality", "stage"):
            part = client.get(f"/balance/parts/{cut}")
            assert part.status_code == 200
            assert_sound(part.text, cut)


def test_an_officer_reads_words_and_no_figure(own_app: Flask) -> None:
    with own_app.test_request_context():
        filled(first=0.95)
    for address in ("/balance/", "/balance/parts/sector"):
        text = signed_in(own_app, "officer").get(address).text
        main = text[text.index("<main") : text.index("</main>")]
        assert "%" not in main, re.findall(r".{60}%.{20}", main)
        assert "<svg" not in main
        assert signed_in(own_app, "officer").get("/balance/figures.csv").status_code == 403
    text = signed_in(own_app, "data_steward").get("/balance/").text
    assert "%" in text
    assert "<svg" in text


def test_donors_advisers_and_administrators_see_nothing_of_it(own_app: Flask) -> None:
    for role, more in (("donor", {"donor": "EU"}), ("adviser", {}), ("administrator", {})):
        from tests import factories

        with own_app.app_context():
            person = factories.person(role, **more)
            db.session.commit()
            db.session.refresh(person)
            db.session.expunge(person)
        client = signed_in(own_app, person)
        for address in ("/balance/", "/balance/parts/sector", "/balance/figures.json", "/balance/method"):
            assert client.get(address).status_code == 403


def test_closed_gates_say_not_collected_and_the_rest_goes_on(own_app: Flask) -> None:
    with own_app.test_request_context():
        book(staff(declare=False), 60)
        with unit_of_work():
            service.take_snapshot()
    text = signed_in(own_app, "manager").get("/balance/").text
    assert "Declarations are not collected at present." in text
    assert "Cannot be stated: declarations are not collected at present." in text
    assert "Teams of both desks" in text
    assert "100%" in text


def test_a_gate_that_ends_at_midnight_takes_its_figures_along_at_once(own_app: Flask) -> None:
    with own_app.test_request_context():
        filled()
        db.session.execute(sa.update(GateRecord).values(expires_on=clock.today() - timedelta(days=1)))
        db.session.commit()
    text = signed_in(own_app, "manager").get("/balance/").text
    assert "the basis on which declarations were collected has ended" in text
    assert "Led 5" not in text


def test_an_old_snapshot_stays_with_its_time_and_a_notice(own_app: Flask) -> None:
    with own_app.test_request_context():
        filled()
        db.session.execute(sa.update(Snapshot).values(taken_at=clock.now() - timedelta(days=2)))
        db.session.commit()
    text = signed_in(own_app, "manager").get("/balance/").text
    assert "The figures of last night are missing." in text


def test_the_files_hold_the_figures_and_a_reason_for_each_empty_one(own_app: Flask) -> None:
    with own_app.test_request_context():
        filled()
    client = signed_in(own_app, "manager")
    answer = client.get("/balance/figures.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert {row["block"] for row in rows} >= {"portfolio", "joint", "cross", "workload", "sector", "exposure"}
    for row in rows:
        assert bool(row["value"]) != bool(row["reason"]), row
    assert len(client.get("/balance/figures.json").json["figures"]) == len(rows)
    assert client.get("/balance/figures.xml").status_code == 404


def test_unknown_views_and_parts_are_refused(own_app: Flask) -> None:
    client = signed_in(own_app, "manager")
    assert client.get("/balance/?view=person").status_code == 404
    assert client.get("/balance/parts/person").status_code == 404
    assert client.get("/balance/").status_code == 200


def test_the_overview_takes_few_queries_and_little_time_with_many_cases(own_app: Flask) -> None:
    with own_app.test_request_context():
        open_gate()
        open_gate(Gate.COLLECT_FIRMS)
        book(staff(), 3_000)
        with unit_of_work():
            service.take_snapshot()
        assert len(queries.evidence_of(clock.today().year)) > 5
    client = signed_in(own_app, "manager")
    client.get("/balance/")
    with counted_queries(own_app) as statements:
        begin = time.process_time()  # what this process does, whatever else the machine does
        assert client.get("/balance/").status_code == 200
        taken = time.process_time() - begin
    print(f"overview: {1000 * taken:.0f} ms, {len(statements)} queries")
    assert len(statements) <= 12
    assert taken < 0.3
