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


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


TOP = 10
# A firm is asked about at most so many inquiries within so many days (matching 5).
MOST_ASKED = 4
ASKED_DAYS = 30
# A letter that nobody asked for waits longer than one that somebody just sent for.
LINK_HOURS = 7 * 24
