"""Decisions about suggestions and their reasons."""

from __future__ import annotations

import enum


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
    VETO = "veto"
    UNREAD = "unread"


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
    CONSENT = "consent"
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
INQUIRIES_TOP = 10
# Open inquiries that are compared with one firm, the newest first.
MOST_INQUIRIES = 300
MOST_LIMIT = 30
INVESTOR_LINK_DAYS = 14
# A firm is asked about at most so many inquiries within so many days (matching 5).
MOST_ASKED = 4
ASKED_DAYS = 30
# A letter that nobody asked for waits longer than one that somebody just sent for.
LINK_HOURS = 7 * 24
