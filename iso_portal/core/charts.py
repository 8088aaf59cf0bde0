"""Geometry of the server-made charts: numbers to places on a plain drawing; templates/_parts/chart.html draws it.

A missing value is a gap with a hatched field, never zero, and no line is drawn across it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 58, 20, 16, 40

Number = float | int | Decimal


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line or set of bars: a value a column, None where there is none; intervals where they are known."""

    name: str
    values: Sequence[Number | None]
    low: Sequence[Number | None] = field(default=())
    high: Sequence[Number | None] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A mark of the value axis. y: its place; value: what stands there."""

    y: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One series as drawn: unbroken pieces as SVG points, dots, interval lines (x, top, bottom), bars (x, y, w, h)."""

    name: str
    pieces: list[str]
    dots: list[tuple[float, float]]
    whiskers: list[tuple[float, float, float]]
    bars: list[tuple[float, float, float, float]]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing. columns: (middle, label) of each column; gaps: (x, width) of columns without any value."""

    columns: list[tuple[float, str]]
    ticks: list[Tick]
    series: list[Drawn]
    gaps: list[tuple[float, float]]
    band: tuple[float, float] | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM
    top: int = TOP
    right: int = WIDTH - RIGHT


def draw(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    most: Number | None = None,
    band: tuple[Number, Number] | None = None,
) -> Chart:
    """Place series over columns. most: value at the top, else a round number over the largest. band: a range to mark.

    Raises ValueError when a series does not have a value a column.
    """
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("every series needs a value, or None, for every column")
    present = [float(v) for one in series for v in (*one.values, *one.high) if v is not None]
    highest = float(most) if most is not None else _round_up(max(present, default=1.0))
    step = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)

    def x(column: int) -> float:
        return round(LEFT + step * (column + 0.5), 1)

    def y(value: Number) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(value) / highest, 1)

    empty = [i for i in range(len(labels)) if all(one.values[i] is None for one in series)]
    return Chart(
        columns=[(x(i), label) for i, label in enumerate(labels)],
        ticks=[Tick(y=y(highest * part / 4), value=highest * part / 4) for part in range(5)],
        series=[_drawn(one, number, len(series), x, y, step) for number, one in enumerate(series)],
        gaps=[(round(x(i) - step * 0.4, 1), round(step * 0.8, 1)) for i in empty],
        band=(y(band[1]), y(band[0])) if band else None,
    )


def _drawn(one: Series, number: int, of: int, x, y, step: float) -> Drawn:  # type: ignore[no-untyped-def]  # local places
    pieces: list[list[str]] = [[]]
    dots, whiskers, bars = [], [], []
    width = round(step * 0.62 / of, 1)
    for i, value in enumerate(one.values):
        if value is None:
            pieces.append([])
            continue
        pieces[-1].append(f"{x(i)},{y(value)}")
        dots.append((x(i), y(value)))
        bars.append((round(x(i) - step * 0.31 + number * width, 1), y(value), width, round(y(0) - y(value), 1)))
        if one.low and one.low[i] is not None and one.high[i] is not None:
            whiskers.append((x(i), y(one.high[i]), y(one.low[i])))
    return Drawn(
        name=one.name, pieces=[" ".join(piece) for piece in pieces if piece], dots=dots, whiskers=whiskers, bars=bars
    )


def _round_up(value: float) -> float:
    """Return the next number of the shape 1, 2, 4, 5, 8 times a power of ten; quarters of it are easy to read."""
    if value <= 0:
        return 4.0
    power = 10 ** math.floor(math.log10(value))
    return float(max(next(step * power for step in (1, 2, 4, 5, 8, 10) if step * power >= value), 4))
