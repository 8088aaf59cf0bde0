"""When a gate is open, when it closes by itself, and what a policy may not say (balance G1-G4, section 10)."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from iso_portal.balance.domain.policy import SHARES, TargetOf

MOST_MONTHS = 12
KEPT_AFTER_CLOSING = timedelta(days=90)  # then sealed records are destroyed, unless the gate was renewed
LETTERS_BEFORE = (60, 30, 7)  # days
MOST_JOINT_WEIGHT = 100.0
LARGEST_RATIO = 5.0
MOST_PEOPLE = 1000
CASE_NAME = re.compile(r"\b[A-Z]{2,5}-\d{4}-\d{3,6}\b")


class State(enum.StrEnum):
    """How a gate stands."""

    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


class Fault(enum.StrEnum):
    """What is wrong with a basis, a range or a number; the words are in words/policy.py."""

    MISSING = "missing"
    PAST = "past"
    TOO_LONG = "too_long"
    DEMONSTRATION = "demonstration"
    NOT_YET = "not_yet"
    SAME_WING = "same_wing"
    NO_WING = "no_wing"
    SAME_PERSON = "same_person"
    REQUESTER = "requester"
    ORDER = "order"
    OUTSIDE = "outside"
    SUM = "sum"
    ONE_WAY = "one_way"
    NAMES_A_CASE = "names_a_case"
    COMMUNITY = "community"
    NO_COMMUNITY = "no_community"
    NOT_TRACKED = "not_tracked"
    PEOPLE = "people"


@dataclass(frozen=True, kw_only=True)
class GateBasis:
    """What a gate record says. kind: "legal" or "demonstration". assessed_on: day of the impact assessment."""

    kind: str
    purpose: str
    basis: str
    document: str
    assessment: str
    assessed_on: date | None
    expires_on: date | None


def latest_expiry(today: date) -> date:
    """Return the last day to which a gate may be opened: twelve months ahead."""
    try:
        return today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        return today.replace(year=today.year + 1, day=28)


def gate_errors(basis: GateBasis, *, today: date, demo: bool) -> dict[str, Fault]:
    """Return what is wrong, by the name of the field; empty when the basis may be put before the two keys."""
    faults = {
        name: Fault.MISSING
        for name in ("purpose", "basis", "document", "assessment", "assessed_on", "expires_on")
        if not getattr(basis, name)
    }
    if basis.assessed_on and basis.assessed_on > today:
        faults["assessed_on"] = Fault.NOT_YET
    if basis.expires_on and basis.expires_on <= today:
        faults["expires_on"] = Fault.PAST
    elif basis.expires_on and basis.expires_on > latest_expiry(today):
        faults["expires_on"] = Fault.TOO_LONG
    if basis.kind == "demonstration" and not demo:
        faults["kind"] = Fault.DEMONSTRATION
    return faults


@dataclass(frozen=True, kw_only=True)
class Key:
    """Somebody who turns a key: the person and the wing of the post."""

    person: object
    wing: str | None


def key_error(key: Key, *, first: Key | None, requester: object | None) -> Fault | None:
    """Return why this key cannot be turned, or None. requester: may turn none; None where whoever asks may turn one."""
    if key.wing is None:
        return Fault.NO_WING
    if requester is not None and key.person == requester:
        return Fault.REQUESTER
    if first is not None and key.person == first.person:
        return Fault.SAME_PERSON
    return Fault.SAME_WING if first is not None and key.wing == first.wing else None


def state(*, opened: bool, closed: bool, expires_on: date, kind: str, today: date, demo: bool) -> State:
    """Return how the gate stands that this record is about; it closes by itself in the night after its last day."""
    if not opened or closed or (kind == "demonstration" and not demo):
        return State.CLOSED
    return State.OPEN if today <= expires_on else State.EXPIRED


def letter_due(expires_on: date, today: date, *, sent: int | None) -> int | None:
    """Return the letter that is due, 60, 30 or 7, or None. sent: the last one, smaller with time.

    A job that missed its day catches up with the nearest letter; earlier ones are then not sent any more.
    """
    left = (expires_on - today).days
    if left < 0:
        return None
    due = min((days for days in LETTERS_BEFORE if left <= days), default=None)
    return due if due is not None and (sent is None or due < sent) else None


def destroy_on(closed_on: date) -> date:
    """Return the day on which sealed records of a closed gate are destroyed."""
    return closed_on + KEPT_AFTER_CLOSING


@dataclass(frozen=True, kw_only=True)
class Target:
    """A range as it is typed."""

    what: TargetOf
    community: str
    low: float | None
    high: float | None
    reason: str
    expires_on: date | None


def target_errors(
    target: Target, *, others: Mapping[str, tuple[float, float]], tracked: tuple[str, ...], today: date
) -> dict[str, Fault]:
    """Return what is wrong with a range, by field. others: ranges of the same kind that hold for other communities."""
    faults: dict[str, Fault] = {}
    if target.what in SHARES and not target.community:
        faults["community"] = Fault.COMMUNITY
    elif target.what not in SHARES and target.community:
        faults["community"] = Fault.NO_COMMUNITY
    elif target.community and target.community not in tracked:
        faults["community"] = Fault.NOT_TRACKED
    faults |= _limits(target)
    if not target.reason.strip():
        faults["reason"] = Fault.MISSING
    elif CASE_NAME.search(target.reason.upper()):
        faults["reason"] = Fault.NAMES_A_CASE
    if target.expires_on is None:
        faults["expires_on"] = Fault.MISSING
    elif target.expires_on <= today:
        faults["expires_on"] = Fault.PAST
    elif target.expires_on > latest_expiry(today):
        faults["expires_on"] = Fault.TOO_LONG
    if not faults and target.what in SHARES and not _can_add_to_one(target, others, tracked):
        faults["high" if target.high is not None and target.high < 0.5 else "low"] = Fault.SUM
    return faults


def _limits(target: Target) -> dict[str, Fault]:
    faults = {name: Fault.MISSING for name in ("low", "high") if getattr(target, name) is None}
    if target.low is None or target.high is None:
        return faults
    least, most = (1 / LARGEST_RATIO, LARGEST_RATIO) if target.what is TargetOf.LOAD_RATIO else (0.0, 1.0)
    for name, value in (("low", target.low), ("high", target.high)):
        if not least <= value <= most:  # NaN is outside too
            faults[name] = Fault.OUTSIDE
    if not faults and target.low > target.high:
        faults["low"] = Fault.ORDER
    if not faults and target.what is TargetOf.LOAD_RATIO and abs(target.low * target.high - 1) > 0.02:
        faults["low"] = Fault.ONE_WAY  # who is named first must not matter
    return faults


def _can_add_to_one(target: Target, others: Mapping[str, tuple[float, float]], tracked: tuple[str, ...]) -> bool:
    assert target.low is not None
    assert target.high is not None
    ranges = {code: limits for code, limits in others.items() if code in tracked}
    ranges[target.community] = (target.low, target.high)
    if sum(low for low, _high in ranges.values()) > 1 + 1e-9:
        return False
    return set(ranges) != set(tracked) or sum(high for _low, high in ranges.values()) >= 1 - 1e-9


def joint_weight_error(weight: float | None) -> Fault | None:
    """Return what is wrong with a joint weight, or None."""
    if weight is None:
        return Fault.MISSING
    return None if 0 <= weight <= MOST_JOINT_WEIGHT else Fault.OUTSIDE


def panel_errors(first: object, second: object) -> dict[str, Fault]:
    """Return what is wrong with the planned numbers of people, by field."""
    return {
        name: Fault.PEOPLE
        for name, number in (("first", first), ("second", second))
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_PEOPLE
    }
