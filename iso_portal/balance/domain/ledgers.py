"""Joint + ledgers mode: a soft wish for joint teams, and running ledgers that steer the order of pairs (balance A3, A4).

Codes come in as plain input, after the gate was checked. A pair shows no figure of it: nothing here tells who is what.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from iso_portal.balance.domain.intervals import within
from iso_portal.balance.domain.measures import HEAVIEST, fraction, is_joint
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, Numbers, Proposal, ranked

Key = TypeVar("Key")

EVEN_LEADING_JOINT = 0.02
COUNT_PART, WEIGHT_PART, SECTOR_PART = 3.0, 1.0, 2.0
JOINT_WEIGHT, MOST_JOINT_WEIGHT = 8.0, 100.0


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A booked case as the ledgers need it: what its lead declared, its weight and its sector."""

    lead: Collection[str]
    weight: float
    sector: str


@dataclass(frozen=True, kw_only=True)
class Ledgers:
    """Steering ledgers of each community: sums of d_g by count, by weight, and by sector. They start at zero, and again
    when a target changes.
    """

    count: Mapping[str, float] = field(default_factory=dict)
    weighted: Mapping[str, float] = field(default_factory=dict)
    sector: Mapping[tuple[str, str], float] = field(default_factory=dict)


def steering_targets(
    ranges: Mapping[str, tuple[float, float]], staff_shares: Mapping[str, float | None]
) -> dict[str, float]:
    """Return T_g of each tracked community: the middle of its agreed range, or its staff share; left out without either.

    staff_shares: of every tracked community (pi).
    """
    found = {g: (ranges[g][0] + ranges[g][1]) / 2 if g in ranges else share for g, share in staff_shares.items()}
    return {g: target for g, target in found.items() if target is not None}


def off_target(declared: Collection[str], community: str, target: float) -> float:
    """Return d_g: what a lead moves a ledger by; 0 for somebody who did not declare."""
    return fraction(community, declared) - within("target", target, 0, 1) if declared else 0.0


def ledgers(bookings: Sequence[Booking], targets: Mapping[str, float]) -> Ledgers:
    """Return the ledgers after these bookings; their order and grouping change nothing.

    Raises ValueError for a target outside 0 to 1 or a weight over 6.
    """
    for row in bookings:
        if not 0 < row.weight <= HEAVIEST:
            raise ValueError(f"weight must be over 0 and at most {HEAVIEST}, not {row.weight}")
    moved = {g: [(off_target(row.lead, g, target), row) for row in bookings] for g, target in targets.items()}
    sectors = sorted({row.sector for row in bookings})
    return Ledgers(
        count={g: math.fsum(d for d, _row in rows) for g, rows in moved.items()},
        weighted={g: math.fsum(row.weight * d for d, row in rows) for g, rows in moved.items()},
        sector={
            (g, sector): math.fsum(d for d, row in rows if row.sector == sector)
            for g, rows in moved.items()
            for sector in sectors
        },
    )


def together(one: Ledgers, other: Ledgers) -> Ledgers:
    """Return the sum of two ledgers, such as a year so far and a day's bookings."""
    return Ledgers(
        count=_sum(one.count, other.count),
        weighted=_sum(one.weighted, other.weighted),
        sector=_sum(one.sector, other.sector),
    )


def _sum(one: Mapping[Key, float], other: Mapping[Key, float]) -> dict[Key, float]:
    return {key: one.get(key, 0.0) + other.get(key, 0.0) for key in [*one, *(key for key in other if key not in one)]}


@dataclass(frozen=True, kw_only=True)
class Steering:
    """What the policy wants: a target for each tracked community, the ledgers so far, the weight of a joint team."""

    targets: Mapping[str, float]
    ledgers: Ledgers = field(default_factory=Ledgers)
    joint_weight: float = JOINT_WEIGHT


def ledger_costs(need: CaseNeed, leads: Sequence[Collection[str]], steering: Steering) -> Numbers:
    """Return what the ledgers add to the cost of each lead, given what each declared."""
    if not steering.targets:
        return np.zeros(len(leads))
    total = np.zeros(len(leads))
    for g, target in sorted(steering.targets.items()):
        d = np.array([off_target(declared, g, target) for declared in leads])
        for part, state, added in (
            (COUNT_PART, steering.ledgers.count.get(g, 0.0), d),
            (WEIGHT_PART, steering.ledgers.weighted.get(g, 0.0), need.weight * d),
            (SECTOR_PART, steering.ledgers.sector.get((g, need.section), 0.0), d),
        ):
            total += part * added * (2 * state + added)
    return total / len(steering.targets)


def propose_jointly(
    need: CaseNeed, staff: Sequence[Colleague], codes: Mapping[str, Collection[str]], steering: Steering
) -> Proposal:
    """Rank pairs with ledgers and the wish for joint teams. codes: what each person declared, by key.

    Both office languages are no hard condition here. Raises ValueError for a joint weight outside 0 to 100 and a
    target outside 0 to 1.
    """
    within("joint_weight", steering.joint_weight, 0, MOST_JOINT_WEIGHT)

    def costs(able: Sequence[Colleague]) -> Numbers:
        declared = [frozenset(codes.get(one.key) or ()) for one in able]
        kinds = sorted(set(declared), key=sorted)
        joint = np.array([[bool(is_joint(one, other)) for other in kinds] for one in kinds], dtype=float)
        place = [kinds.index(one) for one in declared]
        return ledger_costs(need, declared, steering)[:, None] - steering.joint_weight * joint[np.ix_(place, place)]

    return ranked(need, staff, even_leading=EVEN_LEADING_JOINT, steering=costs)
