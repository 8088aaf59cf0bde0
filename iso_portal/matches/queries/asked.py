"""Firms that were asked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from iso_portal.cases.models import Case, Inquiry
from iso_portal.core.db import db
from iso_portal.matches.models import Introduction


def introductions(*, case_id: uuid.UUID | None = None, business_id: uuid.UUID | None = None) -> Sequence[Introduction]:
    """Return what firms were asked on a case, or what one firm was ever asked, newest first, then by id."""
    query = sa.select(Introduction)
    if case_id is not None:
        query = query.where(Introduction.case_id == case_id)
    if business_id is not None:
        query = query.where(Introduction.business_id == business_id)
    return db.session.scalars(query.order_by(Introduction.asked_at.desc(), Introduction.id).limit(500)).all()


def latest_introductions(case_id: uuid.UUID) -> dict[uuid.UUID, Introduction]:
    """Return the newest question to each firm of a case."""
    newest: dict[uuid.UUID, Introduction] = {}
    for row in introductions(case_id=case_id):
        newest.setdefault(row.business_id, row)
    return newest


def introduction(introduction_id: uuid.UUID, *, to_change: bool = False) -> Introduction:
    """Return one question with its firm and its case, inquiry and investor. to_change: others wait until we are done.

    Raises NoResultFound.
    """
    query = (
        sa.select(Introduction)
        .where(Introduction.id == introduction_id)
        .options(
            joinedload(Introduction.business),
            joinedload(Introduction.case).joinedload(Case.inquiry),
            joinedload(Introduction.case).joinedload(Case.inquiry).joinedload(Inquiry.investor),
        )
    )
    return db.session.scalars(query.with_for_update(of=Introduction) if to_change else query).one()


def open_introduction(case_id: uuid.UUID, business_id: uuid.UUID) -> Introduction | None:
    """Return the question to a firm on a case that was not taken back, or None; there is one at most."""
    return db.session.scalars(
        sa.select(Introduction).where(
            Introduction.case_id == case_id,
            Introduction.business_id == business_id,
            Introduction.withdrawn_at.is_(None),
        )
    ).one_or_none()


def times_asked(business_id: uuid.UUID, *, since: datetime, but: uuid.UUID) -> int:
    """Return about how many other inquiries a firm was asked since a moment; `but` is the case that does not count."""
    query = sa.select(sa.func.count(sa.distinct(Introduction.case_id))).where(
        Introduction.business_id == business_id, Introduction.asked_at >= since, Introduction.case_id != but
    )
    return db.session.scalar(query) or 0
