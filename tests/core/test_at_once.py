"""Two people save the same thing in the very same moment: one is kept, the other is asked, nobody loses a word."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import service
from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from tests import factories
from tests.conftest import signed_in
from tests.soundness import assert_sound


def test_the_second_of_two_is_shown_what_was_typed_and_may_send_it_again(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with own_app.app_context():
        firm = factories.business("Dyer")
        db.session.commit()
        key = firm.id
    other = sa.create_engine(own_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=sa.NullPool)
    change = service.change

    def change_after_another(business: Business, *given: Any, **named: Any) -> list[str]:
        with other.begin() as connection:
            connection.execute(
                sa.text("update businesses set version = version + 1, website = 'other.example' where id = :key"),
                {"key": key},
            )
        return change(business, *given, **named)

    monkeypatch.setattr(service, "change", change_after_another)
    client = signed_in(own_app, "officer")
    sent = {"version": "1", "name": "Dyer & Dritare", "language": "sq", "municipality": "zvecan", "registration": "XK"}
    answer = client.post(f"/businesses/{key}/edit", data=sent | {"description": "Fjalë që nuk humbin"})
    assert answer.status_code == 409
    assert "Fjalë që nuk humbin" in answer.text
    assert 'name="description" value="Fjalë që nuk humbin"' in answer.text
    assert_sound(answer.text, "send again")
    with own_app.app_context():
        row = db.session.get(Business, key)
        assert row is not None
        assert (row.name, row.website) == ("Dyer", "other.example")
