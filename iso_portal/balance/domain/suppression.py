"""Tables by community that may be released: small counts hidden, the rest rounded, and an attack on every hidden cell.

The attack is a linear programme over whole numbers, over all tables of this and of earlier releases: whatever a reader
could work out must leave each hidden cell at least 5 wide, else more is hidden or rows are merged (balance BR2).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from iso_portal.balance.domain.intervals import whole
from iso_portal.balance.domain.releases import LEAST_COUNT, rounded_to_5
from iso_portal.balance.domain.releases import published as as_published

WIDEST_TOLD = 5  # a hidden cell must stay at least so wide
_ROUNDED_BY = 2
_UNBOUNDED = (3, 4)  # what the solver answers where nothing limits a cell

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Published:
    """One figure that readers have: its name, the atoms that it sums, and between which numbers a reader knows it to lie.

    Atoms are the finest cells that any table of the population can be cut into; tables that share atoms are linked.
    """

    name: str
    atoms: frozenset[str]
    low: int
    high: float
    hidden: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a reader can work out about a hidden figure."""

    name: str
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Whether that is too much."""
        return self.high - self.low < WIDEST_TOLD


def attack(figures: Sequence[Published]) -> dict[str, Opened]:
    """Return what a reader of all figures can work out about each hidden one."""
    atoms = sorted({atom for figure in figures for atom in figure.atoms})
    if not atoms:
        return {}
    place = {atom: i for i, atom in enumerate(atoms)}
    rows = np.zeros((len(figures), len(atoms)))
    for i, figure in enumerate(figures):
        rows[i, [place[atom] for atom in figure.atoms]] = 1
    known = LinearConstraint(rows, [figure.low for figure in figures], [figure.high for figure in figures])
    return {
        figure.name: Opened(name=figure.name, low=_least(rows[i], known), high=-_least(-rows[i], known))
        for i, figure in enumerate(figures)
        if figure.hidden
    }


def _least(goal: np.ndarray[tuple[int], np.dtype[np.float64]], known: LinearConstraint) -> float:
    found = milp(goal, constraints=known, integrality=np.ones(len(goal)), bounds=Bounds(0, np.inf))
    if found.status in _UNBOUNDED:
        return -math.inf
    if not found.success:
        raise ValueError("figures contradict each other")
    return float(round(found.fun))


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table before it is made safe. counts: rows by columns without totals; rows may be merged, columns never.

    atoms: of each cell, where tables share a population; by default each cell is an atom of this table.
    """

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    atoms: tuple[tuple[frozenset[str], ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table that is none."""
        if not self.counts or len(self.counts) != len(self.rows):
            raise ValueError("counts must have a row for each name in rows")
        for row in self.counts:
            if not row or len(row) != len(self.columns):
                raise ValueError("counts must have a number for each name in columns")
            for count in row:
                whole("counts", count)

    def atoms_of(self, row: int, column: int) -> frozenset[str]:
        """Return the atoms of a cell, or of a total when row or column is the one after the last."""
        rows = range(len(self.rows)) if row == len(self.rows) else (row,)
        columns = range(len(self.columns)) if column == len(self.columns) else (column,)
        return frozenset().union(*(self._cell(i, j) for i in rows for j in columns))

    def _cell(self, row: int, column: int) -> frozenset[str]:
        if self.atoms:
            return self.atoms[row][column]
        return frozenset({f"{self.name}|{self.rows[row]}|{self.columns[column]}"})

    def with_totals(self) -> list[list[int]]:
        """Return the counts with a column and a row of totals."""
        wide = [[*row, sum(row)] for row in self.counts]
        return [*wide, [sum(column) for column in zip(*wide, strict=True)]]


def hidden_intervals(table: Table, hidden: Collection[Place]) -> dict[Place, tuple[float, float]]:
    """Return what exact totals and shown cells tell about hidden cells: why hiding the small cell alone is useless."""
    figures = [
        Published(
            name=f"{i},{j}",
            atoms=table.atoms_of(i, j),
            low=0 if (i, j) in hidden else count,
            high=math.inf if (i, j) in hidden else count,
            hidden=(i, j) in hidden,
        )
        for i, row in enumerate(table.with_totals())
        for j, count in enumerate(row)
    ]
    opened = attack(figures)
    return {place: (opened[f"{place[0]},{place[1]}"].low, opened[f"{place[0]},{place[1]}"].high) for place in hidden}


def ten_five(table: Table, also_hidden: Collection[Place] = ()) -> list[list[int | None]]:
    """Return the table as it would be published, totals last: under 10 hidden, the rest rounded to 5."""
    return [
        [None if (i, j) in also_hidden else as_published(count) for j, count in enumerate(row)]
        for i, row in enumerate(table.with_totals())
    ]


def figures_of(table: Table, also_hidden: Collection[Place] = ()) -> list[Published]:
    """Return what a reader knows who knows the rules: hidden means 0 to 9, shown r means max(10, r - 2) to r + 2.

    A cell that was hidden only to protect another can be anything.
    """
    figures = []
    for i, row in enumerate(table.with_totals()):
        for j, count in enumerate(row):
            if count < LEAST_COUNT:
                low, high = 0, float(LEAST_COUNT - 1)
            elif (i, j) in also_hidden:
                low, high = 0, math.inf
            else:
                low, high = _told(rounded_to_5(count))
            figures.append(
                Published(
                    name=f"{table.name}:{i},{j}",
                    atoms=table.atoms_of(i, j),
                    low=low,
                    high=high,
                    hidden=count < LEAST_COUNT or (i, j) in also_hidden,
                )
            )
    return figures


def _told(shown: int) -> tuple[int, float]:
    return max(LEAST_COUNT, shown - _ROUNDED_BY), float(shown + _ROUNDED_BY)


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Intervals of all hidden cells, by place, totals after the last row and column; fails: those under 5 wide."""

    intervals: dict[Place, tuple[float, float]]
    fails: tuple[Place, ...]
    fails_elsewhere: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether the table may go out beside all earlier figures."""
        return not self.fails and not self.fails_elsewhere


def audit(table: Table, also_hidden: Collection[Place] = (), earlier: Iterable[Published] = ()) -> Audit:
    """Attack a table as it would be published, together with everything published before."""
    own = figures_of(table, also_hidden)
    opened = attack([*own, *earlier])
    names = {figure.name for figure in own}
    intervals = {
        (i, j): (opened[name].low, opened[name].high)
        for i in range(len(table.rows) + 1)
        for j in range(len(table.columns) + 1)
        if (name := f"{table.name}:{i},{j}") in opened
    }
    return Audit(
        intervals=intervals,
        fails=tuple(place for place, (low, high) in intervals.items() if high - low < WIDEST_TOLD),
        fails_elsewhere=tuple(sorted(name for name, one in opened.items() if name not in names and one.told)),
    )


@dataclass(frozen=True, kw_only=True)
class Released:
    """A table that passed, as published, with what readers know of it for the next audit."""

    table: Table
    shown: tuple[tuple[int | None, ...], ...]
    figures: tuple[Published, ...]


def released(table: Table, earlier: Sequence[Published] = ()) -> Released | None:
    """Return the table made safe: more cells hidden, then rows merged, audited each time; None: no pass, no release."""
    while True:
        also_hidden: set[Place] = set()
        while True:
            found = audit(table, also_hidden, earlier)
            if found.passes:
                return Released(
                    table=table,
                    shown=tuple(tuple(row) for row in ten_five(table, also_hidden)),
                    figures=tuple(figures_of(table, also_hidden)),
                )
            more = _next_to_hide(table, also_hidden, found)
            if more is None:
                break
            also_hidden.add(more)
        if len(table.rows) == 1:
            return None
        table = merged(table)


def merged(table: Table) -> Table:
    """Return the table with its two smallest rows as one."""
    first, second = sorted(sorted(range(len(table.rows)), key=lambda i: (sum(table.counts[i]), i))[:2])
    together = tuple(a + b for a, b in zip(table.counts[first], table.counts[second], strict=True))
    columns = range(len(table.columns))
    atoms = [[table.atoms_of(i, j) for j in columns] for i in range(len(table.rows))]
    atoms[first] = [table.atoms_of(first, j) | table.atoms_of(second, j) for j in columns]
    keep = [i for i in range(len(table.rows)) if i != second]
    names = {first: f"{table.rows[first]} + {table.rows[second]}"}
    return Table(
        name=table.name,
        rows=tuple(names.get(i, table.rows[i]) for i in keep),
        columns=table.columns,
        counts=tuple(together if i == first else table.counts[i] for i in keep),
        atoms=tuple(tuple(atoms[i]) for i in keep),
    )


def _next_to_hide(table: Table, also_hidden: Collection[Place], found: Audit) -> Place | None:
    """Return the smallest shown cell beside one that fails, totals last of all; any shown cell when an earlier table
    is told; None when all is hidden.
    """
    shown = [
        (i == len(table.rows) or j == len(table.columns), count, (i, j))
        for i, row in enumerate(table.with_totals())
        for j, count in enumerate(row)
        if count >= LEAST_COUNT and (i, j) not in also_hidden
    ]
    beside = [one for one in shown if any(one[2][0] == place[0] or one[2][1] == place[1] for place in found.fails)]
    return min(beside or shown)[2] if shown else None
