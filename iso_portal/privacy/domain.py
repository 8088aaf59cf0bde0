"""What a person can ask about their data, and how a request goes (trust S12, casework P2)."""

from __future__ import annotations

import enum

DAYS_TO_ANSWER = 30
COPY_DAYS = 30


class Ask(enum.StrEnum):
    """What is asked."""

    COPY = "copy"
    ERASURE = "erasure"
    OBJECTION = "objection"


class RequestState(enum.StrEnum):
    """How far a request is. half: released by one desk, waiting for the other."""

    OPEN = "open"
    HALF = "half"
    DONE = "done"
    REFUSED = "refused"


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""
