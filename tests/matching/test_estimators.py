"""The parts that learn keep scikit-learn's rules, so that they can be cloned, searched over and put into pipelines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks as checks

from matching import FEATURES, Calibrator, ClassLabels, CrossLingualLSA, NaceBridge, PairFeatures, Ranker, Shortlist
from matching.centering import LanguageCenterer
from matching.text import TextNormalizer

LABELS = ClassLabels(
    codes=("16.23", "25.11"),
    names={
        "en": ("wooden doors", "metal structures"),
        "sq": ("dyer druri", "konstruksione metalike"),
        "sr_latn": ("drvena vrata", "metalne konstrukcije"),
        "de": ("Holztüren", "Metallkonstruktionen"),
    },
)
DRAW = np.random.default_rng(1)
VECTORS = DRAW.normal(size=(8, 4)).astype(np.float32)
BY_NAME = {name: VECTORS[2 * n : 2 * n + 2] for n, name in enumerate(LABELS.names)}
NUMBERS = DRAW.random((8, len(FEATURES)))
CENTERER = LanguageCenterer().fit(VECTORS, ["en", "sq"] * 4)
# An estimator and what it learns from.
PARTS: list[tuple[Any, tuple[Any, ...]]] = [
    (TextNormalizer(), (["Врата", "Dyer"],)),
    (CrossLingualLSA(dimensions=2), (LABELS.parallel(),)),
    (LanguageCenterer(), (VECTORS, ["en", "sq"] * 4, [0, 0, 1, 1, 2, 2, 3, 3])),
    (NaceBridge(LABELS), (BY_NAME, CENTERER)),
    (Ranker(), (NUMBERS, np.array([0, 1] * 4), np.arange(8) // 4)),
    (Calibrator(), (NUMBERS[:, 0], np.array([False, True] * 4))),
    (Shortlist(), (NUMBERS[:, 1],)),
]
each_part = pytest.mark.parametrize(("part", "told"), PARTS, ids=[type(part).__name__ for part, _told in PARTS])


@each_part
@pytest.mark.parametrize(
    "check",
    [
        checks.check_no_attributes_set_in_init,
        checks.check_get_params_invariance,
        checks.check_set_params,
        checks.check_estimator_cloneable,
        checks.check_estimator_repr,
    ],
)
def test_scikit_learns_own_checks_of_construction_pass(
    part: Any, told: tuple[Any, ...], check: Callable[[str, Any], None]
) -> None:
    check(type(part).__name__, clone(part))


@each_part
def test_fit_returns_the_part_itself_and_leaves_its_parameters(part: Any, told: tuple[Any, ...]) -> None:
    fresh = clone(part)
    before = dict(fresh.get_params())
    assert not [name for name in vars(fresh) if name.endswith("_")]  # nothing was learned before fit
    assert fresh.fit(*told) is fresh
    assert all(fresh.get_params()[name] is value for name, value in before.items())
    assert set(vars(clone(fresh))) == set(before)  # a clone keeps parameters and nothing learned


def test_steps_on_texts_work_in_a_pipeline() -> None:
    line = make_pipeline(TextNormalizer(), CrossLingualLSA(dimensions=2)).fit(LABELS.parallel())
    assert np.allclose(line.transform(["дрвена врата"]), line.transform(["drvena vrata"]))


def test_features_of_a_pair_learn_nothing_and_keep_nothing() -> None:
    assert not vars(PairFeatures())
