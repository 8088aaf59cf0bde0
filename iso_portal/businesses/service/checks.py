"""Keep who checked a profile, how far, and by which evidence (casework B6)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import Refusal, Verification
from iso_portal.businesses.models import Business, VerificationRecord
from iso_portal.core import clock
from iso_portal.core.db import db


def keep_check(business: Business, level: Verification, *, on: date, evidence: str, by: Person) -> VerificationRecord:
    """Keep a check; the one of the latest day counts, and of one day the one written last.

    A new check answers the question whether a changed profile was looked at again. Raises Refusal for a day to come.
    """
    if on > clock.today():
        raise Refusal(_("This is in the future."))
    before = queries.checks_of(business.id)
    row = VerificationRecord(
        business_id=business.id, level=level, verified_on=on, by_id=by.id, by_name=by.name, evidence=evidence
    )
    db.session.add(row)
    if not before or on >= before[0].verified_on:
        business.verification, business.verified_on = level, on
        business.recheck = False
    db.session.flush()
    audit.record(verb="business.verify", by=by, subject=business, details={"level": level.value, "on": on.isoformat()})
    return row
