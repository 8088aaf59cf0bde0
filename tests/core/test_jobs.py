"""The queue, sessions and counters: nothing half-done, nothing kept for ever (trust F1, S2, S3)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import scoped_session

from iso_portal.balance.models import Snapshot
from iso_portal.core import clock
from iso_portal.core.db import db, side_engine, steady_reading, unit_of_work
from iso_portal.core.jobs import defer, sweep
from iso_portal.core.limits import PostgresTableStorage
from tests.conftest import signed_in

WAITING = sa.text("select count(*) from procrastinate_jobs where status = 'todo' and task_name = 'matches.refresh'")


def test_a_job_lives_and_dies_with_its_transaction(own_app: Flask) -> None:
    with own_app.test_request_context():
        with unit_of_work() as work:
            defer(db.session, "matches.refresh", {"case_id": "x"})
            work.keep = False
        assert db.session.scalar(WAITING) == 0
        with pytest.raises(LookupError), unit_of_work():
            defer(
                db.session, "matches.refresh" if defer(db.session, "matches.refresh", {"case_id": "x"}) is None else "?"
            )
        assert db.session.scalar(WAITING) == 0
        with unit_of_work():
            defer(db.session, "matches.refresh", {"case_id": "x"})
        assert db.session.scalar(WAITING) == 1


def test_a_job_that_may_wait_once_spoils_no_transaction(session: scoped_session[Any]) -> None:
    first = defer(db.session, "matches.refresh", {"case_id": "x"}, waiting_once="one")
    second = defer(db.session, "matches.refresh", {"case_id": "x"}, waiting_once="one")
    assert first is not None
    assert second is None
    assert db.session.scalar(WAITING) == 1


def test_a_job_nobody_declared_is_refused(session: scoped_session[Any]) -> None:
    with pytest.raises(LookupError, match="no task is called"):
        defer(db.session, "nobody.knows")


def test_a_unit_of_work_is_never_nested_and_reports_never_write(own_app: Flask) -> None:
    with own_app.test_request_context():
        with unit_of_work(), pytest.raises(RuntimeError, match="already open"), unit_of_work():
            pass
        with steady_reading(), pytest.raises(sa.exc.DBAPIError, match="read-only"):
            db.session.execute(sa.text("delete from tasks"))
        db.session.add(Snapshot(taken_at=clock.now(), bookings=0, content={}))
        with pytest.raises(RuntimeError, match="middle of a write"), steady_reading():
            pass


def test_the_nightly_sweep_removes_what_is_over_and_keeps_the_rest(own_app: Flask) -> None:
    signed_in(own_app, "officer")
    signed_in(own_app, "officer")
    with own_app.test_request_context():
        with side_engine().begin() as connection:
            connection.execute(
                sa.text(
                    "update web_session set seen_at = now() - interval '31 minutes' where ctid = (select min(ctid) from web_session)"
                )
            )
            connection.execute(
                sa.text(
                    "insert into rate_limit values ('old', 1, now() - interval '1 day'), ('new', 1, now() + interval '1 day')"
                )
            )
        sweep.func()
        assert db.session.scalar(sa.text("select count(*) from web_session")) == 1
        assert db.session.scalars(sa.text("select key from rate_limit")).all() == ["new"]


def test_an_idle_session_is_over_and_a_stolen_key_of_a_dump_opens_nothing(own_app: Flask) -> None:
    client = signed_in(own_app, "officer")
    assert client.get("/accounts/me").status_code == 200
    with own_app.app_context(), side_engine().begin() as connection:
        stored = connection.scalar(sa.text("select encode(key_hash, 'hex') from web_session"))
        connection.execute(sa.text("update web_session set seen_at = now() - interval '31 minutes'"))
    assert client.get("/accounts/me").status_code == 302
    client.set_cookie("iso_session", str(stored))
    assert client.get("/accounts/me").status_code == 302


def test_a_revoked_session_does_not_come_back(own_app: Flask) -> None:
    client = signed_in(own_app, "officer")
    with own_app.app_context():
        person = db.session.scalar(sa.text("select person from web_session"))
        assert own_app.session_interface.revoke(str(person)) == 1  # type: ignore[attr-defined]  # ours
    assert client.get("/accounts/me").status_code == 302
    assert client.post("/accounts/language").status_code == 302


def test_counters_count_in_windows(own_app: Flask) -> None:
    with own_app.app_context():
        storage = PostgresTableStorage("postgresql-table://", engine=side_engine)
        assert [storage.incr("k", 60) for _ in range(3)] == [1, 2, 3]
        assert storage.get("k") == 3
        assert storage.check()
        with side_engine().begin() as connection:
            connection.execute(sa.text("update rate_limit set ends_at = now() - interval '1 second'"))
        assert storage.get("k") == 0
        assert storage.incr("k", 60) == 1
        storage.clear("k")
        assert storage.get("k") == 0
