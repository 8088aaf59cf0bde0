"""Judgements teach: position bias is corrected, worse versions are told, the same input gives the same model (MA8)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching import FEATURES, Ranker, default_model
from matching.comparison import ERRORS_OF_SLICES, accuracies, bridge_scores, calibration_error, gains, verdict
from matching.curve import curve
from matching.judgements import LEAST_LOOKED, Judgement, Judgements, ShownList, looked_at, weights_of
from matching.learning import held_back_scores, train
from matching.model import RankingModel
from tests.matching.pairs import invented

LINE, BRIDGE = FEATURES.index("best_line"), FEATURES.index("bridge")


def weighing(**weights: float) -> RankingModel:
    ranker, first = Ranker(), default_model()
    ranker.weights_ = np.array([weights.get(name, 0.0) for name in FEATURES])
    return RankingModel(version="w", ranker=ranker, calibrator=first.calibrator, shortlist=first.shortlist)


def test_decisions_teach_what_counts_and_the_same_decisions_teach_the_same() -> None:
    known, unseen = invented(cases=60), invented(cases=40, seed=5)
    model = train(known, version="1")
    before = accuracies(unseen, default_model().ranker.decision_function(unseen.numbers)).mean()
    after = accuracies(unseen, model.ranker.decision_function(unseen.numbers)).mean()
    assert after > before + 0.02
    again = train(Judgements(rows=list(reversed(known.ordered))), version="1")
    assert np.array_equal(again.ranker.weights_, model.ranker.weights_)
    assert (model.ranker.weights_ >= 0).all()


def test_nothing_judged_leaves_the_first_day() -> None:
    model = train(Judgements(rows=()), version="1")
    assert np.array_equal(
        model.ranker.decision_function(np.eye(len(FEATURES))),
        default_model().ranker.decision_function(np.eye(len(FEATURES))),
    )


def clicked(cases: int, draw: np.random.Generator) -> tuple[Judgements, np.ndarray, np.ndarray]:
    """People look at the tenth place far more seldom than at the first. Among the first five places a close line goes
    with what fits, further down against it: whoever learns from the seen alone learns the wrong thing."""
    rows, lists, all_numbers, all_fits = [], [], [], []
    for case in range(cases):
        numbers = np.zeros((10, len(FEATURES)))
        numbers[:, LINE] = draw.uniform(0, 1, 10)
        numbers[:, BRIDGE] = draw.uniform(0, 1, 10)
        sign = np.where(np.arange(10) < 5, 1.0, -1.0)
        fits = numbers[:, BRIDGE] - 0.5 + sign * (numbers[:, LINE] - 0.5) + draw.normal(0, 0.1, 10) > 0
        lists.append(ShownList(case=str(case), shown=10, numbers=numbers))
        all_numbers.append(numbers)
        all_fits.append(fits)
        for place in range(10):
            if draw.random() < max((place + 1) ** -1.0, LEAST_LOOKED):
                features = dict(zip(FEATURES, map(float, numbers[place]), strict=True))
                rows.append(
                    Judgement(
                        case=str(case), firm=str(place), grade=int(fits[place]), features=features, rank=place + 1
                    )
                )
    return Judgements(rows=rows, lists=lists), np.array(all_numbers), np.array(all_fits)


def test_places_that_few_looked_at_speak_for_those_that_nobody_saw() -> None:
    judged, _numbers, fits = clicked(300, np.random.default_rng(3))
    chances = looked_at(judged)
    assert chances[1] == 1
    assert 0.35 < chances[2] < 0.65
    assert chances[10] == pytest.approx(LEAST_LOOKED, abs=0.08)
    assert all(chances[place] >= chances[place + 1] for place in range(1, 10))
    inverse = np.array([1 / chances[row.rank or 0] for row in judged.ordered])
    corrected = np.average(judged.grades, weights=inverse)
    assert abs(corrected - fits.mean()) < 0.03


def test_the_correction_keeps_position_out_of_the_weights() -> None:
    judged, _numbers, _fits = clicked(300, np.random.default_rng(4))
    plain = Ranker(pull=0.1).fit(judged.numbers, judged.grades, judged.group)
    corrected = Ranker(pull=0.1).fit(judged.numbers, judged.grades, judged.group, weights_of(judged))
    share = [ranker.weights_[LINE] / ranker.weights_[BRIDGE] for ranker in (plain, corrected)]
    assert share[1] < share[0] - 0.1  # over all ten places a close line says nothing


def test_cases_are_held_back_whole() -> None:
    judged = invented(cases=40)
    scores, chances = held_back_scores(judged)
    assert np.nanmean(accuracies(judged, scores)) > 0.8
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (calibration_error(chances, judged.grades > 0) or 0) < 0.3


@pytest.mark.parametrize(
    "bad", [{}, {"freshness": 1.0}, dict.fromkeys(FEATURES, -1.0)], ids=["zero", "noise", "negated"]
)
def test_a_bad_version_is_refused(bad: dict[str, float]) -> None:
    told = verdict(weighing(**bad), default_model(), invented(), invented(seed=8))
    kinds = {reason.kind for reason in told.reasons}
    assert {"worse_overall", "below_bridge", "worse_gold"} <= kinds
    assert not told.adoptable


def test_a_version_that_fails_one_language_or_one_desk_is_refused() -> None:
    rows = invented(cases=80, noise=0.05).ordered
    # For Albanian inquiries, all decided at one desk, what fits is told by the line alone.
    turned = [
        replace(row, features={**row.features, "bridge": 0.8 - row.features["bridge"]}, wing="sq")
        if row.language == "sq"
        else replace(row, wing="sr")
        for row in rows
    ]
    judged = Judgements(rows=turned)
    told = verdict(weighing(bridge=1.0), weighing(best_line=1.0), judged, Judgements(rows=()))
    found = {(reason.kind, reason.about) for reason in told.reasons}
    assert {("worse_language", "sq"), ("worse_wing", "sq")} <= found
    assert ERRORS_OF_SLICES > 1


def test_never_adopted_below_the_bridge_alone() -> None:
    judged = invented(line=0.0, noise=0.0)
    told = verdict(weighing(best_line=1.0), weighing(), judged, judged)
    assert {"below_bridge", "below_bridge_gold"} <= {reason.kind for reason in told.reasons}
    assert verdict(weighing(bridge=1.0), default_model(), judged, judged).adoptable


def test_equal_scores_are_worth_half() -> None:
    judged = invented(cases=10)
    zero = np.zeros(len(judged))
    assert np.allclose(accuracies(judged, zero), 0.5)
    assert (gains(judged, zero) < gains(judged, judged.grades.astype(float))).all()
    assert np.isnan(
        accuracies(judged.without(judged.grades == 0), bridge_scores(judged.without(judged.grades == 0)))
    ).all()


def test_the_curve_rises_from_a_bad_mix() -> None:
    pairs = invented(cases=60, firms=14)
    result = curve(pairs, counts=(0, 200), seeds=3)
    bad = result["starts"]["bad_equal_mix"]
    assert bad[1]["mean"] > bad[0]["mean"]
    assert result["bad_refused"] == "6 of 6"
