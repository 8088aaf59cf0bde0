"""Reads of cases; each says what it loads and in what order."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from iso_portal.accounts.models import Person
from iso_portal.businesses.models import Business
from iso_portal.cases.domain import CaseFacts, EntryKind, Stage, Status, TeamPart
from iso_portal.cases.models import Case, CaseFile, Entry, Inquiry, Task, TeamMember
from iso_portal.core.db import db
from iso_portal.core.finding import holds_words
from iso_portal.core.paging import Page, paged
from iso_portal.investors.models import Contact

TIMELINE_LENGTH = 400
PURPOSES = ("contact", "share", "news")
OWNERS = ("officer", "lead_officer", "manager")
DECISIONS = frozenset({EntryKind.MATCH_ACCEPTED, EntryKind.MATCH_REJECTED, EntryKind.MATCH_DEFERRED})
ASKED_BY_GATES = DECISIONS | {
    EntryKind.SCREENING_RECORDED,
    EntryKind.FACTS_LEARNT,
    EntryKind.CONSENT_CHANGED,
    EntryKind.INVESTMENT_LANDED,
    EntryKind.VOIDED,
}


@dataclass(frozen=True, kw_only=True)
class Alike:
    """An inquiry that says nearly the same. earlier: it came before; else it came after."""

    case_id: uuid.UUID
    reference: str
    earlier: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the entries of a case say now: accepted firms, whether the last check found nothing, consents, landings.

    learnt: what was learnt after the inquiry, {band, timeline, needs, sectors}; the newest word on each counts.
    """

    accepted: tuple[uuid.UUID, ...]
    screened: bool
    consents: dict[str, bool]
    outcomes: tuple[uuid.UUID, ...]
    learnt: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of cases is narrowed to; empty means all."""

    text: str = ""
    stage: Stage | None = None
    status: Status | None = None
    section: str = ""
    municipality: str = ""
    of_person: uuid.UUID | None = None


def get(case_id: uuid.UUID) -> Case:
    """Return the case with inquiry, investor, contact and present team with its people. Raises NoResultFound."""
    return db.session.scalars(_whole().where(Case.id == case_id)).unique().one()


def by_reference(reference: str) -> Case:
    """Return the case as get() does. Raises NoResultFound."""
    return db.session.scalars(_whole().where(Case.reference == reference.strip().upper())).unique().one()


def by_link_hash(link_hash: bytes) -> Case | None:
    """Return the case that a secret link opens, as get() does, or None."""
    return db.session.scalars(_whole().where(Case.link_hash == link_hash)).unique().one_or_none()


def _whole() -> sa.Select[Case]:
    inquiry = joinedload(Case.inquiry)
    return sa.select(Case).options(
        inquiry.joinedload(Inquiry.investor),
        inquiry.joinedload(Inquiry.contact),
        joinedload(Case.investor),
        joinedload(Case.team).joinedload(TeamMember.person),  # a handful of people: no question of its own
    )


def listed(filters: Filters, *, cursor: str | None = None) -> Page[Case]:
    """Return a page of cases with investor and team, newest first, then by id. Raises ValueError for a bad cursor."""
    query = (
        sa.select(Case)
        .join(Case.investor)
        .options(contains_eager(Case.investor), selectinload(Case.team).joinedload(TeamMember.person))
    )
    query = query.where(*holds_words(Case.search, filters.text))
    if filters.stage:
        query = query.where(Case.stage == filters.stage)
    if filters.status:
        query = query.where(Case.status == filters.status)
    if filters.section:
        query = query.where(Case.section == filters.section)
    if filters.municipality:
        query = query.where(Case.municipality == filters.municipality)
    if filters.of_person:
        mine = sa.select(TeamMember.case_id).where(
            TeamMember.person_id == filters.of_person, TeamMember.ends_at.is_(None)
        )
        query = query.where(Case.id.in_(mine))
    return paged(query, (Case.received_at, Case.id), cursor=cursor)


def of_person(contact: Contact) -> Sequence[Case]:
    """Return the cases of all inquiries of a person, as get() does, oldest first, then by id.

    Address and name make a person: an adviser writes for several firms, and a mailbox may have several people.
    """
    same = sa.func.lower(Contact.email) == contact.email.lower(), sa.func.lower(Contact.name) == contact.name.lower()
    theirs = sa.select(Inquiry.id).join(Inquiry.contact).where(sa.or_(Contact.id == contact.id, sa.and_(*same)))
    query = _whole().where(Case.inquiry_id.in_(theirs)).order_by(Case.received_at, Case.id)
    return db.session.scalars(query).unique().all()


def timeline(
    case_id: uuid.UUID, *, kinds: Sequence[EntryKind] = (), most: int | None = TIMELINE_LENGTH
) -> Sequence[Entry]:
    """Return what happened on a case with who wrote it down, newest first, then by id; `most` of them."""
    query = sa.select(Entry).where(Entry.case_id == case_id).options(joinedload(Entry.recorded_by))
    if kinds:
        query = query.where(Entry.kind.in_(kinds))
    return db.session.scalars(query.order_by(Entry.occurred_at.desc(), Entry.id.desc()).limit(most)).all()


def conversation(case_id: uuid.UUID) -> Sequence[Entry]:
    """Return the messages between investor and office with their writers, oldest first, then by id."""
    return db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id == case_id, Entry.kind.in_([EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT]))
        .options(joinedload(Entry.recorded_by))
        .order_by(Entry.occurred_at, Entry.id)
    ).all()


def entry(entry_id: uuid.UUID) -> Entry:
    """Return one entry with who wrote it down. Raises NoResultFound."""
    return db.session.scalars(sa.select(Entry).where(Entry.id == entry_id).options(joinedload(Entry.recorded_by))).one()


def entry_of_form(case_id: uuid.UUID, key: str) -> Entry | None:
    """Return the message that a form with this key left on a case, or None."""
    return db.session.scalars(
        sa.select(Entry).where(
            Entry.case_id == case_id, Entry.kind == EntryKind.MESSAGE_IN, Entry.facts["form"].astext == key
        )
    ).first()


def tasks(case_id: uuid.UUID) -> Sequence[Task]:
    """Return a case's tasks with their owners: open ones first, by due day, then by id."""
    return db.session.scalars(
        sa.select(Task)
        .where(Task.case_id == case_id)
        .options(joinedload(Task.owner))
        .order_by(Task.done_at.is_not(None), Task.due_on, Task.id)
    ).all()


