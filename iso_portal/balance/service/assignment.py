"""Book a team: a choice among the first three, or another pair with a reason (balance A7)."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries, words
from iso_portal.balance.domain.choices import Kind, kind_of, needs_confirmation, override_errors
from iso_portal.balance.domain.pair_facts import covers, why_not
from iso_portal.balance.domain.policy import Mode
from iso_portal.balance.domain.proposals import Pair
from iso_portal.balance.models import Booking, LaterWeight, LoadStart, Outcome, Override, PairRequest
from iso_portal.balance.service.proposing import Proposed, Situation, changed_since, proposed, situation_of
from iso_portal.balance.service.refusals import Refusal, StateChanged
from iso_portal.cases import queries as cases_read
from iso_portal.cases import service as cases
from iso_portal.cases.domain import Status
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db
from iso_portal.core.i18n import Language, in_language

ONE_AT_A_TIME = (
    4_711_005  # of the database's advisory locks: every booking changes the loads that the next one rests on
)
DAYS_TO_NAME = 5  # working days to name a member who works in a language that the team lacks


def forget_case(case_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the words about a case out of its bookings, pairs that were asked for and later weights (erasure); teams and
    numbers stay.
    """
    gone: list[tuple[str, uuid.UUID]] = []
    for booking in db.session.scalars(sa.select(Booking).where(Booking.case_id == case_id).order_by(Booking.id)):
        booking.override_text = ""
        gone.append((Booking.__tablename__, booking.id))
    for asked in db.session.scalars(sa.select(PairRequest).where(PairRequest.case_id == case_id)):
        asked.override_text = ""
        gone.append((PairRequest.__tablename__, asked.id))
    for weight in queries.later_weights(case_id):
        weight.reason = ""
        gone.append((LaterWeight.__tablename__, weight.id))
    return gone


def assign(
    case: Case,
    *,
    lead: str,
    co_lead: str,
    by: Person,
    state: str | None = None,
    override: Override | None = None,
    override_text: str = "",
) -> Booking | PairRequest:
    """Give a case its team and book it, in one transaction; another pair for a large case waits for the other desk.

    lead, co_lead: keys of people. state: of the page that was shown; None books without that check (history).
    Raises StateChanged; Refusal for a pair that cannot work on the case, or for a reason that is missing.
    """
    case = hold(case)
    situation = situation_of(case)
    changed = changed_since(situation, state) if state is not None else ()
    if changed:
        raise StateChanged(_("Nothing was assigned: the proposal changed since you opened the page."), parts=changed)
    refuse_closed(case)
    refuse_impossible(situation, lead, co_lead)
    found = proposed(situation, by=by)
    kind, pair = _chosen(found, lead, co_lead)
    if kind is Kind.WAIVED and override is None:
        override = Override.LANGUAGE
    wrong = override_errors(kind, code=override, text=override_text)
    if wrong:
        field, code = next(iter(wrong.items()))
        raise Refusal(str(words.WRONG[code]), field="override" if field == "code" else "override_text")
    if not kind.needs_reason:
        override, override_text = None, ""
    if override is not None and needs_confirmation(kind, float(case.weight), large=found.policy.large_from):
        return _ask(case, lead, co_lead, override, override_text, by=by)
    return book(case, found, kind, pair, override=override, override_text=override_text, by=by)


def hold(case: Case) -> Case:
    """Let nobody else assign until this transaction ends, and return the case as it is now."""
    db.session.flush()
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    db.session.expire(case)
    return cases_read.get(case.id)


def refuse_closed(case: Case) -> None:
    """Raise Refusal for a case on which nobody works any more."""
    if case.status is Status.CLOSED:
        raise Refusal(_("This case is closed; it takes no team."))


def refuse_impossible(situation: Situation, lead: str, co_lead: str) -> None:
    """Raise Refusal with the first condition that two people do not meet together; reads no declaration."""
    condition = why_not(situation.need, list(situation.colleagues.values()), lead, co_lead, both_languages=False)
    if condition is not None:
        raise Refusal(str(words.CONDITIONS[condition]), field="pair")


