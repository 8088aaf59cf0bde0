"""The nightly aggregates."""

from __future__ import annotations

from typing import Any

from iso_portal.accounts import queries as accounts
from iso_portal.audit import service as audit
from iso_portal.balance import queries
from iso_portal.balance.domain.figures import figures
from iso_portal.balance.models import Gate, Snapshot
from iso_portal.balance.queries import Purpose
from iso_portal.balance.service.keys import vault
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting

STEP = 5  # a shown figure by community moves only when so many cases were booked since (P7)


TRACKED = ("albanian", "serb")


def take_snapshot() -> Snapshot | None:
    """Join declarations and bookings in memory, keep aggregates, forget the rest.

    Figures by community move only when at least five cases were booked since they last did, or a quarter closed, so
    that watching one assignment reveals nothing (P7). Returns None while the gate for declarations is closed.
    """
    rows = queries.bookings()
    before = queries.latest_snapshot()
    gate = queries.open_gate(Gate.COLLECT_STAFF, demo=setting("DEMO"))
    people = {person.id: person for person in accounts.people()}
    declared: dict[str, tuple[str, ...]] = {}
    if gate is not None:
        answers = queries.declarations_for(Purpose.STATISTICS, list(people), vault=vault(), by=None)
        declared = {str(key): kept.answer.codes for key, kept in answers.items()}
    content: dict[str, Any] = figures(
        rows,
        people={str(key): (float(p.fte), p.wing.value if p.wing else "") for key, p in people.items()},
        declared=declared,
        tracked=TRACKED if gate is not None else (),
        today=clock.today(),
    )
    if before is not None and gate is not None:
        few = len(rows) - before.content.get("stepped_at", 0) < STEP
        if few and before.content.get("quarter") == content["quarter"]:
            content |= {name: before.content.get(name) for name in ("communities", "joint", "stepped_at")}
    snapshot = Snapshot(taken_at=clock.now(), bookings=len(rows), content=content)
    db.session.add(snapshot)
    audit.record(verb="balance.snapshot", by=None, kind="snapshot", details={"bookings": len(rows)})
    return snapshot
