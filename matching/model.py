"""What was learned from judgements, in one piece: weights, calibration and the length of the shortlist."""

from __future__ import annotations

from dataclasses import dataclass

from matching.calibration import Calibrator, Shortlist
from matching.ranker import Ranker

VERSION = "2026.11"


@dataclass(frozen=True, kw_only=True)
class RankingModel:
    """A version of the ranking. version: shown with every list that it made."""

    version: str
    ranker: Ranker
    calibrator: Calibrator
    shortlist: Shortlist


def default_model() -> RankingModel:
    """Return the model of the office's first day: the prior, before any decision."""
    return RankingModel(version=VERSION, ranker=Ranker(), calibrator=Calibrator(), shortlist=Shortlist())
