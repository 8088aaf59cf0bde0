"""People, their absences and the ties they declared."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from iso_portal.accounts.domain import Role, Wing
from iso_portal.core.db import Record, Versioned, one_of


class Person(Versioned, Record, kw_only=True):
    """Somebody who signs in.

    language: of the interface. languages: working languages. sections: NACE sections of skill. fte: 0 to 1, the part
    of a full post; 0 means not assignable. donor: the donor whose reports a donor account sees.
    """

    __tablename__ = "people"
    __table_args__ = (
        one_of("role", Role),
        one_of("wing", Wing),
        sa.CheckConstraint("fte between 0 and 1", name="fte"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("(role = 'donor') = (donor is not null)", name="donor"),
    )

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    password_hash: Mapped[str]
    joined_on: Mapped[date]
    wing: Mapped[Wing | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(default="en")
    languages: Mapped[list[str]] = mapped_column(default_factory=list)
    sections: Mapped[list[str]] = mapped_column(default_factory=list)
    fte: Mapped[Decimal] = mapped_column(sa.Numeric(3, 2), default=Decimal("1"))
    left_on: Mapped[date | None] = mapped_column(default=None)
    donor: Mapped[str | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)

    absences: Mapped[list[Absence]] = relationship(default_factory=list, init=False, lazy="raise_on_sql")
    ties: Mapped[list[Tie]] = relationship(default_factory=list, init=False, lazy="raise_on_sql")

    # What Flask-Login asks of a person; its UserMixin would drag the web into the models.
    is_authenticated: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def is_active(self) -> bool:
        """Whether the account may sign in."""
        return self.active

    def get_id(self) -> str:
        """Return what the session remembers."""
        return str(self.id)


class Absence(Record, kw_only=True):
    """Days on which a person is away, both included. Why is nobody's business here."""

    __tablename__ = "absences"
    __table_args__ = (sa.CheckConstraint("starts_on <= ends_on", name="order"),)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Tie(Record, kw_only=True):
    """A conflict of interest that a person declared: a firm, an investor, or a body named in words (casework P3)."""

    __tablename__ = "ties"
    __table_args__ = (sa.CheckConstraint("num_nonnulls(investor_id, business_id, nullif(body, '')) = 1", name="one"),)

    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("people.id"), index=True)
    investor_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    business_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    body: Mapped[str] = mapped_column(default="")
