"""Reads for suggestions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case, Inquiry
from iso_portal.core.db import db
from iso_portal.matches.models import Decision, Introduction, MatchLine, Suggestion, SuggestionRun

# Hard rules before any ranking: consent and activity are asked at the moment of reading, so withdrawing consent
# removes a firm at once (matching MA1, MA11).
SUGGESTIBLE = (Business.consent_suggest, Business.active)


def latest_run(case_id: uuid.UUID) -> SuggestionRun | None:
    """Return the newest list of a case with those firms that may still be suggested, by rank; None before the first."""
    return db.session.scalars(
        sa.select(SuggestionRun)
        .where(SuggestionRun.case_id == case_id)
        .options(
            selectinload(
                SuggestionRun.suggestions.and_(Suggestion.business_id.in_(sa.select(Business.id).where(*SUGGESTIBLE)))
            )
            .joinedload(Suggestion.business)
            .selectinload(Business.activities)
        )
        .order_by(SuggestionRun.made_at.desc(), SuggestionRun.id)
        .limit(1)
    ).one_or_none()


def decisions(case_id: uuid.UUID) -> dict[uuid.UUID, Decision]:
    """Return the newest decision about each firm of a case."""
    rows = db.session.scalars(
        sa.select(Decision)
        .where(Decision.case_id == case_id)
        .ext(distinct_on(Decision.business_id))
        .order_by(Decision.business_id, Decision.decided_at.desc(), Decision.id.desc())
    ).all()
    return {row.business_id: row for row in rows}


def suggestible() -> Sequence[Business]:
    """Return every firm that may be suggested, with its activities, by id."""
    return db.session.scalars(
        sa.select(Business).where(*SUGGESTIBLE).options(selectinload(Business.activities)).order_by(Business.id)
    ).all()


def lines(encoder: str) -> Sequence[MatchLine]:
    """Return all lines that this encoder made of firms that may be suggested, by firm, then by place."""
    return db.session.scalars(
        sa.select(MatchLine)
        .join(Business, Business.id == MatchLine.business_id)
        .where(MatchLine.encoder == encoder, *SUGGESTIBLE)
        .order_by(MatchLine.business_id, MatchLine.position)
    ).all()


def lines_of(business_id: uuid.UUID) -> Sequence[MatchLine]:
    """Return one firm's lines by their place."""
    return db.session.scalars(
        sa.select(MatchLine).where(MatchLine.business_id == business_id).order_by(MatchLine.position)
    ).all()


def without_lines(encoder: str) -> Sequence[uuid.UUID]:
    """Return the firms that may be suggested but were not read by this encoder yet, by id."""
    read = sa.select(MatchLine.business_id).where(MatchLine.encoder == encoder)
    return db.session.scalars(
        sa.select(Business.id).where(*SUGGESTIBLE, Business.id.not_in(read)).order_by(Business.id)
    ).all()


def introductions(*, case_id: uuid.UUID | None = None, business_id: uuid.UUID | None = None) -> Sequence[Introduction]:
    """Return what firms were asked on a case, or what one firm was ever asked, newest first, then by id."""
    query = sa.select(Introduction)
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
            joinedload(Introduction.case).joinedload(Case.inquiry),
            joinedload(Introduction.case).joinedload(Case.inquiry).joinedload(Inquiry.investor),
        )
    )
    return db.session.scalars(query.with_for_update(of=Introduction) if to_change else query).one()


def open_introduction(case_id: uuid.UUID, business_id: uuid.UUID) -> Introduction | None:
    """Return the question to a firm on a case that was not taken back, or None; there is one at most."""
    return db.session.scalars(
        sa.select(Introduction).where(
            Introduction.case_id == case_id,
            Introduction.business_id == business_id,
            Introduction.withdrawn_at.is_(None),
        )
    ).one_or_none()


def times_asked(business_id: uuid.UUID, *, since: datetime, but: uuid.UUID) -> int:
    """Return about how many other inquiries a firm was asked since a moment; `but` is the case that does not count."""
    query = sa.select(sa.func.count(sa.distinct(Introduction.case_id))).where(
        Introduction.business_id == business_id, Introduction.asked_at >= since, Introduction.case_id != but
    )
    return db.session.scalar(query) or 0
