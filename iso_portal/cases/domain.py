"""Stages with their moves and gates, what can happen on a case, weights and clocks (casework K1, K3; balance A8)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


class Channel(enum.StrEnum):
    """How an inquiry reached the office."""

    FORM = "form"
    PHONE = "phone"
    EMAIL = "email"
    FAIR = "fair"
    IMPORT = "import"


class Stage(enum.StrEnum):
    """How far a case is."""

    RECEIVED = "received"
    QUALIFIED = "qualified"
    MATCHING = "matching"
    INTRODUCED = "introduced"
    NEGOTIATING = "negotiating"
    VERIFYING = "verifying"
    LANDED = "landed"
    AFTERCARE = "aftercare"


class Status(enum.StrEnum):
    """Whether work goes on; apart from the stage."""

    ONGOING = "ongoing"
    WAITING = "waiting"
    DORMANT = "dormant"
    CLOSED = "closed"


class CloseReason(enum.StrEnum):
    """Why a case ended without aftercare."""

    LOST = "lost"
    WITHDRAWN = "withdrawn"
    NOT_SUITABLE = "not_suitable"
    DUPLICATE = "duplicate"
    SPAM = "spam"


class TeamPart(enum.StrEnum):
    """A person's part in a team."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    MEMBER = "member"


# The one table of moves; anything else is a correction, with a reason and a right of its own.
MOVES: Mapping[Stage, tuple[Stage, ...]] = {
    Stage.RECEIVED: (Stage.QUALIFIED,),
    Stage.QUALIFIED: (Stage.MATCHING,),
    Stage.MATCHING: (Stage.INTRODUCED,),
    Stage.INTRODUCED: (Stage.NEGOTIATING, Stage.MATCHING),
    Stage.NEGOTIATING: (Stage.VERIFYING, Stage.MATCHING),
    Stage.VERIFYING: (Stage.LANDED, Stage.NEGOTIATING),
    Stage.LANDED: (Stage.AFTERCARE,),
    Stage.AFTERCARE: (),
}


class EntryKind(enum.StrEnum):
    """What can happen on a case. Reports count the kinds that stand in REPORTED."""

    INQUIRY_CREATED = "inquiry.created"
    INQUIRY_QUALIFIED = "inquiry.qualified"
    INQUIRY_SPAM = "inquiry.spam"
    INQUIRY_MERGED = "inquiry.merged"
    DUPLICATE_NOTICED = "duplicate.noticed"
    REPLY_FIRST = "reply.first"
    NOTE = "note"
    CALL = "call"
    MESSAGE_OUT = "message.out"
    MESSAGE_IN = "message.in"
    STAGE_MOVED = "stage.moved"
    STAGE_CORRECTED = "stage.corrected"
    STATUS_CHANGED = "status.changed"
    SCREENING_RECORDED = "screening.recorded"
    FACTS_LEARNT = "facts.learnt"
    TEAM_ASSIGNED = "team.assigned"
    TASK_ADDED = "task.added"
    TASK_DONE = "task.done"
    MATCH_ACCEPTED = "match.accepted"
    MATCH_REJECTED = "match.rejected"
    MATCH_DEFERRED = "match.deferred"
    MATCH_ADDED = "match.added"
    INTRODUCTION_ASKED = "introduction.asked"
    INTRODUCTION_ANSWERED = "introduction.answered"
    INVESTOR_ASKED = "introduction.investor_asked"
    INVESTOR_ANSWERED = "introduction.investor_answered"
    CONTACTS_RELEASED = "introduction.released"
    MEETING_ARRANGED = "introduction.arranged"
    INTRODUCTION_HELD = "introduction.held"
    INVESTMENT_LANDED = "investment.landed"
    JOBS_CONFIRMED = "jobs.confirmed"
    OUTCOME_VERIFIED = "outcome.verified"
    CONFIRMATION = "confirmation"
    FILE_ADDED = "file.added"
    CONTACT_CORRECTED = "contact.corrected"
    CONSENT_CHANGED = "consent.changed"
    DATA_REQUESTED = "data.requested"
    LINK_CHANGED = "link.changed"
    VOIDED = "voided"


REPORTED = frozenset(
    {
        EntryKind.INQUIRY_CREATED,
        EntryKind.INQUIRY_QUALIFIED,
        EntryKind.INQUIRY_SPAM,
        EntryKind.INQUIRY_MERGED,
        EntryKind.REPLY_FIRST,
        EntryKind.INTRODUCTION_HELD,
        EntryKind.INVESTMENT_LANDED,
        EntryKind.JOBS_CONFIRMED,
        EntryKind.OUTCOME_VERIFIED,
        EntryKind.CONFIRMATION,
    }
)
# Words of either side: they make up "the last word" and hold the conversation.
WORDS = frozenset({EntryKind.MESSAGE_IN, EntryKind.MESSAGE_OUT, EntryKind.CALL})


