"""Reads for learning: who judged what on which list, versions of the ranking, objections."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from iso_portal.accounts.domain import Role
from iso_portal.accounts.models import Person
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db
from iso_portal.matches.domain import TEACHING, Choice, ModelState
from iso_portal.matches.models import Decision, Objection, RankingVersion, SuggestionLog, SuggestionRun

HELD = (EntryKind.INTRODUCTION_HELD,)
CAME_TO_SOMETHING = (EntryKind.INVESTMENT_LANDED, EntryKind.JOBS_CONFIRMED)
# Decisions that say something about fit.
OF_FIT = sa.or_(Decision.choice == Choice.ACCEPTED, Decision.reason_code.in_([code.value for code in TEACHING]))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Judgements of fit that the newest version does not know. since: the newest one it knows."""

    number: int
    since: datetime | None


def inquiry_languages(case_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Return the language in which the inquiry of each case was written."""
    rows = db.session.execute(
        sa.select(Case.id, Inquiry.language).join(Case.inquiry).where(Case.id.in_(case_ids))
    ).all()
    return {row.id: row.language for row in rows}


def followed(case_ids: Collection[uuid.UUID]) -> Mapping[tuple[uuid.UUID, uuid.UUID], set[EntryKind]]:
    """Return what became of firms on these cases, (case, firm): introductions and outcomes that were not voided.

    An outcome that names no firm counts for none.
    """
    voided = sa.select(Entry.voids_id).where(Entry.voids_id.is_not(None))
    rows = db.session.execute(
        sa.select(Entry.case_id, Entry.business_id, Entry.kind)
        .where(Entry.case_id.in_(case_ids), Entry.business_id.is_not(None), Entry.kind.in_(HELD + CAME_TO_SOMETHING))
        .where(Entry.id.not_in(voided))
    )
    found: dict[tuple[uuid.UUID, uuid.UUID], set[EntryKind]] = {}
    for case_id, business_id, kind in rows:
        if case_id is not None and business_id is not None:
            found.setdefault((case_id, business_id), set()).add(kind)
    return found


def judged_apart() -> Sequence[tuple[Decision, SuggestionLog, str | None]]:
    """Return decisions about firms that a person added, with the newest list on which the firm was ranked all the same,
    and the desk of who decided; by moment, then id."""
    run = sa.orm.aliased(SuggestionRun)
    newest = (
        sa.select(run.id)
        .join(SuggestionLog, SuggestionLog.run_id == run.id)
        .where(run.case_id == Decision.case_id, run.made_at <= Decision.decided_at)
        .order_by(run.made_at.desc(), run.id)
        .limit(1)
        .correlate(Decision)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Decision, SuggestionLog, Person.wing)
        .select_from(Decision)
        .join(SuggestionLog, SuggestionLog.run_id == newest)
        .join(Person, Person.id == Decision.decided_by_id)
        .where(Decision.run_id.is_(None))
        .order_by(Decision.decided_at, Decision.id)
    )
    return [(made, log, wing.value if wing else None) for made, log, wing in rows]


def waiting_judgements() -> Waiting:
    """Return how many judgements of fit were made since those that the newest version learned from."""
    since = db.session.scalar(sa.select(sa.func.max(RankingVersion.learned_until)))
    query = sa.select(sa.func.count()).select_from(Decision).where(OF_FIT)
    if since is not None:
        query = query.where(Decision.decided_at > since)
    return Waiting(number=db.session.scalar(query) or 0, since=since)


def versions() -> Sequence[RankingVersion]:
    """Return all versions, newest first; numbers are unique."""
    return db.session.scalars(sa.select(RankingVersion).order_by(RankingVersion.number.desc()).limit(100)).all()


def version(number: int, *, whole: bool = False, to_change: bool = False) -> RankingVersion:
    """Return one version. whole: with its content; to_change: others wait until we are done. Raises NoResultFound."""
    query = sa.select(RankingVersion).where(RankingVersion.number == number)
    if whole:
        query = query.options(undefer(RankingVersion.content), undefer(RankingVersion.measured_on))
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def newest_version() -> RankingVersion | None:
    """Return the version that was made last, or None."""
    return db.session.scalars(sa.select(RankingVersion).order_by(RankingVersion.number.desc()).limit(1)).one_or_none()


def adopted_version(*, to_change: bool = False) -> RankingVersion | None:
    """Return the version in use without its content, or None for the first day's mix."""
    query = sa.select(RankingVersion).where(RankingVersion.state == ModelState.ADOPTED)
    return db.session.scalars(query.with_for_update() if to_change else query).one_or_none()


def newest_decision() -> datetime | None:
    """Return the moment of the newest decision."""
    return db.session.scalar(sa.select(sa.func.max(Decision.decided_at)))


def adopted_key() -> tuple[uuid.UUID, str] | None:
    """Return identity and digest of the version in use, or None; cheap enough for every ranking."""
    row = db.session.execute(
        sa.select(RankingVersion.id, RankingVersion.digest).where(RankingVersion.state == ModelState.ADOPTED)
    ).one_or_none()
    return (row.id, row.digest) if row else None


def content(version_id: uuid.UUID) -> bytes:
    """Return a version as it is kept."""
    return db.session.execute(sa.select(RankingVersion.content).where(RankingVersion.id == version_id)).scalar_one()


def objections() -> Sequence[Objection]:
    """Return what was objected, unanswered first, then newest, then by id."""
    return db.session.scalars(
        sa.select(Objection).order_by(Objection.answered_at.is_not(None), Objection.at.desc(), Objection.id).limit(200)
    ).all()


def objection(objection_id: uuid.UUID) -> Objection:
    """Return one objection, others wait until we are done. Raises NoResultFound."""
    return db.session.scalars(sa.select(Objection).where(Objection.id == objection_id).with_for_update()).one()


def open_objections() -> int:
    """Return how many objections wait for an answer."""
    return db.session.scalar(sa.select(sa.func.count(Objection.id)).where(Objection.answered_at.is_(None))) or 0


def stewards() -> Sequence[Person]:
    """Return the data stewards who work here, by name, then id."""
    return db.session.scalars(
        sa.select(Person).where(Person.active, Person.role == Role.DATA_STEWARD).order_by(Person.name, Person.id)
    ).all()
