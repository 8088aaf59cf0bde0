"""Reads for suggestions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import selectinload

from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from iso_portal.matches.models import Decision, MatchLine, Suggestion, SuggestionRun

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