def task(task_id: uuid.UUID) -> Task:
    """Return one task. Raises NoResultFound."""
    return db.session.scalars(sa.select(Task).where(Task.id == task_id)).one()


def said(case: Case) -> Said:
    """Return what the entries of a case say now that its gates ask: the newest decision, check and consent count."""
    entries = db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id == case.id, Entry.kind.in_(ASKED_BY_GATES))
        .order_by(Entry.recorded_at, Entry.id)
    ).all()
    voided = {entry.voids_id for entry in entries}
    decided = {entry.business_id: entry.kind for entry in entries if entry.kind in DECISIONS}
    checks = [bool(entry.facts.get("clear")) for entry in entries if entry.kind is EntryKind.SCREENING_RECORDED]
    changed = [entry.facts for entry in entries if entry.kind is EntryKind.CONSENT_CHANGED]
    learnt: dict[str, Any] = {}
    for entry in entries:
        if entry.kind is EntryKind.FACTS_LEARNT and entry.id not in voided:
            learnt |= {name: value for name, value in entry.facts.items() if value}
    return Said(
        accepted=tuple(firm for firm, kind in decided.items() if firm and kind is EntryKind.MATCH_ACCEPTED),
        screened=bool(checks) and checks[-1],
        consents=_consents(case, changed[-1] if changed else None),
        outcomes=tuple(
            entry.id for entry in entries if entry.kind is EntryKind.INVESTMENT_LANDED and entry.id not in voided
        ),
        learnt=learnt,
    )


def one_agreed(firms: Sequence[uuid.UUID]) -> bool:
    """Whether one of these firms agrees to be suggested."""
    agreed = sa.exists().where(Business.id.in_(firms), Business.consent_suggest)
    return bool(db.session.scalar(sa.select(agreed)))


