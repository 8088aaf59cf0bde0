"""Reads of requests about personal data."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.paging import Page, paged
from iso_portal.privacy.domain import COPY_DAYS, Ask, RequestState
from iso_portal.privacy.models import DataRequest


def get(request_id: uuid.UUID) -> DataRequest:
    """Return one request. Raises NoResultFound."""
    return db.session.scalars(sa.select(DataRequest).where(DataRequest.id == request_id)).one()


def listed(*, cursor: str | None = None, only_open: bool = False) -> Page[DataRequest]:
    """Return a page of requests, newest first, then by id. Raises ValueError for a cursor that is not ours."""
    query = sa.select(DataRequest)
    if only_open:
        query = query.where(DataRequest.state.in_([RequestState.OPEN, RequestState.HALF]))
    return paged(query, (DataRequest.asked_at, DataRequest.id), cursor=cursor)


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
