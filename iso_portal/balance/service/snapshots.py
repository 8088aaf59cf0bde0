"""The nightly aggregates: bookings and declarations are joined in memory, aggregates are kept, the rest is forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Role
from iso_portal.audit import service as audit
from iso_portal.balance import queries
from iso_portal.balance.domain import figures, figures_tests, sealing
from iso_portal.balance.domain.evidence import Alert as Strength
from iso_portal.balance.domain.figures_base import Booked, Lens, Member, Office
from iso_portal.balance.domain.figures_firms import Firm, Firms, Market, Shown
from iso_portal.balance.domain.figures_people import quarter_closed
from iso_portal.balance.domain.measures import Why
from iso_portal.balance.domain.periods import quarter_of
from iso_portal.balance.domain.policy import Policy
from iso_portal.balance.domain.results import STEP
from iso_portal.balance.models import Closing, Gate, Level, Snapshot
from iso_portal.balance.queries import Purpose
from iso_portal.balance.service import reviews
from iso_portal.balance.service.keys import vault
from iso_portal.cases.domain import Status
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting
from iso_portal.vocabulary import queries as vocabulary

CASE_ROLES = frozenset({Role.OFFICER, Role.LEAD_OFFICER, Role.MANAGER})
YEAR = timedelta(days=365)

Codes = Mapping[str, Collection[str]]


def take_snapshot() -> Snapshot:
    """Take tonight's figures. A quarter that closed since is tested first; what crossed a limit becomes an alert.

    With a closed gate the figures of desks, load and cross-service go on, and the others say that nothing is collected.
    """
    policy = queries.policy()
    lens, market = Lens(_office(policy)), Market(_firms(policy), policy, _seed())
    closing = _close_quarter(lens, market)
    reviews.close_years_before(clock.today().year)
    reviews.watch(lens)
    before = queries.latest_snapshot()
    content = figures.content(
        lens,
        market,
        closing={"quarter": closing.quarter, "tests": closing.tests} if closing else None,
        alerts={row.scope.value: _strength(row.level) for row in queries.open_alerts()},
        before=before.content if before is not None else None,
    )
    snapshot = Snapshot(taken_at=clock.now(), bookings=len(lens.office.cases), content=content)
    db.session.add(snapshot)
    audit.record(verb="balance.snapshot", by=None, kind="snapshot", details={"bookings": snapshot.bookings})
    return snapshot


def close_quarter() -> Closing | None:
    """Test the quarter that closed last, once; returns None while nothing is collected."""
    policy = queries.policy()
    return _close_quarter(Lens(_office(policy)), Market(_firms(policy), policy, _seed()))


def _close_quarter(lens: Lens, market: Market) -> Closing | None:
    end = quarter_closed(clock.today())
    kept = queries.closing(quarter_of(end))
    if kept is not None or (not lens.tracked and not market.tracked):
        return kept
    kept = Closing(
        quarter=quarter_of(end),
        closed_at=clock.now(),
        tests=figures_tests.close_quarter(lens, market, end, seed=_seed()),
    )
    db.session.add(kept)
    audit.record(verb="balance.quarter", by=None, kind="closing", details={"quarter": kept.quarter})
    db.session.flush()
    return kept


def _strength(level: Level) -> Strength:
    return Strength(level.value)


def _seed() -> int:
    """Return the seed of a quarter's shuffles, so that taking a snapshot twice gives the same figures."""
    today = clock.today()
    return today.year * 10 + (today.month - 1) // 3


def _why(gate: Gate) -> Why | None:
    state = queries.gate_state(gate, demo=setting("DEMO"))
    if state == "open":
        return None
    return Why.GATE_EXPIRED if state == "expired" else Why.NOT_COLLECTED


def _office(policy: Policy) -> Office:
    people = {person.id: person for person in accounts.people()}
    closed = _why(Gate.COLLECT_STAFF)
    declared: dict[str, Collection[str]] = {}
    if closed is None:
        kept = queries.declarations_for(Purpose.STATISTICS, list(people), vault=vault(), by=None)
        declared = {str(key): one.answer.codes for key, one in kept.items() if one.answer.codes}
    today = clock.today()
    return Office(
        cases=[_booked(row) for row in queries.booked_cases()],
        people={
            str(key): Member(
                fte=float(person.fte),
                wing=person.wing.value if person.wing else "",
                assignable=person.active
                and person.role in CASE_ROLES
                and person.joined_on <= today
                and (person.left_on is None or person.left_on >= today),
            )
            for key, person in people.items()
        },
        declared=declared,
        policy=policy,
        today=today,
        closed=closed,
    )


def _booked(row: Any) -> Booked:
    return Booked(
        on=row.booked_at.astimezone(clock.LOCAL).date(),
        weight=float(row.weight),
        language=row.language,
        lead=str(row.lead_id),
        co_lead=str(row.co_lead_id),
        could=frozenset(row.choice_set),
        first=str(row.first_lead_id) if row.first_lead_id else None,
        fte=getattr(row, "staff", None) or None,
        parts={"sector": row.section, "municipality": row.municipality or "", "stage": row.stage.value},
        open=row.status is not Status.CLOSED,
    )


def firm_key(business: uuid.UUID) -> str:
    """Return the pseudonym of a business in shown lists; it leads to nobody without the vault's link key."""
    return sealing.link_hash(business, "exposure", key=vault().link_key).hex()[:32]


def _firms(policy: Policy) -> Firms:
    """Return lists, businesses and what owners declared; without the gate nothing is read from the vault."""
    closed = _why(Gate.COLLECT_FIRMS)
    since = _begin_of(clock.today() - YEAR)
    lists = [Shown(pool=row.pool, order=row.order, stratum=row.stratum) for row in queries.shown_lists(since)]
    if closed is not None:
        return Firms(lists=(), closed=closed)
    rows = queries.firms()
    counts: dict[uuid.UUID, list[bool]] = {}
    for business, landed in queries.introduced(since):
        counts.setdefault(business, []).append(landed)
    kept = queries.declarations_for(
        Purpose.STATISTICS, [row.id for row in rows], vault=vault(), by=None, kind="firm"
    )  # fmt: skip
    return Firms(
        lists=lists,
        firms={firm_key(row.id): _firm(row, counts.get(row.id, [])) for row in rows},
        declared={firm_key(key): one.answer.codes for key, one in kept.items() if one.answer.codes},
    )


def _firm(row: Any, introductions: list[bool]) -> Firm:
    section = vocabulary.section_of(row.code) if row.code in vocabulary.nace() else ""
    return Firm(stratum=f"{section}:{row.employees or ''}", introduced=len(introductions), landed=any(introductions))


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.LOCAL)


__all__ = ["STEP", "close_quarter", "firm_key", "take_snapshot"]
