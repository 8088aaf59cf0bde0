"""What a person can ask about their data, how a request goes, and what a copy leaves out (trust S12, casework P2)."""

from __future__ import annotations

import enum
from dataclasses import dataclass

DAYS_TO_ANSWER = 30
COPY_DAYS = 30

# Kinds of investors whose name is the name of a person.
PERSONS = frozenset({"individual", "diaspora"})
LEAST_LETTERS = 4

# Tables that know of a case and stand in no copy, each with its reason; a test holds the list complete.
NOT_IN_COPY = {
    "added_firms": "the office's working list of local firms, which have a right to discretion",
    "balance_bookings": "how the office chose among its own people",
    "balance_pair_requests": "how the office chose among its own people",
    "balance_weights": "how much work the office saw in the case",
    "inquiry_drafts": "emptied when the inquiry was sent",
    "match_decisions": "the office's judgement of local firms, which have a right to discretion",
    "report_confirmations": "secret links; the answer given by one is an entry and stands in the copy",
    "report_verifications": "how the office checked its own figures",
    "suggestion_runs": "the office's working list of local firms, which have a right to discretion",
    "suiting_inquiries": "the office's working lists for local firms",
    "ties": "what people of the office declared about themselves",
}
# The same for a firm.
NOT_IN_COPY_OF_FIRM = {
    "asking_limits": "one number; it is told with the introductions",
    "suiting_inquiries": "inquiries of others that may suit the firm",
    "added_firms": "the office's working lists for inquiries of others",
    "business_links": "hashes of used links",
    "business_pairs": "the office's guesses about other firms",
    "business_merges": "the same profile at an earlier time, and that of another firm",
    "business_runs": "inquiries of others that may suit the firm",
    "match_decisions": "the office's judgement about inquiries of others",
    "match_lines": "the texts of the profile once more, line by line, with numbers made of them",
    "match_profiles": "when the profile was read last for suggestions; the activity codes read from it are told with the introductions",
    "suggestions": "the office's working lists for inquiries of others",
    "ties": "what people of the office declared about themselves",
}


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


WAITING = frozenset({RequestState.OPEN, RequestState.HALF})


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What there is about a person or a firm: what a copy would hold, and what an erasure would take.

    names: names and addresses that would go. stays: the organisation's name when it is no person's. references: of all
    inquiries of the same person. open_work: references of those that would be closed. copy_asked: whether a copy waits
    to be released or to be fetched. The numbers count rows.
    """

    names: tuple[str, ...]
    copy_asked: bool
    stays: str = ""
    references: tuple[str, ...] = ()
    open_work: tuple[str, ...] = ()
    entries: int = 0
    messages: int = 0
    notes: int = 0
    tasks: int = 0
    files: int = 0
    letters: int = 0
    texts: int = 0
    sites: int = 0


def names_a_person(organisation: str, *, kind: str, person: str) -> bool:
    """Whether an organisation's name tells who the person is: a private investor's, or one that holds their name."""
    if kind in PERSONS:
        return True
    words = {word.strip(".,").casefold() for word in person.split()}
    told = organisation.casefold()
    return any(len(word) >= LEAST_LETTERS and word in told for word in words)


def row_number(key: str) -> int | None:
    """Return the row of an uploaded table that an inquiry came in, by its key "import:<table>:<row>"; else None."""
    kind, _, rest = key.partition(":")
    number = rest.rpartition(":")[2]
    return int(number) if kind == "import" and number.isdecimal() else None
