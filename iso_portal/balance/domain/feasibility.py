"""What even joint work would mean for groups of given sizes: from numbers typed in, never from the vault (balance M3)."""

from __future__ import annotations

from dataclasses import dataclass

from iso_portal.balance.domain.intervals import whole, within
from iso_portal.balance.domain.measures import CO_LEAD_PART, LEAD_PART

MOST_PEOPLE = 10_000


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """The panel's answer for two groups, all cases joint, leads shared like the staff.

    load_ratio: load per head of the second over the first. lead_share: of the second, for equal load per head; it is
    impossible outside 0 to 1, and `possible` says so.
    """

    max_joint_rate: float
    load_ratio: float
    lead_share: float

    @property
    def possible(self) -> bool:
        """Whether any sharing of leads gives equal load per head."""
        return 0 <= self.lead_share <= 1


def panel(first: float, second: float, *, lead: float = LEAD_PART, co_lead: float = CO_LEAD_PART) -> Feasibility:
    """Return what even joint work would mean. Raises ValueError for people that are not whole, zero or negative."""
    n_g, n_h = whole("first", first, least=1, most=MOST_PEOPLE), whole("second", second, least=1, most=MOST_PEOPLE)
    within("lead", lead, 0, 1)
    within("co_lead", co_lead, 0, 1)
    if lead <= co_lead:
        raise ValueError("lead must weigh more than co_lead")
    share = n_h / (n_g + n_h)
    of_first = ((1 - share) * lead + share * co_lead) / n_g
    of_second = (share * lead + (1 - share) * co_lead) / n_h
    return Feasibility(
        max_joint_rate=min(1.0, 2 * min(n_g, n_h) / (n_g + n_h)),
        load_ratio=of_second / of_first,
        lead_share=(n_h * lead - n_g * co_lead) / ((lead - co_lead) * (n_g + n_h)),
    )


@dataclass(frozen=True, kw_only=True)
class DialPoint:
    """What a joint weight gave in the simulated office of 8 and 4 people (balance A4)."""

    joint_weight: int
    joint_rate: float
    load_ratio: float


DIAL = (
    DialPoint(joint_weight=8, joint_rate=0.89, load_ratio=1.13),
    DialPoint(joint_weight=30, joint_rate=0.96, load_ratio=1.37),
    DialPoint(joint_weight=100, joint_rate=1.00, load_ratio=1.59),
)
