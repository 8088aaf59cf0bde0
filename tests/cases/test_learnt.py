"""What an investor tells after the inquiry opens the gate; the inquiry stays as it was sent (casework K1)."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from iso_portal.cases import queries
from iso_portal.cases.models import Case
from iso_portal.core.db import db
from tests import factories
from tests.conftest import signed_in
from tests.soundness import assert_sound


@pytest.fixture
def bare(app: Flask) -> uuid.UUID:
    """A case whose sender told neither size nor time nor need."""
    with app.app_context():
        row: Case = factories.case(inquiry=factories.inquiry(band=None, timeline=None, needs=[]))
        db.session.commit()
        return row.id


def test_what_was_learnt_opens_the_gate_and_changes_nothing_that_was_sent(app: Flask, bare: uuid.UUID) -> None:
    client, address = signed_in(app, "officer"), f"/cases/{bare}/"
    page = client.get(address).text
    assert page.count('<a href="#learnt">') == 2
    sent = {"band": "1-5m", "timeline": "6-12m", "needs": ["water", "partner"], "text": "On the phone, today."}
    assert client.post(f"{address}learnt", data=sent).status_code == 303
    page = client.get(address).text
    assert '<a href="#learnt">' not in page
    assert "On the phone, today." in page
    assert_sound(page, "case")
    with app.app_context():
        case = queries.get(bare)
        told = queries.said(case)
        assert told.learnt == {"band": "1-5m", "timeline": "6-12m", "needs": ["water", "partner"]}
        assert (case.inquiry.band, case.inquiry.timeline, case.inquiry.needs) == (None, None, [])


def test_the_newest_word_counts_and_what_is_left_empty_stays(app: Flask, bare: uuid.UUID) -> None:
    client, address = signed_in(app, "officer"), f"/cases/{bare}/learnt"
    client.post(address, data={"band": "1-5m", "timeline": "6-12m"})
    client.post(address, data={"band": "5-10m"})
    with app.app_context():
        assert queries.said(queries.get(bare)).learnt == {"band": "5-10m", "timeline": "6-12m"}


def test_nothing_new_is_refused_and_what_was_typed_stays(app: Flask, bare: uuid.UUID) -> None:
    client = signed_in(app, "officer")
    answer = client.post(f"/cases/{bare}/learnt", data={"text": "They said nothing."})
    assert answer.status_code == 422
    assert "Choose at least one answer that is new." in answer.text
    assert "They said nothing." in answer.text
    assert client.post(f"/cases/{bare}/learnt", data={"band": "nonsense"}).status_code == 422
