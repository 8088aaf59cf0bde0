"""What a gate record, a target and a joint weight must be before anything opens (balance G1-G4, section 10)."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iso_portal.balance.domain.feasibility import panel
from iso_portal.balance.domain.ledgers import MOST_JOINT_WEIGHT

LETTERS_BEFORE = (60, 30, 7)
DESTROYED_AFTER_DAYS = 90
DEMONSTRATION = "demonstration"
CASE_REFERENCE = re.compile(r"\bISO-\d{4}-\d+\b", re.IGNORECASE)
SHARE_OFF, LOAD_RANGE = 0.10, (1 / 1.2, 1.2)
WIDEST_LOAD_RANGE = (0.1, 10.0)


class Wrong(enum.StrEnum):
    """What is wrong with a field."""

    MISSING = "missing"
    PAST = "past"
    TOO_LONG = "too_long"
    NOT_TWO = "not_two"
    SAME_PERSON = "same_person"
    REQUESTER = "requester"
    ONE_WING = "one_wing"
    DEMONSTRATION = "demonstration"
    UNKNOWN = "unknown"
    LOW_OVER_HIGH = "low_over_high"
    OUTSIDE = "outside"
    CANNOT_ADD_UP = "cannot_add_up"
    NAMES_A_CASE = "names_a_case"
    NOT_WHOLE = "not_whole"


@dataclass(frozen=True, kw_only=True)
class Approver:
    """Somebody who turned a key, with the wing of the post."""

    key: str
    wing: str


@dataclass(frozen=True, kw_only=True)
class GateBasis:
    """The record on which a gate opens. kind: "legal", or "demonstration", which holds in demo data alone."""

    kind: str
    purpose: str
    basis: str
    document: str
    impact_assessment: str
    recorded_on: date
    expires_on: date | None
    requester: str
    approvers: Sequence[Approver] = ()


class State(enum.StrEnum):
    """Whether a gate is open."""

    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


def request_errors(basis: GateBasis, today: date, *, demo: bool) -> dict[str, Wrong]:
    """Return what is wrong with a record before keys are turned, by field."""
    found = {
        name: Wrong.MISSING
        for name in ("purpose", "basis", "document", "impact_assessment", "requester")
        if not getattr(basis, name).strip()
    }
    if basis.kind == DEMONSTRATION and not demo:
        found["kind"] = Wrong.DEMONSTRATION
    if basis.expires_on is None:
        found["expires_on"] = Wrong.MISSING
    elif basis.expires_on < today:
        found["expires_on"] = Wrong.PAST
    elif basis.expires_on > twelve_months_after(basis.recorded_on):
        found["expires_on"] = Wrong.TOO_LONG
    return found


def gate_errors(basis: GateBasis, today: date, *, demo: bool) -> dict[str, Wrong]:
    """Return what keeps a gate from opening, by field: the record, and two approvers, one of each wing, none asking."""
    found = request_errors(basis, today, demo=demo)
    wrong = approver_error(basis.requester, basis.approvers)
    return found if wrong is None else {**found, "approvers": wrong}


def approver_error(requester: str, approvers: Sequence[Approver]) -> Wrong | None:
    """Return what is wrong with the people who turned keys, or None."""
    keys = [one.key for one in approvers]
    if requester in keys:
        return Wrong.REQUESTER
    if len(set(keys)) < len(keys):
        return Wrong.SAME_PERSON
    if len(keys) != 2:
        return Wrong.NOT_TWO
    wings = {one.wing for one in approvers}
    return Wrong.ONE_WING if len(wings) < 2 or "" in wings else None


def state(basis: GateBasis | None, today: date, *, demo: bool, closed: bool = False) -> State:
    """Return whether a gate is open today. It closes by itself at the midnight that ends the day of expiry."""
    if basis is None or closed:
        return State.CLOSED
    found = gate_errors(basis, today, demo=demo)
    if set(found.values()) == {Wrong.PAST}:
        return State.EXPIRED
    return State.CLOSED if found else State.OPEN


def may_open_assignment(collection: State, own: Mapping[str, Wrong]) -> bool:
    """Return whether assignment may use declarations: never while collection is closed."""
    return collection is State.OPEN and not own


def letter_due(expires_on: date, today: date) -> int | None:
    """Return for which of 60, 30 and 7 days before expiry both co-managers get a letter today, or None."""
    left = (expires_on - today).days
    return left if left in LETTERS_BEFORE else None


def destroyed_on(expired_on: date) -> date:
    """Return the day on which sealed records are destroyed unless the gate is renewed."""
    return expired_on + timedelta(days=DESTROYED_AFTER_DAYS)


def twelve_months_after(day: date) -> date:
    """Return the same day a year later; 28 February after a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


