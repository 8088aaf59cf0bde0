"""Reads of balance."""

from iso_portal.balance.queries.booked import CO_LEAD, LEAD, Load, booking_of, bookings, loads
from iso_portal.balance.queries.gates import (
    gate_record,
    gate_record_to_change,
    gate_records,
    gate_state,
    gates_to_close,
    open_gate,
)
from iso_portal.balance.queries.policy import (
    OF_POLICY,
    custodians,
    policy,
    policy_act,
    policy_act_to_change,
    policy_acts,
)
from iso_portal.balance.queries.snapshots import latest_snapshot
from iso_portal.balance.queries.vault import (
    GateClosed,
    Kept,
    Purpose,
    Readings,
    Standing,
    Step,
    Vault,
    declarations_for,
    keys_in_use,
    readings_of,
    standing_of,
    trail_of,
)

__all__ = [
    "CO_LEAD",
    "LEAD",
    "OF_POLICY",
    "GateClosed",
    "Kept",
    "Load",
    "Purpose",
    "Readings",
    "Standing",
    "Step",
    "Vault",
    "booking_of",
    "bookings",
    "custodians",
    "declarations_for",
    "gate_record",
    "gate_record_to_change",
    "gate_records",
    "gate_state",
    "gates_to_close",
    "keys_in_use",
    "latest_snapshot",
    "loads",
    "open_gate",
    "policy",
    "policy_act",
    "policy_act_to_change",
    "policy_acts",
    "readings_of",
    "standing_of",
    "trail_of",
]
