"""Rows of balance: gates, policy, bookings, snapshots; and the vault, which stands apart."""

from iso_portal.balance.models.bookings import Booking, LaterWeight, LoadStart, Outcome, Override, PairRequest
from iso_portal.balance.models.gates import BasisKind, Gate, GateRecord, TwoKeys
from iso_portal.balance.models.monitoring import (
    Alert,
    Closing,
    Evidence,
    Level,
    ReviewText,
    Scope,
    ShownList,
    Statement,
)
from iso_portal.balance.models.policy import ActKind, PolicyAct, Seat
from iso_portal.balance.models.snapshots import Snapshot
from iso_portal.balance.models.vault_tables import data_key, declaration, link, trail, vault

__all__ = [
    "ActKind",
    "Alert",
    "BasisKind",
    "Booking",
    "Closing",
    "Evidence",
    "Gate",
    "GateRecord",
    "LaterWeight",
    "Level",
    "LoadStart",
    "Outcome",
    "Override",
    "PairRequest",
    "PolicyAct",
    "ReviewText",
    "Scope",
    "Seat",
    "ShownList",
    "Snapshot",
    "Statement",
    "TwoKeys",
    "data_key",
    "declaration",
    "link",
    "trail",
    "vault",
]
