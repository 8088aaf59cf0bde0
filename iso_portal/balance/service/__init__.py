"""Acts of balance: declare, withdraw, open gates, change the policy, propose, book, and take the nightly snapshot."""

from iso_portal.balance.queries import GateClosed
from iso_portal.balance.service import owners
from iso_portal.balance.service.assignment import assign, forget_case
from iso_portal.balance.service.confirmations import confirm_pair, decline_pair, may_confirm
from iso_portal.balance.service.declarations import (
    OWN_WORDS_LENGTH,
    VALID,
    WORDING,
    assignment_declarations,
    declare,
    declare_owners,
    erase,
    erase_owners,
    forget_owners,
    own_declaration,
    own_of_firm,
    withdraw,
    withdraw_owners,
)
from iso_portal.balance.service.effects import Figures, figures_of
from iso_portal.balance.service.expiry import destroy_closed, end_answers, forget_leavers
from iso_portal.balance.service.exposure import book_exposure
from iso_portal.balance.service.gates import (
    ask_gate,
    close_expired_gates,
    close_gate,
    ended_on,
    is_waiting,
    refuse_gate,
    tell_of_ends,
    turn_gate_key,
)
from iso_portal.balance.service.keys import alarm, rewrap, rotate_key, vault
from iso_portal.balance.service.policy import (
    ask_reading,
    begin_destruction,
    check_change,
    finish_destruction,
    propose_change,
    read_for_request,
    refuse_policy_act,
    seats_of,
    trackable,
    turn_policy_key,
)
from iso_portal.balance.service.proposing import Proposed, Situation, note_reading, propose_for, proposed, situation_of
from iso_portal.balance.service.refusals import NotCollected, NotYours, Refusal, StateChanged
from iso_portal.balance.service.reviews import close_years_before, write_review
from iso_portal.balance.service.snapshots import STEP, close_quarter, firm_key, take_snapshot
from iso_portal.balance.service.statements import blocked, draft_statement, turn_statement_key
from iso_portal.balance.service.weights import change_weight

__all__ = [
    "OWN_WORDS_LENGTH",
    "STEP",
    "VALID",
    "WORDING",
    "Figures",
    "GateClosed",
    "NotCollected",
    "NotYours",
    "Proposed",
    "Refusal",
    "Situation",
    "StateChanged",
    "alarm",
    "ask_gate",
    "ask_reading",
    "assign",
    "assignment_declarations",
    "begin_destruction",
    "blocked",
    "book_exposure",
    "change_weight",
    "check_change",
    "close_expired_gates",
    "close_gate",
    "close_quarter",
    "close_years_before",
    "confirm_pair",
    "declare",
    "declare_owners",
    "decline_pair",
    "destroy_closed",
    "draft_statement",
    "end_answers",
    "ended_on",
    "erase",
    "erase_owners",
    "figures_of",
    "finish_destruction",
    "firm_key",
    "forget_case",
    "forget_leavers",
    "forget_owners",
    "is_waiting",
    "may_confirm",
    "note_reading",
    "own_declaration",
    "own_of_firm",
    "owners",
    "propose_change",
    "propose_for",
    "proposed",
    "read_for_request",
    "refuse_gate",
    "refuse_policy_act",
    "rewrap",
    "rotate_key",
    "seats_of",
    "situation_of",
    "take_snapshot",
    "tell_of_ends",
    "trackable",
    "turn_gate_key",
    "turn_policy_key",
    "turn_statement_key",
    "vault",
    "withdraw",
    "withdraw_owners",
    "write_review",
]
