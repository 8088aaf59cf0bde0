"""Decisions about suggestions and their reasons."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class Choice(enum.StrEnum):
    """What a named person decided about a suggested firm."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DEFERRED = "deferred"


class RejectReason(enum.StrEnum):
    """Why a firm does not fit; these teach the ranking later."""

    OTHER_PRODUCT = "other_product"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    CERTIFICATE = "certificate"
    NOT_INTERESTED = "not_interested"
    CAPACITY = "capacity"
    OTHER = "other"


class Mode(enum.StrEnum):
    """How an introduction took place."""

    MEETING = "meeting"
    CALL = "call"
    VISIT = "visit"


class Answer(enum.StrEnum):
    """What a firm said when it was asked whether it wants to be introduced."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    QUESTION = "question"


class Told(enum.StrEnum):
    """How somebody without e-mail told an answer to a colleague."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    PAPER = "paper"


class LeftOut(enum.StrEnum):
    """Why a firm is not among those that are ranked; each is told beside the list (matching MA1)."""

    MERGED = "merged"
    INACTIVE = "inactive"
    NO_CONSENT = "no_consent"
    PROJECT = "project"
    COUNTRY = "country"
    SECTOR = "sector"
    CAPACITY = "capacity"
    BUSY = "busy"
    UNREAD = "unread"


# What a firm said itself about inquiries like one; the others hold for every inquiry.
OWN_RULES = (LeftOut.PROJECT, LeftOut.COUNTRY, LeftOut.SECTOR, LeftOut.CAPACITY, LeftOut.BUSY)


class Change(enum.StrEnum):
    """What became of a firm since the list before."""

    NEW = "new"
    GONE = "gone"
    UP = "up"
    DOWN = "down"
    SAME = "same"


class Cause(enum.StrEnum):
    """What may have changed a list."""

    INQUIRY = "inquiry"
    MODEL = "model"
    PROFILE = "profile"
    OTHERS = "others"


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


TOP = 10
# A changed profile has so many open cases ranked anew at once; the night does the rest.
MOST_REFRESHED = 40
# Within so many seconds several changes make one list (matching MA11: within ten in all).
SETTLE_SECONDS = 2
MOST_ADDED = 20
MOST_CLASSES = 5
# A class that a profile's line speaks of with a smaller chance is not proposed to anybody.
LEAST_CLASS = 0.15
# Codes that are offered for words that a person typed.
MOST_OFFERED = 12
INQUIRIES_TOP = 10
# Open inquiries that are compared with one firm; each has to be read first, a tenth of a second.
MOST_INQUIRIES = 60
MOST_LIMIT = 30
INVESTOR_LINK_DAYS = 14
# A firm is asked about at most so many inquiries within so many days (matching 5).
MOST_ASKED = 4
ASKED_DAYS = 30
# A letter that nobody asked for waits longer than one that somebody just sent for.
LINK_HOURS = 7 * 24


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a firm stands now and stood before. before: None for a firm that was not on the list before."""

    change: Change
    now: int
    before: int | None


def places(now: Sequence[uuid.UUID], before: Sequence[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """Return what became of each firm on a list since the one before; both best first."""
    stood = {key: rank for rank, key in enumerate(before, start=1)}
    return {key: _place(rank, stood.get(key)) for rank, key in enumerate(now, start=1)}


def _place(now: int, before: int | None) -> Place:
    if before is None:
        change = Change.NEW
    elif now == before:
        change = Change.SAME
    else:
        change = Change.UP if now < before else Change.DOWN
    return Place(change=change, now=now, before=before)


def gone(now: Sequence[uuid.UUID], before: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Return the firms that left a list, in the order they stood."""
    left = set(before) - set(now)
    return [key for key in before if key in left]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One firm's row in the log of a list. features: by name."""

    rank: int
    score: float
    features: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person looked at when deciding: the list, the firm's place on the page, and the decision that stood."""

    run_id: uuid.UUID | None
    position: int | None
    decision_id: uuid.UUID | None


class ModelState(enum.StrEnum):
    """What became of a version of the ranking; one at most is adopted, and without any the first day's mix ranks."""

    CANDIDATE = "candidate"
    ADOPTED = "adopted"
    REFUSED = "refused"
    RETIRED = "retired"


class Objector(enum.StrEnum):
    """Who objects to what the ranking says."""

    FIRM = "firm"
    INVESTOR = "investor"
    COLLEAGUE = "colleague"
    OTHER = "other"


# Reasons that say something about fit; others are about the moment, and teach nothing about which firm is right.
TEACHING = (RejectReason.OTHER_PRODUCT, RejectReason.TOO_SMALL, RejectReason.TOO_LARGE, RejectReason.CERTIFICATE)
# A new version needs at least so many new judgements of fit.
LEAST_NEW_JUDGEMENTS = 10
