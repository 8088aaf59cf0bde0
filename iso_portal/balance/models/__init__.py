"""Rows of balance: gates, bookings, snapshots; and the vault, which stands apart."""

from iso_portal.balance.models.bookings import Booking, Override
from iso_portal.balance.models.gates import BasisKind, Gate, GateRecord
from iso_portal.balance.models.snapshots import Snapshot
from iso_portal.balance.models.vault_tables import declaration, link, vault

__all__ = ["BasisKind", "Booking", "Gate", "GateRecord", "Override", "Snapshot", "declaration", "link", "vault"]
