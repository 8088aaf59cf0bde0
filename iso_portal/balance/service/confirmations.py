"""Another pair for a large case takes effect when a colleague of the other desk confirms it (balance A7)."""

from __future__ import annotations

from flask_babel import gettext as _

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries, words
from iso_portal.balance.domain.choices import Kind, confirmation_error
from iso_portal.balance.models import Booking, Outcome, PairRequest
from iso_portal.balance.service.assignment import book, end_waiting, hold, refuse_closed, refuse_impossible
from iso_portal.balance.service.proposing import propose_for
from iso_portal.balance.service.refusals import NotYours, Refusal, StateChanged
from iso_portal.cases.models import Case


def confirm_pair(asked: PairRequest, *, by: Person) -> Booking:
    """Agree to another pair and book it, with the choice set of this moment.

    Raises NotYours for the same person or desk, StateChanged when it waits no more, and Refusal when these two cannot
    work on the case any more.
    """
    author = accounts.get(asked.asked_by_id)
    _refuse_own(asked, author, by=by)
    case = _hold(asked)
    refuse_closed(case)
    lead, co_lead = str(asked.lead_id), str(asked.co_lead_id)
    found = propose_for(case, by=by)
    refuse_impossible(found, lead, co_lead)
    pair = found.proposal.pair(lead, co_lead)
    if pair is None:
        raise Refusal(str(words.NOT_POSSIBLE))
    return book(
        case,
        found,
        Kind.OVERRIDE,
        pair,
        override=asked.override,
        override_text=asked.override_text,
        by=author,
        confirmed_by=by,
    )


def decline_pair(asked: PairRequest, *, by: Person) -> None:
    """Say no to another pair: nothing changes on the case. Whoever asked may take it back this way.

    Raises NotYours for somebody else of the same desk, StateChanged when it waits no more.
    """
    if by.id != asked.asked_by_id:
        _refuse_own(asked, accounts.get(asked.asked_by_id), by=by)
    case = _hold(asked)
    end_waiting(case, Outcome.DECLINED, by=by)
    audit.record(verb="balance.decline_pair", by=by, subject=case, details={"override": asked.override.value})


def may_confirm(asked: PairRequest, author: Person, *, by: Person) -> bool:
    """Whether somebody is another person, of the other desk."""
    return (
        confirmation_error(
            by=str(author.id), by_wing=author.wing or "", confirmed_by=str(by.id), confirming_wing=by.wing or ""
        )
        is None
    )


def _refuse_own(asked: PairRequest, author: Person, *, by: Person) -> None:
    if not may_confirm(asked, author, by=by):
        raise NotYours(_("A colleague of the other desk confirms this."))


def _hold(asked: PairRequest) -> Case:
    case = hold(asked.case)
    waiting = queries.waiting_pair(case.id)
    if waiting is None or waiting.id != asked.id:
        raise StateChanged(_("This pair waits no more: it was decided, or another team was assigned meanwhile."))
    return case
