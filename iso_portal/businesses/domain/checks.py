"""How long a check of a profile counts (casework B6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iso_portal.businesses.domain.profiles import FRESH_DAYS, Verification


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a profile's check is worth on a day.

    level: what counts today. was: what was found then. months: whole months since, None when nobody ever checked.
    """

    level: Verification
    was: Verification
    months: int | None

    @property
    def faded(self) -> bool:
        """Whether a check is too old to count."""
        return self.level is not self.was


def standing(level: Verification, verified_on: date | None, *, today: date) -> Standing:
    """Return what a check counts for today; after a year it counts as the firm's own word again."""
    if level is Verification.DECLARED or verified_on is None:
        return Standing(level=Verification.DECLARED, was=Verification.DECLARED, months=None)
    fresh = (today - verified_on).days <= FRESH_DAYS
    return Standing(level=level if fresh else Verification.DECLARED, was=level, months=whole_months(verified_on, today))


def whole_months(start: date, end: date) -> int:
    """Return how many whole months lie between two days; none when the end comes first."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return max(0, months)
