"""Requests of people about their own data."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Record, Versioned, one_of
from iso_portal.privacy.domain import Ask, RequestState


class DataRequest(Versioned, Record, kw_only=True):
    """One request, about the data of an inquiry or of a business.

    first_by_id, second_by_id: two people of the two desks who released it. result: the copy as JSON, for COPY_DAYS.
    """

    __tablename__ = "data_requests"
    __table_args__ = (
        one_of("ask", Ask),
        one_of("state", RequestState),
        sa.CheckConstraint("num_nonnulls(case_id, business_id) = 1", name="about_one"),
        sa.CheckConstraint("first_by_id is distinct from second_by_id or first_by_id is null", name="two_people"),
    )

    ask: Mapped[Ask]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    language: Mapped[str]
    case_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"), default=None, index=True)
    business_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("businesses.id"), default=None, index=True)
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    first_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    first_at: Mapped[datetime | None] = mapped_column(default=None)
    second_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(default=None)
