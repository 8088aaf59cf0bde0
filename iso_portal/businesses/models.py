"""Local firms: profile, texts in their own language, activities, sites, pictures, checks, duplicates, sign-in links."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.businesses.domain import (
    LARGEST_BANDS,
    Origin,
    PairState,
    Registration,
    SiteKind,
    Tenure,
    TextKind,
    Verification,
)
from iso_portal.core.db import Base, Record, Versioned, one_of
from iso_portal.files.models import StoredFile


class Business(Versioned, Record, kw_only=True):
    """A local firm. No community of owners is kept here; that lives in the balance vault (casework B4).

    municipality: slug of the vocabulary. employees, turnover: codes of bands. language: the one the firm writes in.
    name_key, search, sort_*: the name folded for finding duplicates, everything folded for search, keys for sorting.
    public_search: what strangers may find a listed firm by. phone_key: the phone's digits. consents: what was agreed to
    last, {purpose: {"given": ..., "wording": ..., "language": ..., "at": ...}}. pending: registered by a stranger, not
    confirmed by e-mail yet. recheck: a verified field changed since. merged_into_id: the firm that this one is.
    refused_*: kinds of project, countries (ISO 3166) and NACE divisions that the firm does not want to hear of.
    largest_band: the largest investment that it can take part in. busy_until: it wants no inquiry before that day.
    """

    __tablename__ = "businesses"
    __table_args__ = (
        one_of("registration", Registration),
        one_of("verification", Verification),
        one_of("origin", Origin),
        sa.CheckConstraint(f"largest_band in {LARGEST_BANDS}", name="largest_band"),
        sa.Index("ix_businesses_name_key", "name_key"),
        sa.Index(
            "ix_businesses_name_alike", "name_key", postgresql_using="gin", postgresql_ops={"name_key": "gin_trgm_ops"}
        ),
        sa.Index(
            "ix_businesses_public_search",
            "public_search",
            postgresql_using="gin",
            postgresql_ops={"public_search": "gin_trgm_ops"},
        ),
        sa.Index("ix_businesses_email", sa.text("lower(email)")),
        sa.Index("ix_businesses_phone_key", "phone_key"),
        sa.Index("ix_businesses_maticni_broj", "maticni_broj"),
        sa.Index("ix_businesses_listed", "sort_sq", "id", postgresql_where=sa.text("consent_public and active")),
        sa.Index("ix_businesses_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
        sa.Index("ix_businesses_sort_sq", "sort_sq", "id"),
        sa.Index("ix_businesses_sort_sr", "sort_sr", "id"),
        sa.Index("ix_businesses_municipality", "municipality", "id"),
        sa.Index("ix_businesses_busy_until", "busy_until", postgresql_where=sa.text("busy_until is not null")),
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
    refused_projects: Mapped[list[str]] = mapped_column(default_factory=list)
    refused_countries: Mapped[list[str]] = mapped_column(default_factory=list)
    refused_sectors: Mapped[list[str]] = mapped_column(default_factory=list)
    largest_band: Mapped[str | None] = mapped_column(default=None)
    busy_until: Mapped[date | None] = mapped_column(default=None)
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
    import_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("table_imports.id"), default=None, index=True)
    origin: Mapped[Origin] = mapped_column(default=Origin.STAFF)
    form_key: Mapped[str | None] = mapped_column(unique=True, default=None)
    pending: Mapped[bool] = mapped_column(default=False)
    recheck: Mapped[bool] = mapped_column(default=False)
    consents: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("businesses.id"), default=None, index=True)
    phone_key: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")
    public_search: Mapped[str] = mapped_column(default="")
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
    written_at, written_by_id: when and by whom of the office a translation was written.
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
    written_at: Mapped[datetime | None] = mapped_column(default=None)
    written_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)


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


class Site(Versioned, Record, kw_only=True):
    """Land, a hall or rooms that a firm offers. area_m2, power_kva: None when not known; text in `language`."""

    __tablename__ = "business_sites"
    __table_args__ = (one_of("kind", SiteKind), one_of("tenure", Tenure))

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SiteKind]
    tenure: Mapped[Tenure]
    municipality: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    language: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    area_m2: Mapped[int | None] = mapped_column(default=None)
    power_kva: Mapped[int | None] = mapped_column(default=None)
    water: Mapped[bool] = mapped_column(default=False)
    access_road: Mapped[bool] = mapped_column(default=False)
    available_from: Mapped[date | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)

    business: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True)
    pictures: Mapped[list[Picture]] = relationship(
        init=False, default_factory=list, lazy="raise_on_sql", order_by="(Picture.position, Picture.id)", viewonly=True
    )


class Picture(Record, kw_only=True):
    """A photo of a firm or of one of its sites; `says` tells what is seen, for those who cannot see it."""

    __tablename__ = "business_pictures"

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("stored_files.id"))
    says: Mapped[str]
    language: Mapped[str]
    site_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("business_sites.id", ondelete="CASCADE"), default=None, index=True
    )
    position: Mapped[int] = mapped_column(default=0)

    file: Mapped[StoredFile] = relationship(init=False, lazy="raise_on_sql", viewonly=True)


class VerificationRecord(Record, kw_only=True):
    """Somebody checked a profile: how far, on which day, by which evidence. Fades after 12 months (casework B6)."""

    __tablename__ = "business_verifications"
    __table_args__ = (one_of("level", Verification),)

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    level: Mapped[Verification]
    verified_on: Mapped[date]
    by_id: Mapped[uuid.UUID]
    by_name: Mapped[str]
    evidence: Mapped[str]


class DuplicatePair(Record, kw_only=True):
    """Two firms that may be one. one_id < other_id; reasons: codes of what they share; score 0 to 100.

    marks: what both had when a person called them different; the pair is offered again only when that changed.
    """

    __tablename__ = "business_pairs"
    __table_args__ = (
        one_of("state", PairState),
        sa.UniqueConstraint("one_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="order"),
        sa.Index("ix_business_pairs_open", "state", sa.text("score desc"), "id"),
    )

    one_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"))
    other_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    score: Mapped[int]
    reasons: Mapped[list[str]]
    marks: Mapped[str] = mapped_column(default="")
    state: Mapped[PairState] = mapped_column(default=PairState.OPEN)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)

    one: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True, foreign_keys=[one_id])
    other: Mapped[Business] = relationship(init=False, lazy="raise_on_sql", viewonly=True, foreign_keys=[other_id])


class Merge(Record, kw_only=True):
    """Two firms became one. kept_before, gone_before: both profiles as they were; chosen: the values taken over."""

    __tablename__ = "business_merges"

    kept_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID]
    kept_before: Mapped[dict[str, Any]]
    gone_before: Mapped[dict[str, Any]]
    chosen: Mapped[dict[str, Any]]
    pair_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by_id: Mapped[uuid.UUID | None] = mapped_column(default=None)


class SignInLink(Record, kw_only=True):
    """A one-time link by which a business signs in; token_hash is all that is kept of it (casework B5)."""

    __tablename__ = "business_links"

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), index=True)
    nonce: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
