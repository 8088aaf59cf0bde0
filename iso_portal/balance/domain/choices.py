"""Choosing a pair: a choice, or an override with a reason; on a large case confirmed by the other wing (balance A7, A8)."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

from iso_portal.balance.domain.measures import LARGE
from iso_portal.balance.domain.proposals import Proposal

LIGHTEST, HEAVIEST_CASE = 0.5, 6.0


class Kind(enum.StrEnum):
    """What choosing a pair is. WAIVED: no pair works in both office languages, so this one needs a reason."""

    FIRST = "first"
    AMONG_FIRST = "among_first"
    OVERRIDE = "override"
    WAIVED = "waived"

    @property
    def needs_reason(self) -> bool:
        """Whether a code and a text must be given."""
        return self in {Kind.OVERRIDE, Kind.WAIVED}


class Wrong(enum.StrEnum):
    """What is wrong with an override or with its confirmation."""

    NO_CODE = "no_code"
    NO_TEXT = "no_text"
    NO_WING = "no_wing"
    SAME_PERSON = "same_person"
    SAME_WING = "same_wing"


def kind_of(proposal: Proposal, lead: str, co_lead: str) -> Kind | None:
    """Return what choosing these two is; None when they are no pair of the choice set."""
    pair = proposal.pair(lead, co_lead)
    if pair is None:
        return None
    if pair not in proposal.first:
        return Kind.OVERRIDE
    if proposal.relaxed:
        return Kind.WAIVED
    return Kind.FIRST if pair == proposal.pairs[0] else Kind.AMONG_FIRST


def override_errors(kind: Kind, *, code: str | None, text: str) -> dict[str, Wrong]:
    """Return what is wrong, by field; a reason that is not needed is never wrong."""
    if not kind.needs_reason:
        return {}
    found = {} if code else {"code": Wrong.NO_CODE}
    return found if text.strip() else {**found, "text": Wrong.NO_TEXT}


def needs_confirmation(kind: Kind, weight: float, *, large: float = LARGE) -> bool:
    """Return whether somebody of the other wing must confirm: an override on a large case."""
    return kind is Kind.OVERRIDE and weight >= large


def confirmation_error(*, by: str, by_wing: str, confirmed_by: str, confirming_wing: str) -> Wrong | None:
    """Return why somebody cannot confirm another's override, or None."""
    if by == confirmed_by:
        return Wrong.SAME_PERSON
    if not by_wing or not confirming_wing:
        return Wrong.NO_WING
    return Wrong.SAME_WING if by_wing == confirming_wing else None


def is_weight(weight: float) -> bool:
    """Return whether a number is a case weight: half points from 0.5 to 6."""
    return math.isfinite(weight) and LIGHTEST <= weight <= HEAVIEST_CASE and 2 * weight == int(2 * weight)


def open_weight(first: float, later: float | None) -> float:
    """Return the weight for open load: a later one when there is; booked ledgers, shares and evidence keep the first."""
    for name, weight in (("first", first), ("later", first if later is None else later)):
        if not is_weight(float(weight)):
            raise ValueError(f"{name} must be a half point from {LIGHTEST} to {HEAVIEST_CASE}, not {weight}")
    return first if later is None else later


@dataclass(frozen=True, kw_only=True)
class OverrideRate:
    """How often another pair was chosen than one of the first three; never by person and community."""

    overrides: int
    n: int

    @property
    def rate(self) -> float | None:
        """The share; None without choices."""
        return self.overrides / self.n if self.n else None


def override_rate(kinds: Sequence[Kind]) -> OverrideRate:
    """Count overrides among choices."""
    return OverrideRate(overrides=sum(kind is Kind.OVERRIDE for kind in kinds), n=len(kinds))
