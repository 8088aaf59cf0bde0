"""Lists that were shown, what they were made of, and firms that may be suggested."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from iso_portal.core.finding import holds_words
from iso_portal.matches.domain import LeftOut, Measured
from iso_portal.matches.models import AddedFirm, ReadProfile, Suggestion, SuggestionLog, SuggestionRun
from matching.facts import BANDS, InquiryFacts

# Hard rules before any ranking: consent and activity are asked at the moment of reading, so withdrawing consent
# removes a firm at once (matching MA1, MA11).
SUGGESTIBLE = (Business.consent_suggest, Business.active)
MOST_FOUND = 8


def latest_run(case_id: uuid.UUID) -> SuggestionRun | None:
    """Return the newest list of a case with those firms that may still be suggested, by rank; None before the first."""
    runs = _runs(case_id, most=1)
    return runs[0] if runs else None


def last_two_runs(case_id: uuid.UUID) -> tuple[SuggestionRun | None, SuggestionRun | None]:
    """Return the newest list of a case and the one before, as latest_run() does."""
    runs = [*_runs(case_id, most=2), None, None]
    return runs[0], runs[1]


def _runs(case_id: uuid.UUID, *, most: int) -> Sequence[SuggestionRun]:
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
        .limit(most)
    ).all()


def run_of(case_id: uuid.UUID, run_id: uuid.UUID) -> SuggestionRun | None:
    """Return a list of this case with all its firms' places, or None for one of another case."""
    return db.session.scalars(
        sa.select(SuggestionRun)
        .where(SuggestionRun.id == run_id, SuggestionRun.case_id == case_id)
        .options(selectinload(SuggestionRun.suggestions))
    ).one_or_none()


def log_of(run_id: uuid.UUID) -> SuggestionLog | None:
    """Return what a list was made of, or None for a list that is older than the log."""
    return db.session.get(SuggestionLog, run_id)


def measured(log: SuggestionLog, business_id: uuid.UUID) -> Measured | None:
    """Return a firm's row in a log, or None when it was not among the ranked."""
    wanted = str(business_id)
    for rank, (key, score, numbers) in enumerate(log.rows, start=1):
        if key == wanted:
            return Measured(rank=rank, score=score, features=dict(zip(log.features, numbers, strict=True)))
    return None


def last_shown(log: SuggestionLog) -> Measured | None:
    """Return the row of the last firm that the page showed."""
    shown = log.rows[: log.shown]
    return measured(log, uuid.UUID(shown[-1][0])) if shown else None


def suggestible(only: Collection[uuid.UUID] | None = None) -> Sequence[Business]:
    """Return every firm that may be suggested, or those of some, with its activities, by id."""
    query = sa.select(Business).where(*SUGGESTIBLE).options(selectinload(Business.activities)).order_by(Business.id)
    return db.session.scalars(query if only is None else query.where(Business.id.in_(only))).all()


def added_firms(case_id: uuid.UUID) -> Sequence[AddedFirm]:
    """Return the firms that people added to a case and that may be suggested, with activities, oldest first, by id."""
    return db.session.scalars(
        sa.select(AddedFirm)
        .join(AddedFirm.business)
        .where(AddedFirm.case_id == case_id, *SUGGESTIBLE)
        .options(joinedload(AddedFirm.business).selectinload(Business.activities))
        .order_by(AddedFirm.added_at, AddedFirm.id)
    ).all()


def count_added(case_id: uuid.UUID) -> int:
    """Return how many firms were added to a case."""
    return db.session.scalar(sa.select(sa.func.count()).where(AddedFirm.case_id == case_id)) or 0


def added_firm(case_id: uuid.UUID, business_id: uuid.UUID) -> AddedFirm | None:
    """Return who added this firm to a case and why, or None."""
    return db.session.scalars(
        sa.select(AddedFirm).where(AddedFirm.case_id == case_id, AddedFirm.business_id == business_id)
    ).one_or_none()


def left_out(asked: InquiryFacts) -> dict[LeftOut, int]:
    """Return how many firms a hard rule keeps from an inquiry's list now, by reason; the first that holds counts."""
    own = own_rules(asked)
    read = sa.exists().where(ReadProfile.business_id == Business.id)
    reason = sa.case(
        (Business.merged_into_id.is_not(None), LeftOut.MERGED.value),
        (sa.not_(Business.active), LeftOut.INACTIVE.value),
        (sa.not_(Business.consent_suggest), LeftOut.NO_CONSENT.value),
        *((holds, rule.value) for rule, holds in own.items()),
        (sa.not_(read), LeftOut.UNREAD.value),
    )
    rows = db.session.execute(
        sa.select(reason, sa.func.count())
        .where(sa.or_(*(sa.not_(rule) for rule in SUGGESTIBLE), *own.values(), sa.not_(read)))
        .group_by(reason)
    )
    return {LeftOut(code): count for code, count in rows}


def own_rules(asked: InquiryFacts) -> dict[LeftOut, sa.ColumnElement[bool]]:
    """Return when each rule of a firm's own keeps it from an inquiry, as refused_for() of the package judges."""
    divisions = sa.cast([code[:2] for code in asked.nace], sa.ARRAY(sa.Text()))
    bands = list(BANDS)
    smaller = bands[: bands.index(asked.band)] if asked.band in bands else []
    return {
        LeftOut.PROJECT: sa.literal(asked.project_type) == sa.any_(Business.refused_projects),
        LeftOut.COUNTRY: sa.literal(asked.country) == sa.any_(Business.refused_countries),
        LeftOut.SECTOR: Business.refused_sectors.op("&&", return_type=sa.Boolean())(divisions),
        LeftOut.CAPACITY: sa.func.coalesce(Business.largest_band.in_(smaller), sa.false()),
        LeftOut.BUSY: sa.func.coalesce(Business.busy_until > date.fromisoformat(asked.day), sa.false()),
    }


def why_left_out(business: Business) -> LeftOut | None:
    """Return the hard rule that keeps one firm from lists, or None."""
    if business.merged_into_id is not None:
        return LeftOut.MERGED
    if not business.active:
        return LeftOut.INACTIVE
    if not business.consent_suggest:
        return LeftOut.NO_CONSENT
    return None if read_at(business.id) else LeftOut.UNREAD


def read_at(business_id: uuid.UUID) -> ReadProfile | None:
    """Return when a firm's profile was read last, or None."""
    return db.session.get(ReadProfile, business_id)


def found_by_name(text: str) -> Sequence[Business]:
    """Return the firms whose profile holds these words, those with them in the name first, then by name, then by id.

    Also firms that may not be suggested: whoever looks for one is to learn why.
    """
    words = holds_words(Business.search, text)
    if not words:
        return []
    named = sa.and_(sa.true(), *holds_words(Business.name_key, text))
    return db.session.scalars(
        sa.select(Business)
        .where(*words)
        .options(selectinload(Business.activities))
        .order_by(named.desc(), Business.sort_sq, Business.id)
        .limit(MOST_FOUND)
    ).all()
