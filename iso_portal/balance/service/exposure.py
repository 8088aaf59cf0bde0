"""Keep lists of businesses that somebody saw, under pseudonyms and without a community (balance M4)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from iso_portal.balance import queries
from iso_portal.balance.domain import sealing
from iso_portal.balance.models import ShownList
from iso_portal.balance.service.keys import vault
from iso_portal.balance.service.snapshots import firm_key
from iso_portal.core.db import db


def book_exposure(
    *,
    list_id: uuid.UUID,
    inquiry_id: uuid.UUID,
    shown_at: datetime,
    pool: Sequence[uuid.UUID],
    order: Sequence[uuid.UUID],
    stratum: str,
) -> ShownList | None:
    """Keep one list; None for one that is kept already, and for one on which nobody stood.

    Raises ValueError for a business shown twice or from outside its pool, and for a time without a zone.
    """
    if shown_at.tzinfo is None:
        raise ValueError("shown_at must be aware")
    if len(set(order)) < len(order) or not set(order) <= set(pool):
        raise ValueError("order must name businesses of the pool, each once")
    list_key = _key(list_id, "list")
    if not order or queries.has_list(list_key):
        return None
    row = ShownList(
        list_key=list_key,
        inquiry_key=_key(inquiry_id, "inquiry"),
        shown_at=shown_at,
        stratum=stratum,
        pool=sorted(firm_key(business) for business in set(pool)),
        order=[firm_key(business) for business in order],
    )
    db.session.add(row)
    db.session.flush()
    return row


def _key(subject: uuid.UUID, kind: str) -> str:
    return sealing.link_hash(subject, kind, key=vault().link_key).hex()[:32]
