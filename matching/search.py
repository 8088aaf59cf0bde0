"""Exact search over the lines of many owners: in memory, or shared between processes through mapped files.

Up to EXACT lines every vector is kept in single precision and compared as it is. Beyond, a component takes two bytes,
kept as two planes: the high bytes alone are scanned, which costs a quarter of the memory traffic, and whoever could
be among the best is compared again with both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numkong
import numpy as np
from numpy.typing import NDArray

from matching.encoders import Vectors
from matching.storage import Storage
from matching.threads import processors, together

EXACT = 5_000
BLOCK = 32_768  # lines scanned at a time
HIGH = 127  # of the high byte
LOW = 256  # parts of a high byte
SMALL = 20_000  # lines up to which a second thread costs more than it saves
CHUNKS = 8  # times as many chunks as places are compared, to find those that may be among the best
# The rounding of high bytes behaves like noise; so many standard deviations of it decide who is compared again.
SIGMAS = 5.0
MOST_AGAIN = 20  # times as many owners as are asked for are compared again at most
SAME = 1e-5  # components closer than that are equal
DIGITS = 6  # scores closer than that are ties
NONE = -1.0  # the score of an owner without lines
OUT = np.float32(-9.0)  # below every score

Blocks = Callable[[], Iterator[Vectors]]
Scores = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Mix:
    """How a line of a firm is scored: so much for the line of the inquiry that it meets best, so much for the whole."""

    best: float = 0.55
    whole: float = 0.45

    def of(self, similarities: Scores) -> Scores:
        """Return scores of shape (lines,) from similarities of shape (asked, lines), the whole text last."""
        return np.asarray(self.best * similarities.max(axis=0) + self.whole * similarities[-1], np.float32)


@dataclass(frozen=True, kw_only=True)
class Met:
    """How owners met what was asked, a place for each owner.

    best: score of the best line, NONE without lines; three: mean of the three best lines, 0 without lines; line: number
    of the best line, -1 without lines.
    """

    best: Scores
    three: Scores
    line: Numbers


class Lines(Protocol):
    """Vectors of lines in some form. slack: how far a score of scan() may lie from the exact one."""

    size: int
    dimensions: int

    def scan(self, asked: Vectors, mix: Mix) -> tuple[Scores, float]:
        """Return (a score for every line, slack)."""
        ...

    def rows(self, places: Numbers) -> Vectors:
        """Return vectors of shape (places, dimensions) in single precision."""
        ...


class FloatLines:
    """Lines in single precision, array of shape (lines, dimensions)."""

    def __init__(self, vectors: Vectors) -> None:
        self.vectors = vectors
        self.size, self.dimensions = vectors.shape

    def scan(self, asked: Vectors, mix: Mix) -> tuple[Scores, float]:
        """Compare exactly."""
        if len(asked) == 1:  # one row is read at the speed of memory; a thin matrix is not
            return mix.of((self.vectors @ asked[0])[None]), 0.0
        return mix.of((self.vectors @ asked.T).T), 0.0

    def rows(self, places: Numbers) -> Vectors:
        """As the protocol says."""
        return np.asarray(self.vectors[places])


class PackedLines:
    """Lines in two planes of bytes, each of shape (lines, dimensions).

    step: what one high byte is worth; a component is step * (high + low / LOW).
    """

    def __init__(self, high: NDArray[np.int8], low: NDArray[np.int8], step: float) -> None:
        self.high, self.low, self.step = high, low, step
        self.size, self.dimensions = high.shape

    def scan(self, asked: Vectors, mix: Mix) -> tuple[Scores, float]:
        """Compare high bytes, a block at a time, on all processors that this process may use."""
        # What the whole text scores follows from its lines where it is their mean: one row less to compare.
        lines, parts = asked, np.eye(len(asked), dtype=np.float32)
        if len(asked) > 1:
            whole = np.linalg.lstsq(asked[:-1].T, asked[-1], rcond=None)[0]
            if np.abs(whole @ asked[:-1] - asked[-1]).max() < SAME:
                lines, parts = asked[:-1], np.vstack([parts[:-1, :-1], whole])
        steps = np.maximum(np.abs(lines).max(axis=1), 1e-9) / HIGH
        packed = numkong.dots_pack(np.rint(lines / steps[:, None]).astype(np.int8), dtype="int8")
        worth = parts * (steps * self.step)
        scores = np.empty(self.size, np.float32)

        def block(rows: slice) -> None:
            met = np.asarray(numkong.dots_packed(self.high[rows], packed))
            scores[rows] = mix.of(worth @ np.ascontiguousarray(met.T, np.float32))

        _on_all_processors(block, self.size)
        lengths = np.linalg.norm(asked, axis=1)
        noise = np.sqrt(((self.step * lengths) ** 2 + parts**2 @ steps**2) / 12)
        return scores, SIGMAS * (mix.best + mix.whole) * float(noise.max())

    def rows(self, places: Numbers) -> Vectors:
        """Put both planes together again."""
        whole = self.high[places].astype(np.int16)
        whole *= LOW
        whole += self.low[places]
        return np.asarray(whole * np.float32(self.step / LOW))


class LineStore:
    """Unit vectors of lines, grouped by owner; owners are numbered from 0 in the order of their keys.

    lines: the vectors, sorted by owner; starts: shape (owners + 1,), each owner's first line and the end.
    """

    def __init__(self, lines: Lines, starts: Numbers) -> None:
        self.lines, self.starts = lines, starts
        self.owners = len(starts) - 1
        self._full = np.flatnonzero(np.diff(starts))

    @classmethod
    def of(cls, vectors: Vectors, starts: Numbers) -> LineStore:
        """Hold vectors of shape (lines, dimensions) in memory, exactly. Raises ValueError for numbers that are none."""
        _refuse(vectors)
        return cls(FloatLines(np.ascontiguousarray(vectors, np.float32)), np.asarray(starts, np.int64))

    @classmethod
    def open(cls, storage: Storage) -> LineStore:
        """Take what write() wrote. Raises FileNotFoundError or KeyError where nothing was written."""
        told, starts = storage.told("lines"), storage.array("starts", np.int64)
        width = told["dimensions"]
        if told["packed"]:
            high, low = storage.array("high", np.int8, width), storage.array("low", np.int8, width)
            return cls(PackedLines(high, low, told["step"]), starts)
        return cls(FloatLines(storage.array("vectors", np.float32, width)), starts)

    def nearest(self, asked: Vectors, most: int, mix: Mix, barred: NDArray[np.bool_] | None = None) -> Numbers:
        """Return the owners with the best lines, best first, ties by number; owners without lines never.

        asked: centred unit vectors, the whole text last. barred: shape (owners,), who is left out.
        Raises ValueError for vectors of another length or with numbers that are none.
        """
        self._refuse_other(asked)
        if not len(self._full) or most < 1:
            return np.zeros(0, np.int64)
        scores, slack = self.lines.scan(asked, mix)
        # Where every owner has one line there is nothing to reduce.
        best = scores if len(self._full) == len(scores) else np.maximum.reduceat(scores, self.starts[self._full])
        if barred is not None:
            best = np.where(barred[self._full], OUT, best)
        owners = _within(best, most, slack)
        best = self._again(scores, best, owners, asked, mix, slack) if slack else best[owners]
        places = top(best, most)
        return self._full[owners[places[best[places] > OUT]]]

    def _again(self, scores: Scores, best: Scores, owners: Numbers, asked: Vectors, mix: Mix, slack: float) -> Scores:
        """Return the exact scores of those owners' best lines, OUT for those that are barred."""
        places, whose = belongings(self.starts, self._full[owners])
        bests = best[owners][whose]
        # Of one owner's lines only those near its best one can be it.
        near = (scores[places] >= bests - 2 * slack) & (bests > OUT)
        places, whose = places[near], whose[near]
        exact = np.full(len(owners), OUT, np.float32)
        np.maximum.at(exact, whose, mix.of((self.lines.rows(places) @ asked.T).T))
        return exact

    def judge(self, owners: Numbers, asked: Vectors, mix: Mix) -> Met:
        """Compare the lines of these owners exactly."""
        self._refuse_other(asked)
        places, whose = belongings(self.starts, owners)
        met = Met(
            best=np.full(len(owners), NONE, np.float32),
            three=np.zeros(len(owners), np.float32),
            line=np.full(len(owners), -1, np.int64),
        )
        if not len(places):
            return met
        scores = mix.of((self.lines.rows(places) @ asked.T).T)
        order = np.lexsort((places, -np.round(scores, DIGITS), whose))
        scores, places = scores[order], places[order]
        counts = np.bincount(whose, minlength=len(owners))
        firsts = np.cumsum(counts) - counts
        full = np.flatnonzero(counts)
        met.best[full], met.line[full] = scores[firsts[full]], places[firsts[full]]
        among = np.arange(len(whose)) - firsts[whose] < 3  # whose is sorted, before and after
        met.three[full] = np.add.reduceat(np.where(among, scores, 0), firsts[full]) / np.minimum(counts[full], 3)
        return met

    def lines_of(self, owner: int) -> tuple[int, Vectors]:
        """Return (number of the owner's first line, vectors of its lines)."""
        low, high = int(self.starts[owner]), int(self.starts[owner + 1])
        return low, self.lines.rows(np.arange(low, high))

    def _refuse_other(self, asked: Vectors) -> None:
        if self.lines.size and asked.shape[1] != self.lines.dimensions:
            raise ValueError(f"asked with {asked.shape[1]} dimensions, kept with {self.lines.dimensions}")
        _refuse(asked)


