"""Routes say who may, or the portal does not start (trust S4)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask

from iso_portal.core.access import ALLOWED, Permission, may, public, refuse_careless_routes, requires, writes


def portal_with(view: object, method: str) -> Flask:
    app = Flask("careless")
    app.add_url_rule("/x", "x", view, methods=[method])  # type: ignore[arg-type]  # a view, marked or not
    return app


def test_a_route_without_a_right_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="add @requires or @public"):
        refuse_careless_routes(portal_with(lambda: "", "GET"))


def test_a_get_that_writes_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="a GET must not write"):
        refuse_careless_routes(portal_with(public(writes(lambda: "")), "GET"))


def test_a_post_that_does_not_commit_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="add @writes"):
        refuse_careless_routes(portal_with(public(lambda: ""), "POST"))


def test_a_marked_route_may_start() -> None:
    refuse_careless_routes(portal_with(requires(Permission.CASE_LIST)(lambda: ""), "GET"))
    refuse_careless_routes(portal_with(public(writes(lambda: "")), "POST"))


def test_every_permission_has_its_row() -> None:
    assert set(ALLOWED) == set(Permission)


def test_a_stranger_may_nothing() -> None:
    stranger = SimpleNamespace(is_authenticated=False, role="manager")
    assert not any(may(stranger, permission) for permission in Permission)


def test_donors_and_administrators_see_no_case() -> None:
    for role in ("donor", "administrator"):
        someone = SimpleNamespace(is_authenticated=True, role=role, id=1)
        assert not may(someone, Permission.CASE_LIST)
        assert not may(someone, Permission.CASE_SEE, SimpleNamespace(team=[]))


def test_an_adviser_sees_the_cases_they_are_on() -> None:
    adviser = SimpleNamespace(is_authenticated=True, role="adviser", id=7)
    mine = SimpleNamespace(team=[SimpleNamespace(person_id=7)])
    assert may(adviser, Permission.CASE_SEE, mine)
    assert not may(adviser, Permission.CASE_SEE, SimpleNamespace(team=[]))
    assert not may(adviser, Permission.CASE_EDIT, mine)
