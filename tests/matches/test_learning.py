"""The ranking learns from decisions: versions are made, refused, adopted by a person, taken back (matching MA8, MA12)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.matches import queries, service
from iso_portal.matches.domain import Choice, ModelState, Objector, RejectReason
from iso_portal.matches.models import Decision, Objection, RankingVersion, SuggestionLog, SuggestionRun
from iso_portal.matches.service import learning
from matching import FEATURES, Ranker, default_model
from matching.collection import read_collection
from matching.judgements import Judgements
from matching.model import RankingModel
from tests import factories
from tests.conftest import signed_in, speaking, work_off
from tests.matches.test_suggestions import prepared
from tests.matching.pairs import invented
from tests.soundness import assert_sound

GRADED = invented(cases=12, seed=9, line=1.2)


@pytest.fixture(autouse=True)
def _small_gold(monkeypatch: Any) -> None:
    """A graded set of invented features: reading the real one takes a minute; one test does."""
    monkeypatch.setattr(learning, "graded_pairs", lambda *_a: GRADED)
    monkeypatch.setattr(learning, "recommender", lambda: SimpleNamespace(encoder_=SimpleNamespace(name="test")))
    monkeypatch.setattr(learning, "_neutrality", lambda *_a: {"by_query_lang": {}, "largest_exposure_gap": 0.01})


def decided(app: Flask, *, cases: int = 12) -> None:
    """Cases with logged lists on which people of both desks accepted and rejected firms, mostly by the bridge."""
    draw = np.random.default_rng(1)
    with app.app_context():
        people = [factories.person(wing="sq"), factories.person(wing="sr")]
        for number in range(cases):
            case, by = factories.case(), people[number % 2]
            run = SuggestionRun(case_id=case.id, made_at=clock.now(), version="1", made_with="t", nothing_fits=False, classes=[], firms=4)  # fmt: skip
            db.session.add(run)
            db.session.flush()
            rows = []
            for rank in range(1, 5):
                firm, good = factories.business(), rank in (2, 3)
                numbers = [round(float(n), 4) for n in draw.uniform(0.2, 0.5, len(FEATURES))]
                numbers[FEATURES.index("bridge")] += 0.4 * good
                rows.append([str(firm.id), 1.0 - rank / 10, numbers])
                db.session.add(
                    Decision(
                        case_id=case.id, business_id=firm.id, decided_at=clock.now(), decided_by_id=by.id, by_name=by.name,
                        choice=Choice.ACCEPTED if good else Choice.REJECTED, rank=rank, run_id=run.id,
                        reason_code=None if good else RejectReason.OTHER_PRODUCT.value,
                    )
                )  # fmt: skip
            db.session.add(SuggestionLog(run_id=run.id, model_version="", features=list(FEATURES), rows=rows, shown=4))
        db.session.commit()


def version_of(weights: dict[str, float], name: str = "planted") -> RankingModel:
    first, ranker = default_model(), Ranker()
    ranker.weights_ = np.array([weights.get(name, 0.0) for name in FEATURES])
    return RankingModel(version=name, ranker=ranker, calibrator=first.calibrator, shortlist=first.shortlist)


def test_a_version_is_made_adopted_by_a_person_and_taken_back(app: Flask) -> None:
    decided(app)
    lead = signed_in(app, "lead_officer")
    assert lead.post("/matches/models/retrain").status_code == 303
    assert "matches.retrain" in work_off(app, only="matches.retrain")
    with app.app_context():
        row = queries.version(1)
        assert row.state is ModelState.CANDIDATE, row.reasons
        assert (row.judgements, row.cases) == (48, 12)
        assert set(row.card["decisions"]["by_wing"]) == {"sq", "sr"}
        assert service.adopted() is None  # nobody adopted it yet
    assert signed_in(app, "officer").post("/matches/models/1/adopt", data={"note": "x"}).status_code == 403
    assert lead.post("/matches/models/1/adopt", data={"note": ""}).status_code == 422
    assert lead.post("/matches/models/1/adopt", data={"note": "better for both desks"}).status_code == 303
    with app.app_context():
        model = service.adopted()
        assert model is not None
        assert model.version.endswith("+1")
        assert queries.version(1).adopted_by_name
    assert work_off(app, only="matches.refresh_open") == ["matches.refresh_open"]
    with app.app_context():
        waiting = sa.text(
            "select count(*) from procrastinate_jobs where task_name = 'matches.refresh' and status = 'todo'"
        )
        assert db.session.scalar(waiting) == 12  # every open case gets a new list
    for address in ("/matches/models", "/matches/models/1", "/matches/model-card"):
        assert lead.get(address).status_code == 200
    assert lead.post("/matches/models/first-day", data={"note": "try"}).status_code == 303
    with app.app_context():
        assert service.adopted() is None
        assert queries.version(1).state is ModelState.RETIRED
    assert lead.post("/matches/models/1/adopt", data={"note": "again"}).status_code == 303


def test_making_a_version_twice_is_harmless_and_too_few_judgements_make_none(app: Flask) -> None:
    lead = signed_in(app, "lead_officer")
    assert lead.post("/matches/models/retrain").status_code == 422
    decided(app)
    with app.app_context():
        assert service.retrain() is not None
        assert service.retrain() is None
        assert len(queries.versions()) == 1


@pytest.mark.parametrize("weights", [{}, dict.fromkeys(FEATURES, -1.0)], ids=["zeroed", "negated"])
def test_a_planted_bad_version_is_refused_and_cannot_be_adopted(app: Flask, weights: dict[str, float]) -> None:
    decided(app)
    with app.app_context():
        row = service.offer(version_of(weights), service.gathered(), GRADED, encoder="t")
        assert row.state is ModelState.REFUSED
        assert "worse_overall" in {reason["kind"] for reason in row.reasons}
        db.session.commit()
    lead = signed_in(app, "lead_officer")
    assert lead.post("/matches/models/1/adopt", data={"note": "please"}).status_code == 422
    assert "Why it may not be adopted" in lead.get("/matches/models/1").text
    with app.app_context():
        db.session.execute(sa.update(RankingVersion).values(state=ModelState.CANDIDATE, reasons=[]))
        db.session.commit()
    # A state that somebody changed by hand does not help either: it is measured again.
    assert lead.post("/matches/models/1/adopt", data={"note": "please"}).status_code == 422


def test_a_version_whose_bytes_were_changed_is_never_used(app: Flask) -> None:
    decided(app)
    with app.app_context():
        assert service.retrain() is not None
        whole = queries.version(1, whole=True)
        whole.content += b" "
        db.session.commit()
    assert signed_in(app, "lead_officer").post("/matches/models/1/adopt", data={"note": "x"}).status_code == 422


def test_a_forgotten_case_teaches_nothing(app: Flask) -> None:
    decided(app)
    with app.app_context():
        case_id = db.session.scalars(sa.select(Decision.case_id)).first()
        assert case_id is not None
        assert str(case_id) in {row.case for row in service.gathered().rows}
        service.forget_case(case_id)
        assert str(case_id) not in {row.case for row in service.gathered().rows}


def test_no_wish_and_no_capacity_are_no_judgement_of_fit(app: Flask) -> None:
    decided(app, cases=1)
    with app.app_context():
        assert len(service.gathered()) == 4
        made = db.session.scalars(sa.select(Decision).where(Decision.choice == Choice.REJECTED)).first()
        assert made is not None
        made.reason_code = RejectReason.NOT_INTERESTED.value
        made.decided_at = clock.now() + timedelta(seconds=1)
        db.session.flush()
        assert len(service.gathered()) == 3


def test_an_objection_reaches_a_person_who_answers(app: Flask, client: Any) -> None:
    reader = signed_in(app, "data_steward")
    assert client.post("/matches/model-card/objections", data={"text": ""}).status_code == 422
    values = {"objector": "firm", "text": "We make doors, too.", "name": "Ana", "email": "ana@example.org"}
    assert client.post("/matches/model-card/objections", data=values).status_code == 303
    with app.app_context():
        key = db.session.scalars(sa.select(Objection.id)).one()
    assert "letters.send" in work_off(app, only="letters.")
    assert "We make doors, too." in reader.get("/matches/objections").text
    assert reader.post(f"/matches/objections/{key}", data={"answer": ""}).status_code == 422
    assert reader.post(f"/matches/objections/{key}", data={"answer": "We put it right."}).status_code == 303
    with app.app_context():
        row = queries.objection(key)
        assert (row.name, row.email) == ("", "")
    assert signed_in(app, "officer").get("/matches/objections").status_code == 403


def test_the_graded_set_of_the_package_is_that_of_the_seed(tmp_path: Any) -> None:
    from matching.graded import GOLD
    from seed.gold import write_gold

    write_gold(tmp_path)
    for name in ("corpus.tsv", "queries.tsv", "qrels.tsv"):
        assert (GOLD / name).read_bytes() == (tmp_path / name).read_bytes()


def test_every_page_is_sound_in_every_language(app: Flask) -> None:
    decided(app)
    with app.app_context():
        assert service.retrain() is not None
        service.offer(version_of(dict.fromkeys(FEATURES, -1.0)), service.gathered(), GRADED, encoder="t")
        service.object_to("Words.", objector=Objector.FIRM, language=Language.SQ, name="Ana", email="ana@example.org")
        db.session.commit()
    work_off(app, only="letters.")
    for language in ("en", "sq", "sr-Latn", "sr-Cyrl"):
        reader = signed_in(app, "lead_officer", language=language)
        reader.post("/matches/models/1/adopt", data={"note": "x"})
        for address in ("/matches/models", "/matches/models/1", "/matches/models/2", "/matches/model-card", "/matches/objections"):  # fmt: skip
            answer = reader.get(address)
            assert answer.status_code == 200
            assert_sound(answer.text, address)
    answer = speaking(app, "de").get("/matches/model-card")
    assert answer.status_code == 200
    assert_sound(answer.text, "/matches/model-card")
    assert speaking(app, "en").get("/matches/models").status_code in {302, 401}
    assert signed_in(app, "donor").get("/matches/models").status_code == 403
    assert signed_in(app, "manager").get("/matches/models/77").status_code == 404


def test_judgements_are_exported_in_the_form_that_evaluate_reads(app: Flask, tmp_path: Any) -> None:
    decided(app, cases=3)
    answer = app.test_cli_runner().invoke(args=["matching", "export-judgements", str(tmp_path / "own")])
    assert "12" in answer.output, answer.output
    collection = read_collection(tmp_path / "own")
    assert (len(collection.queries), len(collection.documents)) == (3, 12)
    assert sorted(grade for grades in collection.grades.values() for grade in grades.values()) == [0] * 6 + [1] * 6


def test_the_adopted_version_makes_the_next_list(app: Flask) -> None:
    case_id, firms = prepared(app)
    with app.app_context():
        before = [one.business_id for one in queries.latest_run(case_id).suggestions]  # type: ignore[union-attr]  # it is there
        row = service.offer(version_of({"export_market": 1.0}), Judgements(rows=()), Judgements(rows=()), encoder="t")
        lead = factories.person(role="lead_officer")
        row.state, row.adopted_by_id = ModelState.ADOPTED, lead.id
        case = cases.get(case_id)
        db.session.get(Business, firms["wood"]).export_markets = ["DE"]  # type: ignore[union-attr]  # it is there
        db.session.flush()
        run = service.refresh(case)
        db.session.flush()
        after = [one.business_id for one in run.suggestions]
        assert run.model_version == "planted"
    assert (before[0], after[0]) == (firms["steel"], firms["wood"])
