"""Reads for intake: the same inquiry once more, and near-duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from iso_portal.cases.models import Case, Inquiry
from iso_portal.core.db import db
from iso_portal.intake.domain import DUPLICATE_DAYS
from iso_portal.investors.models import Contact, Investor


def case_of_key(key: str) -> Case | None:
    """Return the case that a form with this idempotency key opened, with its inquiry and contact, or None."""
    return db.session.scalars(
        sa.select(Case)
        .join(Case.inquiry)
        .where(Inquiry.key == key)
        .options(joinedload(Case.inquiry).joinedload(Inquiry.contact))
    ).one_or_none()


def recent_of_sender(*, email: str, name_key: str, before: datetime) -> Sequence[Case]:
    """Return cases of the last 180 days from this address or an organisation of this name, newest first, then by id."""
    since = before - timedelta(days=DUPLICATE_DAYS)
    return db.session.scalars(
        sa.select(Case)
        .join(Case.inquiry)
        .join(Inquiry.contact)
        .join(Investor, Investor.id == Inquiry.investor_id)
        .where(Case.received_at.between(since, before))
        .where(sa.or_(sa.func.lower(Contact.email) == email.lower(), Investor.name_key == name_key))
        .options(joinedload(Case.inquiry))
        .order_by(Case.received_at.desc(), Case.id)
        .limit(20)
    ).all()


def case_of_sender(*, email: str, reference: str) -> Case | None:
    """Return the case with this reference when this address belongs to it, with inquiry and contact, or None."""
    return db.session.scalars(
        sa.select(Case)
        .join(Case.inquiry)
        .join(Inquiry.contact)
        .where(Case.reference == reference.strip().upper(), sa.func.lower(Contact.email) == email.strip().lower())
        .options(joinedload(Case.inquiry).joinedload(Inquiry.contact))
    ).one_or_none()
