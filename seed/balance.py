"""What balance needs to be worth a look in the demo: lists that were shown, a review of last year, a statement.

Everything is invented. Call `lists` before the snapshot and `papers` after it.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from iso_portal.accounts import queries as accounts
from iso_portal.balance import queries, service
from iso_portal.balance.models import Alert, Level, Scope
from iso_portal.core import clock
from iso_portal.core.db import db

LISTS = 48
PLACES = 5
SECTIONS = ("C", "F", "G", "H", "J")
WORDS = {
    "manager.a": (
        "Në sektorin e ndërtimit kishte vetëm dy kolegë me aftësinë e duhur, dhe të dy ishin në të njëjtën njësi.",
        "Dy kolegë nga njësia tjetër ndoqën trajnimin për ndërtimtari.",
    ),
    "manager.b": (
        "Потврђујем: у грађевинарству је недостајало знање на другом деску, а предлози су били у реду.",
        "Обука је обављена. Поново ћемо погледати на крају следећег тромесечја.",
    ),
}


def lists(firms: Sequence[uuid.UUID], *, seed: int = 5) -> int:
    """Keep lists as officers saw them over the last ten months; returns how many."""
    draw = random.Random(seed)
    pool_size = min(len(firms), 24)
    for _ in range(LISTS if pool_size >= PLACES else 0):
        pool = draw.sample(list(firms), pool_size)
        service.book_exposure(
            list_id=uuid.UUID(int=draw.getrandbits(128)),
            inquiry_id=uuid.UUID(int=draw.getrandbits(128)),
            shown_at=datetime.now(UTC) - timedelta(days=draw.randrange(1, 300)),
            pool=pool,
            order=draw.sample(pool, PLACES),
            stratum=draw.choice(SECTIONS),
        )
    return LISTS


def papers(people: Mapping[str, uuid.UUID]) -> None:
    """Keep a review of last year that both co-managers wrote, and the statement of the half-year that ended."""
    now = datetime.now(UTC)
    opened = datetime(now.year - 1, 9, 14, 1, 15, tzinfo=UTC)
    with clock.turned_to(opened):
        alert = Alert(
            scope=Scope.SECTOR,
            level=Level.REVIEW,
            year=now.year - 1,
            opened_at=opened,
            e=131.0,
            gap=0.14,
            cases=96,
            due_on=(opened + timedelta(days=28)).date(),
        )
        db.session.add(alert)
        db.session.flush()
    for days, (account, (findings, follow_up)) in enumerate(WORDS.items(), start=9):
        with clock.turned_to(opened + timedelta(days=days)):
            service.write_review(
                queries.alert_to_change(alert.id),
                findings=findings,
                follow_up=follow_up,
                by=accounts.get(people[account]),
            )
    draft = service.draft_statement()
    if draft is not None:
        for account in WORDS:
            service.turn_statement_key(queries.statement(draft.id), by=accounts.get(people[account]))
