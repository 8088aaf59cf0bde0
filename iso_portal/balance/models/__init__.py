"""Rows of balance: gates, policy, bookings, snapshots; and the vault, which stands apart."""

from iso_portal.balance.models.bookings import Booking, LaterWeight, LoadStart, Outcome, Override, PairRequest
from iso_portal.balance.models.gates import BasisKind, Gate, GateRecord, TwoKeys
from iso_portal.balance.models.policy import ActKind, PolicyAct, Seat
from iso_portal.balance.models.snapshots import Snapshot
from iso_portal.balance.models.vault_tables import data_key, declaration, link, trail, vault

__all__ = [
    "ActKind",
    "BasisKind",
    "Booking",
    "Gate",
    "GateRecord",
    "LaterWeight",
    "LoadStart",
    "Outcome",
    "Override",
    "PairRequest",
    "PolicyAct",
    "Seat",
    "Snapshot",
    "TwoKeys",
    "data_key",
    "declaration",
    "link",
    "trail",
    "vault",
]
