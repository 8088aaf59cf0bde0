"""Propose teams for a case, in the mode of the policy; language-paired reads no vault (balance section 5)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries
from iso_portal.balance.domain.ledgers import Booking as LedBooking
from iso_portal.balance.domain.ledgers import Ledgers, Steering, ledgers, propose_jointly, together
from iso_portal.balance.domain.measures import expected_share
from iso_portal.balance.domain.policy import Mode, Policy, TargetOf
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, Proposal, propose
from iso_portal.balance.domain.results import tracked_now
from iso_portal.balance.models import Booking, LaterWeight
from iso_portal.balance.service.declarations import assignment_declarations
from iso_portal.balance.service.staffing import Staff, staff_for, start_day
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.i18n import Language

PARTS = ("team", "people", "loads", "weight", "mode")


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What a proposal rests on. people and colleagues: by key. state: changes when anything of it changes.

    later: the newest weight after intake, for open load alone. start: the day on which the work begins.
    """

    need: CaseNeed
    staff: Staff
    mode: Mode
    policy: Policy
    booking: Booking | None
    later: LaterWeight | None
    start: date
    state: str

    @property
    def people(self) -> Mapping[str, Person]:
        """The people behind the keys."""
        return self.staff.people

    @property
    def colleagues(self) -> Mapping[str, Colleague]:
        """The people as the proposal sees them."""
        return self.staff.colleagues

    @property
    def open_weight(self) -> Decimal | None:
        """The weight that counts for open load, where it is another than the first."""
        return self.later.weight if self.later is not None else None


@dataclass(frozen=True, kw_only=True)
class Proposed(Situation):
    """A proposal for a case, with what it rests on; no declaration is in it."""

    proposal: Proposal


def situation_of(case: Case, *, on: date | None = None) -> Situation:
    """Return what a proposal for a case rests on. on: the day, else today. Reads no declaration."""
    start = start_day(on or clock.today())
    staff = staff_for(case, start)
    policy = queries.policy()
    booking = queries.booking_of(case.id)
    later = next(iter(queries.later_weights(case.id)), None)
    need = CaseNeed(
        key=str(case.id),
        language=Language(case.language).spoken if case.language in set(Language) else case.language,
        section=case.section,
        weight=float(case.weight),
    )
    return Situation(
        need=need,
        staff=staff,
        mode=policy.mode,
        policy=policy,
        booking=booking,
        later=later,
        start=start,
        state=_state(need, staff, policy, booking, later),
    )


def propose_for(case: Case, *, on: date | None = None, by: Person | None = None) -> Proposed:
    """Rank pairs for a case in the mode of the policy. by: who asks; joint + ledgers reads declarations in their name.

    Raises GateClosed when joint + ledgers is called while its gate is closed.
    """
    return proposed(situation_of(case, on=on), by=by)


def proposed(situation: Situation, *, by: Person | None) -> Proposed:
    """Rank the pairs of a situation; see propose_for."""
    joint = situation.mode is Mode.JOINT_LEDGERS
    proposal = _jointly(situation, by=by) if joint else propose(situation.need, list(situation.colleagues.values()))
    return Proposed(**vars(situation), proposal=proposal)


def _jointly(situation: Situation, *, by: Person | None) -> Proposal:
    """Rank with ledgers that are rebuilt from the bookings; declarations are forgotten with this call."""
    past = queries.led(without=uuid.UUID(situation.need.key))
    keys = {*map(uuid.UUID, situation.colleagues), *(row.lead_id for row in past)}
    codes = {str(key): declared for key, declared in assignment_declarations(sorted(keys), by=by).items()}
    staff = situation.colleagues
    fte = {key: one.fte for key, one in staff.items()}
    running = Ledgers()
    targets: dict[str, float] = {}
    for g in tracked_now(situation.policy.tracked, {key: codes.get(key, ()) for key in staff}):
        share = expected_share(g, fte, codes, staff)
        target = situation.policy.middle_of(TargetOf.PORTFOLIO_SHARE, g, reference=share)
        if target is None:
            continue
        targets[g] = target
        since = situation.policy.target_since(g)
        rows = [
            LedBooking(lead=codes.get(str(row.lead_id), ()), weight=row.weight, sector=row.section)
            for row in past
            if since is None or row.at.astimezone(clock.LOCAL).date() >= since
        ]
        running = together(running, ledgers(rows, {g: target}))
    steering = Steering(targets=targets, ledgers=running, joint_weight=situation.policy.joint_weight)
    return propose_jointly(situation.need, list(staff.values()), codes, steering)


def _state(need: CaseNeed, staff: Staff, policy: Policy, booking: Booking | None, later: LaterWeight | None) -> str:
    people = [
        (one.key, one.fte, sorted(one.languages), sorted(one.sections), one.obstacle, one.back_on)
        for one in staff.colleagues.values()
    ]
    loads = [
        (one.key, round(one.booked, 6), round(one.open, 6), round(one.led, 6)) for one in staff.colleagues.values()
    ]
    weight = (need, later.weight if later else None)
    mode = (policy.mode, policy.joint_weight if policy.mode is Mode.JOINT_LEDGERS else None)
    values = (booking.id if booking else None, people, loads, weight, mode)
    return ".".join(hashlib.sha256(repr(value).encode()).hexdigest()[:12] for value in values)


def changed_since(situation: Situation, state: str) -> tuple[str, ...]:
    """Return which parts of a situation are others than on the page that was shown; all, when it says nothing of them."""
    now, then = situation.state.split("."), state.split(".")
    if len(then) != len(now):
        return PARTS
    return tuple(name for name, one, other in zip(PARTS, now, then, strict=True) if one != other)


def note_reading(by: Person) -> None:
    """Write down that declarations were read for a proposal whose own line was not kept, since its answer was a refusal."""
    audit.record(
        verb=queries.READ,
        by=by,
        kind="vault",
        reason=queries.Purpose.ASSIGNMENT.value,
        details={"purpose": queries.Purpose.ASSIGNMENT.value, "kind": "person", "subjects": None},
    )
