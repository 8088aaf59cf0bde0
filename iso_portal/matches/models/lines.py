"""Lines of profiles with their vectors."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Base


class MatchLine(Base, kw_only=True):
    """One line of a firm's profile and its vector. encoder: what made the vector; kinds never mix.

    vector: half precision, two bytes a dimension; of any dimension, since encoders differ.
    """

    __tablename__ = "match_lines"

    position: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]
    vector: Mapped[Any] = mapped_column(HALFVEC())
