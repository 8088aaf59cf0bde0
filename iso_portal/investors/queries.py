"""Reads of investors and contacts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.core.db import db
from iso_portal.core.scripts import name_key
from iso_portal.investors.models import Contact, Investor


def get(investor_id: uuid.UUID) -> Investor:
    """Return the investor with its contacts. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(Investor).where(Investor.id == investor_id).options(selectinload(Investor.contacts))
    ).one()


def contacts_by_email(email: str) -> Sequence[Contact]:
    """Return the contacts with this address, in any case, with their investors; by id."""
    return db.session.scalars(
        sa.select(Contact)
        .where(sa.func.lower(Contact.email) == email.strip().lower())
        .options(joinedload(Contact.investor))
        .order_by(Contact.id)
    ).all()


def same_name(name: str) -> Sequence[Investor]:
    """Return the investors whose name has the same key, in whichever script or spelling; by id."""
    return db.session.scalars(
        sa.select(Investor).where(Investor.name_key == name_key(name)).order_by(Investor.id)
    ).all()