class Aim(enum.StrEnum):
    """What a target speaks of."""

    PORTFOLIO_SHARE = "portfolio_share"
    JOINT_RATE = "joint_rate"
    LOAD_RATIO = "load_ratio"
    EXPOSURE_SHARE = "exposure_share"


@dataclass(frozen=True, kw_only=True)
class Target:
    """An agreed range over a period. community: of a share, "" for the others; never a case or a post."""

    aim: Aim
    low: float
    high: float
    author: str
    reason: str
    begins_on: date
    expires_on: date
    community: str = ""

    @property
    def middle(self) -> float:
        """What the steering ledgers aim at."""
        return (self.low + self.high) / 2


def target_errors(target: Target, today: date, *, tracked: Collection[str]) -> dict[str, Wrong]:
    """Return what is wrong with a target, by field."""
    found: dict[str, Wrong] = {}
    least, most = WIDEST_LOAD_RANGE if target.aim is Aim.LOAD_RATIO else (0.0, 1.0)
    for name in ("low", "high"):
        if not least <= getattr(target, name) <= most:
            found[name] = Wrong.OUTSIDE
    if not found and target.low > target.high:
        found["low"] = Wrong.LOW_OVER_HIGH
    of_community = target.aim in {Aim.PORTFOLIO_SHARE, Aim.EXPOSURE_SHARE}
    if of_community != (target.community in tracked):
        found["community"] = Wrong.UNKNOWN
    for name in ("author", "reason"):
        if not getattr(target, name).strip():
            found[name] = Wrong.MISSING
    if CASE_REFERENCE.search(target.reason):
        found["reason"] = Wrong.NAMES_A_CASE
    if target.expires_on < max(today, target.begins_on):
        found["expires_on"] = Wrong.PAST
    elif target.expires_on > twelve_months_after(target.begins_on):
        found["expires_on"] = Wrong.TOO_LONG
    return found


def ranges_error(ranges: Mapping[str, tuple[float, float]], *, everybody: bool) -> Wrong | None:
    """Return whether the ranges of shares can add to 1. everybody: these are all communities there are."""
    low, high = (math.fsum(pair[i] for pair in ranges.values()) for i in (0, 1))
    impossible = low > 1 + 1e-9 or (everybody and bool(ranges) and high < 1 - 1e-9)
    return Wrong.CANNOT_ADD_UP if impossible else None


def proposed_range(aim: Aim, share: float | None = None) -> tuple[float, float] | None:
    """Return the range that the policy page proposes: around the staff share or the opportunity; none for joint teams."""
    if aim is Aim.LOAD_RATIO:
        return LOAD_RANGE
    if aim is Aim.JOINT_RATE or share is None:
        return None
    return max(0.0, share - SHARE_OFF), min(1.0, share + SHARE_OFF)


def joint_weight_error(weight: float) -> Wrong | None:
    """Return whether a joint weight is one: a number from 0 to 100."""
    return None if 0 <= weight <= MOST_JOINT_WEIGHT else Wrong.OUTSIDE


def panel_errors(first: float, second: float) -> dict[str, Wrong]:
    """Return which typed numbers of people the feasibility panel refuses."""
    found = {}
    for name, value in (("first", first), ("second", second)):
        try:
            panel(value, value)
        except ValueError:
            found[name] = Wrong.NOT_WHOLE
    return found
