"""Weights that are found right after intake: kept beside the first, for open load alone (balance A8)."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries
from iso_portal.balance.domain.choices import is_weight
from iso_portal.balance.models import LaterWeight
from iso_portal.balance.service.assignment import hold, refuse_closed
from iso_portal.balance.service.refusals import Refusal
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db


def change_weight(case: Case, weight: Decimal, *, reason: str, by: Person) -> LaterWeight:
    """Keep a later weight; what was booked with the first one stays.

    Raises Refusal for no half point from 0.5 to 6, for the weight that counts already, or without a reason.
    """
    if not weight.is_finite() or not is_weight(float(weight)):
        raise Refusal(_("A weight is a half or whole number from 0.5 to 6."), field="weight")
    if not reason.strip():
        raise Refusal(_("Say in a few words why."), field="reason")
    case = hold(case)
    refuse_closed(case)
    newest = next(iter(queries.later_weights(case.id)), None)
    if weight == (newest.weight if newest else case.weight):
        raise Refusal(_("The case has this weight already."), field="weight")
    later = LaterWeight(case_id=case.id, weight=weight, reason=reason, at=clock.now(), by_id=by.id)
    db.session.add(later)
    audit.record(verb="balance.weight", by=by, subject=case, reason=reason, details={"weight": str(weight)})
    db.session.flush()
    return later
