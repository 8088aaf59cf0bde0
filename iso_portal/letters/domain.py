"""The states of a letter."""

from __future__ import annotations

import enum

# The kind of the letter that tells of an erasure: it is forgotten itself as soon as it has left.
LAST = "last"


class LetterState(enum.StrEnum):
    """What became of a letter. A failed one is tried again by the job until its attempts are used up."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
