"""The office's people as a proposal sees them: presence, ties, languages, skills, loads. No community (balance section 5)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Absence, Person
from iso_portal.balance import queries
from iso_portal.balance.domain.pair_facts import is_long_absence, started
from iso_portal.balance.domain.proposals import Colleague, Obstacle
from iso_portal.balance.models import LoadStart
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.scripts import fold, name_key

DAYS_AHEAD = 5  # working days without leave after the day on which the work begins


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where somebody's loads begin from now on; kept with the next booking, since only bookings move the means."""

    person_id: uuid.UUID
    absence_id: uuid.UUID | None
    booked: float
    led: float


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Everybody who works on cases, by key, and the starts that nobody wrote down yet."""

    people: Mapping[str, Person]
    colleagues: Mapping[str, Colleague]
    starts: tuple[Start, ...]


def start_day(day: date) -> date:
    """Return the day on which work on a case begins: this one, or the next on which both desks work."""
    calendar = office_calendar(day.year)
    return day if calendar.is_working_day(day) else calendar.next_working_day(day)


def staff_for(case: Case, day: date) -> Staff:
    """Return the people with what they carry and what hinders them on this case. day: on which the work begins."""
    people = accounts.case_workers(day)
    loads, begun = queries.loads(without=case.id), queries.load_starts()
    tied = _tied(case, people)
    raw = [_colleague(person, loads.get(person.id), begun, tied, day) for person in people]
    joiners = _joiners(people, loads, begun)
    returned = _returned(people, loads, begun, day)
    fair = started(raw, joiners=joiners, returned=list(returned))
    return Staff(
        people={str(person.id): person for person in people},
        colleagues={one.key: one for one in fair},
        starts=tuple(_starts(raw, fair, joiners, returned)),
    )


def _colleague(
    person: Person, load: queries.Load | None, begun: Sequence[LoadStart], tied: frozenset[uuid.UUID], day: date
) -> Colleague:
    fte, load = float(person.fte), load or queries.Load()
    own = [start for start in begun if start.person_id == person.id]
    hindered = _obstacle(person, tied, day)
    return Colleague(
        key=str(person.id),
        languages=frozenset(person.languages),
        sections=frozenset(person.sections),
        fte=fte,
        booked=(load.booked / fte if fte else 0.0) + sum(start.booked for start in own),
        open=load.open / fte if fte else 0.0,
        led=(load.led / fte if fte else 0.0) + sum(start.led for start in own),
        obstacle=hindered,
        back_on=_back_on(person.absences, day) if hindered is Obstacle.ABSENT else None,
    )


def _obstacle(person: Person, tied: frozenset[uuid.UUID], day: date) -> Obstacle | None:
    if not person.fte:
        return Obstacle.NO_FTE
    if person.id in tied:
        return Obstacle.TIE
    return Obstacle.ABSENT if _away(person.absences, day) is not None else None


def _away(absences: Iterable[Absence], day: date) -> Absence | None:
    """Return an absence on the day or within the next five working days, the one that ends last; None for none."""
    until = day
    calendar = office_calendar(day.year)
    for _one in range(DAYS_AHEAD):
        until = calendar.next_working_day(until)
    hit = [away for away in absences if away.starts_on <= until and away.ends_on >= day]
    return max(hit, key=lambda away: away.ends_on, default=None)


def _back_on(absences: Sequence[Absence], day: date) -> date:
    """Return the first working day from which somebody is here and stays for five working days."""
    while (away := _away(absences, day)) is not None:
        day = start_day(away.ends_on + timedelta(days=1))
    return day


def _tied(case: Case, people: Sequence[Person]) -> frozenset[uuid.UUID]:
    """Return who declared a tie to the investor, to a firm of the case, or to a body by one of their names."""
    if not any(person.ties for person in people):
        return frozenset()
    firms = queries.firms_of(case.id)
    names = {name_key(name) for name in (case.investor.name, *firms.values())}
    waiting = fold(case.waiting_for)

    def named(body: str) -> bool:
        return bool(body.strip()) and (name_key(body) in names or fold(body) in waiting)

    return frozenset(
        person.id
        for person in people
        if any(
            tie.investor_id == case.investor_id or tie.business_id in firms or named(tie.body) for tie in person.ties
        )
    )


def _joiners(
    people: Sequence[Person], loads: Mapping[uuid.UUID, queries.Load], begun: Sequence[LoadStart]
) -> list[str]:
    """Return who was never booked and has no start yet."""
    known = {start.person_id for start in begun if start.absence_id is None} | set(loads)
    return [str(person.id) for person in people if person.fte and person.id not in known]


def _returned(
    people: Sequence[Person], loads: Mapping[uuid.UUID, queries.Load], begun: Sequence[LoadStart], day: date
) -> dict[str, list[uuid.UUID]]:
    """Return who is back after more than four weeks and was not booked since, with the absences."""
    known = {start.absence_id for start in begun}
    result: dict[str, list[uuid.UUID]] = {}
    for person in people:
        load = loads.get(person.id)
        last = load.last.astimezone(clock.LOCAL).date() if load and load.last else date.min
        for away in person.absences:
            over = last <= away.ends_on < day and away.id not in known
            if person.fte and over and is_long_absence(away.starts_on, away.ends_on):
                result.setdefault(str(person.id), []).append(away.id)
    return result


def _starts(
    raw: Sequence[Colleague], fair: Sequence[Colleague], joiners: Sequence[str], returned: Mapping[str, list[uuid.UUID]]
) -> Iterable[Start]:
    for before, after in zip(raw, fair, strict=True):
        reasons: list[uuid.UUID | None] = [None] if after.key in joiners else []
        reasons += returned.get(after.key, [])
        for absence, gain in zip(reasons, (1, *([0] * len(reasons))), strict=False):
            yield Start(
                person_id=uuid.UUID(after.key),
                absence_id=absence,
                booked=max(0.0, after.booked - before.booked) * gain,
                led=max(0.0, after.led - before.led) * gain,
            )