def _chosen(found: Proposed, lead: str, co_lead: str) -> tuple[Kind, Pair]:
    kind, pair = kind_of(found.proposal, lead, co_lead), found.proposal.pair(lead, co_lead)
    if kind is None or pair is None:
        staff = list(found.colleagues.values())
        both = found.mode is Mode.LANGUAGE_PAIRED and not found.proposal.relaxed
        condition = why_not(found.need, staff, lead, co_lead, both_languages=both)
        raise Refusal(str(words.CONDITIONS[condition]) if condition else str(words.NOT_POSSIBLE), field="pair")
    return kind, pair


def _ask(case: Case, lead: str, co_lead: str, override: Override, override_text: str, *, by: Person) -> PairRequest:
    """Let another pair wait for the other desk; one that waited before is overtaken."""
    if by.wing is None:
        raise Refusal(
            _("Another pair for a large case is asked for by a colleague of a desk, and confirmed by the other.")
        )
    end_waiting(case, Outcome.OVERTAKEN, by=by)
    asked = PairRequest(
        case_id=case.id,
        lead_id=uuid.UUID(lead),
        co_lead_id=uuid.UUID(co_lead),
        override=override,
        override_text=override_text,
        asked_at=clock.now(),
        asked_by_id=by.id,
    )
    db.session.add(asked)
    audit.record(
        verb="balance.ask_pair", by=by, subject=case, reason=override_text, details={"override": override.value}
    )
    db.session.flush()
    return asked


def end_waiting(case: Case, outcome: Outcome, *, by: Person) -> None:
    """Close the pair that waits on a case, where there is one."""
    waiting = queries.waiting_pair(case.id)
    if waiting is not None:
        waiting.closed_at, waiting.closed_by_id, waiting.outcome = clock.now(), by.id, outcome
        db.session.flush()


def book(
    case: Case,
    found: Proposed,
    kind: Kind,
    pair: Pair,
    *,
    override: Override | None,
    override_text: str,
    by: Person,
    confirmed_by: Person | None = None,
) -> Booking:
    """Write the booking and the team. A changed lead is a new booking, and the old one ends."""
    at = clock.now()
    end_waiting(case, Outcome.OVERTAKEN if confirmed_by is None else Outcome.CONFIRMED, by=confirmed_by or by)
    if found.booking is not None:
        found.booking.ended_at = at
    db.session.add_all(
        LoadStart(person_id=one.person_id, absence_id=one.absence_id, at=at, booked=one.booked, led=one.led)
        for one in found.staff.starts
    )
    db.session.flush()
    first = found.proposal.first[0]
    booking = Booking(
        case_id=case.id,
        booked_at=at,
        weight=case.weight,
        language=case.language,
        section=case.section,
        lead_id=uuid.UUID(pair.lead.key),
        co_lead_id=uuid.UUID(pair.co_lead.key),
        choice_set=found.proposal.choice_set(),
        first_lead_id=uuid.UUID(first.lead.key),
        first_co_lead_id=uuid.UUID(first.co_lead.key),
        override=override,
        override_text=override_text,
        mode=found.mode.value,
        staff={one.key: one.fte for one in found.colleagues.values() if one.fte > 0},
        kind=kind,
        booked_by_id=by.id,
        confirmed_by_id=confirmed_by.id if confirmed_by else None,
    )
    db.session.add(booking)
    acting = confirmed_by or by
    lead, co_lead = found.people[pair.lead.key], found.people[pair.co_lead.key]
    cases.assign_team(case, lead=lead, co_lead=co_lead, by=acting, reason=override_text)
    _name_members(case, found, pair, lead, by=acting)
    audit.record(
        verb="balance.book",
        by=acting,
        subject=case,
        reason=override_text,
        details={"override": override.value if override else "", "kind": kind.value},
    )
    return booking


def _name_members(case: Case, found: Proposed, pair: Pair, lead: Person, *, by: Person) -> None:
    """Give the lead the task to name a member for each language of the office that the team lacks."""
    due = office_calendar(clock.today().year).end_of_working_day(clock.now(), DAYS_TO_NAME).date()
    for code in covers(found.need, pair).lacks:
        with in_language(Language(lead.language)):
            title = str(words.NAME_A_MEMBER[code])
        cases.add_task(case, title, due, by=by, owner=lead)
