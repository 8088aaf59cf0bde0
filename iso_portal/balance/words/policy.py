"""Gates, policy and the vault in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.words import wing_word
from iso_portal.balance.domain.feasibility import Feasibility
from iso_portal.balance.domain.gates import Fault, State
from iso_portal.balance.domain.policy import SHARES, DonorProfile, Mode, Period, TargetOf
from iso_portal.balance.models import ActKind, Gate, PolicyAct, Seat
from iso_portal.balance.words.communities import community, named
from iso_portal.core.formats import date_medium, number, percent

GATES = {
    Gate.COLLECT_STAFF: _l("Declarations of the staff"),
    Gate.COLLECT_FIRMS: _l("Declarations of firms’ owners"),
    Gate.USE_COMMUNITY_IN_ASSIGNMENT: _l("Declarations in proposals for teams"),
}
GATE_HINTS = {
    Gate.COLLECT_STAFF: _l("Closed, there is no form and no reading, and figures that need it say “not collected”."),
    Gate.COLLECT_FIRMS: _l("Closed, owners are not asked, and exposure by community says “not collected”."),
    Gate.USE_COMMUNITY_IN_ASSIGNMENT: _l(
        "Closed, proposals for teams read no declaration at all. That is the default."
    ),
}
STATES = {State.OPEN: _l("open now"), State.CLOSED: _l("closed now"), State.EXPIRED: _l("ended by itself")}
MODES = {Mode.LANGUAGE_PAIRED: _l("language-paired"), Mode.JOINT_LEDGERS: _l("joint teams and running ledgers")}
PROFILES = {DonorProfile.NEUTRAL: _l("neutral"), DonorProfile.EU: _l("EU"), DonorProfile.US: _l("US")}
PERIODS = {Period.QUARTER: _l("quarter"), Period.HALF_YEAR: _l("half-year"), Period.YEAR: _l("year")}
TARGETS_OF = {
    TargetOf.PORTFOLIO_SHARE: _l("share of led work"),
    TargetOf.JOINT_RATE: _l("joint teams"),
    TargetOf.LOAD_RATIO: _l("ratio of loads"),
    TargetOf.EXPOSURE_SHARE: _l("share of exposure of firms"),
}
ACTS = {
    ActKind.TARGET: _l("Agreed range"),
    ActKind.JOINT_WEIGHT: _l("Joint weight"),
    ActKind.MODE: _l("Mode of proposals"),
    ActKind.TRACKED: _l("Communities that are followed"),
    ActKind.LARGE_FROM: _l("Limit of large cases"),
    ActKind.DONOR_PROFILE: _l("Donor profile"),
    ActKind.CUSTODIAN: _l("Custodian of the key"),
    ActKind.READ_RECORD: _l("Reading of one record"),
    ActKind.DESTROY_KEY: _l("Destruction of the key"),
}
STEPS = {
    "give": _l("answer given"),
    "change": _l("answer changed"),
    "renew": _l("answer renewed"),
    "withdraw": _l("answer withdrawn"),
    "expired": _l("answer ended after 12 months"),
    "erase": _l("everything erased"),
}
PURPOSES = {
    "statistics": _l("statistics of the night"),
    "assignment": _l("proposals for teams"),
    "access": _l("legal request"),
    "own": _l("you yourself"),
}
FAULTS = {
    Fault.MISSING: _l("This field is required."),
    Fault.PAST: _l("The day must lie in the future."),
    Fault.TOO_LONG: _l("At most 12 months ahead."),
    Fault.DEMONSTRATION: _l("A demonstration basis exists in demo data only."),
    Fault.NOT_YET: _l("The day must not lie in the future."),
    Fault.SAME_WING: _l("The second key belongs to the other desk."),
    Fault.NO_WING: _l("Keys belong to people of the two desks."),
    Fault.SAME_PERSON: _l("The second key belongs to another person."),
    Fault.REQUESTER: _l("Who asked for it cannot turn a key."),
    Fault.ORDER: _l("The lower end is above the upper end."),
    Fault.OUTSIDE: _l("The number lies outside what is possible here."),
    Fault.SUM: _l("With the other ranges, the shares cannot add to 1."),
    Fault.ONE_WAY: _l("The range must be the same in both directions, for example 0.8 to 1.25."),
    Fault.NAMES_A_CASE: _l("A range cannot name a case."),
    Fault.COMMUNITY: _l("Choose the community whose share this is."),
    Fault.NO_COMMUNITY: _l("This range holds for the whole office; choose no community."),
    Fault.NOT_TRACKED: _l("This community is not among those that are followed."),
    Fault.PEOPLE: _l("Enter a whole number of people, at least 1."),
}
REAL_NUMBERS = frozenset({TargetOf.LOAD_RATIO})


def fault(one: Fault) -> str:
    """Return what is wrong, as a sentence."""
    return str(FAULTS[one])


def desk(wing: Wing | None) -> str:
    """Return somebody's desk."""
    return wing_word(wing) if wing else _("no desk")


