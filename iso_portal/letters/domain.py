"""The states of a letter."""

from __future__ import annotations

import enum


class LetterState(enum.StrEnum):
    """What became of a letter. A failed one is tried again by the job until its attempts are used up."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
