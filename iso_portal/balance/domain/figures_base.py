"""What the figures of a snapshot are made from, and how one figure is written down (balance sections 7 and 12)."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from iso_portal.balance.domain.decomposition import Decided
from iso_portal.balance.domain.measures import LEAST_PEOPLE, NONE, LedCase, Why, expected_share, fraction
from iso_portal.balance.domain.policy import Policy
from iso_portal.balance.domain.results import ROUNDED_TO, Figure, tracked_now

Told = dict[str, Any]
CUTS = ("sector", "municipality", "stage")
NOWHERE = ""  # a case without a sector, or without a municipality, stays listed under this part
OF_QUARTERS = -1  # base of figures that move only when a quarter closed


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A case as it was assigned. could: who could lead it. fte: of everybody who might lead at that time, if kept.

    first: who leads the first proposal. parts: its sector, municipality and stage. open: whether work goes on.
    """

    on: date
    weight: float
    language: str
    lead: str
    co_lead: str
    could: frozenset[str]
    first: str | None = None
    fte: Mapping[str, float] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody of the office: part of a full post and desk."""

    fte: float
    wing: str = ""
    assignable: bool = True


@dataclass(frozen=True, kw_only=True)
class Office:
    """Everything behind a night's figures; it lives in memory only. cases: in the order of booking.

    declared: communities by person, those who did not declare left out. closed: why nothing is collected, if so.
    """

    cases: Sequence[Booked]
    people: Mapping[str, Member]
    declared: Mapping[str, Collection[str]]
    policy: Policy
    today: date
    closed: Why | None = None


class Lens:
    """The office's cases as each tracked community sees them, worked out once."""

    def __init__(self, office: Office) -> None:
        """Work out who led, and what was to be expected, for every case."""
        self.office = office
        self.tracked = () if office.closed else tracked_now(office.policy.tracked, office.declared)
        self.staff = {key: one.fte for key, one in office.people.items() if one.fte > 0 and one.assignable}
        self.hidden = self._small_rest()
        self._shares: dict[tuple[str, frozenset[str], int], float | None] = {}
        self.led = {g: [self._led(g, case) for case in office.cases] for g in self.tracked}
        self.decided = {g: self._decided(g) for g in self.tracked}

    def year(self) -> list[int]:
        """Return the places of the cases of the last twelve months."""
        return self.within_year(self.office.today)

    def within_year(self, end: date) -> list[int]:
        """Return the places of the cases of the twelve months that end with a day."""
        return [i for i, case in enumerate(self.office.cases) if case.on <= end and (end - case.on).days < 365]

    def reporting_year(self) -> list[int]:
        """Return the places of the cases of this calendar year."""
        return [i for i, case in enumerate(self.office.cases) if case.on.year == self.office.today.year]

    def of(self, g: str, places: Sequence[int], cut: str = "") -> list[LedCase]:
        """Return cases as one community sees them; with a cut, each with its part."""
        rows = self.led[g]
        if not cut:
            return [rows[i] for i in places]
        return [_with_part(rows[i], self.office.cases[i].parts.get(cut, NOWHERE)) for i in places]

    def pairs(self) -> list[tuple[str, str]]:
        """Return all pairs of tracked communities, in the order of codes, which says nothing about them."""
        codes = sorted(self.tracked)
        return [(a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]

    def staff_share(self, g: str) -> float | None:
        """Return the share of the staff that may lead now (pi)."""
        return expected_share(g, self.staff, self.office.declared, list(self.staff))

    def _small_rest(self) -> bool:
        """Whether fewer than three people make up the rest to 100 %, so that shares are shown rounded (P7)."""
        counts: dict[str, int] = {}
        for key in self.staff:
            for code in self.office.declared.get(key) or ():
                counts[code] = counts.get(code, 0) + 1
        shown = [code for code in counts if counts[code] >= LEAST_PEOPLE and code != NONE]
        return bool(counts) and any(counts[code] < LEAST_PEOPLE for code in counts if code not in shown)

    def _led(self, g: str, case: Booked) -> LedCase:
        answer = self.office.declared.get(case.lead)
        return LedCase(
            led=fraction(g, answer) if answer else None,
            expected=self._share(g, case.could, case.fte),
            weight=case.weight,
            staff_share=self._share(g, frozenset(case.fte or self.staff), case.fte),
        )

    def _share(self, g: str, could: frozenset[str], fte: Mapping[str, float] | None) -> float | None:
        key = g, could, hash(tuple(sorted(fte.items()))) if fte else 0
        if key not in self._shares:
            people = self.office.people
            known = {
                k: fte[k] if fte and k in fte else people[k].fte for k in could if k in people or (fte and k in fte)
            }
            self._shares[key] = expected_share(g, known, self.office.declared, list(known))
        return self._shares[key]

    def _decided(self, g: str) -> list[Decided]:
        result = []
        for case, led in zip(self.office.cases, self.led[g], strict=True):
            first = self.office.declared.get(case.first or "")
            result.append(
                Decided(
                    first=fraction(g, first) if first else None,
                    chosen=led.led,
                    expected=led.expected,
                    weight=case.weight,
                    staff_share=led.staff_share,
                )
            )
        return result


def _with_part(case: LedCase, part: str) -> LedCase:
    return LedCase(led=case.led, expected=case.expected, weight=case.weight, staff_share=case.staff_share, part=part)


def told(found: Figure, base: int, *, rounded: bool = False, **more: Any) -> Told:
    """Write a figure down. base: how many cases of its kind there ever were; it moves with five more (P7).

    rounded: to 5 points, because a small group makes up the rest.
    """
    row: Told = {"n": found.n, "base": base, "work": _short(found.undeclared_work), "within": found.within}
    if found.why is not None:
        row["why"] = found.why.value
    for name in ("value", "expected"):
        row[name] = _maybe_rounded(getattr(found, name), rounded)
    for name in ("bounds", "interval"):
        pair = getattr(found, name)
        row[name] = [_maybe_rounded(value, rounded) for value in pair] if pair else None
    row |= {name: _maybe_rounded(value, rounded) for name, value in more.items()}
    if found.needs is not None:
        row["needs"] = found.needs
    if row["value"] is not None and row["expected"] is not None:
        row["difference"] = _short(row["value"] - row["expected"])
    return {name: value for name, value in row.items() if value is not None}


def cannot(why: Why, *, n: int = 0, base: int = 0) -> Told:
    """Write down that a figure cannot be stated."""
    return {"n": n, "base": base, "why": why.value}


def short_pair(pair: tuple[float, float] | None) -> list[float] | None:
    """Return a range as it is kept."""
    return [round(value, 4) for value in pair] if pair else None


def _maybe_rounded(value: float | None, rounded: bool) -> float | None:
    if value is None or not rounded:
        return _short(value)
    return round(math.floor(value / ROUNDED_TO + 0.5 + 1e-9) * ROUNDED_TO, 2)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
