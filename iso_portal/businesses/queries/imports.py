"""Reads for imports of firms: which rows may be firms that are kept already, and which firms were worked on since."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from iso_portal.businesses.domain import PairState
from iso_portal.businesses.models import (
    Business,
    BusinessText,
    DuplicatePair,
    Merge,
    Picture,
    SignInLink,
    Site,
    VerificationRecord,
)
from iso_portal.core.db import db
from iso_portal.core.scripts import name_key

Marks = frozenset[tuple[str, str]]


def import_marks(*, name: str, nui: str, pib: str, maticni_broj: str, email: str, phone: str) -> Marks:
    """Return what two records of one firm share: the name in any spelling, an identifier, an address, a number."""
    digits = "".join(letter for letter in phone if letter.isdecimal())
    marks = {
        "name_key": name_key(name),
        "nui": nui,
        "pib": pib,
        "maticni_broj": maticni_broj,
        "email": email.lower() if "@" in email else "",
        "phone_key": digits if len(digits) >= 6 else "",
    }
    return frozenset((kind, value) for kind, value in marks.items() if value)


def known_by(marks: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[str]]:
    """Return {mark: names of the firms that have it}, by name, then by id; one statement for all."""
    columns = {
        "name_key": Business.name_key,
        "nui": Business.nui,
        "pib": Business.pib,
        "maticni_broj": Business.maticni_broj,
        "email": sa.func.lower(Business.email),
        "phone_key": Business.phone_key,
    }
    asked = {kind: {value for of, value in marks if of == kind} for kind in columns}
    same = [columns[kind].in_(values) for kind, values in asked.items() if values]
    found: dict[tuple[str, str], list[str]] = {}
    if not same:
        return found
    wanted = sa.select(Business.name, *columns.values()).where(sa.or_(*same), Business.merged_into_id.is_(None))
    for name, *values in db.session.execute(wanted.order_by(Business.name, Business.id)):
        for mark in zip(columns, values, strict=True):
            if mark[1] and mark[1] in asked[mark[0]]:
                found.setdefault(mark, []).append(name)
    return found


def worked_on_since(import_id: uuid.UUID) -> Sequence[str]:
    """Return the names of an import's firms that somebody worked on since, by name; at most ten.

    The firms are locked first, so that nobody begins to work on one before it is taken back.
    """
    db.session.execute(
        sa.select(Business.id).where(Business.import_id == import_id).order_by(Business.id).with_for_update()
    )
    parts = [sa.select(part.business_id) for part in (Site, Picture, VerificationRecord, SignInLink)]
    parts += [
        sa.select(BusinessText.business_id).where(BusinessText.written_by_id.is_not(None)),
        sa.select(Merge.kept_id),
        sa.select(Merge.gone_id),
        sa.select(DuplicatePair.one_id).where(DuplicatePair.state != PairState.OPEN),
        sa.select(DuplicatePair.other_id).where(DuplicatePair.state != PairState.OPEN),
    ]
    touched = sa.or_(Business.version > 1, *(Business.id.in_(part) for part in parts))
    return db.session.scalars(
        sa.select(Business.name)
        .where(Business.import_id == import_id, touched)
        .order_by(Business.name, Business.id)
        .limit(10)
    ).all()