def facts(case: Case, told: Said, *, business_shares: bool, outcome_level: int | None) -> CaseFacts:
    """Return what the gates look at."""
    parts = {member.part for member in case.team}
    asked = case.inquiry
    band = told.learnt.get("band") or asked.band
    return CaseFacts(
        sectors=len(told.learnt.get("sectors") or asked.sectors),
        project_type=bool(asked.project_type),
        size_or_need=bool((band and band != "undecided") or told.learnt.get("needs") or asked.needs or asked.jobs),
        timeline=bool(told.learnt.get("timeline") or asked.timeline),
        screened=told.screened,
        lead=TeamPart.LEAD in parts,
        co_lead=TeamPart.CO_LEAD in parts,
        accepted_matches=len(told.accepted),
        investor_shares=told.consents["share"],
        business_shares=business_shares,
        outcome_level=outcome_level,
    )


def consents(case: Case) -> dict[str, bool]:
    """Return what the investor agrees to now: contact, share, news; a later word on the follow page counts."""
    later = db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id == case.id, Entry.kind == EntryKind.CONSENT_CHANGED)
        .order_by(Entry.recorded_at.desc(), Entry.id.desc())
        .limit(1)
    ).one_or_none()
    return _consents(case, later.facts if later else None)


def _consents(case: Case, changed: dict[str, Any] | None) -> dict[str, bool]:
    given = {purpose: bool(case.inquiry.consents.get(purpose, {}).get("given")) for purpose in PURPOSES}
    return given | {purpose: bool(changed.get(purpose)) for purpose in ("share", "news")} if changed else given


def files(case_id: uuid.UUID, *, shared_only: bool = False) -> Sequence[CaseFile]:
    """Return the files of a case without their content, oldest first, then by id."""
    query = sa.select(CaseFile).where(CaseFile.case_id == case_id).options(joinedload(CaseFile.file))
    if shared_only:
        query = query.where(CaseFile.shared)
    return db.session.scalars(query.order_by(CaseFile.added_at, CaseFile.id)).all()


def team_ever(case_id: uuid.UUID) -> Sequence[TeamMember]:
    """Return everybody who is or was on a case's team, with the person, oldest first, then by id."""
    return db.session.scalars(
        sa.select(TeamMember)
        .where(TeamMember.case_id == case_id)
        .options(joinedload(TeamMember.person))
        .order_by(TeamMember.starts_at, TeamMember.id)
    ).all()


def alike(case_id: uuid.UUID) -> Sequence[Alike]:
    """Return the inquiries that say nearly the same as this one, earlier and later ones, by reference."""
    noticed = sa.select(Entry.case_id, Entry.facts["case"].astext.cast(sa.Uuid).label("earlier_id")).where(
        Entry.kind == EntryKind.DUPLICATE_NOTICED
    )
    earlier = noticed.where(Entry.case_id == case_id).subquery()
    later = noticed.where(Entry.facts["case"].astext == str(case_id)).subquery()
    found = sa.union(
        sa.select(Case.id, Case.reference, sa.literal(True)).join(earlier, earlier.c.earlier_id == Case.id),
        sa.select(Case.id, Case.reference, sa.literal(False)).join(later, later.c.case_id == Case.id),
    )
    return [
        Alike(case_id=row[0], reference=row[1], earlier=row[2])
        for row in db.session.execute(found.order_by(Case.reference, Case.id))
    ]


def with_duplicates(case_ids: Sequence[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return those of the cases whose inquiry may be the same as an earlier one."""
    return frozenset(
        key
        for key in db.session.scalars(
            sa.select(Entry.case_id).where(Entry.case_id.in_(case_ids), Entry.kind == EntryKind.DUPLICATE_NOTICED)
        )
        if key
    )


def owners(*, also: Collection[uuid.UUID | None] = ()) -> Sequence[Person]:
    """Return the people who may own a task, by name, then id; `also` adds people that the page names."""
    may_own = sa.and_(Person.active, Person.role.in_(OWNERS))
    named = Person.id.in_([key for key in also if key])
    return db.session.scalars(sa.select(Person).where(may_own | named).order_by(Person.name, Person.id)).all()
