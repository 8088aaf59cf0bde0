"""Lists that were shown reach balance as plain values, and stay under pseudonyms without a community."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.balance import service
from iso_portal.balance.models import Gate, ShownList
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import defer
from tests import factories
from tests.balance.monitored import open_gate
from tests.conftest import work_off


def values(pool: list[uuid.UUID], order: list[uuid.UUID]) -> dict[str, Any]:
    """Return the values of a job as matches sends them."""
    return {
        "list_id": str(uuid.uuid4()),
        "inquiry_id": str(uuid.uuid4()),
        "shown_at": clock.now().isoformat(),
        "pool": [str(key) for key in pool],
        "order": [str(key) for key in order],
        "stratum": "C",
    }


def test_a_shown_list_is_kept_once_and_names_no_business(own_app: Flask) -> None:
    keys = [uuid.uuid4() for _ in range(8)]
    sent = values(keys, keys[:5])
    for _ in range(2):
        with own_app.test_request_context(), unit_of_work():
            defer(db.session, "balance.book_exposure", sent)
        assert "balance.book_exposure" in work_off(own_app, only="balance.")
    with own_app.test_request_context():
        rows = db.session.scalars(sa.select(ShownList)).all()
        assert len(rows) == 1
        assert len(rows[0].pool) == 8
        assert len(rows[0].order) == 5
        kept = db.session.execute(sa.text("select row_to_json(balance_shown_lists)::text from balance_shown_lists"))
        text = kept.scalar_one()
        assert not [key for key in [*keys, sent["inquiry_id"], sent["list_id"]] if str(key) in text]


def test_a_list_that_shows_strangers_to_its_pool_is_refused(own_app: Flask) -> None:
    keys = [uuid.uuid4() for _ in range(3)]
    given = {"list_id": uuid.uuid4(), "inquiry_id": uuid.uuid4(), "shown_at": clock.now(), "stratum": "C"}
    with own_app.test_request_context():
        for pool, order in ((keys[:2], keys), (keys, [keys[0], keys[0]])):
            with pytest.raises(ValueError, match="order"):
                service.book_exposure(pool=pool, order=order, **given)


def test_exposure_is_joined_with_declarations_in_memory_alone(own_app: Flask) -> None:
    draw = random.Random(3)
    with own_app.test_request_context():
        open_gate(Gate.COLLECT_FIRMS)
        firms = [factories.business() for _ in range(12)]
        db.session.commit()
        for place, firm in enumerate(firms):
            service.declare_owners(firm.id, ["albanian" if place % 2 else "serb"], language=Language.EN)
        with unit_of_work():
            for _ in range(24):
                pool = [firm.id for firm in firms]
                service.book_exposure(
                    list_id=uuid.uuid4(), inquiry_id=uuid.uuid4(), shown_at=clock.now(), pool=pool,
                    order=draw.sample(pool, 5), stratum="C",
                )  # fmt: skip
        with unit_of_work():
            content = service.take_snapshot().content
        row = content["exposure"]["albanian"]
        assert row["n"] == 24
        assert row["value"] + content["exposure"]["serb"]["value"] == pytest.approx(1, abs=0.001)
        assert row["expected"] == pytest.approx(0.5, abs=0.01)
        assert row["neutral"][0] < 1 < row["neutral"][1]
        assert content["funnel"]["registered"] == {"albanian": 0.5, "serb": 0.5}
        for firm in firms:
            assert service.firm_key(firm.id) not in str(content)


def test_too_few_lists_prove_nothing(own_app: Flask) -> None:
    with own_app.test_request_context():
        open_gate(Gate.COLLECT_FIRMS)
        firms = [factories.business() for _ in range(6)]
        db.session.commit()
        for place, firm in enumerate(firms):
            service.declare_owners(firm.id, ["albanian" if place % 2 else "serb"], language=Language.EN)
        with unit_of_work():
            pool = [firm.id for firm in firms]
            service.book_exposure(
                list_id=uuid.uuid4(), inquiry_id=uuid.uuid4(), shown_at=clock.now(), pool=pool, order=pool[:5],
                stratum="C",
            )  # fmt: skip
        with unit_of_work():
            content = service.take_snapshot().content
        assert content["exposure"]["serb"]["why"] == "few_cases"
        assert content["blocks"]["exposure"]["result"] == "insufficient"
