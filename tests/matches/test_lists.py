"""Lists are kept with what they were made of, say what changed, and follow what they depend on (matching MA8, MA11, 5)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import Stage
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.matches import domain, queries, service
from iso_portal.matches.domain import Change, Choice
from iso_portal.matches.models import AddedFirm, Decision, SuggestionLog, SuggestionRun
from matching.features import FEATURES
from tests import factories
from tests.conftest import counted_queries, signed_in, work_off
from tests.matches.steps import make_list, prepared
from tests.soundness import assert_sound


def waiting(app: Flask, name: str) -> list[dict[str, Any]]:
    with app.app_context():
        found = db.session.execute(
            sa.text("select args from procrastinate_jobs where status = 'todo' and task_name = :name order by id"),
            {"name": name},
        )
        return [row.args for row in found]


def test_every_list_is_kept_with_model_features_and_order(app: Flask) -> None:
    ready = prepared(app, more=12)
    with app.app_context():
        run = queries.latest_run(ready.case_id)
        assert run is not None
        log = queries.log_of(run.id)
        assert log is not None
        assert log.features == list(FEATURES)
        assert log.model_version == run.model_version != ""
        assert (len(log.rows), log.shown) == (15, 10)
        assert [row[0] for row in log.rows[: log.shown]] == [str(one.business_id) for one in run.suggestions]
        assert all(len(numbers) == len(FEATURES) for _key, _score, numbers in log.rows)
        scores = [score for _key, score, _numbers in log.rows]
        assert scores == sorted(scores, reverse=True)
        steel = queries.measured(log, ready.firms["steel"])
        assert steel is not None
        assert steel.features["shared_class"] > 0
        assert queries.measured(log, ready.firms["shy"]) is None
        assert 1 <= run.shortlist <= 15
        assert run.guesses


def test_the_log_leaves_with_its_list(app: Flask) -> None:
    ready = prepared(app)
    with app.app_context():
        db.session.execute(sa.text("delete from suggestions"))
        db.session.execute(sa.text("delete from suggestion_runs"))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionLog)) == 0
        assert queries.latest_run(ready.case_id) is None


def test_a_decision_counts_for_the_list_that_the_person_looked_at(app: Flask) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    with app.app_context():
        first = queries.latest_run(ready.case_id)
        assert first is not None
        looked_at, place = (
            first.id,
            next(one.rank for one in first.suggestions if one.business_id == ready.firms["wood"]),
        )
    make_list(app, ready.case_id)
    sent = {"business": ready.firms["wood"], "choice": "rejected", "reason_code": "other_product"}
    kept = officer.post(f"{ready.address}/decisions", data=sent | {"run": looked_at, "position": "2", "seen": ""})
    assert kept.status_code == 303
    with app.app_context():
        made = db.session.scalars(sa.select(Decision)).one()
        assert (made.run_id, made.rank, made.position) == (looked_at, place, 2)
        (judged,) = queries.judged_runs()
        assert judged.run_id == looked_at
        assert [one.business_id for one in judged.decisions] == [ready.firms["wood"]]
        assert judged.log.shown == 3
        assert set(judged.wings.values()) <= {"sq", "sr"}


@pytest.mark.parametrize("sent", [{"run": "x", "seen": "y", "position": "-1"}, {"run": str(uuid.uuid4()), "seen": ""}])
def test_a_form_that_names_no_list_counts_for_the_newest(app: Flask, sent: dict[str, str]) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    values = {"business": ready.firms["steel"], "choice": "accepted"} | sent
    assert officer.post(f"{ready.address}/decisions", data=values).status_code == 303
    with app.app_context():
        run = queries.latest_run(ready.case_id)
        made = db.session.scalars(sa.select(Decision)).one()
        assert run is not None
        assert (made.run_id, made.rank, made.position) == (run.id, 1, None)


def test_the_second_of_two_people_sees_what_the_first_decided(app: Flask) -> None:
    ready = prepared(app)
    one, other = signed_in(app, "officer"), signed_in(app, "manager")
    same = {"business": ready.firms["steel"], "run": "", "position": "1", "seen": ""}
    assert one.post(f"{ready.address}/decisions", data=same | {"choice": "accepted"}).status_code == 303
    late = {"choice": "rejected", "reason_code": "too_small", "note": "ten people"}
    refused = other.post(f"{ready.address}/decisions", data=same | late)
    assert refused.status_code == 422
    assert "decided about this firm meanwhile" in refused.text
    assert 'value="ten people"' in refused.text
    assert_sound(refused.text, "late")
    with app.app_context():
        newest = queries.decision(ready.case_id, ready.firms["steel"])
        assert newest is not None
        assert newest.choice is Choice.ACCEPTED
        seen = str(newest.id)
    assert other.post(f"{ready.address}/decisions", data=same | late | {"seen": seen}).status_code == 303


def test_a_firm_may_be_looked_at_again_on_a_day_to_come(app: Flask) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    day = clock.today() + timedelta(days=30)
    values = {"business": ready.firms["wood"], "choice": "deferred"}
    past = officer.post(f"{ready.address}/decisions", data=values | {"until": "2020-01-01"})
    assert past.status_code == 422
    assert "still to come" in past.text
    assert officer.post(f"{ready.address}/decisions", data=values | {"until": "never"}).status_code == 422
    assert officer.post(f"{ready.address}/decisions", data=values | {"until": day.isoformat()}).status_code == 303
    assert "to be looked at again on" in officer.get(ready.address).text


def test_the_page_says_what_changed_and_why(app: Flask) -> None:
    ready = prepared(app)
    officer = signed_in(app, "officer")
    assert "What changed since the list before" not in officer.get(ready.address).text
    with app.app_context():
        factories.business("Çelik Ri", text="Prodhojmë konstruksione çeliku të salduara.")
        db.session.commit()
    make_list(app, ready.case_id)
    page = officer.get(ready.address).text
    assert "What changed since the list before" in page
    assert "New on the list" in page
    assert_sound(page, "of_case")
    with app.app_context():
        case = cases.get(ready.case_id)
        case_service.record_learnt(case, sectors=["16.23"], text="", by=factories.person())
        db.session.commit()
    assert [job["case_id"] for job in waiting(app, "matches.refresh")] == [str(ready.case_id)]
    work_off(app, only="matches.refresh")
    assert "More is known of the inquiry." in officer.get(ready.address).text


def test_places_tell_new_gone_and_moved_firms_apart() -> None:
    a, b, c, d = (uuid.uuid4() for _number in range(4))
    now = domain.places([a, c, d], [c, a, b])
    assert [(now[key].change, now[key].before) for key in (a, c, d)] == [
        (Change.UP, 2),
        (Change.DOWN, 1),
        (Change.NEW, None),
    ]
    assert domain.gone([a, c, d], [c, a, b]) == [b]
    assert domain.places([a], [a])[a].change is Change.SAME


def test_nobody_without_consent_is_shown_whatever_was_decided_before(app: Flask) -> None:
    ready = prepared(app, more=3)
    officer = signed_in(app, "officer")
    for name in ("steel", "wood"):
        officer.post(f"{ready.address}/decisions", data={"business": ready.firms[name], "choice": "accepted"})
    make_list(app, ready.case_id)
    with app.app_context():
        names = {firm.name for firm in db.session.scalars(sa.select(Business))}
        db.session.execute(sa.update(Business).values(consent_suggest=False))
        db.session.commit()
    page = officer.get(ready.address).text
    assert [name for name in names if name in page] == []
    assert "2 firms that were decided about do not agree to be suggested at present." in page
    assert "Has not agreed to be suggested: 7" in page


def test_a_case_of_200_firms_asks_no_more_questions_than_one_of_three(app: Flask) -> None:
    officer = signed_in(app, "officer")
    counts = []
    for more in (0, 200):
        ready = prepared(app, more=more)
        officer.get(ready.address)
        with counted_queries(app) as statements:
            assert officer.get(ready.address).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_case_that_is_qualified_or_learnt_about_gets_a_new_list_once(app: Flask) -> None:
    ready = prepared(app)
    with app.app_context():
        officer, case = factories.person(), cases.get(ready.case_id)
        case_service.record_screening(case, clear=True, note="EU list", by=officer)
        db.session.flush()
        case_service.move(case, Stage.QUALIFIED, by=officer)
        case_service.record_learnt(case, band="500k-2m", text="", by=officer)
        db.session.commit()
    assert len(waiting(app, "matches.refresh")) == 1


def test_a_changed_profile_makes_the_lists_anew_that_it_concerns(app: Flask) -> None:
    ready = prepared(app)
    with app.app_context():
        closed = factories.case(status="closed")
        for _time in range(2):
            service.refresh_around(businesses.get(ready.firms["steel"]))
        db.session.commit()
        assert str(closed.id) not in [job["case_id"] for job in waiting(app, "matches.refresh")]
    assert [job["case_id"] for job in waiting(app, "matches.refresh")] == [str(ready.case_id)]
    assert [job["business_id"] for job in waiting(app, "matches.refresh_business")] == [str(ready.firms["steel"])]


def test_of_many_open_cases_those_come_first_that_rank_the_firm_or_ask_for_its_trade(app: Flask) -> None:
    ready = prepared(app)
    with app.app_context():
        trade = factories.case(inquiry=factories.inquiry(sectors=["10"]))
        for _number in range(3):
            factories.case(inquiry=factories.inquiry(sectors=["62"]))
        order = queries.affected(ready.firms["steel"], {"10"}, most=3)
        assert order[:2] == [ready.case_id, trade.id]
        assert len(order) == 3


def test_every_night_old_lists_are_made_anew(app: Flask, monkeypatch: Any) -> None:
    ready = prepared(app)
    at = clock.now()
    with app.app_context():
        assert queries.outdated(at - timedelta(hours=1)) == []
        never = factories.case().id
        db.session.commit()
        assert queries.outdated(at - timedelta(hours=1)) == [never]
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(days=1))
    with app.app_context():
        assert service.refresh_outdated(before=clock.now() - timedelta(hours=20)) == 2
        db.session.commit()
    work_off(app, only="matches.refresh")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionRun)) == 3
        assert queries.latest_run(ready.case_id) is not None


def test_what_people_wrote_about_lists_is_forgotten_with_case_or_firm(app: Flask) -> None:
    ready = prepared(app)
    with app.app_context():
        case, firm, officer = cases.get(ready.case_id), factories.business("Metalac"), factories.person()
        row = service.add_firm(case, firm, reason="Known from the fair", by=officer)
        db.session.flush()
        assert ("added_firms", row.id) in service.forget_case(case.id)
        assert row.reason == ""
        row.reason = "again"
        service.forget_business(firm.id)
        assert row.reason == ""
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AddedFirm)) == 1
        case_service.change_consents(case, share=False, news=False, language=Language.EN)
        assert queries.looking({"25"}, most=5) == []
