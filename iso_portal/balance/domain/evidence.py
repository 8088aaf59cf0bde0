"""Evidence that the lead of cases leans, valid at every look (balance M9).

An e-value E starts at 1; a neutral process, in which leads fall to a community with chance p_c, reaches 1/a with
probability at most a, however often one looks. An alert needs evidence and size together.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from iso_portal.balance.domain.measures import HEAVIEST, LARGE, Crossing, LedCase, checked

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

TILTS = (-1.0, -0.5, -0.25, 0.25, 0.5, 1.0)
BETS = (-0.8, -0.4, -0.2, 0.2, 0.4, 0.8)
NOTE_AT, REVIEW_AT = 20.0, 100.0
GAP, LEAST_N = 0.10, 30
_LARGEST_LOG = 690.0
_EXACT = 1e-12  # a gap of ten points is a gap, whatever the last bit says


class Alert(enum.StrEnum):
    """What evidence with size says: nothing, a note to both co-managers, or a dated review."""

    NONE = "none"
    NOTE = "note"
    REVIEW = "review"


def tilt_path(x: Any, p: Any) -> Numbers:
    """Return E after each case, from leads x (fractions allowed) and chances p; a case with p of 0 or 1 changes nothing.

    The last axis is the order of booking, so many histories can be read at once.
    """
    led, chance = _same_shape(x=x, p=p)
    _between("x", led, 0, 1)
    _between("p", chance, 0, 1)
    sure = (chance <= 0) | (chance >= 1)
    chance = np.where(sure, 0.5, chance)
    tilts = np.array(TILTS).reshape((-1,) + (1,) * led.ndim)
    growth = np.where(sure, 0.0, tilts * led - np.log1p(chance * np.expm1(tilts)))
    return _mixed(growth)


def betting_path(y: Any) -> Numbers:
    """Return E after each case, from y = (u / 6)(x - p)."""
    (gain,) = _same_shape(y=y)
    _between("y", gain, -1, 1)
    bets = np.array(BETS).reshape((-1,) + (1,) * gain.ndim)
    return _mixed(np.log1p(bets * gain))


def tilt(x: Any, p: Any) -> float:
    """Return the evidence of all cases together; 1 without cases."""
    path = tilt_path(x, p)
    return float(path[-1]) if path.size else 1.0


def betting(y: Any) -> float:
    """Return the evidence of all cases by weight; 1 without cases."""
    path = betting_path(y)
    return float(path[-1]) if path.size else 1.0


@dataclass(frozen=True, kw_only=True)
class OfficePath:
    """The three parts of the office's evidence after each case, and whether the gap has size; one community."""

    tilt_all: Numbers
    betting_all: Numbers
    tilt_large: Numbers
    size: Flags

    @property
    def office(self) -> Numbers:
        """The mean of the three."""
        return (self.tilt_all + self.betting_all + self.tilt_large) / 3


def office_path(x: Any, p: Any, u: Any, *, large: float = LARGE) -> OfficePath:
    """Return the evidence of one community after each case, with its size. Raises ValueError naming what is wrong."""
    led, chance, weight = _same_shape(x=x, p=p, u=u)
    if led.size and not ((weight > 0) & (weight <= HEAVIEST)).all():
        raise ValueError(f"u must be over 0 and at most {HEAVIEST}")
    is_large = weight >= large
    return OfficePath(
        tilt_all=tilt_path(led, chance),
        betting_all=betting_path(weight / HEAVIEST * (led - chance)),
        tilt_large=tilt_path(led, np.where(is_large, chance, 0.0)),
        size=_sized(led - chance, weight, is_large),
    )


