"""Working time: hours, weekends, and days on which the office is closed for both desks (casework K3, domain D44-D46).

A working day is one on which both desks work. Deadlines move later for a closed day, never earlier.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from iso_portal.core.clock import LOCAL

OPENS, CLOSES = time(9), time(17)
FRIDAY = 4


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """Hours of the day in local time, Monday to Friday, without the closed days."""

    closed: Set[date] = field(default_factory=frozenset)
    opens: time = OPENS
    closes: time = CLOSES

    def is_working_day(self, day: date) -> bool:
        """Whether both desks work on this day."""
        return day.weekday() <= FRIDAY and day not in self.closed

    def next_working_day(self, day: date) -> date:
        """Return the first working day after a day."""
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_hours(self, moment: datetime, hours: float) -> datetime:
        """Return when so many working hours have passed since a moment; aware in, aware out."""
        left = timedelta(hours=hours)
        here = moment.astimezone(LOCAL)
        if not self.is_working_day(here.date()) or here.time() >= self.closes:
            here = self._at(self.next_working_day(here.date()), self.opens)
        elif here.time() < self.opens:
            here = self._at(here.date(), self.opens)
        while True:
            evening = self._at(here.date(), self.closes)
            if here + left <= evening:
                return here + left
            left -= evening - here
            here = self._at(self.next_working_day(here.date()), self.opens)

    def end_of_working_day(self, moment: datetime, days: int) -> datetime:
        """Return the close of the n-th working day after the day of a moment: received Friday 16:30, 2 days, is the
        close of Tuesday (reports W4)."""
        day = moment.astimezone(LOCAL).date()
        for _ in range(days):
            day = self.next_working_day(day)
        return self._at(day, self.closes)

    @staticmethod
    def _at(day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, LOCAL)


@cache
def proposed_closings(year: int) -> frozenset[date]:
    """Return the days of a year on which the proposal closes both desks (domain D45).

    New Year, Labour Day, and the religious days of all communities: 7 January, both Easters with their Mondays and
    the Orthodox Good Friday, both Eids (estimates of the package), 25 December. The co-managers decide in the end.
    """
    days = {date(year, 1, 1), date(year, 1, 2), date(year, 1, 7), date(year, 5, 1), date(year, 12, 25)}
    orthodox, western = easter(year, EASTER_ORTHODOX), easter(year, EASTER_WESTERN)
    days |= {orthodox + timedelta(days=offset) for offset in (-2, 0, 1)}
    days |= {western, western + timedelta(days=1)}
    days |= {
        day for day, name in holidays.country_holidays("XK", years=year, language="en_US").items() if "Eid" in name
    }
    return frozenset(days)


@cache
def office_calendar(year: int) -> WorkingCalendar:
    """Return the office's calendar for deadlines that begin in a year; reaches into the next one."""
    return WorkingCalendar(closed=proposed_closings(year) | proposed_closings(year + 1))