class NextStep(enum.StrEnum):
    """What an investor can expect next."""

    TEAM = "team"
    ANSWER = "answer"
    WORD = "word"
    YOU = "you"
    ENDED = "ended"


class Missing(enum.StrEnum):
    """What a gate asks for and does not find; the page links to the place where it can be given."""

    SECTOR = "sector"
    PROJECT_TYPE = "project_type"
    SIZE_OR_NEED = "size_or_need"
    TIMELINE = "timeline"
    SCREENING = "screening"
    TEAM = "team"
    ACCEPTED_MATCH = "accepted_match"
    INVESTOR_CONSENT = "investor_consent"
    BUSINESS_CONSENT = "business_consent"
    OUTCOME = "outcome"
    CONFIRMED_OUTCOME = "confirmed_outcome"


CONFIRMED_LEVEL = 3


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What the gates look at; outcome_level: highest level of a landing, 0 to 4, or None without an outcome."""

    sectors: int
    project_type: bool
    size_or_need: bool
    timeline: bool
    screened: bool
    lead: bool
    co_lead: bool
    accepted_matches: int
    investor_shares: bool
    business_shares: bool
    outcome_level: int | None


def missing_for(stage: Stage, facts: CaseFacts) -> list[Missing]:
    """Return what is missing before a case may enter a stage, in the order in which it is usually found."""
    asked: dict[Stage, list[tuple[bool, Missing]]] = {
        Stage.QUALIFIED: [
            (facts.sectors > 0, Missing.SECTOR),
            (facts.project_type, Missing.PROJECT_TYPE),
            (facts.size_or_need, Missing.SIZE_OR_NEED),
            (facts.timeline, Missing.TIMELINE),
            (facts.screened, Missing.SCREENING),
        ],
        Stage.MATCHING: [(facts.lead and facts.co_lead, Missing.TEAM)],
        Stage.INTRODUCED: [
            (facts.accepted_matches > 0, Missing.ACCEPTED_MATCH),
            (facts.investor_shares, Missing.INVESTOR_CONSENT),
            (facts.business_shares or facts.accepted_matches == 0, Missing.BUSINESS_CONSENT),
        ],
        Stage.VERIFYING: [(facts.outcome_level is not None, Missing.OUTCOME)],
        Stage.LANDED: [((facts.outcome_level or 0) >= CONFIRMED_LEVEL, Missing.CONFIRMED_OUTCOME)],
    }
    return [code for there, code in asked.get(stage, []) if not there]


SIZE_POINTS = {
    "<100k": Decimal("0.5"),
    "100-500k": Decimal("1"),
    "0.5-1m": Decimal("1.5"),
    "1-5m": Decimal("2"),
    "5-10m": Decimal("3"),
    ">10m": Decimal("3"),
}
COMPLEX = frozenset({"joint_venture", "acquisition", "infrastructure"})
MIDDLING = frozenset({"greenfield", "expansion"})
LEAST_WEIGHT, MOST_WEIGHT, HALF = Decimal("0.5"), Decimal("6"), Decimal("0.5")


def weight_of(band: str | None, project_type: str) -> Decimal:
    """Return the weight of a case: size points times complexity points, rounded half up to halves, in 0.5 to 6.

    A band that is undecided counts as EUR 100,000 to 500,000. Fixed at intake (balance section 2, A8).
    """
    complexity = Decimal("2") if project_type in COMPLEX else Decimal("1.5") if project_type in MIDDLING else Decimal(1)
    points = SIZE_POINTS.get(band or "", Decimal(1)) * complexity
    halves = (points / HALF).quantize(Decimal(1), ROUND_HALF_UP) * HALF
    return min(max(halves, LEAST_WEIGHT), MOST_WEIGHT)


# Clocks in working days (casework K3).
TEAM_DAYS, ANSWER_DAYS, FOLLOW_UP_DAYS = 1, 2, 5


def reference(year: int, number: int) -> str:
    """Return a short readable reference: ISO-2026-000123."""
    return f"ISO-{year}-{number:06d}"


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


class GateClosed(Refusal):
    """Facts are missing for a stage; `missing` names them."""

    def __init__(self, text: str, missing: list[Missing]) -> None:
        super().__init__(text)
        self.missing = missing


class Stale(Refusal):
    """Somebody else changed the case since the page was shown."""
