"""Reads of balance."""

from iso_portal.balance.queries.booked import CO_LEAD, LEAD, Load, booking_of, bookings, loads
from iso_portal.balance.queries.gates import open_gate
from iso_portal.balance.queries.snapshots import latest_snapshot
from iso_portal.balance.queries.vault import Kept, Purpose, Vault, declarations_for

__all__ = [
    "CO_LEAD",
    "LEAD",
    "Kept",
    "Load",
    "Purpose",
    "Vault",
    "booking_of",
    "bookings",
    "declarations_for",
    "latest_snapshot",
    "loads",
    "open_gate",
]
