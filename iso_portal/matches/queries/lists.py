"""Lists that were shown, and firms that may be suggested."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from iso_portal.matches.models import Suggestion, SuggestionRun

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


def suggestible() -> Sequence[Business]:
    """Return every firm that may be suggested, with its activities, by id."""
    return db.session.scalars(
        sa.select(Business).where(*SUGGESTIBLE).options(selectinload(Business.activities)).order_by(Business.id)
    ).all()
