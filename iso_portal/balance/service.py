"""Declare, withdraw, propose, book, and take the nightly snapshot."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import models, queries
from iso_portal.balance.domain import sealing
from iso_portal.balance.domain.figures import figures
from iso_portal.balance.domain.measures import NONE, OTHER, PREFER_NOT
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, Obstacle, Proposal, propose
from iso_portal.balance.domain.sealing import Answer
from iso_portal.balance.models import Booking, Gate, Override, Snapshot
from iso_portal.balance.queries import Purpose, Vault
from iso_portal.cases import service as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.runtime import part, setting

WORDING = "2026-11"
VALID = timedelta(days=365)
OWN_WORDS_LENGTH = 200
LEAVE_AHEAD_DAYS = 7  # five working days
STEP = 5  # a shown figure by community moves only when so many cases were booked since (P7)
TRACKED = ("albanian", "serb")


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


class NotCollected(Refusal):
    """The gate for declarations is closed."""


class StateChanged(Refusal):
    """The team or the loads changed since the page was shown."""


def vault() -> Vault:
    """Return the vault's door as app.py made it."""
    door: Vault = part("vault")
    return door


def own_declaration(person: Person) -> queries.Kept | None:
    """Return the person's own answer, if there is one that holds."""
    return queries.declarations_for(Purpose.OWN, [person.id], vault=vault(), by=person).get(person.id)


def declare(person: Person, codes: Collection[str], *, own_words: str = "", language: Language) -> None:
    """Keep the person's own answer, sealed; an earlier one is replaced.

    Raises NotCollected while the gate is closed, Refusal for an empty answer, own words that are too long, or "none"
    and "prefer not to say" together with a community.
    """
    if queries.open_gate(Gate.COLLECT_STAFF, demo=setting("DEMO")) is None:
        raise NotCollected(_("Declarations are not collected at present."))
    chosen = set(codes)
    if own_words:
        chosen.add(OTHER)
    if not chosen:
        raise Refusal(_("Choose an answer, or leave the page: not answering is fine."))
    if chosen & {NONE, PREFER_NOT} and len(chosen) > 1:
        raise Refusal(_("“None” and “prefer not to say” stand alone; please choose one of them or communities."))
    if len(own_words) > OWN_WORDS_LENGTH:
        raise Refusal(_("Own words hold at most 200 characters."))
    kept = () if chosen == {PREFER_NOT} else tuple(sorted(chosen))
    audit.record(verb="declaration.give", by=person, kind="vault")
    _store(person.id, "person", Answer(codes=kept, own_words=own_words), language=language)


def withdraw(person: Person) -> None:
    """Take the person's own answer out of the vault."""
    audit.record(verb="declaration.withdraw", by=person, kind="vault")
    door = vault()
    with door.engine.begin() as connection:
        _forget(connection, sealing.link_hash(person.id, "person", key=door.link_key), door)


def declare_owners(business_id: uuid.UUID, codes: Collection[str]) -> None:
    """Keep the owners' answer of a firm, for demo data only. Raises NotCollected outside the demo."""
    if not setting("DEMO"):
        raise NotCollected(_("Declarations are not collected at present."))
    _store(business_id, "firm", Answer(codes=tuple(sorted(codes))), language=Language.EN)


def forget_owners(business_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the owners' answer of a firm out of the vault (erasure); nothing of it stands in the log of changes."""
    audit.record(verb="declaration.withdraw", by=None, kind="vault")
    door = vault()
    with door.engine.begin() as connection:
        _forget(connection, sealing.link_hash(business_id, "firm", key=door.link_key), door)
    return []


def forget_case(case_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the words about a case out of the bookings of its teams (erasure); teams and numbers stay."""
    bookings = db.session.scalars(sa.select(Booking).where(Booking.case_id == case_id)).all()
    for booking in bookings:
        booking.override_text = ""
    return [("balance_bookings", booking.id) for booking in bookings]


def _store(subject: uuid.UUID, kind: str, answer: Answer, *, language: Language) -> None:
    """Seal an answer under a new pseudonym, in the vault's own transaction."""
    door = vault()
    pseudonym = uuid.uuid4()
    hashed = sealing.link_hash(subject, kind, key=door.link_key)
    sealed = sealing.seal_answer(answer, pseudonym=pseudonym, key=door.key)
    linked = sealing.seal_pseudonym(pseudonym, hashed=hashed, key=door.link_key)
    with door.engine.begin() as connection:
        _forget(connection, hashed, door)
        connection.execute(
            insert(models.declaration).values(
                pseudonym=pseudonym,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                key_number=sealing.KEY_NUMBER,
                wording=WORDING,
                language=language.value,
                given_at=clock.now(),
                expires_on=clock.today() + VALID,
            )
        )
        connection.execute(
            insert(models.link).values(subject_hash=hashed, nonce=linked.nonce, ciphertext=linked.ciphertext)
        )


def _forget(connection: sa.Connection, hashed: bytes, door: Vault) -> None:
    row = connection.execute(sa.select(models.link).where(models.link.c.subject_hash == hashed)).one_or_none()
    if row is None:
        return
    sealed = sealing.Sealed(nonce=row.nonce, ciphertext=row.ciphertext)
    pseudonym = sealing.open_pseudonym(sealed, hashed=hashed, key=door.link_key)
    connection.execute(sa.delete(models.declaration).where(models.declaration.c.pseudonym == pseudonym))
    connection.execute(sa.delete(models.link).where(models.link.c.subject_hash == hashed))


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


def take_snapshot() -> Snapshot | None:
    """Join declarations and bookings in memory, keep aggregates, forget the rest.

    Figures by community move only when at least five cases were booked since they last did, or a quarter closed, so
    that watching one assignment reveals nothing (P7). Returns None while the gate for declarations is closed.
    """
    rows = queries.bookings()
    before = queries.latest_snapshot()
    gate = queries.open_gate(Gate.COLLECT_STAFF, demo=setting("DEMO"))
    people = {person.id: person for person in accounts.people()}
    declared: dict[str, tuple[str, ...]] = {}
    if gate is not None:
        answers = queries.declarations_for(Purpose.STATISTICS, list(people), vault=vault(), by=None)
        declared = {str(key): kept.answer.codes for key, kept in answers.items()}
    content: dict[str, Any] = figures(
        rows,
        people={str(key): (float(p.fte), p.wing.value if p.wing else "") for key, p in people.items()},
        declared=declared,
        tracked=TRACKED if gate is not None else (),
        today=clock.today(),
    )
    if before is not None and gate is not None:
        few = len(rows) - before.content.get("stepped_at", 0) < STEP
        if few and before.content.get("quarter") == content["quarter"]:
            content |= {name: before.content.get(name) for name in ("communities", "joint", "stepped_at")}
    snapshot = Snapshot(taken_at=clock.now(), bookings=len(rows), content=content)
    db.session.add(snapshot)
    audit.record(verb="balance.snapshot", by=None, kind="snapshot", details={"bookings": len(rows)})
    return snapshot