def write(storage: Storage, blocks: Blocks, starts: Numbers, *, exact: int = EXACT) -> None:
    """Write vectors of lines for LineStore.open().

    blocks: gives the vectors from the first to the last in pieces, and may be called twice; starts: as LineStore;
    exact: how many lines are kept in single precision at most. Raises ValueError for numbers that are none, or when
    there are not as many vectors as `starts` says.
    """
    size = int(starts[-1])
    told: dict[str, object] = {"packed": size > exact, "lines": size, "dimensions": 1}
    storage.append("starts", np.asarray(starts, np.int64))
    if size > exact:
        told["step"] = step = _step(blocks)
        for block in _checked(blocks, size):
            told["dimensions"] = block.shape[1]
            fine = np.rint(block * (LOW / step)).astype(np.int32)
            coarse = np.clip((fine + LOW // 2) >> 8, -HIGH, HIGH)
            storage.append("high", coarse.astype(np.int8))
            storage.append("low", np.clip(fine - coarse * LOW, -128, 127).astype(np.int8))
    else:
        for block in _checked(blocks, size):
            told["dimensions"] = block.shape[1]
            storage.append("vectors", np.asarray(block, np.float32))
    storage.tell("lines", told)


def top(scores: Scores, most: int) -> Numbers:
    """Return the places of the best scores, best first; ties, also at the end, by place."""
    places = np.flatnonzero(scores >= _least(scores, most) - 2 * 10.0**-DIGITS)
    close = np.round(scores[places], DIGITS)
    return places[np.lexsort((places, -close))[:most]]


def belongings(starts: Numbers, owners: Numbers) -> tuple[Numbers, Numbers]:
    """Return (numbers of what these owners have, the place in `owners` of each). starts: each owner's first, and the end."""
    counts = starts[owners + 1] - starts[owners]
    whose = np.repeat(np.arange(len(owners)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(whose)) + (starts[owners] - before)[whose], whose


def _within(scores: Scores, most: int, slack: float) -> Numbers:
    """Return the places of those who could be among the best when every score may be off by slack, ascending."""
    places = np.flatnonzero(scores >= _least(scores, most) - 2 * slack - 10.0**-DIGITS)
    if slack and len(places) > MOST_AGAIN * most:
        places = np.sort(places[top(scores[places], MOST_AGAIN * most)])
    return places


def _least(scores: Scores, most: int) -> float:
    """Return the score of the last of the best, minus infinity where no more are there.

    The bests of many chunks are scores of different places, so the last of the best of them is a bound that few scores
    of all reach, and only those are sorted.
    """
    if len(scores) <= most:
        return -np.inf
    chunk = len(scores) // (CHUNKS * most)
    if chunk > 1:
        bests = scores[: len(scores) // chunk * chunk].reshape(-1, chunk).max(axis=1)
        scores = scores[scores >= np.partition(bests, len(bests) - most)[len(bests) - most]]
    return float(np.partition(scores, len(scores) - most)[len(scores) - most])


def _on_all_processors(act: Callable[[slice], None], size: int) -> None:
    """Call act for parts of so many lines."""
    block = min(BLOCK, -(-size // processors())) or 1
    parts = [slice(start, min(start + block, size)) for start in range(0, size, block)]
    if size < SMALL:
        for part in parts:
            act(part)
    else:
        together(act, parts)


def _refuse(vectors: Vectors) -> None:
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds something that is no number")


def _step(blocks: Blocks) -> float:
    """Return what one high byte is worth, so that the largest component fits."""
    largest = max((float(np.abs(block).max(initial=0.0)) for block in blocks()), default=0.0)
    return largest / HIGH or 1.0


def _checked(blocks: Blocks, size: int) -> Iterator[Vectors]:
    """Return the blocks. Raises ValueError when one holds what is no number, or when their lines are not `size`."""
    seen = 0
    for block in blocks():
        _refuse(block)
        seen += len(block)
        yield block
    if seen != size:
        raise ValueError(f"{seen} vectors for {size} lines")
