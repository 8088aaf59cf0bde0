"""Lines of profiles with their vectors."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.core.db import Base


class ReadProfile(Base, kw_only=True):
    """That a firm's profile was read: by which encoder, and when by the clock of the database.

    There is a row for a firm without a line to read, too. read_at tells an index what changed since it was built.
    classes: that the lines speak of, [[code, chance], ...], best first; None where nobody looked for them yet.
    """

    __tablename__ = "match_profiles"
    __table_args__ = (
        sa.Index("ix_match_profiles_read_at", "read_at"),
        sa.Index("ix_match_profiles_classless", "business_id", postgresql_where=sa.text("classes is null")),
    )

    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str]
    classes: Mapped[list[list[Any]] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    read_at: Mapped[datetime] = mapped_column(server_default=sa.func.clock_timestamp(), init=False)


class MatchLine(Base, kw_only=True):
    """One line of a firm's profile and its vector. encoder: what made the vector; kinds never mix.

    vector: half precision, two bytes a dimension; of any dimension, since encoders differ.
    """

    __tablename__ = "match_lines"
    __table_args__ = (sa.Index("ix_match_lines_business_id", "business_id", "position"),)

    position: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("businesses.id", ondelete="CASCADE"), primary_key=True)
    encoder: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    kind: Mapped[str]
    vector: Mapped[Any] = mapped_column(HALFVEC())
