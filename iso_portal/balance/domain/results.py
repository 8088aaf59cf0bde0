"""What a block of the page says: ok, attention, or insufficient with its reasons (balance M7, M12, P7, section 7)."""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from iso_portal.balance.domain.evidence import GAP, LEAST_N, Alert
from iso_portal.balance.domain.intervals import whole, wilson
from iso_portal.balance.domain.measures import (
    LEAST_CASES,
    LEAST_PEOPLE,
    NO,
    UNTOLD,
    YES,
    Portfolio,
    Result,
    Why,
    band_position,
    unstated,
)

STEP = 5  # a shown figure by community moves only when so many cases were booked since it last did
ROUNDED_TO = 0.05


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure with everything that stands beside it. value None: it cannot be stated, and `why` says why.

    needs: how many cases it takes, where time will bring it. within: its place in the agreed range.
    """

    value: float | None
    why: Why | None
    n: int
    undeclared_work: float = 0.0
    bounds: tuple[float, float] | None = None
    interval: tuple[float, float] | None = None
    expected: float | None = None
    within: str = UNTOLD
    needs: int | None = None


def figure(
    value: float | None,
    *,
    n: int,
    bounds: tuple[float, float] | None = None,
    expected: float | None = None,
    otherwise: Why = Why.NO_REFERENCE,
) -> Figure:
    """Return a figure by the rules of M7. bounds: over all work, None where nothing can be undeclared.

    otherwise: why there is none although there are cases enough.
    """
    why = unstated(n, bounds or (0.0, 0.0)) or (otherwise if value is None else None)
    work = bounds[1] - bounds[0] if bounds else 0.0
    if why is not None:
        return Figure(
            value=None,
            why=why,
            n=n,
            undeclared_work=work,
            bounds=bounds if why is Why.UNDECLARED_WORK else None,
            needs=LEAST_CASES if why is Why.FEW_CASES else None,
        )
    return Figure(value=value, why=None, n=n, undeclared_work=work, bounds=bounds, expected=expected)


def figure_of(count: Portfolio, shown: Portfolio | None = None, *, band: tuple[float, float] | None = None) -> Figure:
    """Return a community's share. count: by count, which decides about interval and range; shown: as it is shown."""
    seen = shown or count
    found = figure(seen.share, n=count.n, bounds=seen.bounds, expected=seen.expected)
    if found.value is None or count.bounds is None:
        return found
    led = count.bounds[0] * count.n
    interval = wilson(led, count.n)[0], wilson(min(led + count.undeclared, count.n), count.n)[1]
    place = band_position(led, count.undeclared, count.n, band)[1] if band else UNTOLD
    return Figure(
        value=found.value,
        why=None,
        n=found.n,
        undeclared_work=found.undeclared_work,
        bounds=found.bounds,
        interval=interval,
        expected=found.expected,
        within=place,
    )


def ratio_position(value: float | None, band: tuple[float, float], *, attention: bool) -> str:
    """Return whether a load ratio or an exposure share lies within its range: inside and no attention yes, attention no."""
    if band[0] > band[1]:
        raise ValueError("band must go from low to high")
    if attention:
        return NO
    return YES if value is not None and band[0] <= value <= band[1] else UNTOLD


class Kind(enum.StrEnum):
    """Why a block asks for attention. SUPPLY: who could lead was itself off: languages, skills, leave."""

    EVIDENCE = "evidence"
    TEST = "test"
    SUPPLY = "supply"


class Spoken(Protocol):
    """A test at a fixed time."""

    @property
    def speaks(self) -> bool:
        """Whether it gives attention."""
        ...

    @property
    def why(self) -> Why | None:
        """Why it cannot speak."""
        ...


@dataclass(frozen=True, kw_only=True)
class Block:
    """What a block of the page says. reasons: why it is insufficient; kinds: why it asks for attention."""

    result: Result
    reasons: tuple[Why, ...] = ()
    kinds: tuple[Kind, ...] = ()


def block(
    *,
    within: str,
    unstated: Collection[Why] = (),
    alert: Alert = Alert.NONE,
    test: Spoken | None = None,
    structural: float | None = None,
    n: int = 0,
) -> Block:
    """Return the result of a block. within: "yes", "no" or "cannot be stated"; unstated: reasons of its figures;

    alert: the open note or review; test: of this quarter's close, adjusted; structural: the gap of who could lead, on
    n cases.
    """
    kinds = []
    if alert is not Alert.NONE:
        kinds.append(Kind.EVIDENCE)
    if test is not None and test.speaks:
        kinds.append(Kind.TEST)
    if structural is not None and abs(structural) >= GAP - 1e-12 and whole("n", n) >= LEAST_N:
        kinds.append(Kind.SUPPLY)
    if kinds:
        return Block(result=Result.ATTENTION, kinds=tuple(kinds))
    if within == YES:
        return Block(result=Result.OK)
    reasons = set(unstated)
    if test is not None and test.why is not None:
        reasons.add(test.why)
    return Block(
        result=Result.INSUFFICIENT,
        reasons=tuple(why for why in Why if why in reasons) or (Why.NOT_ENOUGH_EVIDENCE,),
    )


def tracked_now(tracked: Sequence[str], declared: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the communities of the policy that at least three people declared (K)."""
    return tuple(g for g in tracked if sum(g in codes for codes in declared.values()) >= LEAST_PEOPLE)


def shown_shares(shares: Mapping[str, float], people: Mapping[str, int]) -> dict[str, float | None]:
    """Return shares as they may be shown (P7): a group of fewer than three people gets none, and where such groups make
    up the rest to 100 %, the others are shown rounded to 5 points, so that subtraction tells nothing.

    shares: of every community that occurs, small ones too. people: how many declared each.
    """
    for code, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"shares must be from 0 to 1, not {share}")
        whole("people", people.get(code, 0))
    hidden = {code for code in shares if people.get(code, 0) < LEAST_PEOPLE}
    shown = {code: None if code in hidden else share for code, share in shares.items()}
    if not hidden:
        return shown
    return {code: None if share is None else _rounded(share) for code, share in shown.items()}


def _rounded(share: float) -> float:
    """Return a share rounded half up to 5 points."""
    return round(int(share / ROUNDED_TO + 0.5 + 1e-9) * ROUNDED_TO, 2)


def may_step(booked_since: int, *, quarter_closed: bool) -> bool:
    """Return whether a shown figure by community may move: after five more cases, or when a quarter closed (P7)."""
    return quarter_closed or whole("booked_since", booked_since) >= STEP
