"""Drawings of the overview: places on paper for its lines and bars; templates draw them and put a table beside each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from iso_portal.balance import words
from iso_portal.balance.models import Evidence
from iso_portal.core import charts

LOWEST, LIMITS = 0.1, (20, 100)
TICKS = (0.1, 1, 10, 100, 1000)


def shares(series: Mapping[str, Any], codes: Sequence[tuple[str, str]], view: str) -> list[tuple[str, charts.Chart]]:
    """Return (name, chart) of shares by month: one chart where all communities have one range, else one for each."""
    if not codes or not series:
        return []
    bands = {code: _band(series, code, view) for code, _name in codes}
    groups = [codes] if len({str(band) for band in bands.values()}) == 1 else [[pair] for pair in codes]
    return [
        (
            ", ".join(name for _code, name in group),
            charts.draw(
                [month[2:] for month in series],
                [_line(series, code, name, view) for code, name in group],
                most=1,
                band=bands[group[0][0]],
            ),
        )
        for group in groups
    ]


def _band(series: Mapping[str, Any], code: str, view: str) -> tuple[float, float] | None:
    for month in reversed(list(series)):
        band = series[month].get(code, {}).get(view, {}).get("band")
        if band:
            return band[0], band[1]
    return None


def _line(series: Mapping[str, Any], code: str, name: str, view: str) -> charts.Series:
    rows = [month.get(code, {}).get(view, {}) for month in series.values()]
    intervals = [row.get("interval") or (None, None) for row in rows]
    return charts.Series(
        name=name,
        values=[row.get("value") for row in rows],
        low=[low for low, _high in intervals],
        high=[high for _low, high in intervals],
    )


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A bar to one side of zero. name: what it is; value: its points as text; x, width: places on a line of 720."""

    name: str
    value: str
    x: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Diverging:
    """Bars to both sides of zero with the largest value that the drawing reaches, in points."""

    bars: list[Bar]
    reach: int


MIDDLE, HALF = 430.0, 240.0


def diverging(row: Mapping[str, Any], names: Mapping[str, str]) -> Diverging | None:
    """Return the parts of a gap as bars to both sides of zero; None where the gap cannot be stated."""
    if "why" in row:
        return None
    reach = max(10, 5 * math.ceil(max(abs(row[name]) for name in names) * 20))
    bars = []
    for name, said in names.items():
        width = abs(row[name]) * 100 / reach * HALF
        x = MIDDLE if row[name] >= 0 else MIDDLE - width
        bars.append(Bar(name=said, value=words.signed(row[name]), x=round(x, 1), width=round(max(width, 1), 1)))
    return Diverging(bars=bars, reach=reach)


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """E through a reporting year on a log scale. limits: (height, value) of the lines at which alerts come."""

    chart: charts.Chart
    limits: list[tuple[float, int]]


def evidence(points: Sequence[Evidence], year: int, months: Sequence[str], name: str) -> EvidenceLine | None:
    """Return the line of E from 1 on the first of January; None where nothing was shown yet."""
    if not points:
        return None
    top = max(1000.0, 10 ** math.ceil(math.log10(max(row.e for row in points))))
    top = min(top, 1e6)
    drawn = charts.draw(months, [], most=1)
    begin = date(year, 1, 1).toordinal()

    def x(day: date) -> float:
        return round(drawn.left + (drawn.right - drawn.left) * (day.toordinal() - begin) / 366, 1)

    def y(value: float) -> float:
        part = (math.log10(min(max(value, LOWEST), top)) + 1) / (math.log10(top) + 1)
        return round(drawn.bottom - (drawn.bottom - drawn.top) * part, 1)

    dots = [(x(date(year, 1, 1)), y(1.0)), *((x(row.on), y(row.e)) for row in points)]
    line = charts.Drawn(
        name=name, pieces=[" ".join(f"{a},{b}" for a, b in dots)], dots=dots[-1:], whiskers=[], bars=[]
    )  # fmt: skip
    ticks = [charts.Tick(y=y(value), value=value) for value in TICKS]
    chart = charts.Chart(columns=drawn.columns, ticks=ticks, series=[line], gaps=[], band=None)
    return EvidenceLine(chart=chart, limits=[(y(limit), limit) for limit in LIMITS])


def early_warning(
    rows: Mapping[str, Any], codes: Sequence[tuple[str, str]], names: tuple[str, str]
) -> charts.Chart | None:
    """Return the CUSUM of each community as bars, upwards and downwards; None where there is none."""
    known = [(name, rows[code]) for code, name in codes if rows.get(code, {}).get("n")]
    if not known:
        return None
    top = max(8.0, *(max(row["up"], row["down"]) for _name, row in known))
    series = [
        charts.Series(name=said, values=[row[way] for _name, row in known])
        for said, way in zip(names, ("up", "down"), strict=True)
    ]
    return charts.draw([name for name, _row in known], series, most=math.ceil(top / 4) * 4)