def _sized(difference: Numbers, weight: Numbers, large: Flags) -> Flags:
    """Return after each case whether the weighted gap of all, or the gap of large ones by count, is ten points on 30."""
    n, of_large = np.arange(1, difference.shape[-1] + 1), np.cumsum(large, axis=-1)
    gap = np.cumsum(weight * difference, axis=-1) / np.cumsum(weight, axis=-1)
    large_gap = np.cumsum(np.where(large, difference, 0.0), axis=-1) / np.maximum(1, of_large)
    by_all: Flags = (np.abs(gap) >= GAP - _EXACT) & (n >= LEAST_N)
    by_large: Flags = (np.abs(large_gap) >= GAP - _EXACT) & (of_large >= LEAST_N)
    return by_all | by_large


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The evidence of a reporting year: E after each case, and at which case (from 0) a note or a review came.

    counted: cases with a declared lead and an expectation. early_at: where the part by count alone reached 20; it sees a
    lean of all cases sooner, is drawn as an early sign, and is never an alert.
    """

    path: tuple[float, ...]
    counted: int
    sized: bool
    note_at: int | None
    review_at: int | None
    early_at: int | None = None

    @property
    def e(self) -> float:
        """The evidence now; 1 at the start of a year."""
        return self.path[-1] if self.path else 1.0

    @property
    def alert(self) -> Alert:
        """The strongest that came this year."""
        if self.review_at is not None:
            return Alert.REVIEW
        return Alert.NOTE if self.note_at is not None else Alert.NONE


def watch(by_community: Mapping[str, Sequence[LedCase]], *, large: float = LARGE) -> Watch:
    """Return the office's evidence over one reporting year, averaged over the tracked communities.

    by_community: the same cases in order of booking, once for each community. A case whose lead did not declare, or
    with nothing to compare with, leaves E as it was. Raises ValueError for lists of unequal length.
    """
    rows, counts = _counted(by_community)
    known = np.flatnonzero(counts).tolist()
    paths = [office_path(*_columns([cases[i] for i in known]), large=large) for cases in rows]
    office = np.mean([path.office for path in paths], axis=0) if paths else np.array([])
    size = np.any([path.size for path in paths], axis=0) if paths else np.array([], dtype=bool)
    early = np.mean([path.tilt_all for path in paths], axis=0) >= NOTE_AT if paths else np.array([], dtype=bool)
    return replace(_watched(office, size, counts), early_at=known[int(early.argmax())] if early.any() else None)


def watch_cut(parts: Mapping[str, Mapping[str, Sequence[LedCase]]]) -> Watch:
    """Return the evidence of a cut by sector, municipality or stage: the mean of its parts' tilt values, with size in
    at least one part. Each part: its cases of one year by community, in order of booking; a part's own order is enough.

    A mean of e-values of the same year is one too, so only the last look is kept: path has one value.
    """
    values, sized, counted = [], False, 0
    for part in sorted(parts):
        rows, counts = _counted(parts[part])
        known = np.flatnonzero(counts).tolist()
        counted += len(known)
        if rows and len(known):
            paths = [office_path(*_columns([cases[i] for i in known])) for cases in rows]
            values.append(float(np.mean([path.tilt_all[-1] for path in paths])))
            sized = sized or any(bool(path.size[-1]) for path in paths)
        else:
            values.append(1.0)
    if not values:
        return Watch(path=(), counted=0, sized=False, note_at=None, review_at=None)
    return _watched(np.array([math.fsum(values) / len(values)]), np.array([sized]), np.array([True]), counted=counted)


def watch_by_year(
    by_community: Mapping[str, Sequence[LedCase]], years: Sequence[int], *, large: float = LARGE
) -> dict[int, Watch]:
    """Return the evidence of each reporting year; it restarts at 1 in each. years: of each case, in the same order."""
    for cases in by_community.values():
        if len(cases) != len(years):
            raise ValueError("years must be as many as cases")
    return {
        year: watch(
            {
                g: [case for case, of in zip(cases, years, strict=True) if of == year]
                for g, cases in by_community.items()
            },
            large=large,
        )
        for year in sorted(set(years))
    }


def watch_crossings(cases: Sequence[Crossing]) -> Watch:
    """Return the evidence that leads cross between the desks less or more than they could (M6); desks alone."""
    counts = np.array([case.expected is not None for case in cases], dtype=bool)
    known = [case for case in cases if case.expected is not None]
    x, p = np.array([float(case.crossed) for case in known]), np.array([case.expected for case in known], dtype=float)
    n = np.arange(1, len(known) + 1)
    size = (np.abs(np.cumsum(x - p) / n) >= GAP - _EXACT) & (n >= LEAST_N)
    return _watched(tilt_path(x, p), size, counts)


@dataclass(frozen=True, kw_only=True)
class Cusum:
    """Early warning, drawn and never an alert: two one-sided sums, and the case (from 0) at which one reached the limit."""

    up: tuple[float, ...]
    down: tuple[float, ...]
    reached: int | None


CUSUM_FROM, CUSUM_TO, CUSUM_LIMIT = 0.50, 0.65, 6.4


def cusum(x: Sequence[float]) -> Cusum:
    """Return the CUSUM of leads against one half; a fraction of a lead moves it by its part."""
    for value in x:
        if not 0 <= value <= 1:
            raise ValueError(f"x must be from 0 to 1, not {value}")
    up, down = _sums(x), _sums([1 - value for value in x])
    reached = [i for i, pair in enumerate(zip(up, down, strict=True)) if max(pair) >= CUSUM_LIMIT]
    return Cusum(up=up, down=down, reached=reached[0] if reached else None)


def _sums(x: Sequence[float]) -> tuple[float, ...]:
    gain, loss = math.log(CUSUM_TO / CUSUM_FROM), math.log((1 - CUSUM_TO) / (1 - CUSUM_FROM))
    state, path = 0.0, []
    for value in x:
        state = max(0.0, state + value * gain + (1 - value) * loss)
        path.append(state)
    return tuple(path)


def _watched(office: Numbers, size: Flags, counts: Flags, *, counted: int | None = None) -> Watch:
    """Return the watch over all cases from the evidence at those that count."""
    known = np.flatnonzero(counts)
    place = np.cumsum(counts) - 1
    whole = np.concatenate(([1.0], office))[place + 1] if len(counts) else np.array([])
    notes, reviews = (known[size & (office >= limit)] for limit in (NOTE_AT, REVIEW_AT))
    return Watch(
        path=tuple(whole.tolist()),
        counted=len(known) if counted is None else counted,
        sized=bool(size[-1]) if len(size) else False,
        note_at=int(notes[0]) if len(notes) else None,
        review_at=int(reviews[0]) if len(reviews) else None,
    )


def _counted(by_community: Mapping[str, Sequence[LedCase]]) -> tuple[list[Sequence[LedCase]], Flags]:
    """Return the checked cases of each community, in the order of codes, and which of them count."""
    rows = [checked(by_community[g]) for g in sorted(by_community)]
    if len({len(cases) for cases in rows}) > 1:
        raise ValueError("by_community must have the same cases for each community")
    counts = np.array([all(case.counts for case in same) for same in zip(*rows, strict=True)], dtype=bool)
    return rows, counts


def _columns(cases: Sequence[LedCase]) -> tuple[Numbers, Numbers, Numbers]:
    x, p, u = (np.array([getattr(case, name) for case in cases], dtype=float) for name in ("led", "expected", "weight"))
    return x, p, u


def _mixed(growth: Numbers) -> Numbers:
    """Return the mean over the first axis of running products, from their logarithms; never more than a float holds."""
    mixed: Numbers = np.exp(np.minimum(np.cumsum(growth, axis=-1), _LARGEST_LOG)).mean(axis=0)
    return mixed


def _same_shape(**columns: Any) -> list[Numbers]:
    """Return columns as numbers. Raises ValueError, naming one, for lists of unequal length."""
    arrays = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    shape = next(iter(arrays.values())).shape
    for name, array in arrays.items():
        if array.shape != shape:
            raise ValueError(f"{name} must have as many numbers as the others")
    return list(arrays.values())


def _between(name: str, values: Numbers, low: float, high: float) -> None:
    if values.size and not ((values >= low) & (values <= high)).all():
        raise ValueError(f"{name} must be numbers from {low} to {high}")
