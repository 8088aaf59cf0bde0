"""What people judged, as arrays: firms that were shown for inquiries, with their features and grades (matching MA8)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from matching.features import FEATURES

REJECTED, ACCEPTED, INTRODUCED, LASTING = 0, 1, 2, 3
# A place that hardly anybody looked at may not shout: no judgement weighs more than five of the first place.
LEAST_LOOKED = 0.2
# Without a log of lists: how looking fades from the first place on.
FADING = 0.5


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One firm that a person judged for an inquiry.

    case: groups judgements that may be compared; grade: 0 rejected as unfit, 1 accepted, 2 introduced, 3 came to
    something; features: by name, as they were when the firm was shown; rank: its place on the list, None when a person
    added it; language: of the inquiry; wing: the desk of whoever decided.
    """

    case: str
    firm: str
    grade: int
    features: Mapping[str, float]
    rank: int | None = None
    language: str = ""
    wing: str = ""


@dataclass(frozen=True, kw_only=True)
class ShownList:
    """All firms that were ranked for a case, for which places were looked at. numbers: shape (firms, features)."""

    case: str
    shown: int
    numbers: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Judgements:
    """Judged firms and the lists they were judged on. Same rows, same order, same fingerprint."""

    rows: Sequence[Judgement]
    lists: Sequence[ShownList] = ()
    ordered: list[Judgement] = field(init=False)
    numbers: NDArray[np.float64] = field(init=False)
    grades: NDArray[np.int_] = field(init=False)
    group: NDArray[np.int_] = field(init=False)

    def __post_init__(self) -> None:
        """Put rows in order of case and firm, and their numbers in the order of FEATURES."""
        ordered = sorted(self.rows, key=lambda row: (row.case, row.firm))
        cases = {case: place for place, case in enumerate(dict.fromkeys(row.case for row in ordered))}
        values = [[row.features.get(name, 0.0) for name in FEATURES] for row in ordered]
        object.__setattr__(self, "ordered", ordered)
        object.__setattr__(self, "numbers", np.array(values, np.float64).reshape(len(ordered), len(FEATURES)))
        object.__setattr__(self, "grades", np.array([row.grade for row in ordered], int))
        object.__setattr__(self, "group", np.array([cases[row.case] for row in ordered], int))

    def __len__(self) -> int:
        """Return how many firms were judged."""
        return len(self.ordered)

    @property
    def cases(self) -> int:
        """How many cases they belong to."""
        return int(self.group.max()) + 1 if len(self) else 0

    def fingerprint(self) -> str:
        """Return a digest of all that was judged: the same judgements give the same one."""
        told = [
            (
                r.case,
                r.firm,
                r.grade,
                r.rank,
                r.language,
                r.wing,
                sorted((n, round(v, 6)) for n, v in r.features.items()),
            )
            for r in self.ordered
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def without(self, places: NDArray[np.bool_]) -> Judgements:
        """Return the judgements that are not marked, with the lists of their cases."""
        rows = [row for row, out in zip(self.ordered, places, strict=True) if not out]
        cases = {row.case for row in rows}
        return Judgements(rows=rows, lists=[one for one in self.lists if one.case in cases])


def looked_at(judgements: Judgements) -> dict[int, float]:
    """Return for each place the chance that it was looked at, the first place being 1; never below LEAST_LOOKED.

    Estimated from the log: of the lists that showed a place, the share in which somebody judged it, falling from place
    to place. Without lists a usual fading is taken.
    """
    ranks = [row.rank for row in judgements.ordered if row.rank]
    if not ranks:
        return {}
    places = np.arange(1, max(ranks) + 1)
    if not judgements.lists:
        return {int(place): max(float(place**-FADING), LEAST_LOOKED) for place in places}
    shown = np.array([sum(one.shown >= place for one in judgements.lists) for place in places], float)
    judged = np.array([ranks.count(int(place)) for place in places], float)
    shares = (np.minimum(judged, shown) + 1) / (shown + 2)
    falling = IsotonicRegression(increasing=False).fit_transform(places, shares, sample_weight=shown + 2)
    return {int(p): max(float(share / falling[0]), LEAST_LOOKED) for p, share in zip(places, falling, strict=True)}


def weights_of(judgements: Judgements) -> NDArray[np.float64]:
    """Return how much each judgement counts.

    Firms far down were seen by few, so those that were judged there speak for those that nobody saw: each judgement
    weighs the inverse of the chance that its place was looked at (inverse propensity). Firms that a person added stand
    for themselves. A case with many judgements makes many pairs; all cases together count as often as they were judged.
    """
    chances = looked_at(judgements)
    weights = np.array([1 / chances.get(row.rank or 0, 1.0) for row in judgements.ordered])
    for case in range(judgements.cases):
        own = np.flatnonzero(judgements.group == case)
        better = judgements.grades[own][:, None] > judgements.grades[own][None, :]
        if pairs := int(better.sum()):
            weights[own] *= np.sqrt(len(own) / pairs)
    return weights / weights.mean() if len(weights) else weights
