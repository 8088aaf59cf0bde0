"""Presence, ties, fair starts, overrides, weights and two people at once (balance A1-A8, section 10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import scoped_session

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Absence, Person, Tie
from iso_portal.balance import service
from iso_portal.balance.models import LoadStart, Override
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from tests import factories

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def office(count: int = 6, **changes: Any) -> list[Person]:
    """People of both desks who know both languages of the office, so that every pair is possible."""
    return [factories.person(wing=Wing.SQ if n % 2 else Wing.SR, **changes) for n in range(count)]


def manager(wing: Wing | None = Wing.SQ) -> Person:
    person: Person = factories.person("manager", wing=wing, fte=Decimal(0))
    return person


def loaded(**changes: Any) -> Case:
    return cases.get(factories.case(**changes).id)


def other_pair(case: Case) -> dict[str, str]:
    proposal = service.propose_for(case).proposal
    pair = next(one for one in reversed(proposal.pairs) if one not in proposal.first)
    return {"lead": pair.lead.key, "co_lead": pair.co_lead.key}


def first_pair(case: Case) -> dict[str, str]:
    pair = service.propose_for(case).proposal.first[0]
    return {"lead": pair.lead.key, "co_lead": pair.co_lead.key}


def test_leave_within_five_working_days_hinders_and_leave_after_them_does_not(session: scoped_session[Any]) -> None:
    soon, later, *_rest = office()
    with clock.turned_to(FRIDAY):  # the fifth working day after Friday is the next Friday
        db.session.add(Absence(person_id=soon.id, starts_on=date(2026, 11, 27), ends_on=date(2026, 12, 1)))
        db.session.add(Absence(person_id=later.id, starts_on=date(2026, 11, 28), ends_on=date(2026, 12, 1)))
        db.session.flush()
        db.session.expire_all()
        found = service.propose_for(loaded()).colleagues
    assert found[str(soon.id)].obstacle == "absent"
    assert found[str(soon.id)].back_on == date(2026, 12, 2)
    assert found[str(later.id)].obstacle is None


def test_a_tie_to_the_investor_to_a_firm_of_the_case_or_to_a_body_by_name_hinders(session: scoped_session[Any]) -> None:
    investor, firm, named, free = office(4)
    case = loaded()
    business = factories.business("Ibri Metal")
    factories.entry(case, "match.accepted", business_id=business.id)
    db.session.add_all(
        [
            Tie(person_id=investor.id, investor_id=case.investor_id),
            Tie(person_id=firm.id, business_id=business.id),
            Tie(person_id=named.id, body=case.investor.name.upper()),
            Tie(person_id=free.id, body="Somebody else"),
        ]
    )
    db.session.flush()
    db.session.expire_all()
    found = service.propose_for(cases.get(case.id))
    assert {key for key, one in found.colleagues.items() if one.obstacle == "tie"} == {
        str(person.id) for person in (investor, firm, named)
    }
    with pytest.raises(service.Refusal, match="tie"):
        service.assign(
            cases.get(case.id),
            lead=str(investor.id),
            co_lead=str(free.id),
            by=free,
            override=Override.OTHER,
            override_text="please",
        )


def test_a_joiner_starts_at_the_means_and_keeps_that_start(session: scoped_session[Any]) -> None:
    office(4)
    by = manager()
    for _one in range(6):
        service.assign(case := loaded(), **first_pair(case), by=by)
    joiner = factories.person()
    found = service.propose_for(loaded()).colleagues
    others = [one.booked for key, one in found.items() if key != str(joiner.id) and one.fte]
    mean = found[str(joiner.id)].booked
    assert mean == pytest.approx(sum(others) / len(others))
    case = loaded()
    service.assign(
        case,
        lead=str(joiner.id),
        co_lead=max(k for k in found if k != str(joiner.id) and found[k].fte),
        by=by,
        override=Override.TRAINING,
        override_text="learns",
    )
    assert service.propose_for(loaded()).colleagues[str(joiner.id)].booked == pytest.approx(mean + 0.65)
    kept = db.session.scalars(sa.select(LoadStart).where(LoadStart.person_id == joiner.id)).one()
    assert kept.booked == pytest.approx(mean)


def test_who_was_away_for_more_than_four_weeks_is_raised_to_the_means(session: scoped_session[Any]) -> None:
    people = office(4)
    by = manager()
    away = people[0]
    with clock.turned_to(FRIDAY - timedelta(days=90)):
        service.assign(
            case := loaded(),
            lead=str(people[0].id),
            co_lead=str(people[1].id),
            by=by,
            override=Override.OTHER,
            override_text="first",
        )
    gone = (FRIDAY - timedelta(days=80)).date()
    db.session.add(Absence(person_id=away.id, starts_on=gone, ends_on=gone + timedelta(days=40)))
    db.session.flush()
    for _one in range(6):
        with clock.turned_to(FRIDAY - timedelta(days=60)):
            db.session.expire_all()
            service.assign(case := loaded(), **first_pair(case), by=by)
    with clock.turned_to(FRIDAY):
        db.session.expire_all()
        found = service.propose_for(loaded()).colleagues
    others = [one.booked for one in found.values() if one.fte]
    assert found[str(away.id)].booked > 0.65
    assert found[str(away.id)].booked <= max(others)


def test_the_same_state_and_case_give_the_same_proposal(session: scoped_session[Any]) -> None:
    office()
    case = loaded()
    one, other = service.propose_for(case), service.propose_for(case)
    assert one.proposal == other.proposal
    assert one.state == other.state
