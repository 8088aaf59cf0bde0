"""Propose a team, and book it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, Obstacle, Proposal, propose
from iso_portal.balance.models import Booking, Override
from iso_portal.balance.service.refusals import Refusal, StateChanged
from iso_portal.cases import service as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language

LEAVE_AHEAD_DAYS = 7  # five working days


def forget_case(case_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the words about a case out of the bookings of its teams (erasure); teams and numbers stay."""
    bookings = db.session.scalars(sa.select(Booking).where(Booking.case_id == case_id)).all()
    for booking in bookings:
        booking.override_text = ""
    return [("balance_bookings", booking.id) for booking in bookings]


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A proposal for a case with the people behind its keys. state: changes when anything it rests on changes."""

    proposal: Proposal
    people: Mapping[str, Person]
    colleagues: Mapping[str, Colleague]
    state: str


def propose_for(case: Case, *, on: date | None = None) -> Proposed:
    """Rank lead and co-lead pairs for a case in language-paired mode; reads no community data."""
    day = on or clock.today()
    people = list(accounts.case_workers(day))
    loads = queries.loads()
    colleagues = _colleagues(case, people, loads, day)
    need = CaseNeed(
        key=str(case.id),
        language=Language(case.language).spoken if case.language in set(Language) else "en",
        section=case.section,
        weight=float(case.weight),
    )
    if not any(need.language in one.languages for one in colleagues.values()):
        need = CaseNeed(key=need.key, language="en", section=need.section, weight=need.weight)
    newest = queries.booking_of(case.id)
    state = f"{len(colleagues)}-{sum(load.booked for load in loads.values()):.2f}-{newest.id if newest else ''}"
    return Proposed(
        proposal=propose(need, list(colleagues.values())),
        people={str(person.id): person for person in people},
        colleagues=colleagues,
        state=state,
    )


def _colleagues(
    case: Case, people: Sequence[Person], loads: Mapping[uuid.UUID, queries.Load], day: date
) -> dict[str, Colleague]:
    """Return the people as the proposal sees them; who was never booked starts at the means (balance section 5)."""
    known = [(person, loads[person.id]) for person in people if person.id in loads and person.fte]
    mean_booked = sum(load.booked / float(person.fte) for person, load in known) / len(known) if known else 0.0
    mean_led = sum(load.led / float(person.fte) for person, load in known) / len(known) if known else 0.0
    result = {}
    for person in people:
        fte, load = float(person.fte), loads.get(person.id)
        result[str(person.id)] = Colleague(
            key=str(person.id),
            languages=frozenset(person.languages),
            sections=frozenset(person.sections),
            fte=fte,
            booked=load.booked / fte if load and fte else mean_booked,
            open=load.open / fte if load and fte else 0.0,
            led=load.led / fte if load and fte else mean_led,
            obstacle=_obstacle(person, case, day),
        )
    return result


def _obstacle(person: Person, case: Case, day: date) -> Obstacle | None:
    if not person.fte:
        return Obstacle.NO_FTE
    if any(
        away.starts_on <= day + timedelta(days=LEAVE_AHEAD_DAYS) and away.ends_on >= day for away in person.absences
    ):
        return Obstacle.ABSENT
    return Obstacle.TIE if any(tie.investor_id == case.investor_id for tie in person.ties) else None


def assign(
    case: Case,
    *,
    lead: str,
    co_lead: str,
    by: Person,
    state: str | None = None,
    override: Override | None = None,
    override_text: str = "",
) -> Booking:
    """Give a case its team and book it, in one transaction.

    lead, co_lead: keys of people. state: of the page that was shown; None books without that check (history).
    Raises StateChanged, and Refusal for a pair outside the choice set, or one that is not among the first three and
    has no reason.
    """
    found = propose_for(case)
    if state is not None and state != found.state:
        raise StateChanged(
            _("The loads or the team changed since you opened the page. Here is the proposal as of now.")
        )
    pair = next((p for p in found.proposal.pairs if (p.lead.key, p.co_lead.key) == (lead, co_lead)), None)
    if pair is None:
        raise Refusal(_("These two cannot work on this case together: see who is not possible, and why."))
    if (pair not in found.proposal.first or not pair.paired) and (override is None or not override_text.strip()):
        raise Refusal(_("For another pair than the first three, give a reason and a few words."))
    first = found.proposal.first[0]
    db.session.execute(
        sa.update(Booking).where(Booking.case_id == case.id, Booking.ended_at.is_(None)).values(ended_at=clock.now())
    )
    booking = Booking(
        case_id=case.id,
        booked_at=clock.now(),
        weight=case.weight,
        language=case.language,
        section=case.section,
        lead_id=uuid.UUID(lead),
        co_lead_id=uuid.UUID(co_lead),
        choice_set=found.proposal.choice_set(),
        first_lead_id=uuid.UUID(first.lead.key),
        first_co_lead_id=uuid.UUID(first.co_lead.key),
        override=override,
        override_text=override_text,
    )
    db.session.add(booking)
    cases.assign_team(case, lead=found.people[lead], co_lead=found.people[co_lead], by=by, reason=override_text)
    audit.record(
        verb="balance.book",
        by=by,
        subject=case,
        reason=override_text,
        details={"override": override.value if override else ""},
    )
    return booking
