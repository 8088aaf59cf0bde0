"""An office with bookings, for tests of monitoring: made by bulk inserts, so that ten thousand cases take seconds."""

from __future__ import annotations

import itertools
import random
import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.balance import service
from iso_portal.balance.models import BasisKind, Booking, Gate, GateRecord
from iso_portal.cases.domain import Stage, Status
from iso_portal.cases.models import Case, Inquiry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from tests import factories

SECTIONS = ("C", "F", "J", "H")
NUMBERS = itertools.count(1)  # drawn by chance, two of ten thousand would meet once in twenty runs
PLACES = ("mitrovica-north", "mitrovica-south", "zvecan", None)


def open_gate(gate: Gate = Gate.COLLECT_STAFF, *, days: int = 300) -> None:
    """Open a gate on a demonstration basis."""
    db.session.add(
        GateRecord(
            gate=gate,
            kind=BasisKind.DEMONSTRATION,
            purpose="test",
            basis="test",
            opened_at=clock.now() - timedelta(days=1),
            expires_on=clock.today() + timedelta(days=days),
        )
    )
    db.session.commit()


def staff(each: int = 6, *, declare: bool = True, swapped: bool = False) -> list[Person]:
    """Return people of both desks; declared by desk here only because a test has to choose something."""
    people = [
        factories.person(wing=wing, languages=["sq", "sr", "en"], sections=list(SECTIONS))
        for wing in (Wing.SQ, Wing.SR)
        for _ in range(each)
    ]
    db.session.commit()
    if declare:
        for person in people:
            first = (person.wing is Wing.SQ) != swapped
            service.declare(person, ["albanian" if first else "serb"], language=Language.EN)
        db.session.commit()
    return people


def book(
    people: list[Person],
    count: int,
    *,
    first: float = 0.5,
    days: int = 300,
    seed: int = 1,
    until: datetime | None = None,
) -> None:
    """Book cases of the last so many days; `first`: the chance that the first half of the people leads one."""
    draw = random.Random(seed)
    half = len(people) // 2
    end = until or clock.now()
    asked = factories.inquiry()
    rows: dict[Any, list[dict[str, Any]]] = {Inquiry: [], Case: [], Booking: []}
    could = {str(person.id): len(people) - 1 for person in people}
    for n in range(count):
        at = end - timedelta(days=days * (count - n) / count)
        sides = (people[:half], people[half:])
        lead_side = 0 if draw.random() < first else 1
        lead, co_lead = draw.choice(sides[lead_side]), draw.choice(sides[1 - lead_side])
        weight = Decimal(draw.choice(["0.5", "1.0", "1.5", "2.0", "3.0"]))
        key, case_id = uuid.uuid4(), uuid.uuid4()
        rows[Inquiry].append(_inquiry(asked, key, at))
        rows[Case].append(_case(asked, key, case_id, at, weight, n, draw))
        rows[Booking].append(
            {
                "id": uuid.uuid4(), "case_id": case_id, "booked_at": at, "weight": weight,
                "language": draw.choice(["sq", "sr_latn", "en"]), "section": rows[Case][-1]["section"],
                "lead_id": lead.id, "co_lead_id": co_lead.id, "choice_set": could,
                "first_lead_id": draw.choice(people).id, "first_co_lead_id": co_lead.id, "mode": "language_paired",
                "override_text": "", "staff": {str(person.id): 1.0 for person in people},
            }
        )  # fmt: skip
    for model, values in rows.items():
        for begin in range(0, len(values), 1000):
            db.session.execute(sa.insert(model), values[begin : begin + 1000])
    db.session.commit()


def _inquiry(asked: Inquiry, key: uuid.UUID, at: datetime) -> dict[str, Any]:
    return {
        "id": key, "key": key.hex, "channel": asked.channel, "received_at": at, "investor_id": asked.investor_id,
        "contact_id": asked.contact_id, "language": "en", "preferred_language": "en", "description": "A plant.",
        "project_type": asked.project_type, "sectors": ["25"], "revision": "2", "municipalities": [], "needs": [],
        "call_back": "", "time_zone": "", "how_heard": "", "consents": {}, "as_sent": {},
    }  # fmt: skip


def _case(
    asked: Inquiry, key: uuid.UUID, case_id: uuid.UUID, at: datetime, weight: Decimal, n: int, draw: random.Random
) -> dict[str, Any]:
    return {
        "id": case_id, "reference": f"ISO-1999-{next(NUMBERS):09d}", "inquiry_id": key,
        "investor_id": asked.investor_id, "received_at": at, "language": "en", "section": draw.choice(SECTIONS),
        "municipality": draw.choice(PLACES), "weight": weight, "answer_due_at": at, "search": "", "waiting_for": "",
        "stage": draw.choice([Stage.QUALIFIED, Stage.INTRODUCED, Stage.LANDED]), "link_nonce": "", "version": 1,
        "status": Status.ONGOING if n % 3 else Status.CLOSED,
    }  # fmt: skip
