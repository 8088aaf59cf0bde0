"""The band statement: words alone, two keys of both desks, frozen, public in five languages."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from iso_portal.accounts.domain import Wing
from iso_portal.balance import queries, service
from iso_portal.balance.models import Snapshot, Statement
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from seed import balance as demo
from tests import factories
from tests.balance.monitored import book, open_gate, staff
from tests.conftest import signed_in, speaking
from tests.soundness import assert_sound

IN_JULY = datetime(2026, 7, 5, 9, 0, tzinfo=clock.LOCAL)


def drafted() -> Statement:
    """Draft the statement of the first half-year, of an office with 300 cases."""
    open_gate()
    book(staff(), 300)
    with unit_of_work():
        service.take_snapshot()
    with unit_of_work():
        row = service.draft_statement()
        assert row is not None
    return row


def test_it_is_drafted_once_approved_by_both_desks_frozen_and_public(own_app: Flask) -> None:
    with clock.turned_to(IN_JULY), own_app.test_request_context():
        row = drafted()
        assert row.half == "2026-H1"
        assert set(row.words) == {"portfolio", "joint", "workload", "exposure"}
        assert row.words["exposure"] == "cannot be stated"
        with unit_of_work():
            assert service.draft_statement() is None
        key, one = row.id, factories.person("manager", wing=Wing.SQ)
        same, other = factories.person("manager", wing=Wing.SQ), factories.person("manager", wing=Wing.SR)
        db.session.commit()
        clients = [signed_in(own_app, person) for person in (one, same, other)]
    stranger = speaking(own_app, "en")
    assert "January to June 2026" not in stranger.get("/balance/statements").text
    address = f"/balance/statements/{key}/key"
    assert [client.post(address).status_code for client in clients] == [303, 422, 303]
    assert clients[0].post(address).status_code == 422
    for language in ("en", "sq", "sr-Latn", "sr-Cyrl", "de"):
        page = speaking(own_app, language).get("/balance/statements")
        assert page.status_code == 200
        assert_sound(page.text, language)
        assert "%" not in page.text[page.text.index("<main") : page.text.index("</main>")]
    with own_app.test_request_context(), pytest.raises(DatabaseError, match="frozen"):
        db.session.execute(sa.update(Statement).values(half="2000-H1"))


def test_only_co_managers_turn_keys_and_nobody_else_sees_a_draft(own_app: Flask) -> None:
    with clock.turned_to(IN_JULY), own_app.test_request_context():
        key = drafted().id
    for role in ("officer", "data_steward", "administrator"):
        client = signed_in(own_app, role)
        assert client.post(f"/balance/statements/{key}/key").status_code == 403
        assert "2026" not in client.get("/balance/statements").text.split("<main")[1].split("</main>")[0]


def test_a_statement_waits_while_its_subject_changed_by_so_few_that_two_would_tell(own_app: Flask) -> None:
    with clock.turned_to(IN_JULY), own_app.test_request_context():
        row = drafted()
        earlier = Statement(
            half="2025-H2",
            words=row.words,
            populations=row.populations | {"cases": row.populations["cases"] - 3},
            drafted_at=clock.now(),
            second_at=clock.now(),
        )
        db.session.add(earlier)
        db.session.commit()
        manager = factories.person("manager", wing=Wing.SQ)
        db.session.commit()
        assert service.blocked(queries.statement(row.id))
        client, key = signed_in(own_app, manager), row.id
    assert client.post(f"/balance/statements/{key}/key").status_code == 422


def test_without_figures_of_this_shape_nothing_is_drafted(own_app: Flask) -> None:
    with own_app.test_request_context(), unit_of_work():
        assert service.draft_statement() is None
        db.session.add(Snapshot(taken_at=clock.now(), bookings=0, content={}))
        db.session.flush()
        assert service.draft_statement() is None


def test_the_demos_papers_are_a_review_that_both_wrote_and_an_approved_statement(own_app: Flask) -> None:
    with own_app.test_request_context():
        drafted_from = [factories.person("manager", wing=wing) for wing in (Wing.SQ, Wing.SR)]
        open_gate()
        book(staff(), 60)
        firms = [factories.business().id for _ in range(8)]
        db.session.commit()
        with unit_of_work():
            assert demo.lists(firms) == demo.LISTS
        with unit_of_work():
            service.take_snapshot()
        with unit_of_work():
            demo.papers({"manager.a": drafted_from[0].id, "manager.b": drafted_from[1].id})
        assert [row.closed_at is not None for row in queries.alerts()] == [True]
        assert len(queries.statements(approved=True)) == 1
