"""Ask for a gate, turn its keys, close it; and what happens by the clock (balance G1, G2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Role
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries, words
from iso_portal.balance.domain import gates
from iso_portal.balance.domain.gates import GateBasis, Key
from iso_portal.balance.models import BasisKind, Gate, GateRecord, TwoKeys
from iso_portal.balance.service.refusals import Refusal
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.runtime import setting
from iso_portal.letters import service as letters


def ask_gate(gate: Gate, values: Mapping[str, Any], *, by: Person) -> GateRecord:
    """Put a basis before the two keys; nothing opens by this. values: the fields of a gate record.

    Raises Refusal for a basis that is incomplete, over or too long, for a demonstration outside the demo, and while
    another request for the same gate waits.
    """
    basis = GateBasis(**{name: values[name] for name in GateBasis.__dataclass_fields__})
    for field, fault in gates.gate_errors(basis, today=clock.today(), demo=setting("DEMO")).items():
        raise Refusal(words.fault(fault), field=field)
    if any(is_waiting(row) and row.gate is gate for row in queries.gate_records()):
        raise Refusal(_("A request for this gate waits already. Decide about it first."))
    record = GateRecord(
        gate=gate,
        kind=BasisKind(basis.kind),
        purpose=basis.purpose,
        basis=basis.basis,
        document=basis.document,
        assessment=basis.assessment,
        assessed_on=basis.assessed_on,
        expires_on=values["expires_on"],
        requested_at=clock.now(),
        requested_by_id=by.id,
    )
    db.session.add(record)
    db.session.flush()
    audit.record(verb="gate.ask", by=by, subject=record, reason=basis.purpose, details={"gate": gate.value})
    return record


def is_waiting(row: TwoKeys) -> bool:
    """Whether a request still waits for a key."""
    return row.requested_at is not None and row.second_at is None and row.refused_at is None


def turn_gate_key(record: GateRecord, *, by: Person) -> bool:
    """Turn a key; the second one opens the gate and ends the record before. Returns whether it is open now.

    Raises Refusal for a key that does not fit: the requester, the same person or wing, somebody of no wing; and when
    the basis does not hold any more.
    """
    if not is_waiting(record):
        raise Refusal(_("This was decided meanwhile."))
    basis = GateBasis(**{name: getattr(record, name) for name in GateBasis.__dataclass_fields__})
    for fault in gates.gate_errors(basis, today=clock.today(), demo=setting("DEMO")).values():
        raise Refusal(words.fault(fault))
    if record.gate is Gate.USE_COMMUNITY_IN_ASSIGNMENT and not _is_open(Gate.COLLECT_STAFF):
        raise Refusal(_("This gate stays closed while declarations of the staff are not collected."))
    opened = turn(record, by=by, requester_may=False)
    audit.record(verb="gate.open" if opened else "gate.key", by=by, subject=record, details={"gate": record.gate.value})
    if opened:
        for row in queries.gate_records():
            if row.gate is record.gate and row.opened_at is not None and row.closed_at is None:
                row.closed_at, row.closed_by_id = clock.now(), by.id
        record.opened_at = clock.now()
    db.session.flush()
    return opened


def turn(row: TwoKeys, *, by: Person, requester_may: bool) -> bool:
    """Note somebody's key; returns whether it was the second. Raises Refusal when it does not fit."""
    first = None
    if row.first_by_id is not None:
        earlier = accounts.get(row.first_by_id)
        first = Key(person=earlier.id, wing=earlier.wing)
    fault = gates.key_error(
        Key(person=by.id, wing=by.wing), first=first, requester=None if requester_may else row.requested_by_id
    )
    if fault is not None:
        raise Refusal(words.fault(fault), field="key")
    if first is None:
        row.first_at, row.first_by_id = clock.now(), by.id
        return False
    row.second_at, row.second_by_id = clock.now(), by.id
    return True


def refuse_gate(record: GateRecord, *, by: Person) -> None:
    """End a request that waits; one person is enough. Raises Refusal when it was decided meanwhile."""
    if not is_waiting(record):
        raise Refusal(_("This was decided meanwhile."))
    record.refused_at, record.refused_by_id = clock.now(), by.id
    audit.record(verb="gate.refuse", by=by, subject=record, details={"gate": record.gate.value})


def close_gate(record: GateRecord, *, by: Person) -> None:
    """Close an open gate; one key is enough. Assignment closes together with collection. Raises Refusal."""
    if record.opened_at is None or record.closed_at is not None:
        raise Refusal(_("This was decided meanwhile."))
    _close(record, by=by)
    if record.gate is Gate.COLLECT_STAFF:
        _close_assignment(by=by)


def close_all_gates(*, by: Person) -> None:
    """Close everything that is open (the end of the key)."""
    for row in queries.gate_records():
        if row.opened_at is not None and row.closed_at is None:
            _close(row, by=by)


def _close(record: GateRecord, *, by: Person | None) -> None:
    record.closed_at, record.closed_by_id = clock.now(), by.id if by else None
    audit.record(verb="gate.close", by=by, subject=record, details={"gate": record.gate.value})


def _close_assignment(*, by: Person | None) -> None:
    for row in queries.gate_records():
        still = row.opened_at is not None and row.closed_at is None
        if row.gate is Gate.USE_COMMUNITY_IN_ASSIGNMENT and still:
            _close(row, by=by)


def _is_open(gate: Gate) -> bool:
    return queries.open_gate(gate, demo=setting("DEMO")) is not None


def close_expired_gates() -> int:
    """Note which gates ended by themselves; they count as closed since midnight, whenever this runs."""
    over = queries.gates_to_close()
    for record in over:
        _close(record, by=None)
    if not _is_open(Gate.COLLECT_STAFF):
        _close_assignment(by=None)
    db.session.flush()
    return len(over)


def tell_of_ends() -> int:
    """Write to the co-managers 60, 30 and 7 days before a gate ends; each letter once. Returns how many gates."""
    told = 0
    for record in queries.gate_records():
        if record.opened_at is None or record.closed_at is not None:
            continue
        if record.kind is BasisKind.DEMONSTRATION and not setting("DEMO"):
            continue
        due = gates.letter_due(record.expires_on, clock.today(), sent=record.told)
        if due is None:
            continue
        record.told = due
        told += 1
        for manager in accounts.people():
            if manager.active and manager.role is Role.MANAGER and manager.wing is not None:
                letters.post(
                    kind="gate.ends",
                    to=manager.email,
                    name=manager.name,
                    language=Language(manager.language),
                    template="balance/letters/gate_ends",
                    context={
                        "name": manager.name,
                        "gate": record.gate,
                        "day": record.expires_on,
                        "destroyed": gates.destroy_on(record.expires_on),
                        "balance_words": words,
                    },
                )
    return told


def ended_on(gate: Gate) -> tuple[GateRecord, date] | None:
    """Return the newest record of a gate that is closed, with the day on which it ended; None while it is open."""
    if _is_open(gate):
        return None
    opened = [row for row in queries.gate_records() if row.gate is gate and row.opened_at is not None]
    if not opened:
        return None
    last = max(opened, key=lambda row: (row.opened_at, row.id))
    closed = last.closed_at.astimezone(clock.LOCAL).date() if last.closed_at else last.expires_on
    return last, min(closed, last.expires_on)
