"""Learning from judgements: train a version, and score what it has not seen (matching MA8)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Calibrator, Shortlist
from matching.judgements import ACCEPTED, Judgements, weights_of
from matching.model import RankingModel, default_model
from matching.ranker import Ranker

FOLDS = 5
PULL = 20.0
# Below these the first day's calibration and shortlist stay: they rest on more than a handful of decisions would.
LEAST_FOR_CHANCES, LEAST_OF_EACH, LEAST_FOR_SHORTLIST = 60, 15, 25
Scores = NDArray[np.float64]


def train(judgements: Judgements, *, version: str, gold: Judgements | None = None, pull: float = PULL) -> RankingModel:
    """Return the model that these judgements teach; the same judgements give the same model.

    The weights start from the prior, in which the bridge carries most after the closest line. Chances and the length
    of the shortlist are learned when enough was judged. gold: graded pairs that keep the shortlist from resting only on
    firms that stood high enough to be seen.
    """
    ranker = Ranker(pull).fit(judgements.numbers, judgements.grades, judgements.group, weights_of(judgements))
    first = default_model()
    calibrator, shortlist = first.calibrator, first.shortlist
    if chances := _calibrated(ranker, judgements):
        calibrator = chances
    gaps = [*_gaps(ranker, judgements), *(_gold_gaps(ranker, gold) if gold else ())]
    if len(gaps) >= LEAST_FOR_SHORTLIST:
        shortlist = Shortlist().fit(np.array(gaps))
    return RankingModel(version=version, ranker=ranker, calibrator=calibrator, shortlist=shortlist)


def _calibrated(ranker: Ranker, judgements: Judgements) -> Calibrator | None:
    liked = judgements.grades >= ACCEPTED
    enough = len(judgements) >= LEAST_FOR_CHANCES and min(liked.sum(), (~liked).sum()) >= LEAST_OF_EACH
    return Calibrator().fit(ranker.decision_function(judgements.numbers), liked) if enough else None


def _gaps(ranker: Ranker, judgements: Judgements) -> Iterator[float]:
    """Yield for each case with its whole list how far below the best score the best judged firm stands."""
    lists = {one.case: one.numbers for one in judgements.lists}
    scores = ranker.decision_function(judgements.numbers)
    for case in range(judgements.cases):
        own = np.flatnonzero(judgements.group == case)
        whole = lists.get(judgements.ordered[own[0]].case)
        best = judgements.grades[own].max()
        if whole is not None and len(whole) and best >= ACCEPTED:
            top = float(ranker.decision_function(whole).max())
            yield max(top - float(scores[own][judgements.grades[own] == best].max()), 0.0)


def _gold_gaps(ranker: Ranker, gold: Judgements) -> Iterator[float]:
    scores = ranker.decision_function(gold.numbers)
    for case in range(gold.cases):
        own = np.flatnonzero(gold.group == case)
        yield float(scores[own].max() - scores[own][gold.grades[own] == gold.grades[own].max()].max())


def held_back_scores(judgements: Judgements, *, folds: int = FOLDS, pull: float = PULL) -> tuple[Scores, Scores]:
    """Return for each judged firm a score and a chance from a model that did not see its case.

    Scores are only compared inside a case, and one fold holds whole cases, so that they may come from several models.
    """
    scores, chances = np.zeros(len(judgements)), np.zeros(len(judgements))
    for fold in range(folds):
        held = judgements.group % folds == fold
        if held.any():
            model = train(judgements.without(held), version="", pull=pull)
            scores[held] = model.ranker.decision_function(judgements.numbers[held])
            chances[held] = model.calibrator.chances(scores[held])
    return scores, chances
