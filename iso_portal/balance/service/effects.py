"""What a pair would change, as figures that a page draws: two people against the mean of the office (balance section 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from iso_portal.accounts.models import Person
from iso_portal.balance.domain.pair_facts import Change, Covers, Effect, Loads, change, covers, effect, office_means
from iso_portal.balance.domain.proposals import CO_LEAD_WEIGHT, LEAD_WEIGHT, Colleague, Pair
from iso_portal.balance.service.proposing import Situation


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One load now and after, by FTE, beside the mean of the office; most: the same for all bars of its kind."""

    now: float
    after: float
    mean: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the two: who, as what, and the bars."""

    person: Person
    colleague: Colleague
    leads: bool
    booked: Bar
    open: Bar
    led: Bar


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a pair would change for its two people and for the office, and which of them covers what."""

    pair: Pair
    lead: Part
    co_lead: Part
    covers: Covers
    effect: Effect

    @property
    def parts(self) -> tuple[Part, Part]:
        """Both, the lead first."""
        return self.lead, self.co_lead


def figures_of(situation: Situation, lead: str, co_lead: str, *, pair: Pair | None = None) -> Figures | None:
    """Return the figures of any two people, possible or not; None where one is unknown or takes no cases.

    Reads no declaration, so it never tells a place in the order.
    """
    found = [situation.colleagues.get(key) for key in (lead, co_lead)]
    first, second = found
    if first is None or second is None or first is second or not first.fte or not second.fte:
        return None
    two = pair or Pair(first, second, 0.0, 0.0, 0.0, 0.0, paired=False)
    staff = list(situation.colleagues.values())
    changes = _changes(situation, two)
    means, most = office_means(staff), _most(situation)

    def part(one: Colleague, *, leads: bool) -> Part:
        now, after = changes[one.key].now, changes[one.key].after
        booked, open_now, led = (
            Bar(now=getattr(now, name), after=getattr(after, name), mean=getattr(means, name), most=getattr(most, name))
            for name in ("booked", "open", "led")
        )
        return Part(person=situation.people[one.key], colleague=one, leads=leads, booked=booked, open=open_now, led=led)

    return Figures(
        pair=two,
        lead=part(first, leads=True),
        co_lead=part(second, leads=False),
        covers=covers(situation.need, two),
        effect=effect(situation.need, two, staff),
    )


def _changes(situation: Situation, pair: Pair) -> dict[str, Change]:
    """Return the changes with the first weight; open work with the newest one (A8)."""
    changes = change(situation.need, pair)
    if situation.open_weight is None:
        return changes
    later = change(replace(situation.need, weight=float(situation.open_weight)), pair)
    return {key: replace(one, after=replace(one.after, open=later[key].after.open)) for key, one in changes.items()}


def _most(situation: Situation) -> Loads:
    """Return the largest load that anybody could have after this case, so that bars of all pairs compare."""
    able = [one for one in situation.colleagues.values() if one.fte > 0]
    weight = max(situation.need.weight, float(situation.open_weight or 0))
    work = max(LEAD_WEIGHT, CO_LEAD_WEIGHT) * weight
    return Loads(
        booked=max(one.booked + work / one.fte for one in able),
        open=max(one.open + work / one.fte for one in able),
        led=max(one.led + weight / one.fte for one in able),
    )
