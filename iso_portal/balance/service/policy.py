"""Change the policy, read one record for a legal request, name custodians, end the key: each with two keys (balance G4, P4, P5)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask_babel import gettext as _

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Role, Wing
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance import queries, words
from iso_portal.balance.domain import gates
from iso_portal.balance.domain.gates import Target
from iso_portal.balance.domain.policy import DonorProfile, Mode, Period, Policy, TargetOf
from iso_portal.balance.models import ActKind, Gate, PolicyAct, Seat
from iso_portal.balance.queries import Kept, Purpose
from iso_portal.balance.service.gates import close_all_gates, is_waiting, turn
from iso_portal.balance.service.keys import destroy_keys, vault
from iso_portal.balance.service.refusals import Refusal
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.runtime import setting
from iso_portal.vocabulary import queries as vocabulary

NO_COMMUNITY = frozenset({"mixed", "other", "undisclosed"})
LARGE_LIMITS = (0.5, 6.0)


def trackable() -> list[str]:
    """Return the codes of communities that the policy may follow."""
    return [one.code for one in vocabulary.communities() if one.code not in NO_COMMUNITY]


def check_change(kind: ActKind, content: dict[str, Any], *, reason: str, by: Person) -> None:
    """Raise Refusal for what propose_change would refuse; writes nothing."""
    _checked(kind, content, reason=reason, by=by)


def propose_change(kind: ActKind, content: dict[str, Any], *, reason: str, by: Person) -> PolicyAct:
    """Propose a change of the policy; whoever proposes turns the key of the own desk by it.

    Raises Refusal for somebody of no desk, for values that the rules do not allow, and without a reason.
    """
    if not reason.strip():
        raise Refusal(_("This field is required."), field="reason")
    kept = _checked(kind, content, reason=reason, by=by)
    act = PolicyAct(kind=kind, content=kept, reason=reason, requested_at=clock.now(), requested_by_id=by.id)
    turn(act, by=by, requester_may=True)
    db.session.add(act)
    db.session.flush()
    audit.record(verb="policy.propose", by=by, subject=act, reason=reason, details={"kind": kind.value})
    return act


def turn_policy_key(act: PolicyAct, *, by: Person) -> bool:
    """Turn a key; with the second one the change holds. Returns whether it does. Raises Refusal.

    Of a reading neither key may be turned by who asked, or by the person it is about.
    """
    if not is_waiting(act) or act.kind is ActKind.DESTROY_KEY:
        raise Refusal(_("This was decided meanwhile."))
    if act.kind is ActKind.READ_RECORD and act.content["person"] == str(by.id):
        raise Refusal(_("This is about you, so somebody else has to decide."))
    if act.kind in queries.OF_POLICY or act.kind is ActKind.CUSTODIAN:
        _checked(act.kind, act.content, reason=act.reason, by=accounts.get(act.requested_by_id or by.id))
    whole = turn(act, by=by, requester_may=act.kind is not ActKind.READ_RECORD)
    audit.record(verb="policy.change" if whole else "policy.key", by=by, subject=act, details={"kind": act.kind.value})
    if whole:
        act.in_force_on = _start_of(act.kind)
    db.session.flush()
    return whole


def refuse_policy_act(act: PolicyAct, *, by: Person) -> None:
    """End an act that waits; one person is enough. Raises Refusal when it was decided meanwhile."""
    if not is_waiting(act):
        raise Refusal(_("This was decided meanwhile."))
    act.refused_at, act.refused_by_id = clock.now(), by.id
    audit.record(verb="policy.refuse", by=by, subject=act, details={"kind": act.kind.value})


def _start_of(kind: ActKind) -> date:
    """Return from when a change holds; the limit of large cases is set before a reporting year and holds for all of it."""
    today = clock.today()
    return date(today.year + 1, 1, 1) if kind is ActKind.LARGE_FROM else today


def _checked(kind: ActKind, content: dict[str, Any], *, reason: str, by: Person) -> dict[str, Any]:
    """Return the content as it is kept. Raises Refusal."""
    now = queries.policy()
    match kind:
        case ActKind.TARGET:
            return _target(content, reason=reason, by=by, policy=now)
        case ActKind.JOINT_WEIGHT:
            fault = gates.joint_weight_error(content["joint_weight"])
            if fault is not None:
                raise Refusal(words.fault(fault), field="joint_weight")
            return {"joint_weight": float(content["joint_weight"])}
        case ActKind.MODE:
            return _mode(Mode(content["mode"]))
        case ActKind.TRACKED:
            tracked = sorted(set(content["tracked"]))
            if len(tracked) < 2 or not set(tracked) <= set(trackable()):
                raise Refusal(_("Choose at least two communities of the list."), field="tracked")
            return {"tracked": tracked}
        case ActKind.LARGE_FROM:
            return _large(content["large_from"])
        case ActKind.DONOR_PROFILE:
            profile, tables = DonorProfile(content["donor_profile"]), bool(content["tables_by_community"])
            return {"donor_profile": profile.value, "tables_by_community": tables}
        case ActKind.CUSTODIAN:
            return _custodian(content, by=by)
    raise Refusal(_("This cannot be changed here."))


def _target(content: dict[str, Any], *, reason: str, by: Person, policy: Policy) -> dict[str, Any]:
    what, expires = TargetOf(content["what"]), content["expires_on"]
    ends = date.fromisoformat(expires) if isinstance(expires, str) else expires
    typed = Target(
        what=what,
        community=content["community"] or "",
        low=content["low"],
        high=content["high"],
        reason=reason,
        expires_on=ends,
    )
    others = {
        code: (agreed.low, agreed.high)
        for (kind, code), agreed in policy.targets.items()
        if kind is what and code != typed.community
    }
    found = gates.target_errors(typed, others=others, tracked=policy.tracked, today=clock.today())
    for field, fault in found.items():
        raise Refusal(words.fault(fault), field=field)
    return {
        "what": what.value,
        "community": typed.community,
        "low": typed.low,
        "high": typed.high,
        "period": Period(content["period"]).value,
        "expires_on": ends.isoformat(),
        "author": by.name,
    }


def _mode(mode: Mode) -> dict[str, Any]:
    gate = queries.open_gate(Gate.USE_COMMUNITY_IN_ASSIGNMENT, demo=setting("DEMO"))
    if mode is Mode.JOINT_LEDGERS and gate is None:
        raise Refusal(_("This mode needs its gate, and that is closed."), field="mode")
    return {"mode": mode.value}


def _large(limit: float | None) -> dict[str, Any]:
    low, high = LARGE_LIMITS
    if limit is None or not low <= limit <= high or (limit * 2) % 1:
        raise Refusal(_("A weight is a whole or a half number between 0.5 and 6."), field="large_from")
    return {"large_from": float(limit)}


def _custodian(content: dict[str, Any], *, by: Person) -> dict[str, Any]:
    """Each wing names one of its own, and both name a neutral one: somebody of no desk."""
    seat = Seat(content["seat"])
    person = next((one for one in accounts.people() if str(one.id) == content["person"] and one.active), None)
    if person is None or person.role in {Role.DONOR, Role.ADVISER, Role.ADMINISTRATOR}:
        raise Refusal(_("Choose somebody of the office."), field="person")
    if seat is not Seat.NEUTRAL and by.wing != Wing(seat.value):
        raise Refusal(_("Each desk names its own custodian."), field="seat")
    if (person.wing.value if person.wing else Seat.NEUTRAL.value) != seat.value:
        raise Refusal(_("The person must belong to this desk; the neutral custodian belongs to none."), field="person")
    return {"seat": seat.value, "person": str(person.id)}


def ask_reading(person_id: uuid.UUID, *, reason: str, by: Person) -> PolicyAct:
    """Ask to read one person's record for a legal request; both keys are turned by others. Raises Refusal."""
    if not reason.strip():
        raise Refusal(_("This field is required."), field="reason")
    if by.id == person_id:
        raise Refusal(_("Your own answer stands on your own page."), field="person")
    act = PolicyAct(
        kind=ActKind.READ_RECORD,
        content={"person": str(person_id)},
        reason=reason,
        requested_at=clock.now(),
        requested_by_id=by.id,
    )
    db.session.add(act)
    db.session.flush()
    audit.record(verb="policy.propose", by=by, subject=act, reason=reason, details={"kind": act.kind.value})
    return act


