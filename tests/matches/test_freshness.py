"""A saved profile is suggested within ten seconds, one that may not be suggested is gone at once (matching MA11)."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import defer
from iso_portal.matches import queries, service
from iso_portal.matches.models import ReadProfile
from iso_portal.matches.service import serving
from tests import factories
from tests.conftest import counted_queries, work_off

SECONDS = 10


@pytest.fixture(params=["in memory", "from a folder"])
def many(own_app: Flask, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Flask:
    """The portal with forty firms, ranking from memory or as if they were too many for it."""
    if request.param == "from a folder":
        monkeypatch.setattr(serving, "IN_MEMORY", 0)
    with own_app.app_context(), unit_of_work():
        for number in range(40):
            text = f"Prodhojmë dyer dhe dritare druri {number}. Montim në objekt."
            factories.business(f"Druri {number}", nace=("16.23",), text=text)
    return own_app


def new_case(app: Flask) -> Any:
    with app.app_context(), unit_of_work():
        return factories.case().id


def listed(case_id: Any, **options: Any) -> list[str]:
    """The names on a list made now, best first; what the job reads every few minutes is read before."""
    with unit_of_work():
        service.read_some(most=200)
    with unit_of_work():
        answer, _firms = service.rank(cases.get(case_id), **options)
        order = {one.key: one.rank for one in answer.suggestions}
        names = {str(key): name for key, name in db.session.execute(sa.select(Business.id, Business.name))}
        return [names[key] for key in sorted(order, key=order.__getitem__)]


def test_a_saved_profile_is_suggested_within_ten_seconds(many: Flask) -> None:
    case_id = new_case(many)
    with many.app_context():
        assert "Ibri Metal" not in listed(case_id)
        begun = time.monotonic()
        with unit_of_work():
            firm = factories.business("Ibri Metal", text="Konstruksione çeliku të salduara, shkallë dhe platforma.")
            defer(db.session, "matches.index_business", {"business_id": str(firm.id)})
    work_off(many, only="matches.index_business")
    with many.app_context():
        assert listed(case_id)[0] == "Ibri Metal"
    assert time.monotonic() - begun < SECONDS


def test_a_changed_profile_counts_as_soon_as_it_is_read(many: Flask) -> None:
    case_id = new_case(many)
    with many.app_context():
        before = listed(case_id)
        with unit_of_work():
            firm = db.session.scalars(sa.select(Business).where(Business.name == before[-1])).one()
            whole = businesses.get(firm.id)
            for text in whole.texts:
                if text.kind is TextKind.DESCRIPTION:
                    text.text = "Konstruksione çeliku të salduara dhe platforma."
            whole.activities[0].code = "25.11"
            assert service.index_business(whole) == 1
        assert listed(case_id)[0] == before[-1]


@pytest.mark.parametrize("change", [{"consent_suggest": False}, {"active": False}])
def test_who_may_not_be_suggested_is_gone_before_any_job(many: Flask, change: dict[str, bool]) -> None:
    case_id = new_case(many)
    with many.app_context():
        best = listed(case_id)[0]
        with unit_of_work():
            db.session.execute(sa.update(Business).where(Business.name == best).values(**change))
        assert best not in listed(case_id, top=50)
        with unit_of_work():
            db.session.execute(sa.update(Business).values(active=True, consent_suggest=True))
        assert best in listed(case_id, top=50)


def test_a_firm_that_is_removed_is_gone_at_once(many: Flask) -> None:
    case_id = new_case(many)
    with many.app_context():
        best = listed(case_id)[0]
        with unit_of_work():
            key = db.session.scalars(sa.select(Business.id).where(Business.name == best)).one()
            for table in ("business_texts", "business_activities", "match_lines", "match_profiles"):
                db.session.execute(sa.text(f"delete from {table} where business_id = :key"), {"key": key})
            db.session.execute(sa.text("delete from businesses where id = :key"), {"key": key})
        assert best not in listed(case_id, top=50)


def test_a_new_inquiry_has_its_list_within_ten_seconds(many: Flask) -> None:
    begun = time.monotonic()
    with many.app_context(), unit_of_work():
        case_id = factories.case().id
        defer(db.session, "matches.refresh", {"case_id": str(case_id)})
    work_off(many, only="matches.refresh")
    with many.app_context():
        run = queries.latest_run(case_id)
        assert run is not None
        assert run.firms == 40
    assert time.monotonic() - begun < SECONDS


def test_a_ranking_asks_as_many_questions_for_forty_firms_as_for_eighty(many: Flask) -> None:
    case_id = new_case(many)
    counts = []
    for _round in range(2):
        with many.app_context():
            listed(case_id)
            with counted_queries(many) as statements:
                listed(case_id)
            counts.append(len(statements))
            with unit_of_work():
                for number in range(40):
                    factories.business(f"Tjetër {number}", text=f"Shërbime {number}.")
    assert counts[0] == counts[1]


def test_a_firm_without_a_line_is_read_once_and_suggested(many: Flask) -> None:
    case_id = new_case(many)
    read = sa.select(ReadProfile.business_id, ReadProfile.read_at).order_by(ReadProfile.business_id)
    with many.app_context():
        with unit_of_work():
            factories.business("Pa Tekst", text="?!", nace=("25.11",), offers=["contract_manufacturing"])
        assert "Pa Tekst" in listed(case_id, top=50)
        first = db.session.execute(read).all()
        assert "Pa Tekst" in listed(case_id, top=50)
        assert db.session.execute(read).all() == first
        assert len(first) == 41
