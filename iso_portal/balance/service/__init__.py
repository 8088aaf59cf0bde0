"""Acts of balance: declare, withdraw, propose, book, and take the nightly snapshot."""

from iso_portal.balance.service.assignment import LEAVE_AHEAD_DAYS, Proposed, assign, forget_case, propose_for
from iso_portal.balance.service.declarations import (
    OWN_WORDS_LENGTH,
    VALID,
    WORDING,
    declare,
    declare_owners,
    forget_owners,
    own_declaration,
    vault,
    withdraw,
)
from iso_portal.balance.service.refusals import NotCollected, Refusal, StateChanged
from iso_portal.balance.service.snapshots import STEP, TRACKED, take_snapshot

__all__ = [
    "LEAVE_AHEAD_DAYS",
    "OWN_WORDS_LENGTH",
    "STEP",
    "TRACKED",
    "VALID",
    "WORDING",
    "NotCollected",
    "Proposed",
    "Refusal",
    "StateChanged",
    "assign",
    "declare",
    "declare_owners",
    "forget_case",
    "forget_owners",
    "own_declaration",
    "propose_for",
    "take_snapshot",
    "vault",
    "withdraw",
]
