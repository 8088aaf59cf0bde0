"""`python -m matching learn DIR`: how the ranking grows with simulated staff judgements (matching MA8).

Staff are drawn from the grades of a folder: they open the lists of inquiries that the mix at the start ranks, look at a
place the more seldom the lower it stands, accept what is relevant and reject the rest, and err now and then. What they
teach is measured on inquiries that they did not see.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.ablation import EQUAL
from matching.collection import Collection
from matching.comparison import bridge_scores, gains, verdict
from matching.features import FEATURES
from matching.graded import graded_pairs
from matching.judgements import ACCEPTED, FADING, REJECTED, Judgement, Judgements, weights_of
from matching.learning import PULL
from matching.model import RankingModel, default_model
from matching.ranker import Ranker
from matching.recommender import Recommender

COUNTS = (0, 10, 25, 50, 200)
SEEDS = 12
ERRING = 0.1  # of judgements are wrong


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where learning begins. prior: None for the mix of the first day."""

    name: str
    prior: dict[str, float] | None
    pull: float


STARTS = (
    Start(name="bad_equal_mix", prior=EQUAL, pull=2.0),
    Start(name="first_day", prior=None, pull=PULL),
)


def curve(pairs: Judgements, *, counts: Sequence[int] = COUNTS, seeds: int = SEEDS) -> dict[str, Any]:
    """Return nDCG@10 by number of judgements, mean and spread over seeds, from a bad mix and from the first day's.

    Each seed parts the inquiries anew: staff judge one half, the other half measures. refused: how many of the learned
    versions the portal would not let anybody adopt; bad_refused: the same of versions that were spoilt on purpose.
    """
    taken: dict[str, list[list[float]]] = {start.name: [] for start in STARTS}
    bridge, refused, spoilt = [], [], []
    for seed in range(seeds):
        draw = np.random.default_rng(seed)
        judged = draw.permutation(pairs.cases)[: pairs.cases // 2]
        measured = pairs.without(np.isin(pairs.group, judged))
        pool = pairs.without(~np.isin(pairs.group, judged))
        bridge.append(_mean(measured, bridge_scores(measured)))
        for start in STARTS:
            first = Ranker(start.pull, start.prior)
            staff = simulated_staff(pool, first.decision_function(pool.numbers), max(counts), draw)
            row = []
            for count in counts:
                model = _learned(first, staff, count)
                row.append(_mean(measured, model.ranker.decision_function(measured.numbers)))
            taken[start.name].append(row)
            known = Judgements(rows=staff)
            refused.append(not verdict(model, _as_model(first), known, measured).adoptable)
            told = verdict(_spoilt(model), _as_model(first), known, measured).reasons
            spoilt.append(any(reason.kind != "negative" for reason in told))  # by its figures, not by its signs
    return {
        "cases": pairs.cases,
        "seeds": seeds,
        "counts": list(counts),
        "bridge_alone": _spread(bridge),
        "starts": {name: [_spread(column) for column in zip(*rows, strict=True)] for name, rows in taken.items()},
        "refused": f"{sum(refused)} of {len(refused)}",
        "bad_refused": f"{sum(spoilt)} of {len(spoilt)}",
    }


def simulated_staff(
    pool: Judgements, scores: NDArray[np.float64], count: int, draw: np.random.Generator, *, erring: float = ERRING
) -> list[Judgement]:
    """Return so many judgements, in the order in which they were made. scores: of the list that staff look at."""
    rows: list[Judgement] = []
    seen: set[tuple[int, int]] = set()
    orders = {
        case: own[np.argsort(-scores[own], kind="stable")[:10]]
        for case in range(pool.cases)
        if len(own := np.flatnonzero(pool.group == case))
    }
    for _attempt in range(200 * count):
        if len(rows) == count:
            break
        case = int(draw.integers(pool.cases))
        for rank, place in enumerate(orders[case], start=1):
            looks = draw.random() < rank**-FADING
            if looks and (case, int(place)) not in seen and len(rows) < count:
                seen.add((case, int(place)))
                fits = (pool.grades[place] > 0) != (draw.random() < erring)
                row = pool.ordered[place]
                rows.append(
                    Judgement(
                        case=row.case,
                        firm=row.firm,
                        grade=ACCEPTED if fits else REJECTED,
                        features=row.features,
                        rank=rank,
                        language=row.language,
                        wing=("sq", "sr")[int(draw.integers(2))],
                    )
                )
    return rows


def _learned(first: Ranker, staff: Sequence[Judgement], count: int) -> RankingModel:
    known = Judgements(rows=staff[:count])
    ranker = Ranker(first.pull, first.prior).fit(known.numbers, known.grades, known.group, weights_of(known))
    return _as_model(ranker)


def _as_model(ranker: Ranker) -> RankingModel:
    first = default_model()
    return RankingModel(version="", ranker=ranker, calibrator=first.calibrator, shortlist=first.shortlist)


def _spoilt(model: RankingModel) -> RankingModel:
    """Return a version as a mistake or ill will would make it: what is alike counts against a firm."""
    bad = Ranker()
    bad.weights_ = -model.ranker.decision_function(np.eye(len(FEATURES)))
    return _as_model(bad)


def _mean(pairs: Judgements, scores: NDArray[np.float64]) -> float:
    return float(np.nanmean(gains(pairs, scores)))


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"mean": round(float(np.mean(values)), 4), "sd": round(float(np.std(values)), 4)}


def lines_of(result: dict[str, Any]) -> list[str]:
    """Return the curve as lines of a table."""
    lines = [
        f"{result['cases']} inquiries, half judged and half measured, {result['seeds']} seeds; nDCG@10, mean (spread)",
        f"{'judgements':16}" + "".join(f"{count:>15}" for count in result["counts"]),
    ]
    for name, row in result["starts"].items():
        lines.append(f"{name:16}" + "".join(f"{one['mean']:.3f} ({one['sd']:.3f})".rjust(15) for one in row))
    bridge = result["bridge_alone"]
    lines.append(f"{'bridge alone':16}" + f"{bridge['mean']:.3f} ({bridge['sd']:.3f})".rjust(15))
    lines.append(f"honest versions refused: {result['refused']}; spoilt versions refused: {result['bad_refused']}")
    return lines


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what only this command knows."""
    command.add_argument("--judgements", default=",".join(map(str, COUNTS)), help="comma-separated numbers")
    command.add_argument("--seeds", type=int, default=SEEDS, help="how often everything is drawn anew")


def learn(collection: Collection, recommender: Recommender, given: argparse.Namespace) -> dict[str, Any]:
    """Run the command. Raises ValueError for numbers that are none."""
    counts = sorted({int(part) for part in given.judgements.split(",") if part})
    if not counts or counts[0] < 0 or given.seeds < 1:
        raise ValueError("--judgements wants whole numbers, --seeds at least 1")
    pairs = graded_pairs(collection.thinned(given.queries), recommender, with_codes=not given.without_codes)
    return curve(pairs, counts=counts, seeds=given.seeds) | {"encoder": recommender.encoder_.name}
