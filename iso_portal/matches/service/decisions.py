"""What named people decide about suggested firms."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses.models import Business
from iso_portal.cases import service as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.matches import queries
from iso_portal.matches.domain import Choice, Refusal, RejectReason, Seen
from iso_portal.matches.models import Decision, SuggestionRun
from iso_portal.matches.service.ranking import refuse_against_its_word

KIND_OF = {
    Choice.ACCEPTED: EntryKind.MATCH_ACCEPTED,
    Choice.REJECTED: EntryKind.MATCH_REJECTED,
    Choice.DEFERRED: EntryKind.MATCH_DEFERRED,
}


def decide(
    case: Case,
    business: Business,
    choice: Choice,
    *,
    by: Person,
    reason_code: RejectReason | None = None,
    note: str = "",
    until: date | None = None,
    seen: Seen | None = None,
) -> Decision:
    """Keep what a person decided; a new decision undoes the one before.

    until: when a deferred firm is looked at again. seen: what the person looked at; None for what stands now. Raises
    Refusal for a rejection without a reason, a firm without consent or against its word, and when a colleague decided
    meanwhile.
    """
    if choice is Choice.REJECTED and reason_code is None:
        raise Refusal(_("Say why the firm does not fit."))
    if choice is Choice.ACCEPTED and not (business.consent_suggest and business.active):
        raise Refusal(_("This firm has not agreed to be suggested."))
    if choice is Choice.ACCEPTED:
        refuse_against_its_word(case, business)
    if choice is Choice.DEFERRED and until is not None and until <= clock.today():
        raise Refusal(_("Choose a day that is still to come."))
    one_at_a_time = sa.func.hashtextextended(f"{case.id}{business.id}", 0)
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(one_at_a_time)))
    if seen is not None:
        _refuse_stale(case, business, seen.decision_id)
    run = _looked_at(case, seen)
    rank = next((one.rank for one in run.suggestions if one.business_id == business.id), None) if run else None
    decision = Decision(
        case_id=case.id,
        business_id=business.id,
        choice=choice,
        decided_at=clock.now(),
        decided_by_id=by.id,
        by_name=by.name,
        reason_code=reason_code.value if reason_code and choice is Choice.REJECTED else None,
        note=note,
        run_id=run.id if run and rank else None,
        rank=rank,
        position=seen.position if seen and rank else None,
        until=until if choice is Choice.DEFERRED else None,
    )
    db.session.add(decision)
    facts = {"business": business.name, **({"reason": decision.reason_code} if decision.reason_code else {})}
    cases.record_entry(case, KIND_OF[choice], by=by, text=note, facts=facts, business_id=business.id)
    audit.record(verb=f"match.{choice.value}", by=by, subject=case, reason=note, details={"business": str(business.id)})
    return decision


def _refuse_stale(case: Case, business: Business, seen: uuid.UUID | None) -> None:
    """Raise Refusal when the newest decision is another than the one that the person saw."""
    newest = queries.decision(case.id, business.id)
    if newest is not None and newest.id != seen:
        raise Refusal(
            _("%(name)s decided about this firm meanwhile. Look at it, then decide again.", name=newest.by_name)
        )


def _looked_at(case: Case, seen: Seen | None) -> SuggestionRun | None:
    """Return the list that the person looked at, which may be an older one, or the newest."""
    run = queries.run_of(case.id, seen.run_id) if seen is not None and seen.run_id is not None else None
    return run or queries.latest_run(case.id)
