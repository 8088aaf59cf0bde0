"""Reads for intake: drafts, the same inquiry once more, and near-duplicates."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry, Inquiry
from iso_portal.core.db import db
from iso_portal.intake.domain import DUPLICATE_DAYS
from iso_portal.intake.models import DraftFile, InquiryDraft
from iso_portal.investors.models import Contact, Investor


def case_of_key(key: str) -> Case | None:
    """Return the case that a form with this idempotency key opened, with its inquiry and contact, or None."""
    return db.session.scalars(
        sa.select(Case)
        .join(Case.inquiry)
        .where(Inquiry.key == key)
        .options(joinedload(Case.inquiry).joinedload(Inquiry.contact))
    ).one_or_none()


def _drafts() -> sa.Select[InquiryDraft]:
    return sa.select(InquiryDraft).options(selectinload(InquiryDraft.files).joinedload(DraftFile.file))


def draft_of_key(key: str) -> InquiryDraft | None:
    """Return the draft that a first page with this key began, with its files, or None; others wait until we are done."""
    return db.session.scalars(_drafts().where(InquiryDraft.key == key).with_for_update(of=InquiryDraft)).one_or_none()


def draft_by_link_hash(link_hash: bytes, *, now: datetime, to_change: bool = False) -> InquiryDraft | None:
    """Return the draft that a secret link opens, with its files, or None. to_change: others wait until we are done."""
    query = _drafts().where(InquiryDraft.link_hash == link_hash, InquiryDraft.expires_at > now)
    if to_change:
        query = query.with_for_update(of=InquiryDraft)
    return db.session.scalars(query).one_or_none()


def drafts_over(now: datetime) -> Sequence[InquiryDraft]:
    """Return the drafts whose time is over, with their files, by id; at most 500."""
    return db.session.scalars(
        _drafts().where(InquiryDraft.expires_at <= now).order_by(InquiryDraft.id).limit(500)
    ).all()


def link_was_changed(case_id: uuid.UUID) -> bool:
    """Whether the follow page's link was ever renewed or closed since the inquiry came in."""
    changed = sa.exists().where(Entry.case_id == case_id, Entry.kind == EntryKind.LINK_CHANGED)
    return bool(db.session.scalar(sa.select(changed)))


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
