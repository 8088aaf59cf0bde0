"""Owners of firms declare apart from the profile (balance P8)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.models import Person
from iso_portal.balance import models, queries, service
from iso_portal.balance.queries import Purpose
from iso_portal.core.db import db, unit_of_work
from tests import factories
from tests.balance.vaults import in_vault
from tests.conftest import speaking


@pytest.fixture
def firm(own_app: Flask, someone: Person) -> tuple[uuid.UUID, Any]:
    """A firm, and a browser that came in by its link."""
    with own_app.test_request_context():
        business = factories.business()
        link = factories.firm_token(business)
        key = business.id
        db.session.commit()
    client = speaking(own_app, "en")
    assert client.post(f"/my-business/in/{link}").status_code == 303
    return key, client


def test_owners_declare_apart_from_the_profile_and_see_who_read_it(own_app: Flask, firm: tuple[uuid.UUID, Any]) -> None:
    key, client = firm
    page = client.get("/my-business/declaration").text
    assert "checked" not in page
    assert "Mixed ownership" in page
    assert client.post("/my-business/declaration", data={"communities": ["mixed", "serb"]}).status_code == 422
    assert client.post("/my-business/declaration", data={}).status_code == 422
    assert client.post("/my-business/declaration", data={"communities": ["serb", "gorani"]}).status_code == 303
    with own_app.test_request_context():
        with unit_of_work():
            found = queries.declarations_for(Purpose.STATISTICS, [key], vault=service.vault(), by=None, kind="firm")
        assert found[key].answer.codes == ("gorani", "serb")
    page = client.get("/my-business/declaration").text
    assert "statistics of the night, 1 run" in page
    assert "Gorani, Serb" in client.post("/my-business/declaration/show").text
    assert client.post("/my-business/declaration/withdraw").status_code == 303
    assert client.post("/my-business/declaration/erase").status_code == 303
    with own_app.test_request_context():
        assert in_vault(own_app, sa.select(models.declaration)) == []


def test_owners_are_not_asked_while_their_gate_is_closed(own_app: Flask, firm: tuple[uuid.UUID, Any]) -> None:
    _key, client = firm
    with own_app.app_context():
        db.session.execute(sa.text("update balance_gates set closed_at = now() where gate = 'collect_firms'"))
        db.session.commit()
    assert 'name="communities"' not in client.get("/my-business/declaration").text
    assert client.post("/my-business/declaration", data={"communities": "serb"}).status_code == 409
    assert client.post("/my-business/declaration/show").status_code == 409


def test_without_a_link_nobody_opens_the_owners_page(own_app: Flask) -> None:
    answer = speaking(own_app, "en").get("/my-business/declaration")
    assert answer.status_code == 302
    assert "/my-business/sign-in" in answer.location
