"""Reads of businesses."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from iso_portal.businesses.domain import FRESH_DAYS, TextKind, Verification, Worth, completeness
from iso_portal.businesses.models import Business, BusinessActivity
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.finding import holds_words
from iso_portal.core.paging import Page, paged
from iso_portal.core.scripts import name_key


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of businesses is narrowed to; division: two digits of NACE; worth: how far they were checked."""

    text: str = ""
    municipality: str = ""
    division: str = ""
    worth: Worth | None = None


def get(business_id: uuid.UUID) -> Business:
    """Return the business with its texts and activities. Raises NoResultFound."""
    return db.session.scalars(_whole().where(Business.id == business_id)).one()


def of_ids(ids: Sequence[uuid.UUID]) -> Sequence[Business]:
    """Return these businesses with texts and activities, by id."""
    if not ids:
        return []
    return db.session.scalars(_whole().where(Business.id.in_(set(ids))).order_by(Business.id)).all()


def _whole() -> sa.Select[Business]:
    return sa.select(Business).options(selectinload(Business.texts), selectinload(Business.activities))


def listed(filters: Filters, *, language: str, cursor: str | None = None) -> Page[Business]:
    """Return a page of businesses with activities, sorted as the reader's alphabet sorts, then by id.

    Raises ValueError for a cursor that is not ours.
    """
    query = sa.select(Business).options(selectinload(Business.activities)).where(*_worth(filters.worth))
    query = query.where(*holds_words(Business.search, filters.text))
    if filters.municipality:
        query = query.where(Business.municipality == filters.municipality)
    if filters.division:
        inside = sa.select(BusinessActivity.business_id).where(
            BusinessActivity.code.startswith(f"{filters.division}.", autoescape=True)
        )
        query = query.where(Business.id.in_(inside))
    key = Business.sort_sr if language.startswith("sr") else Business.sort_sq
    return paged(query, (key, Business.id), cursor=cursor, descending=False)


def _worth(wanted: Worth | None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a list: firms at work, or registrations that wait for their e-mail to answer."""
    if wanted is Worth.PENDING:
        return [Business.pending.is_(True)]
    checked = Business.verification != Verification.DECLARED
    fresh = Business.verified_on >= clock.today() - timedelta(days=FRESH_DAYS)
    more: dict[Worth, list[sa.ColumnElement[bool]]] = {
        Worth.CHECKED: [checked, fresh],
        Worth.FADED: [checked, sa.not_(fresh)],
        Worth.RECHECK: [Business.recheck.is_(True)],
        Worth.DECLARED: [sa.not_(checked)],
    }
    return [Business.active.is_(True), *(more[wanted] if wanted else [])]


def marks_of(*, name: str, nui: str = "", pib: str = "", email: str = "") -> frozenset[tuple[str, str]]:
    """Return what two records of one firm share: the name in any spelling, an identifier, the e-mail address."""
    marks = {"name_key": name_key(name), "nui": nui, "pib": pib, "email": email.lower()}
    return frozenset((kind, value) for kind, value in marks.items() if value)


def alike_each(wanted: Sequence[frozenset[tuple[str, str]]]) -> list[list[str]]:
    """Return for each set of marks the names of firms that share one, by id; one statement for all."""
    columns = {
        "name_key": Business.name_key,
        "nui": Business.nui,
        "pib": Business.pib,
        "email": sa.func.lower(Business.email),
    }
    asked = {kind: {value for marks in wanted for of, value in marks if of == kind} for kind in columns}
    same = [columns[kind].in_(values) for kind, values in asked.items() if values]
    if not same:
        return [[] for _marks in wanted]
    found = db.session.execute(
        sa.select(Business.name, *columns.values()).where(sa.or_(*same)).order_by(Business.id)
    ).all()
    firms = [(row[0], set(zip(columns, row[1:], strict=True))) for row in found]
    return [[name for name, marks in firms if marks & own] for own in wanted]


def of_import(import_id: uuid.UUID) -> Sequence[Business]:
    """Return the firms of one import with their parts, by id."""
    return db.session.scalars(_whole().where(Business.import_id == import_id).order_by(Business.id)).all()


def text_of(business: Business, kind: TextKind) -> str:
    """Return the firm's own text of a kind, empty when there is none."""
    return next((text.text for text in business.texts if text.kind is kind and text.original), "")


def completeness_of(business: Business) -> tuple[int, list[str]]:
    """Return (percent, missing parts) of a profile."""
    return completeness(
        {
            "description": bool(text_of(business, TextKind.DESCRIPTION)),
            "products": bool(text_of(business, TextKind.PRODUCTS)),
            "activities": bool(business.activities),
            "offers": bool(business.offers),
            "seeks": bool(business.seeks),
            "capacity": bool(text_of(business, TextKind.CAPACITY)),
            "certifications": bool(business.certifications),
            "contact": bool(business.email or business.phone),
            "languages": bool(business.languages),
            "consent": business.consent_suggest,
        }
    )