def read_for_request(act: PolicyAct, *, by: Person) -> Kept | None:
    """Read the record that both keys released; once, by who asked. The person sees it. Raises Refusal."""
    if act.kind is not ActKind.READ_RECORD or act.in_force_on is None or act.done_at is not None:
        raise Refusal(_("This record was not released, or was read already."))
    if act.requested_by_id != by.id:
        raise Refusal(_("Only the person who asked may read it."))
    person = accounts.get(uuid.UUID(act.content["person"]))
    found = queries.declarations_for(Purpose.ACCESS, [person.id], vault=vault(), by=by, reason=act.reason)
    act.done_at = clock.now()
    audit.record(verb="vault.access", by=by, subject=person, reason=act.reason)
    return found.get(person.id)


def seats_of(person: Person) -> set[Seat]:
    """Return the seats that a person holds."""
    return {seat for seat, key in queries.custodians().items() if key == person.id}


def begin_destruction(*, reason: str, by: Person) -> PolicyAct:
    """Turn the first of two custodians' keys; nothing is destroyed by this. Raises Refusal."""
    if not reason.strip():
        raise Refusal(_("This field is required."), field="reason")
    if not seats_of(by):
        raise Refusal(_("Only custodians of the key may do this."))
    if any(row.kind is ActKind.DESTROY_KEY and is_waiting(row) for row in queries.policy_acts()):
        raise Refusal(_("A custodian has begun already; a second one can finish it or end it."))
    act = PolicyAct(
        kind=ActKind.DESTROY_KEY,
        content={},
        reason=reason,
        requested_at=clock.now(),
        requested_by_id=by.id,
        first_at=clock.now(),
        first_by_id=by.id,
    )
    db.session.add(act)
    db.session.flush()
    audit.record(verb="vault.destroy.begin", by=by, subject=act, reason=reason)
    return act


def finish_destruction(act: PolicyAct, *, by: Person) -> int:
    """Turn the second custodian's key: every gate closes, the key is gone. Returns how many records nobody reads now.

    Raises Refusal for the same person, for somebody without a seat, and when the first one lost the seat meanwhile.
    """
    if act.kind is not ActKind.DESTROY_KEY or not is_waiting(act):
        raise Refusal(_("This was decided meanwhile."))
    held = queries.custodians()
    if by.id not in held.values() or act.first_by_id not in held.values():
        raise Refusal(_("Only custodians of the key may do this."))
    if act.first_by_id == by.id:
        raise Refusal(_("The second key belongs to another custodian."))
    act.second_at, act.second_by_id = clock.now(), by.id
    act.in_force_on, act.done_at = clock.today(), clock.now()
    close_all_gates(by=by)
    return destroy_keys(by=by, reason=act.reason)
