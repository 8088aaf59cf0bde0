"""For a firm the open inquiries: those that suit it and that it would want (matching MA7)."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import asdict

import numpy as np
import sqlalchemy as sa

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses.models import Business
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.matches import queries
from iso_portal.matches.domain import INQUIRIES_TOP, MOST_INQUIRIES
from iso_portal.matches.models import AskingLimit, BusinessRun, SuitingInquiry
from iso_portal.matches.service.ranking import EMPTY, inquiry_of, ranker
from iso_portal.matches.service.reading import index_business
from iso_portal.matches.service.serving import load
from matching.facts import refused_for


def refresh_business(business: Business) -> BusinessRun | None:
    """Find the open inquiries that suit a firm, and keep them in place of those found before.

    business: with texts and activities. A firm that may not be suggested has none: what was found goes.
    """
    db.session.execute(sa.delete(BusinessRun).where(BusinessRun.business_id == business.id))
    if not (business.consent_suggest and business.active):
        return None
    model = ranker()
    if queries.read_at(business.id) is None:
        index_business(business)
    db.session.flush()
    profile = load([business.id], model.encoder_.name)
    divisions = {activity.code.split(".")[0] for activity in business.activities}
    cases = queries.looking(divisions, most=MOST_INQUIRIES)
    learnt = queries.learnt([case.id for case in cases])
    asked = [inquiry_of(case, learnt.get(case.id, EMPTY)) for case in cases]
    found = model.suggest_inquiries(
        profile.firms[0],
        asked,
        top=INQUIRIES_TOP,
        index=model.index(profile.firms, profile.vectors.astype(np.float32)),
    )
    run = BusinessRun(
        business_id=business.id,
        made_at=clock.now(),
        made_with=model.encoder_.name,
        model_version=model.model.version,
        cases=len(cases),
        left_out=Counter(rule for one in asked if (rule := refused_for(profile.firms[0], one)) is not None),
        inquiries=[
            SuitingInquiry(
                rank=one.rank,
                case_id=uuid.UUID(one.key),
                score=one.score,
                likelihood=one.likelihood,
                reason=asdict(one.reason),
            )
            for one in found
        ],
    )
    db.session.add(run)
    return run


def ask_refresh_business(business: Business, *, by: Person) -> None:
    """Have the inquiries for a firm found anew soon."""
    defer(
        db.session,
        "matches.refresh_business",
        {"business_id": str(business.id)},
        waiting_once=f"matches.refresh_business:{business.id}",
    )
    audit.record(verb="match.ask_refresh_business", by=by, subject=business)


def set_asking_limit(business: Business, most: int | None, *, by: Person) -> None:
    """Keep how many inquiries a firm wants to be asked about within 30 days; None for the house's number."""
    row = queries.asking_limit(business.id)
    if most is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(AskingLimit(business_id=business.id, most=most, set_at=clock.now(), set_by_id=by.id))
    else:
        row.most, row.set_at, row.set_by_id = most, clock.now(), by.id
    audit.record(verb="match.asking_limit", by=by, subject=business, details={"most": most})
