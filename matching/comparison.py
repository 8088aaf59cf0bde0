"""Two versions of the ranking side by side, and whether the newer one may be adopted (matching MA8).

A version is never adopted when it is worse than the one in use, overall, for a language of inquiries or for the people
of one desk, nor when it orders worse than the bridge over declared classes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.calibration import Calibrator
from matching.features import FEATURES
from matching.judgements import ACCEPTED, Judgements
from matching.model import RankingModel

# In fewer cases a difference says nothing; the slice is shown, but refuses nothing.
LEAST_CASES = 5
# A version is worse when its mean difference lies more than so many standard errors below nothing. Languages and desks
# are many, each with few cases: with one error, every second honest version would be refused by chance.
ERRORS, ERRORS_OF_SLICES = 1.0, 1.64
DEPTH, BINS = 10, 10
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a version may not be adopted.

    kind: worse_overall, worse_language, worse_wing or below_bridge on decisions; worse_gold, worse_gold_language or
    below_bridge_gold on the graded set; not_a_number or negative of its weights. about: the language or desk. new, old:
    means over `cases`.
    """

    kind: str
    about: str = ""
    new: float = 0.0
    old: float = 0.0
    cases: int = 0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a version may be adopted, and what speaks against it."""

    reasons: tuple[Reason, ...]

    @property
    def adoptable(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons

    def told(self) -> list[dict[str, Any]]:
        """Return the reasons as plain values, to be kept with the version."""
        return [asdict(reason) for reason in self.reasons]


def bridge_scores(judgements: Judgements) -> Scores:
    """Return what the bridge over declared classes alone says."""
    return judgements.numbers[:, FEATURES.index("bridge")]


def accuracies(judgements: Judgements, scores: Scores, mask: Mask | None = None) -> Scores:
    """Return for each case the share of its pairs in the right order, ties half; NaN where nothing can be compared."""
    found = np.full(judgements.cases, np.nan)
    for case, own in _cases(judgements, mask):
        better = judgements.grades[own][:, None] > judgements.grades[own][None, :]
        if better.any():
            apart = np.round(scores[own][:, None] - scores[own][None, :], 9)
            found[case] = float(((apart > 0) + 0.5 * (apart == 0))[better].mean())
    return found


def gains(judgements: Judgements, scores: Scores, mask: Mask | None = None) -> Scores:
    """Return for each case nDCG of its first ten judged firms, gains 2^grade - 1; NaN without a firm that was liked."""
    found = np.full(judgements.cases, np.nan)
    discounts = 1 / np.log2(np.arange(2, DEPTH + 2))
    for case, own in _cases(judgements, mask):
        worth = 2.0 ** judgements.grades[own] - 1
        if worth.any():
            # Equal scores share the worth of their places; else the order of the keys would be measured.
            rounded = np.round(scores[own], 9)
            even = np.array([worth[rounded == score].mean() for score in rounded])
            order = np.argsort(-rounded, kind="stable")[:DEPTH]
            ideal = np.sort(worth)[::-1][:DEPTH]
            found[case] = float(even[order] @ discounts[: len(order)] / (ideal @ discounts[: len(ideal)]))
    return found


def _cases(judgements: Judgements, mask: Mask | None) -> Iterator[tuple[int, NDArray[np.int_]]]:
    for case in range(judgements.cases):
        yield case, np.flatnonzero((judgements.group == case) & (True if mask is None else mask))


def calibration_error(chances: Scores, liked: Mask) -> float | None:
    """Return the expected calibration error over ten bins of equal width; None without judgements."""
    if not len(chances):
        return None
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return float(
        sum((bins == b).mean() * abs(chances[bins == b].mean() - liked[bins == b].mean()) for b in np.unique(bins))
    )


def figures_of(judgements: Judgements, scores: Scores, chances: Scores | None = None) -> dict[str, Any]:
    """Return how well scores order the judged firms: overall, by language of the inquiry, by desk of who decided."""
    languages = sorted({row.language for row in judgements.ordered} - {""})
    wings = sorted({row.wing for row in judgements.ordered} - {""})
    figures: dict[str, Any] = {
        "judgements": len(judgements),
        "overall": _slice(judgements, scores, None),
        "by_language": {one: _slice(judgements, scores, of_language(judgements, one)) for one in languages},
        "by_wing": {one: _slice(judgements, scores, of_wing(judgements, one)) for one in wings},
    }
    if chances is not None and len(judgements):
        error = calibration_error(chances, judgements.grades >= ACCEPTED)
        figures["calibration_error"] = None if error is None else round(error, 4)
    return figures


def of_language(judgements: Judgements, language: str) -> Mask:
    """Return which judgements belong to inquiries in a language."""
    return np.array([row.language == language for row in judgements.ordered], bool)


def of_wing(judgements: Judgements, wing: str) -> Mask:
    """Return which judgements people of one desk made."""
    return np.array([row.wing == wing for row in judgements.ordered], bool)


def _slice(judgements: Judgements, scores: Scores, mask: Mask | None) -> dict[str, float | int | None]:
    right, worth = accuracies(judgements, scores, mask), gains(judgements, scores, mask)
    return {"cases": int((~np.isnan(right)).sum()), "accuracy": _mean(right), "ndcg": _mean(worth)}


def _mean(values: Scores) -> float | None:
    known = values[~np.isnan(values)]
    return round(float(known.mean()), 4) if len(known) else None


def verdict(
    new: RankingModel,
    current: RankingModel,
    judgements: Judgements,
    gold: Judgements,
    *,
    held_back: Scores | None = None,
) -> Verdict:
    """Judge a version against the one in use.

    held_back: the scores of models that did not see the case, where the version was trained on these judgements; else
    the version's own. The version in use may have seen them: an advantage that it keeps, so that doubt speaks for what
    is known. Its own weights are measured on the graded set, which nobody trains on.
    """
    weights = new.ranker.decision_function(np.eye(len(FEATURES)))
    if not np.isfinite(weights).all():
        return Verdict(reasons=(Reason(kind="not_a_number"),))
    own, old = new.ranker.decision_function(judgements.numbers), current.ranker.decision_function(judgements.numbers)
    # What it was trained on must not tell against it either: a version that was tampered with shows here.
    rows = [own] if held_back is None else [held_back, own]
    found = [reason for scores in rows for reason in _on_decisions(judgements, scores, old)]
    found += _on_gold(gold, new.ranker.decision_function(gold.numbers), current.ranker.decision_function(gold.numbers))
    if (weights < 0).any():  # a firm would fall by being more alike
        found.append(Reason(kind="negative"))
    told = {(reason.kind, reason.about): reason for reason in reversed(found)}
    return Verdict(reasons=tuple(reversed(told.values())))


def _on_decisions(judgements: Judgements, new: Scores, old: Scores) -> Iterator[Reason]:
    wings = sorted({row.wing for row in judgements.ordered} - {""})
    languages = sorted({row.language for row in judgements.ordered} - {""})
    slices: Sequence[tuple[str, str, Mask | None]] = [
        ("worse_overall", "", None),
        *(("worse_language", one, of_language(judgements, one)) for one in languages),
        *(("worse_wing", one, of_wing(judgements, one)) for one in wings),
    ]
    for kind, about, mask in slices:
        yield from _worse(kind, about, accuracies(judgements, new, mask), accuracies(judgements, old, mask))
    bridge = accuracies(judgements, bridge_scores(judgements))
    yield from _worse("below_bridge", "", accuracies(judgements, new), bridge)


def _on_gold(gold: Judgements, new: Scores, old: Scores) -> Iterator[Reason]:
    yield from _worse("worse_gold", "", gains(gold, new), gains(gold, old))
    for one in sorted({row.language for row in gold.ordered} - {""}):
        mask = of_language(gold, one)
        yield from _worse("worse_gold_language", one, gains(gold, new, mask), gains(gold, old, mask))
    yield from _worse("below_bridge_gold", "", gains(gold, new), gains(gold, bridge_scores(gold)))


def _worse(kind: str, about: str, new: Scores, old: Scores) -> Iterator[Reason]:
    """Yield the reason when the new figures lie below the old ones by more than chance explains, case by case."""
    both = ~np.isnan(new) & ~np.isnan(old)
    apart = new[both] - old[both]
    if len(apart) < LEAST_CASES:
        return
    errors = ERRORS_OF_SLICES if about else ERRORS
    if float(apart.mean()) < -errors * float(apart.std(ddof=1) / np.sqrt(len(apart))) - 1e-9:
        mean_new, mean_old = (round(float(values[both].mean()), 4) for values in (new, old))
        yield Reason(kind=kind, about=about, new=mean_new, old=mean_old, cases=len(apart))


def card_figures(
    model: RankingModel, judgements: Judgements, gold: Judgements, held_back: tuple[Scores, Scores] | None = None
) -> dict[str, Any]:
    """Return all figures of a version for its card: on decisions, and on the graded set, with the bridge beside them.

    held_back: scores and chances of models that did not see the case.
    """
    scores = held_back[0] if held_back else model.ranker.decision_function(judgements.numbers)
    chances = held_back[1] if held_back else model.calibrator.chances(scores)
    own = model.ranker.decision_function(gold.numbers)
    calibrator: Calibrator = model.calibrator
    return {
        "held_back": held_back is not None,
        "decisions": figures_of(judgements, scores, chances),
        "bridge": figures_of(judgements, bridge_scores(judgements))["overall"],
        "gold": figures_of(gold, own, calibrator.chances(own)),
        "gold_bridge": figures_of(gold, bridge_scores(gold))["overall"],
    }
