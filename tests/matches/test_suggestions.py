"""Suggestions in the portal: made by a job, decided by people, gone at once without consent (matching MA7-MA11)."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.cases.models import Entry
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.matches import queries, service
from iso_portal.matches.models import MatchLine, SuggestionRun
from tests import factories
from tests.conftest import signed_in, work_off


def prepared(app: Flask) -> tuple[Any, dict[str, Any]]:
    """A case about welded steel, and three firms; returns the case's key and the firms'."""
    with app.app_context():
        firms = {
            "steel": factories.business("Ibri Metal", text="Prodhojmë konstruksione çeliku. Shkallë dhe platforma.", offers=["contract_manufacturing"]),
            "wood": factories.business("Дрво", language="sr_cyrl", nace=("16.23",), text="Производимо дрвена врата и прозоре."),
            "shy": factories.business("Shy Steel", text="Konstruksione çeliku të salduara.", consent_suggest=False),
        }  # fmt: skip
        case_id = factories.case().id
        keys = {name: firm.id for name, firm in firms.items()}
        defer(db.session, "matches.refresh", {"case_id": str(case_id)})
        db.session.commit()
    work_off(app, only="matches.")
    return case_id, keys


def test_the_list_is_made_by_the_job_and_names_what_met(app: Flask) -> None:
    case_id, firms = prepared(app)
    with app.app_context():
        run = queries.latest_run(case_id)
        assert run is not None
        assert next(one.business_id for one in run.suggestions) == firms["steel"]
        assert firms["shy"] not in [one.business_id for one in run.suggestions]
        assert run.suggestions[0].reason["classes"] == ["25.11"]
        assert run.suggestions[0].reason["needs_met"] == ["partner"]
    page = signed_in(app, "officer", language="sr-Latn").get(f"/matches/cases/{case_id}").text
    assert "Proizvodnja metalnih konstrukcija" in page
    assert "scikit-learn" in page
    assert "Производимо" in page
    assert "Proizvodimo drvena vrata i prozore" in page


def test_withdrawing_consent_removes_a_firm_at_once(app: Flask) -> None:
    case_id, firms = prepared(app)
    with app.app_context():
        db.session.get(Business, firms["steel"]).consent_suggest = False  # type: ignore[union-attr]  # it is there
        db.session.commit()
    assert "Ibri Metal" not in signed_in(app, "officer").get(f"/matches/cases/{case_id}").text


def test_only_changed_lines_are_encoded_again(app: Flask, monkeypatch: Any) -> None:
    _case, firms = prepared(app)
    encoded: list[str] = []
    genuine = service.recommender

    with app.app_context():
        model = genuine()
        encode = model.encode
        monkeypatch.setattr(model, "encode", lambda lines: encoded.extend(lines) or encode(lines))
        firm = businesses.get(firms["steel"])
        own = next(text for text in firm.texts if text.kind is TextKind.DESCRIPTION)
        own.text += " Parmakë të rinj."
        db.session.flush()
        assert service.index_business(firm) == 1
        assert encoded == ["Parmakë të rinj."]
        assert db.session.scalar(sa.select(sa.func.count()).where(MatchLine.business_id == firm.id)) == 3


def test_people_decide_with_reasons_and_everything_is_on_the_timeline(app: Flask) -> None:
    case_id, firms = prepared(app)
    officer = signed_in(app, "officer")
    address = f"/matches/cases/{case_id}/decisions"
    assert officer.post(address, data={"business": firms["wood"], "choice": "rejected"}).status_code == 422
    assert officer.post(address, data={"business": firms["shy"], "choice": "accepted"}).status_code == 422
    assert officer.post(address, data={"business": "nonsense", "choice": "accepted"}).status_code == 404
    values = {"business": firms["wood"], "choice": "rejected", "reason_code": "other_product", "note": "doors only"}
    assert officer.post(address, data=values).status_code == 303
    assert officer.post(address, data={"business": firms["steel"], "choice": "accepted"}).status_code == 303
    with app.app_context():
        kinds = set(db.session.scalars(sa.select(Entry.kind).where(Entry.case_id == case_id)))
        assert {"match.accepted", "match.rejected"} <= {kind.value for kind in kinds}
    assert "doors only" in officer.get(f"/matches/cases/{case_id}").text


def test_an_introduction_needs_an_accepted_firm_and_the_investors_consent(app: Flask) -> None:
    case_id, firms = prepared(app)
    officer = signed_in(app, "officer")
    values = {"business": firms["steel"], "held_on": "2026-01-10", "mode": "call"}
    address = f"/matches/cases/{case_id}/introductions"
    assert "Accept the suggestion first." in officer.post(address, data=values).text
    officer.post(f"/matches/cases/{case_id}/decisions", data={"business": firms["steel"], "choice": "accepted"})
    assert officer.post(address, data=values | {"held_on": "2999-01-01"}).status_code == 422
    assert officer.post(address, data=values).status_code == 303
    with app.app_context():
        held = db.session.scalars(sa.select(Entry).where(Entry.kind == "introduction.held")).one()
        assert held.facts == {"business": "Ibri Metal", "mode": "call"}
    assert "letters.send" in work_off(app)


def test_the_command_prints_the_ranking_with_reasons(app: Flask) -> None:
    case_id, _firms = prepared(app)
    with app.app_context():
        reference = db.session.execute(
            sa.text("select reference from cases where id = :id"), {"id": case_id}
        ).scalar_one()
    answer = app.test_cli_runner().invoke(args=["match", reference, "--top", "1"])
    shown = json.loads(answer.output)
    assert [one["name"] for one in shown["suggestions"]] == ["Ibri Metal"]
    assert shown["suggestions"][0]["reason"]["business_line"]
    assert app.test_cli_runner().invoke(args=["match", "ISO-1"]).exit_code == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionRun)) == 1
