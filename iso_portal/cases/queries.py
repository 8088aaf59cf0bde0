"""Reads of cases; each says what it loads and in what order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from iso_portal.accounts.models import Person
from iso_portal.cases.domain import CaseFacts, EntryKind, Stage, Status, TeamPart
from iso_portal.cases.models import Case, CaseFile, Entry, Inquiry, Task, TeamMember
from iso_portal.core.db import db
from iso_portal.core.finding import holds_words
from iso_portal.core.paging import Page, paged
from iso_portal.investors.models import Contact

TIMELINE_LENGTH = 400
PURPOSES = ("contact", "share", "news")


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
    return db.session.scalars(_whole().where(Case.id == case_id)).one()


def by_reference(reference: str) -> Case:
    """Return the case as get() does. Raises NoResultFound."""
    return db.session.scalars(_whole().where(Case.reference == reference.strip().upper())).one()


def by_link_hash(link_hash: bytes) -> Case | None:
    """Return the case that a secret link opens, as get() does, or None."""
    return db.session.scalars(_whole().where(Case.link_hash == link_hash)).one_or_none()


def _whole() -> sa.Select[Case]:
    inquiry = joinedload(Case.inquiry)
    return sa.select(Case).options(
        inquiry.joinedload(Inquiry.investor),
        inquiry.joinedload(Inquiry.contact),
        joinedload(Case.investor),
        selectinload(Case.team).joinedload(TeamMember.person),
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
    return db.session.scalars(_whole().where(Case.inquiry_id.in_(theirs)).order_by(Case.received_at, Case.id)).all()


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


def outcomes(case_id: uuid.UUID) -> Sequence[Entry]:
    """Return the landings recorded on a case that were not voided, oldest first, then by id."""
    voided = sa.select(Entry.voids_id).where(Entry.case_id == case_id, Entry.voids_id.is_not(None))
    return db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id == case_id, Entry.kind == EntryKind.INVESTMENT_LANDED, Entry.id.not_in(voided))
        .order_by(Entry.occurred_at, Entry.id)
    ).all()


def accepted_businesses(case_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Return the businesses whose latest decision on a case is an acceptance, by id."""
    latest = (
        sa.select(Entry.business_id, Entry.kind)
        .where(
            Entry.case_id == case_id,
            Entry.kind.in_([EntryKind.MATCH_ACCEPTED, EntryKind.MATCH_REJECTED, EntryKind.MATCH_DEFERRED]),
        )
        .ext(distinct_on(Entry.business_id))
        .order_by(Entry.business_id, Entry.recorded_at.desc(), Entry.id.desc())
        .subquery()
    )
    accepted = sa.select(latest.c.business_id).where(latest.c.kind == EntryKind.MATCH_ACCEPTED)
    return db.session.scalars(accepted.order_by(latest.c.business_id)).all()


def was_screened(case_id: uuid.UUID) -> bool:
    """Whether the latest screening on record found nothing that speaks against going on."""
    latest = db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id == case_id, Entry.kind == EntryKind.SCREENING_RECORDED)
        .order_by(Entry.recorded_at.desc(), Entry.id.desc())
        .limit(1)
    ).one_or_none()
    return latest is not None and bool(latest.facts.get("clear"))


def facts(case: Case, *, business_shares: bool, outcome_level: int | None) -> CaseFacts:
    """Return what the gates look at."""
    parts = {member.part for member in case.team}
    asked = case.inquiry
    return CaseFacts(
        sectors=len(asked.sectors),
        project_type=bool(asked.project_type),
        size_or_need=bool((asked.band and asked.band != "undecided") or asked.needs or asked.jobs),
        timeline=bool(asked.timeline),
        screened=was_screened(case.id),
        lead=TeamPart.LEAD in parts,
        co_lead=TeamPart.CO_LEAD in parts,
        accepted_matches=len(accepted_businesses(case.id)),
        investor_shares=consents(case)["share"],
        business_shares=business_shares,
        outcome_level=outcome_level,
    )


def consents(case: Case) -> dict[str, bool]:
    """Return what the investor agrees to now: contact, share, news; a later word on the follow page counts."""
    given = {purpose: bool(case.inquiry.consents.get(purpose, {}).get("given")) for purpose in PURPOSES}
    later = db.session.scalars(
        sa.select(Entry)
        .where(Entry.case_id == case.id, Entry.kind == EntryKind.CONSENT_CHANGED)
        .order_by(Entry.recorded_at.desc(), Entry.id.desc())
        .limit(1)
    ).one_or_none()
    if later is not None:
        given |= {purpose: bool(later.facts.get(purpose)) for purpose in ("share", "news")}
    return given


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


def owners() -> Sequence[Person]:
    """Return the people who may own a task, by name, then id."""
    return db.session.scalars(
        sa.select(Person)
        .where(Person.active, Person.role.in_(["officer", "lead_officer", "manager"]))
        .order_by(Person.name, Person.id)
    ).all()
