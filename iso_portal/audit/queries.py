"""Reads of the audit log."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from iso_portal.audit.models import Act
from iso_portal.core.db import db
from iso_portal.core.paging import Page, paged


@dataclass(frozen=True, kw_only=True)
class BrokenLink:
    """The first place where the sealed log of changes does not hold; number is None for an entry without a seal."""

    number: int | None
    change_id: int | None
    reason: str


def acts(*, cursor: str | None = None, verb: str = "", subject_id: uuid.UUID | None = None) -> Page[Act]:
    """Return a page of acts, newest first, then by id. Raises ValueError for a cursor that is not ours."""
    query = sa.select(Act)
    if verb:
        query = query.where(Act.verb.startswith(verb, autoescape=True))
    if subject_id is not None:
        query = query.where(Act.subject_id == subject_id)
    return paged(query, (Act.at, Act.id), cursor=cursor)


def first_broken_link() -> BrokenLink | None:
    """Walk the sealed chain of changes; None when it holds from the first entry to the last."""
    row = db.session.execute(sa.text("select number, change_id, reason from audit.broken() limit 1")).one_or_none()
    return None if row is None else BrokenLink(number=row.number, change_id=row.change_id, reason=row.reason)
