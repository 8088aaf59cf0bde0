"""The package as it is used: names of classes, the multilingual model, and the fallback where its wheel is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching import ClassLabels, CrossLingualLSA, Recommender
from matching.encoders import load_encoder

CLASSES = Path(__file__).parents[2] / "iso_portal" / "vocabulary" / "data" / "nace_rev2.csv"


@pytest.fixture(scope="session")
def labels() -> ClassLabels:
    """All classes with their names and words."""
    return ClassLabels.from_csv(CLASSES)


@pytest.fixture(scope="session")
def recommender(labels: ClassLabels) -> Recommender:
    """The recommender on the fallback encoder: quick, and there on every machine."""
    return Recommender(labels, CrossLingualLSA().fit(labels.parallel())).fit()


@pytest.fixture(scope="session")
def multilingual(labels: ClassLabels) -> Recommender:
    """The recommender on the multilingual model, whose class vectors are kept in the package."""
    return Recommender(labels, load_encoder(labels.parallel(), wanted="multilingual")).fit()
