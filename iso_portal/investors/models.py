"""Investors and their contacts."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.core.db import Record, Versioned


class Investor(Versioned, Record, kw_only=True):
    """An organisation or person that asks. country: two letters, XK among them; kind: code of the inquiry form.

    name_key: the name folded for finding the same name in another script or spelling (domain D42).
    search: folded text of names and addresses, for the search in lists.
    """

    __tablename__ = "investors"
    __table_args__ = (
        sa.Index("ix_investors_name_key", "name_key"),
        sa.Index("ix_investors_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    )

    name: Mapped[str]
    name_key: Mapped[str]
    country: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[str]
    size: Mapped[str | None] = mapped_column(default=None)
    website: Mapped[str] = mapped_column(default="")
    search: Mapped[str] = mapped_column(default="")

    contacts: Mapped[list[Contact]] = relationship(
        default_factory=list, init=False, back_populates="investor", lazy="raise_on_sql"
    )


class Contact(Versioned, Record, kw_only=True):
    """A person who speaks for an investor. language: one of the five the person chose for letters."""

    __tablename__ = "contacts"
    __table_args__ = (sa.Index("ix_contacts_email", sa.text("lower(email)")),)

    investor_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("investors.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    job_title: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")

    investor: Mapped[Investor] = relationship(init=False, back_populates="contacts", lazy="raise_on_sql")
