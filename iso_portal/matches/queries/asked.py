"""Firms that were asked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db
from iso_portal.matches.models import AskingLimit, Introduction, InvestorQuestion


def introductions(*, case_id: uuid.UUID | None = None, business_id: uuid.UUID | None = None) -> Sequence[Introduction]:
    """Return what firms were asked on a case, or what one firm was ever asked, newest first, then by id.

    Each with what the investor was asked beside it.
    """
    query = sa.select(Introduction).options(joinedload(Introduction.investor_question))
    if case_id is not None:
        query = query.where(Introduction.case_id == case_id)
    if business_id is not None:
        query = query.where(Introduction.business_id == business_id)
    return db.session.scalars(query.order_by(Introduction.asked_at.desc(), Introduction.id).limit(500)).all()


def latest_introductions(case_id: uuid.UUID) -> dict[uuid.UUID, Introduction]:
    """Return the newest question to each firm of a case."""
    newest: dict[uuid.UUID, Introduction] = {}
    for row in introductions(case_id=case_id):
        newest.setdefault(row.business_id, row)
    return newest


def introduction(introduction_id: uuid.UUID, *, to_change: bool = False) -> Introduction:
    """Return one question with its firm and its case, inquiry and investor. to_change: others wait until we are done.

    Raises NoResultFound.
    """
    query = (
        sa.select(Introduction)
        .where(Introduction.id == introduction_id)
        .options(
            joinedload(Introduction.business),
            joinedload(Introduction.investor_question),
            *_whole(joinedload(Introduction.case)),
        )
    )
    return db.session.scalars(query.with_for_update(of=Introduction) if to_change else query).one()


def _whole(case: Any) -> list[Any]:
    """Return how a case is loaded with its inquiry, investor and contact."""
    inquiry = case.joinedload(Case.inquiry)
    return [inquiry.joinedload(Inquiry.investor), inquiry.joinedload(Inquiry.contact), case.joinedload(Case.investor)]


def question_by_hash(token_hash: bytes) -> InvestorQuestion | None:
    """Return the question to an investor that a link opens, with firm, case, inquiry and contact; None for no link."""
    return _question(InvestorQuestion.token_hash == token_hash)


def question_to_answer(introduction_id: uuid.UUID) -> InvestorQuestion | None:
    """Return what the investor was asked about an introduction, loaded as by its link, or None."""
    return _question(InvestorQuestion.introduction_id == introduction_id)


def _question(condition: sa.ColumnElement[bool]) -> InvestorQuestion | None:
    row = joinedload(InvestorQuestion.introduction)
    return db.session.scalars(
        sa.select(InvestorQuestion)
        .where(condition)
        .options(row.joinedload(Introduction.business), *_whole(row.joinedload(Introduction.case)))
    ).one_or_none()


def question_about(introduction_id: uuid.UUID) -> InvestorQuestion | None:
    """Return what the investor was asked about an introduction, or None."""
    return db.session.scalars(
        sa.select(InvestorQuestion).where(InvestorQuestion.introduction_id == introduction_id)
    ).one_or_none()


def open_introduction(case_id: uuid.UUID, business_id: uuid.UUID) -> Introduction | None:
    """Return the question to a firm on a case that was not taken back, or None; there is one at most."""
    return db.session.scalars(
        sa.select(Introduction).where(
            Introduction.case_id == case_id,
            Introduction.business_id == business_id,
            Introduction.withdrawn_at.is_(None),
        )
    ).one_or_none()


def times_asked(business_id: uuid.UUID, *, since: datetime, but: uuid.UUID | None = None) -> int:
    """Return about how many other inquiries a firm was asked since a moment; `but` is the case that does not count."""
    query = sa.select(sa.func.count(sa.distinct(Introduction.case_id))).where(
        Introduction.business_id == business_id, Introduction.asked_at >= since
    )
    if but is not None:
        query = query.where(Introduction.case_id != but)
    return db.session.scalar(query) or 0


def times_asked_each(business_ids: Sequence[uuid.UUID], *, since: datetime) -> dict[uuid.UUID, int]:
    """Return about how many inquiries each of these firms was asked since a moment; none for those that were not."""
    rows = db.session.execute(
        sa.select(Introduction.business_id, sa.func.count(sa.distinct(Introduction.case_id)))
        .where(Introduction.business_id.in_(business_ids), Introduction.asked_at >= since)
        .group_by(Introduction.business_id)
    )
    return {row[0]: row[1] for row in rows}


def asking_limit(business_id: uuid.UUID) -> AskingLimit | None:
    """Return how often a firm wants to be asked, where it said so."""
    return db.session.get(AskingLimit, business_id)


def consent_to_share() -> sa.ColumnElement[bool]:
    """Return the condition that an inquiry is shared with firms; to be used beside Case and its inquiry.

    A later word on the follow page counts, as in cases.consents().
    """
    later = (
        sa.select(_truth(Entry.facts, "share"))
        .where(Entry.case_id == Case.id, Entry.kind == EntryKind.CONSENT_CHANGED)
        .order_by(Entry.recorded_at.desc(), Entry.id.desc())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return sa.func.coalesce(later, _truth(Inquiry.consents, "share", "given"), sa.false())


def _truth(column: Any, *path: str) -> sa.ColumnElement[bool]:
    """Return what a JSON column says at a path, as a truth value."""
    return sa.cast(sa.func.jsonb_extract_path_text(column, *path), sa.Boolean())
