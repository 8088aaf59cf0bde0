"""Acts of the policy that need two keys: changes of it, readings for a legal request, the end of the key."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from iso_portal.balance.models.gates import TwoKeys
from iso_portal.core.db import Record, one_of


class ActKind(enum.StrEnum):
    """What is decided with two keys."""

    TARGET = "target"
    JOINT_WEIGHT = "joint_weight"
    MODE = "mode"
    TRACKED = "tracked"
    LARGE_FROM = "large_from"
    DONOR_PROFILE = "donor_profile"
    CUSTODIAN = "custodian"
    READ_RECORD = "read_record"
    DESTROY_KEY = "destroy_key"


class Seat(enum.StrEnum):
    """Custodians of the vault's key: one named by each wing, one neutral. Roles, not communities."""

    SQ = "sq"
    SR = "sr"
    NEUTRAL = "neutral"


class PolicyAct(TwoKeys, Record, kw_only=True):
    """One act: what is meant, why, and whose keys it has. It holds from in_force_on, once both are turned.

    content: of READ_RECORD the key of a person, of CUSTODIAN a seat and a person; never what somebody declared.
    done_at: when a reading was made, or the key destroyed.
    """

    __tablename__ = "balance_policy_acts"
    __table_args__ = (one_of("kind", ActKind), sa.Index("ix_balance_policy_acts_kind", "kind", "created_at", "id"))

    kind: Mapped[ActKind]
    content: Mapped[dict[str, Any]]
    reason: Mapped[str]
    in_force_on: Mapped[date | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
