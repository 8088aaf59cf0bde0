"""The policy that holds on a day, and the acts that made it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from iso_portal.accounts import queries as accounts
from iso_portal.balance.domain.policy import DonorProfile, Mode, Policy, Range, TargetOf
from iso_portal.balance.models import ActKind, Gate, PolicyAct, Seat
from iso_portal.balance.queries.gates import open_gate
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting

OF_POLICY = (
    ActKind.TARGET,
    ActKind.JOINT_WEIGHT,
    ActKind.MODE,
    ActKind.TRACKED,
    ActKind.LARGE_FROM,
    ActKind.DONOR_PROFILE,
)


def policy(on: date | None = None) -> Policy:
    """Return what holds on a day (today): the values of the newest acts in force, else the proposed ones."""
    day = on or clock.today()
    values: dict[str, Any] = {}
    targets: dict[tuple[TargetOf, str], Range] = {}
    for act in _in_force(OF_POLICY, day):
        if act.kind is ActKind.TARGET:
            key = (TargetOf(act.content["what"]), act.content["community"])
            targets.pop(key, None)
            agreed = _range_of(act)
            if agreed.expires_on is None or agreed.expires_on >= day:
                targets[key] = agreed
        else:
            values |= act.content
    wanted = Mode(values.get("mode", Mode.LANGUAGE_PAIRED))
    if wanted is Mode.JOINT_LEDGERS and open_gate(Gate.USE_COMMUNITY_IN_ASSIGNMENT, demo=setting("DEMO")) is None:
        wanted = Mode.LANGUAGE_PAIRED
    start = Policy(on=day)
    return Policy(
        on=day,
        mode=wanted,
        tracked=tuple(values.get("tracked", start.tracked)),
        large_from=values.get("large_from", start.large_from),
        joint_weight=values.get("joint_weight", start.joint_weight),
        donor_profile=DonorProfile(values.get("donor_profile", start.donor_profile)),
        tables_by_community=values.get("tables_by_community", start.tables_by_community),
        targets=targets,
    )


def _range_of(act: PolicyAct) -> Range:
    content = act.content
    return Range(
        low=content["low"],
        high=content["high"],
        set_on=act.in_force_on,
        expires_on=date.fromisoformat(content["expires_on"]),
        reason=act.reason,
        author=content["author"],
        period=content["period"],
    )


def _in_force(kinds: Sequence[ActKind], day: date) -> Sequence[PolicyAct]:
    """Return acts that hold on a day, in the order in which they came into force, then by their second key, then id."""
    return db.session.scalars(
        sa.select(PolicyAct)
        .where(PolicyAct.kind.in_(kinds), PolicyAct.in_force_on <= day)
        .order_by(PolicyAct.in_force_on, PolicyAct.second_at, PolicyAct.id)
    ).all()


def policy_acts() -> Sequence[PolicyAct]:
    """Return all acts, newest first, then by id."""
    return db.session.scalars(sa.select(PolicyAct).order_by(PolicyAct.requested_at.desc(), PolicyAct.id)).all()


def policy_act(act_id: uuid.UUID) -> PolicyAct:
    """Return one act. Raises NoResultFound."""
    return db.session.scalars(sa.select(PolicyAct).where(PolicyAct.id == act_id)).one()


def policy_act_to_change(act_id: uuid.UUID) -> PolicyAct:
    """Return one act, held until the transaction ends, as it is now. Raises NoResultFound."""
    return db.session.scalars(
        sa.select(PolicyAct).where(PolicyAct.id == act_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def custodians() -> dict[Seat, uuid.UUID]:
    """Return who holds which seat; a seat of somebody whose account was closed is empty."""
    held = {
        Seat(act.content["seat"]): uuid.UUID(act.content["person"])
        for act in _in_force((ActKind.CUSTODIAN,), clock.today())
    }
    active = {person.id for person in accounts.people() if person.active}
    return {seat: person for seat, person in held.items() if person in active}
