"""Local firms: profile, texts in their own language, activities, imports."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.domain import Registration, TextKind, Verification
from iso_portal.core.db import Base, Record, Versioned, one_of


class Business(Versioned, Record, kw_only=True):
    """A local firm. No community of owners is kept here; that lives in the balance vault (casework B4).

    municipality: slug of the vocabulary. employees, turnover: codes of bands. language: the one the firm writes in.
    name_key, search, sort_*: the name folded for finding duplicates, everything folded for search, keys for sorting.
    """

    __tablename__ = "businesses"
    __table_args__ = (
        one_of("registration", Registration),
        one_of("verification", Verification),
        sa.Index("ix_businesses_name_key", "name_key"),
        sa.Index("ix_businesses_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        sa.Index("ix_businesses_sort_sq", "sort_sq", "id"),
        sa.Index("ix_businesses_sort_sr", "sort_sr", "id"),
        sa.Index("ix_businesses_municipality", "municipality", "id"),
        sa.Index("ix_businesses_nui", "nui"),
        sa.Index("ix_businesses_pib", "pib"),
    )

    name: Mapped[str]
    name_key: Mapped[str]
    municipality: Mapped[str]
    language: Mapped[str]
    registration: Mapped[Registration]
    legal_form_xk: Mapped[str | None] = mapped_column(default=None)
    legal_form_rs: Mapped[str | None] = mapped_column(default=None)
    nui: Mapped[str | None] = mapped_column(default=None)
    pib: Mapped[str | None] = mapped_column(default=None)
    maticni_broj: Mapped[str | None] = mapped_column(default=None)
    address: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    founded: Mapped[int | None] = mapped_column(default=None)
    employees: Mapped[str | None] = mapped_column(default=None)
    turnover: Mapped[str | None] = mapped_column(default=None)
    women_led: Mapped[bool | None] = mapped_column(default=None)
    languages: Mapped[list[str]] = mapped_column(default_factory=list)
    certifications: Mapped[list[str]] = mapped_column(default_factory=list)
    export_markets: Mapped[list[str]] = mapped_column(default_factory=list)
    offers: Mapped[list[str]] = mapped_column(default_factory=list)
    seeks: Mapped[list[str]] = mapped_column(default_factory=list)
    contact_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    contact_hours: Mapped[str] = mapped_column(default="")
    contact_channel: Mapped[str] = mapped_column(default="")
    consent_suggest: Mapped[bool] = mapped_column(default=False)
    consent_public: Mapped[bool] = mapped_column(default=False)
    consent_donors: Mapped[bool] = mapped_column(default=False)
    discretion: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    verification: Mapped[Verification] = mapped_column(default=Verification.DECLARED)
    verified_on: Mapped[date | None] = mapped_column(default=None)
    updated_at: Mapped[datetime | None] = mapped_column(default=None)
    import_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("business_imports.id"), default=None, index=True)
    search: Mapped[str] = mapped_column(default="")
    sort_sq: Mapped[str] = mapped_column(default="")
    sort_sr: Mapped[str] = mapped_column(default="")

    texts: Mapped[list[BusinessText]] = relationship(
        default_factory=list,
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by="(BusinessText.kind, BusinessText.language)",
    )
    activities: Mapped[list[BusinessActivity]] = relationship(
        default_factory=list,
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by="BusinessActivity.position",
    )


class BusinessText(Record, kw_only=True):
    """One text of a profile in one language; products hold one line a product.

    original: written by the firm itself. stale: a translation whose original has changed since.
    """

    __tablename__ = "business_texts"
    __table_args__ = (
        one_of("kind", TextKind),
        sa.UniqueConstraint("business_id", "kind", "language"),
    )

    kind: Mapped[TextKind]
    language: Mapped[str]
    text: Mapped[str]
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), init=False)
    original: Mapped[bool] = mapped_column(default=True)
    stale: Mapped[bool] = mapped_column(default=False)


class BusinessActivity(Base, kw_only=True):
    """A declared NACE class with its revision; position 0 is the main one (domain D23, D24)."""

    __tablename__ = "business_activities"
    __table_args__ = (sa.Index("ix_business_activities_code", "code"),)

    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    business_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True, init=False
    )
    revision: Mapped[str] = mapped_column(default="2")


class BusinessImport(Record, kw_only=True):
    """One imported file, so that it can be undone as a whole."""

    __tablename__ = "business_imports"

    file_name: Mapped[str]
    by_id: Mapped[uuid.UUID]
    at: Mapped[datetime]
    rows: Mapped[int]
    report: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
