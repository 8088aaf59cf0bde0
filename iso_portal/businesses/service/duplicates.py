"""Find firms that may be one, and keep what a person said about a pair (casework B7)."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries
from iso_portal.businesses.domain import (
    MOST_SHARING,
    Likeness,
    Marks,
    PairState,
    Reason,
    Refusal,
    likeness,
    marks_digest,
)
from iso_portal.businesses.models import Business, DuplicatePair
from iso_portal.core import clock
from iso_portal.core.db import db


def find_duplicates(business: Business) -> int:
    """Bring the pairs of one firm up to date; returns how many wait for a person. Doing it again changes nothing.

    What a person called different stays so until one of the two firms' marks changes.
    """
    alive = business.active and not business.pending and business.merged_into_id is None
    found = _likely(business) if alive else {}
    known = {_other(pair, business.id): pair for pair in queries.pairs_of(business.id)}
    for key, pair in known.items():
        if key not in found and pair.state is PairState.OPEN:
            db.session.delete(pair)
    for key, (marks, like) in found.items():
        _keep_pair(known.get(key), business, key, marks, like)
    db.session.flush()
    return sum(pair.state is PairState.OPEN for pair in queries.pairs_of(business.id))


def _likely(business: Business) -> dict[uuid.UUID, tuple[Marks, Likeness]]:
    """Return the marks of firms that may be this one with how likely; a switchboard's firms are left out."""
    own = queries.marks(business)
    compared = {key: (marks, likeness(own, marks)) for key, marks in queries.candidates(business).items()}
    alone = [key for key, (_marks, like) in compared.items() if like.reasons == (Reason.SAME_PHONE,)]
    switchboard = set(alone) if len(alone) > MOST_SHARING else set()
    return {key: (marks, like) for key, (marks, like) in compared.items() if like.offered and key not in switchboard}


def _keep_pair(
    pair: DuplicatePair | None, business: Business, other_id: uuid.UUID, marks: Marks, like: Likeness
) -> None:
    digest = marks_digest(queries.marks(business), marks)
    reasons = [reason.value for reason in like.reasons]
    if pair is None:
        one, two = sorted((business.id, other_id))
        db.session.add(DuplicatePair(one_id=one, other_id=two, score=like.score, reasons=reasons, marks=digest))
        return
    if pair.state is PairState.DIFFERENT and pair.marks != digest:
        pair.state, pair.decided_at, pair.decided_by_id = PairState.OPEN, None, None
    if pair.state is PairState.OPEN:
        pair.score, pair.reasons, pair.marks = like.score, reasons, digest


def _other(pair: DuplicatePair, business_id: uuid.UUID) -> uuid.UUID:
    return pair.other_id if pair.one_id == business_id else pair.one_id


def call_different(pair: DuplicatePair, *, by: Person, note: str = "") -> None:
    """Keep that two firms are two; they are offered again only when a mark of either changes. Raises Refusal."""
    if pair.state is PairState.MERGED:
        raise Refusal(_("These two are one record now; undo the merge first."))
    one, other = queries.locked(pair.one_id, pair.other_id)
    set_apart(pair, one, other, by=by)
    audit.record(
        verb="business.call_different",
        by=by,
        subject=pair,
        reason=note,
        details={"one": str(one.id), "other": str(other.id)},
    )


def set_apart(pair: DuplicatePair, one: Business, other: Business, *, by: Person) -> None:
    """Mark a pair as two firms, as they are now."""
    pair.state, pair.marks = PairState.DIFFERENT, marks_digest(queries.marks(one), queries.marks(other))
    pair.decided_at, pair.decided_by_id = clock.now(), by.id
