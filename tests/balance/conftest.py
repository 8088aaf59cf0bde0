"""Somebody whose declaration tests give and take back."""

from __future__ import annotations

import pytest
from flask import Flask

from iso_portal.accounts.models import Person
from iso_portal.balance.models import Gate
from iso_portal.core.db import db
from tests import factories
from tests.balance.vaults import open_gate


@pytest.fixture
def someone(own_app: Flask) -> Person:
    """An officer on a database of its own, with the gates for declarations open."""
    with own_app.app_context():
        person: Person = factories.person()
        open_gate(days=800)
        open_gate(days=800, gate=Gate.COLLECT_FIRMS)
        db.session.refresh(person)
        db.session.expunge(person)
    return person
