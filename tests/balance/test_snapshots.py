"""The nightly snapshot: aggregates alone, in steps, harmless to repeat, and honest when a gate is closed."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.balance import queries, service
from iso_portal.balance.domain import figures
from iso_portal.balance.models import Gate
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import jobs
from tests.balance.monitored import book, open_gate, staff


def test_a_snapshot_holds_aggregates_and_no_person_case_or_business(own_app: Flask) -> None:
    with own_app.test_request_context():
        open_gate()
        people = staff()
        book(people, 120)
        with unit_of_work():
            content = service.take_snapshot().content
        text = json.dumps(content)
        keys = {str(row.lead_id) for row in queries.booked_cases()} | {
            str(row.case_id) for row in queries.booked_cases()
        }
        assert not [key for key in keys if key in text]
        assert set(content["shares"]) == {"albanian", "serb"}
        row = content["shares"]["albanian"]["weighted"]
        assert {"value", "expected", "bounds", "interval", "n", "work", "band", "within"} <= set(row)
        total = sum(one["weighted"]["value"] for one in content["shares"].values())
        assert total == pytest.approx(1, abs=0.001)
        assert set(content["blocks"]) >= {"portfolio", "joint", "workload", "cross", "sector", "large", "exposure"}
        assert content["closed"] is None
        assert content["firms_closed"] == "not_collected"


def test_with_closed_gates_desks_and_load_go_on_and_nothing_is_read_from_the_vault(own_app: Flask) -> None:
    with own_app.test_request_context():
        book(staff(declare=False), 60)
        with unit_of_work():
            content = service.take_snapshot().content
        assert content["closed"] == "not_collected"
        assert content["shares"] == {}
        assert content["blocks"]["portfolio"] == {"result": "insufficient", "reasons": ["not_collected"], "kinds": []}
        assert content["both_wings"]["value"] == 1.0
        assert "value" in content["workload"]
        assert "value" in content["cross"]
        reads = db.session.execute(sa.text("select count(*) from acts where verb = 'vault.read'")).scalar_one()
        assert reads == 0


def test_a_figure_by_community_steps_with_five_more_cases_and_not_before(own_app: Flask) -> None:
    with own_app.test_request_context():
        open_gate()
        people = staff()
        book(people, 60)
        with unit_of_work():
            first = service.take_snapshot().content
        book(people, 4, first=1.0, days=1)
        with unit_of_work():
            second = service.take_snapshot().content
        book(people, 1, first=1.0, days=1)
        with unit_of_work():
            third = service.take_snapshot().content
        for name in ("shares", "joint", "where", "symmetry", "group_loads", "parts"):
            assert second[name] == first[name], name
        assert second["n"] == 64
        assert third["shares"]["albanian"]["weighted"]["base"] == 65
        assert third["shares"]["albanian"]["weighted"] != first["shares"]["albanian"]["weighted"]
        assert third["parts"] == first["parts"]


def test_taking_it_twice_changes_nothing_that_is_shown(own_app: Flask) -> None:
    with own_app.test_request_context():
        open_gate()
        open_gate(Gate.COLLECT_FIRMS)
        book(staff(), 200, first=0.9)
        with unit_of_work():
            first = service.take_snapshot().content
        shown = [(row.scope, row.cases, row.e) for row in queries.evidence_of(first["year"])]
        alerts = [(row.scope, row.level) for row in queries.alerts()]
        with unit_of_work():
            second = service.take_snapshot().content
        assert second == first
        assert [(row.scope, row.cases, row.e) for row in queries.evidence_of(first["year"])] == shown
        assert [(row.scope, row.level) for row in queries.alerts()] == alerts


def test_a_snapshot_that_fails_leaves_the_last_one_and_nothing_else(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.test_request_context():
        open_gate()
        people = staff()
        book(people, 60)
        with unit_of_work():
            kept = service.take_snapshot().id
        book(people, 40, first=1.0)
        monkeypatch.setattr(figures, "content", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            jobs.tasks["balance.snapshot"].func()
        newest = queries.latest_snapshot()
        assert newest is not None
        assert newest.id == kept
        assert queries.alerts() == []


def test_a_snapshot_of_ten_thousand_cases_is_kept(own_app: Flask) -> None:
    with own_app.test_request_context():
        open_gate()
        book(staff(), 10_000, days=360)
        with unit_of_work():
            key = service.take_snapshot().id
        latest = queries.latest_snapshot()
        assert latest is not None
        assert latest.id == key
