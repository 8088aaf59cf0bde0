"""What an inquiry may hold, and how a near-duplicate is told (casework C2, C4, C7)."""

from __future__ import annotations

import enum
from datetime import timedelta

from rapidfuzz import fuzz

# The wording of the three consents; a new wording gets a new number, and the old one stays with old inquiries.
CONSENT_WORDING = "2026-11"
PURPOSES = ("contact", "share", "news")

DESCRIPTION_LENGTH = 10_000
LEAST_DESCRIPTION = 20
MOST_JOBS = 100_000
MOST_KVA = 1_000_000
MOST_SECTORS = 12
MOST_FOUND = 24
# A word of a search loses so much of its end at the most, and never gets shorter than this.
LONGEST_ENDING, SHORTEST_STEM = 2, 3
SHORTEST_KEY = 20

DRAFT_DAYS = 30


class Part(enum.StrEnum):
    """The pages of the inquiry form, in order; the value stands in the address."""

    PROJECT = "project"
    SECTORS = "sectors"
    PLACE = "place"
    NEEDS = "needs"
    ORGANISATION = "organisation"
    CONTACT = "contact"
    FILES = "files"
    CHECK = "check"

    @property
    def number(self) -> int:
        """The page's place, from 1."""
        return list(Part).index(self) + 1

    @property
    def following(self) -> Part:
        """The next page; after the last one, the last."""
        return list(Part)[min(self.number, len(Part) - 1)]

    @property
    def is_first(self) -> bool:
        """Whether the inquiry begins here."""
        return self.number == 1

    @property
    def before(self) -> Part | None:
        """The page before, or None."""
        return list(Part)[self.number - 2] if self.number > 1 else None


FASTEST_HUMAN = timedelta(seconds=3)
DUPLICATE_DAYS = 180
SIMILAR = 82.0


def is_similar(one: str, other: str) -> bool:
    """Whether two descriptions say nearly the same, whatever the order of their words."""
    return fuzz.token_set_ratio(one[:3000].lower(), other[:3000].lower()) >= SIMILAR