def seat(one: Seat) -> str:
    """Return a seat of the custodians; a role, not a community."""
    return _("Neutral") if one is Seat.NEUTRAL else wing_word(Wing(one.value))


def range_words(what: TargetOf, low: float, high: float) -> str:
    """Return a range; shares in percent, a ratio as numbers."""
    if what in REAL_NUMBERS:
        return _("%(low)s to %(high)s", low=number(round(low, 2)), high=number(round(high, 2)))
    return _("%(low)s to %(high)s", low=percent(low), high=percent(high))


def default_range(what: TargetOf) -> str:
    """Return what holds where nothing was agreed."""
    if what is TargetOf.LOAD_RATIO:
        return range_words(what, 1 / 1.2, 1.2)
    return _("within 10 points of what was to be expected") if what in SHARES else _("none agreed")


def content_of(act: PolicyAct, names: Mapping[str, str]) -> str:
    """Return what an act says. names: of people by key."""
    content: Mapping[str, Any] = act.content
    match act.kind:
        case ActKind.TARGET:
            what = TargetOf(content["what"])
            said = [
                str(TARGETS_OF[what]),
                community(content["community"]) if content["community"] else "",
                range_words(what, content["low"], content["high"]),
                _("over one %(period)s", period=PERIODS[Period(content["period"])]),
                _("until %(day)s", day=date_medium(date.fromisoformat(content["expires_on"]))),
            ]
            return ", ".join(part for part in said if part)
        case ActKind.JOINT_WEIGHT:
            return number(content["joint_weight"])
        case ActKind.MODE:
            return str(MODES[Mode(content["mode"])])
        case ActKind.TRACKED:
            return ", ".join(name for _code, name in named(content["tracked"]))
        case ActKind.LARGE_FROM:
            return _("from weight %(weight)s", weight=number(content["large_from"]))
        case ActKind.DONOR_PROFILE:
            tables = _("tables by community") if content["tables_by_community"] else _("no tables by community")
            return f"{PROFILES[DonorProfile(content['donor_profile'])]}, {tables}"
        case ActKind.CUSTODIAN:
            return f"{seat(Seat(content['seat']))}: {names.get(content['person'], '')}"
        case ActKind.READ_RECORD:
            return names.get(content["person"], "")
    return ""


def feasibility_sentences(first: int, second: int, found: Feasibility) -> list[str]:
    """Return what all cases joint would mean for groups of these sizes; from typed numbers, not from the vault (M3)."""
    ratio = found.load_ratio
    fewer, more = (second, first) if ratio >= 1 else (first, second)
    ratio = ratio if ratio >= 1 else 1 / ratio
    said = []
    if round(ratio, 2) == 1:
        said.append(_("With %(one)s and %(two)s, all cases joint, both carry the same load.", one=first, two=second))
    else:
        said.append(
            _(
                "With %(more)s and %(fewer)s, all cases joint, the %(fewer)s carry %(ratio)s times the load.",
                more=more,
                fewer=fewer,
                ratio=number(round(ratio, 2)),
            )
        )
    rate = percent(found.max_joint_rate)
    said.append(_("With equal numbers of roles for everybody, at most %(rate)s of the teams can be joint.", rate=rate))
    if found.possible:
        said.append(
            _(
                "Loads are equal when the second group of %(people)s leads %(share)s of the cases.",
                people=second,
                share=percent(found.lead_share),
            )
        )
    else:
        said.append(_("No division of leading makes the loads equal."))
    return said
