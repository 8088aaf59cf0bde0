"""Reads of requests about personal data, and of what there is about somebody."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from iso_portal.businesses.models import Business, BusinessText, Picture, Site
from iso_portal.cases import queries as cases
from iso_portal.cases.domain import EntryKind, Status
from iso_portal.cases.models import Case, CaseFile, Entry, Task
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.paging import Page, paged
from iso_portal.letters.models import Letter
from iso_portal.privacy.domain import COPY_DAYS, WAITING, Ask, Preview, names_a_person
from iso_portal.privacy.models import DataRequest


def get(request_id: uuid.UUID) -> DataRequest:
    """Return one request. Raises NoResultFound."""
    return db.session.scalars(sa.select(DataRequest).where(DataRequest.id == request_id)).one()


def listed(*, cursor: str | None = None, only_open: bool = False) -> Page[DataRequest]:
    """Return a page of requests, newest first, then by id. Raises ValueError for a cursor that is not ours."""
    query = sa.select(DataRequest)
    if only_open:
        query = query.where(DataRequest.state.in_(WAITING))
    return paged(query, (DataRequest.asked_at, DataRequest.id), cursor=cursor)


def subjects(requests: Sequence[DataRequest]) -> dict[uuid.UUID, str]:
    """Return what to call the thing that each request is about: an inquiry's reference or a firm's name, by its key."""
    firms = sa.select(Business.id, Business.name).where(
        Business.id.in_([row.business_id for row in requests if row.business_id])
    )
    inquiries = sa.select(Case.id, Case.reference).where(Case.id.in_([row.case_id for row in requests if row.case_id]))
    return {key: words for query in (firms, inquiries) for key, words in db.session.execute(query)}


def waiting_for(
    ask: Ask, *, case_id: uuid.UUID | None = None, business_id: uuid.UUID | None = None
) -> DataRequest | None:
    """Return the newest request of this kind about a case or a business that is not closed, or None."""
    about = DataRequest.case_id == case_id if case_id else DataRequest.business_id == business_id
    return db.session.scalars(
        sa.select(DataRequest)
        .where(about, DataRequest.ask == ask, DataRequest.state.in_(WAITING))
        .order_by(DataRequest.asked_at.desc(), DataRequest.id)
    ).first()


def of_case(case_id: uuid.UUID) -> Sequence[DataRequest]:
    """Return the requests about an inquiry, newest first, then by id."""
    return _of(DataRequest.case_id == case_id)


def of_business(business_id: uuid.UUID) -> Sequence[DataRequest]:
    """Return the requests about a business, newest first, then by id."""
    return _of(DataRequest.business_id == business_id)


def _of(condition: sa.ColumnElement[bool]) -> Sequence[DataRequest]:
    return db.session.scalars(
        sa.select(DataRequest).where(condition).order_by(DataRequest.asked_at.desc(), DataRequest.id)
    ).all()


def copy_of_case(case_id: uuid.UUID) -> DataRequest | None:
    """Return the newest released copy of an inquiry's data that can still be fetched, or None."""
    return _copy(of_case(case_id))


def copy_of_business(business_id: uuid.UUID) -> DataRequest | None:
    """Return the newest released copy of a business's data that can still be fetched, or None."""
    return _copy(of_business(business_id))


def _copy(requests: Sequence[DataRequest]) -> DataRequest | None:
    since = clock.now() - timedelta(days=COPY_DAYS)
    return next(
        (
            one
            for one in requests
            if one.ask is Ask.COPY and one.result is not None and one.closed_at is not None and one.closed_at >= since
        ),
        None,
    )


def about_case(case: Case) -> Preview:
    """Return what there is about the person behind an inquiry, in all their inquiries."""
    contact, investor = case.inquiry.contact, case.investor
    theirs = cases.of_person(contact)
    keys = [one.id for one in theirs]
    personal = names_a_person(investor.name, kind=investor.kind, person=contact.name)
    spoken = (EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT)
    entry = Entry.case_id.in_(keys)
    counts = db.session.execute(
        sa.select(
            _number(Entry, entry),
            _number(Entry, entry, Entry.kind.in_(spoken)),
            _number(Entry, entry, Entry.kind.not_in(spoken), Entry.text != ""),
            _number(Task, Task.case_id.in_(keys)),
            _number(CaseFile, CaseFile.case_id.in_(keys)),
            _number(Letter, Letter.case_id.in_(keys)),
        )
    ).one()
    named = (contact.name, contact.email, contact.phone, investor.name if personal else "")
    return Preview(
        names=tuple(dict.fromkeys(name for name in named if name)),
        copy_asked=_copy_asked(DataRequest.case_id.in_(keys)),
        stays="" if personal else investor.name,
        references=tuple(one.reference for one in theirs),
        open_work=tuple(one.reference for one in theirs if one.status is not Status.CLOSED and not one.has_landed),
        entries=counts[0],
        messages=counts[1],
        notes=counts[2],
        tasks=counts[3],
        files=counts[4],
        letters=counts[5],
    )


def about_business(business: Business) -> Preview:
    """Return what there is about a firm, with those that were merged into it."""
    keys = [firm.id for firm in merged_firms(business)]
    counts = db.session.execute(
        sa.select(
            _number(Entry, Entry.business_id.in_(keys)),
            _number(BusinessText, BusinessText.business_id.in_(keys)),
            _number(Site, Site.business_id.in_(keys)),
            _number(Picture, Picture.business_id.in_(keys)),
            _number(Letter, Letter.case_id.is_(None), Letter.to_address == business.email, Letter.to_address != ""),
        )
    ).one()
    named = (business.name, business.contact_name, business.email, business.phone, business.address)
    return Preview(
        names=tuple(dict.fromkeys(name for name in named if name)),
        copy_asked=_copy_asked(DataRequest.business_id.in_(keys)),
        entries=counts[0],
        texts=counts[1],
        sites=counts[2],
        files=counts[3],
        letters=counts[4],
    )


def once(relation: str, key: uuid.UUID, *columns: str) -> set[str]:
    """Return every text that ever stood in these columns of a row, by the sealed log of changes."""
    values = db.session.scalars(
        sa.text(
            "select distinct value from audit.change, unnest(cast(:columns as text[])) as named (name), "
            "jsonb_array_elements_text(case jsonb_typeof(diff -> name) when 'array' then diff -> name else '[]' end) "
            "as held (value) where relation = :relation and row_key = :key and value <> ''"
        ),
        {"columns": list(columns), "relation": f"public.{relation}", "key": str(key)},
    )
    return set(values)


def _copy_asked(about: sa.ColumnElement[bool]) -> bool:
    """Whether a copy waits to be released, or to be fetched."""
    rows = _of(sa.and_(about, DataRequest.ask == Ask.COPY))
    return any(row.state in WAITING for row in rows) or _copy(rows) is not None


def merged_firms(business: Business) -> Sequence[Business]:
    """Return a firm and those that were merged into it, by id."""
    return db.session.scalars(
        sa.select(Business)
        .where(sa.or_(Business.id == business.id, Business.merged_into_id == business.id))
        .order_by(Business.id)
    ).all()


def _number(row: type, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(row).where(*conditions).scalar_subquery()
