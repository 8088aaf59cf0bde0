"""Make lists and keep what they were made of; put firms beside them by hand."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from flask_babel import gettext as _
from procrastinate.types import JSONValue

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses.models import Business
from iso_portal.cases import service as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.matches import queries
from iso_portal.matches.domain import MOST_ADDED, MOST_CLASSES, MOST_REFRESHED, SETTLE_SECONDS, Refusal
from iso_portal.matches.models import AddedFirm, Suggestion, SuggestionLog, SuggestionRun
from iso_portal.matches.service.ranking import asked_now, rank, ranker, refuse_against_its_word
from matching import InquiryFacts, SuggestionList
from matching.features import FEATURES
from matching.recommender import Suggestion as Ranked


def refresh(case: Case) -> SuggestionRun:
    """Make and keep a new list for a case, with everything that was ranked for it."""
    answer, firms = rank(case)
    asked = asked_now(case)
    guesses = ranker().predict_classes(asked.text, asked.language, top=MOST_CLASSES)
    run = SuggestionRun(
        case_id=case.id,
        made_at=clock.now(),
        version=answer.version,
        made_with=answer.encoder,
        model_version=answer.model_version,
        nothing_fits=answer.nothing_fits,
        classes=answer.classes,
        guesses=[[one.code, round(one.probability, 4)] for one in guesses],
        firms=firms,
        shortlist=answer.shortlist,
        asked_mark=mark_of(asked),
        suggestions=[_suggestion(one) for one in answer.suggestions],
    )
    db.session.add(run)
    db.session.flush()
    db.session.add(_log(run, answer))
    _tell_exposure(run, case, answer)
    audit.record(verb="match.refresh", by=None, subject=case, details={"firms": firms, "version": answer.model_version})
    return run


def _suggestion(one: Ranked) -> Suggestion:
    return Suggestion(
        rank=one.rank,
        business_id=uuid.UUID(one.key),
        score=one.score,
        likelihood=one.likelihood,
        probability=one.probability,
        reason=asdict(one.reason),
    )


def _log(run: SuggestionRun, answer: SuggestionList) -> SuggestionLog:
    return SuggestionLog(
        run_id=run.id,
        model_version=answer.model_version,
        features=list(FEATURES),
        rows=[[one.key, one.score, list(one.features)] for one in answer.candidates],
        shown=len(answer.suggestions),
    )


def _tell_exposure(run: SuggestionRun, case: Case, answer: SuggestionList) -> None:
    """Hand plain keys to whoever watches how often firms are shown; this feature does not know who does."""
    told: dict[str, JSONValue] = {
        "list_id": str(run.id),
        "inquiry_id": str(case.inquiry_id),
        "shown_at": run.made_at.isoformat(),
        "pool": [one.key for one in answer.candidates],
        "order": [one.key for one in answer.suggestions],
        "stratum": case.section,
    }
    if told["order"]:
        defer(db.session, "balance.book_exposure", told)


def mark_of(asked: InquiryFacts) -> str:
    """Return a mark that is another as soon as the ranking is told anything else of an inquiry.

    A new day is no news of it.
    """
    told = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(asked).items()}
    del told["day"]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def ask_refresh(case: Case, *, by: Person) -> None:
    """Have a new list made soon."""
    _queue(case.id)
    audit.record(verb="match.ask_refresh", by=by, subject=case)


def refresh_around(business: Business) -> int:
    """Have the lists made anew that a changed profile may concern, and the firm's own. Returns how many lists.

    Several changes within moments make one list a case. Open cases beyond the most likely ones wait for the night.
    """
    at = clock.now() + timedelta(seconds=SETTLE_SECONDS)
    divisions = {activity.code.split(".")[0] for activity in business.activities}
    concerned = queries.affected(business.id, divisions, most=MOST_REFRESHED)
    for case_id in concerned:
        _queue(case_id, at=at)
    _queue_firm(business.id, at=at)
    return len(concerned)


def refresh_outdated(*, before: datetime) -> int:
    """Have a new list made for every open case that has none since a moment. Returns how many.

    Firms that were busy until now have the inquiries for them found anew too.
    """
    waiting = queries.outdated(before)
    for case_id in waiting:
        _queue(case_id)
    for business_id in queries.no_longer_busy(clock.today()):
        _queue_firm(business_id)
    return len(waiting)


def _queue(case_id: uuid.UUID, *, at: datetime | None = None) -> None:
    defer(db.session, "matches.refresh", {"case_id": str(case_id)}, waiting_once=f"matches.refresh:{case_id}", at=at)


def _queue_firm(business_id: uuid.UUID, *, at: datetime | None = None) -> None:
    defer(
        db.session,
        "matches.refresh_business",
        {"business_id": str(business_id)},
        waiting_once=f"matches.refresh_business:{business_id}",
        at=at,
    )


def add_firm(case: Case, business: Business, *, reason: str, by: Person) -> AddedFirm:
    """Put a firm beside the list of a case, with the reason in words; twice is harmless.

    Raises Refusal for a firm that may not be suggested or does not want it, one that stands on the list, and when there
    are too many.
    """
    if not (business.consent_suggest and business.active):
        raise Refusal(_("This firm has not agreed to be suggested."))
    there = queries.added_firm(case.id, business.id)
    if there is not None:
        return there
    refuse_against_its_word(case, business)
    run = queries.latest_run(case.id)
    if run is not None and business.id in {one.business_id for one in run.suggestions}:
        raise Refusal(_("This firm stands on the list already."))
    if queries.count_added(case.id) >= MOST_ADDED:
        raise Refusal(_("At most %(most)s firms can be added to a case by hand.", most=MOST_ADDED))
    row = AddedFirm(
        case_id=case.id,
        business_id=business.id,
        added_at=clock.now(),
        added_by_id=by.id,
        by_name=by.name,
        reason=reason,
    )
    db.session.add(row)
    facts = {"business": business.name}
    cases.record_entry(case, EntryKind.MATCH_ADDED, by=by, text=reason, facts=facts, business_id=business.id)
    audit.record(verb="match.add", by=by, subject=case, reason=reason, details={"business": str(business.id)})
    return row


def accept_classes(case: Case, codes: Sequence[str], *, by: Person) -> None:
    """Keep the classes that a person accepted or chose for an inquiry; firms are ranked by them from now on.

    The inquiry stays as it was sent; what is learnt counts instead. Raises Refusal without any class.
    """
    if not codes:
        raise Refusal(_("Choose at least one class."))
    cases.record_learnt(case, sectors=list(codes), text="", by=by)
    audit.record(verb="match.classes", by=by, subject=case, details={"classes": list(codes)})
