"""The office's policy on balance: what is tracked, agreed ranges, mode and weights (balance sections 2, 3 and 5).

Nothing here names a person, a case or a post. A portal in which nothing was saved has the values of `Policy`.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

MARGIN = 0.10  # around the share that was to be expected
LOAD = 1.2  # the larger mean of two groups against the smaller


class Mode(enum.StrEnum):
    """How teams are proposed; in both a named person decides."""

    LANGUAGE_PAIRED = "language_paired"
    JOINT_LEDGERS = "joint_ledgers"


class DonorProfile(enum.StrEnum):
    """Whose rules footnotes and tables follow (G3)."""

    NEUTRAL = "neutral"
    EU = "eu"
    US = "us"


class TargetOf(enum.StrEnum):
    """What a range may be agreed for; a case and a post are not among it (G4)."""

    PORTFOLIO_SHARE = "portfolio_share"
    JOINT_RATE = "joint_rate"
    LOAD_RATIO = "load_ratio"
    EXPOSURE_SHARE = "exposure_share"


SHARES = frozenset({TargetOf.PORTFOLIO_SHARE, TargetOf.EXPOSURE_SHARE})  # agreed for each community


class Period(enum.StrEnum):
    """Over what time a range is looked at."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Range:
    """An agreed range with its author, reason and the day on which it ends."""

    low: float
    high: float
    set_on: date | None = None
    expires_on: date | None = None
    reason: str = ""
    author: str = ""
    period: str = Period.YEAR


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What holds on a day. targets: what was saved, by what it is for and the community ("" for the whole office).

    mode: as it works that day; joint + ledgers only while its gate is open. large_from: of the whole reporting year.
    """

    on: date
    mode: Mode = Mode.LANGUAGE_PAIRED
    tracked: tuple[str, ...] = ("albanian", "serb")
    large_from: float = 2.0
    joint_weight: float = 8.0
    donor_profile: DonorProfile = DonorProfile.NEUTRAL
    tables_by_community: bool = False
    targets: Mapping[tuple[TargetOf, str], Range] = field(default_factory=dict)

    def range_of(
        self, what: TargetOf, community: str = "", *, reference: float | None = None
    ) -> tuple[float, float] | None:
        """Return the range that holds, or None where none is agreed.

        reference: the share of the staff or of the opportunities; without a saved range it is the middle.
        """
        saved = self.targets.get((what, community))
        if saved is not None:
            return saved.low, saved.high
        if what is TargetOf.LOAD_RATIO:
            return 1 / LOAD, LOAD
        if what is TargetOf.JOINT_RATE or reference is None:
            return None
        return max(0.0, reference - MARGIN), min(1.0, reference + MARGIN)

    def middle_of(self, what: TargetOf, community: str = "", *, reference: float | None = None) -> float | None:
        """Return the middle of a saved range, else the reference."""
        saved = self.targets.get((what, community))
        return (saved.low + saved.high) / 2 if saved is not None else reference

    def target_since(self, community: str) -> date | None:
        """Return since when the range of a community's share holds; steering ledgers restart there."""
        saved = self.targets.get((TargetOf.PORTFOLIO_SHARE, community))
        return saved.set_on if saved else None
