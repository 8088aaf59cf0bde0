"""Reads of people."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from iso_portal.accounts.domain import Role
from iso_portal.accounts.models import Person
from iso_portal.core.db import db

# Roles that lead or co-lead cases.
CASE_ROLES = (Role.OFFICER, Role.LEAD_OFFICER, Role.MANAGER)


def get(person_id: uuid.UUID) -> Person:
    """Return the person. Raises NoResultFound."""
    return db.session.scalars(sa.select(Person).where(Person.id == person_id)).one()


def signed_in(person_id: str) -> Person | None:
    """Return the person of a session, or None when the account is gone or closed."""
    try:
        key = uuid.UUID(person_id)
    except ValueError:
        return None
    return db.session.scalars(sa.select(Person).where(Person.id == key, Person.active)).one_or_none()


def by_email(email: str) -> Person | None:
    """Return the active person with this address, in any case."""
    return db.session.scalars(
        sa.select(Person).where(Person.email == email.strip().lower(), Person.active)
    ).one_or_none()


def people() -> Sequence[Person]:
    """Return everybody, by name, then id."""
    return db.session.scalars(sa.select(Person).order_by(Person.name, Person.id)).all()


def case_workers(on: date) -> Sequence[Person]:
    """Return the people who can work on cases on a day, absent or not, with absences and ties; by id."""
    return db.session.scalars(
        sa.select(Person)
        .where(Person.active, Person.role.in_(CASE_ROLES), Person.joined_on <= on)
        .where(sa.or_(Person.left_on.is_(None), Person.left_on >= on))
        .options(selectinload(Person.absences), selectinload(Person.ties))
        .order_by(Person.id)
    ).all()


def names(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return the names of these people."""
    rows = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(set(ids)))).all()
    return {row.id: row.name for row in rows}


def is_empty() -> bool:
    """Whether nobody has an account yet: a new portal."""
    return db.session.scalar(sa.select(sa.exists(sa.select(Person.id)))) is False
