"""Make suggestions and decide about them."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from flask_babel import gettext as _

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
from iso_portal.matches.domain import Choice, Refusal, RejectReason
from iso_portal.matches.models import Decision, Suggestion, SuggestionRun
from iso_portal.matches.service.ranking import rank

KIND_OF = {
    Choice.ACCEPTED: EntryKind.MATCH_ACCEPTED,
    Choice.REJECTED: EntryKind.MATCH_REJECTED,
    Choice.DEFERRED: EntryKind.MATCH_DEFERRED,
}


def refresh(case: Case) -> SuggestionRun:
    """Make and keep a new list for a case."""
    answer, firms = rank(case)
    run = SuggestionRun(
        case_id=case.id,
        made_at=clock.now(),
        version=answer.version,
        made_with=answer.encoder,
        nothing_fits=answer.nothing_fits,
        classes=answer.classes,
        firms=firms,
        suggestions=[
            Suggestion(
                rank=one.rank,
                business_id=uuid.UUID(one.key),
                score=one.score,
                likelihood=one.likelihood,
                reason=asdict(one.reason),
            )
            for one in answer.suggestions
        ],
    )
    db.session.add(run)
    audit.record(verb="match.refresh", by=None, subject=case, details={"firms": firms, "version": answer.version})
    return run


def ask_refresh(case: Case, *, by: Person) -> None:
    """Have a new list made soon."""
    defer(db.session, "matches.refresh", {"case_id": str(case.id)}, waiting_once=f"matches.refresh:{case.id}")
    audit.record(verb="match.ask_refresh", by=by, subject=case)


def decide(
    case: Case,
    business: Business,
    choice: Choice,
    *,
    by: Person,
    reason_code: RejectReason | None = None,
    note: str = "",
) -> Decision:
    """Keep what a person decided. Raises Refusal for a rejection without a reason, or a firm without consent."""
    if choice is Choice.REJECTED and reason_code is None:
        raise Refusal(_("Say why the firm does not fit."))
    if choice is Choice.ACCEPTED and not (business.consent_suggest and business.active):
        raise Refusal(_("This firm has not agreed to be suggested."))
    run = queries.latest_run(case.id)
    place = next((one.rank for one in run.suggestions if one.business_id == business.id), None) if run else None
    decision = Decision(
        case_id=case.id,
        business_id=business.id,
        choice=choice,
        decided_at=clock.now(),
        decided_by_id=by.id,
        by_name=by.name,
        reason_code=reason_code.value if reason_code else None,
        note=note,
        run_id=run.id if run and place else None,
        rank=place,
    )
    db.session.add(decision)
    facts = {"business": business.name, **({"reason": reason_code.value} if reason_code else {})}
    cases.record_entry(case, KIND_OF[choice], by=by, text=note, facts=facts, business_id=business.id)
    audit.record(verb=f"match.{choice.value}", by=by, subject=case, reason=note, details={"business": str(business.id)})
    return decision
