"""Calendar quarters as half-open ranges of days (reports section 1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

LABEL = re.compile(r"([0-9]{4})-Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """One calendar quarter; `starts` belongs to it, `ends` does not."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter of a day."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def parse(cls, label: str) -> Quarter:
        """Read 2026-Q1. Raises ValueError for anything else."""
        match = LABEL.fullmatch(label)
        if match is None:
            raise ValueError(f"not a quarter: {label[:20]}")
        return cls(int(match[1]), int(match[2]))

    @property
    def label(self) -> str:
        """The quarter's name: 2026-Q1."""
        return f"{self.year}-Q{self.number}"

    @property
    def starts(self) -> date:
        """The first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def ends(self) -> date:
        """The day after the last day."""
        return self.next.starts

    @property
    def next(self) -> Quarter:
        """The quarter after."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __contains__(self, day: date) -> bool:
        return self.starts <= day < self.ends


def latest(today: date, count: int) -> list[Quarter]:
    """Return so many quarters up to the present one, oldest first."""
    quarters = [Quarter.of(today)]
    while len(quarters) < count:
        quarters.insert(0, quarters[0].previous)
    return quarters
