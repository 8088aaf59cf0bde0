"""How likely two records are one firm, and why (casework B7, domain D22, D42).

A person decides; the score only says where to look first. What counts is written down here:

    same register number    70    NUI, PIB or MB; a warning, never an error (domain D22)
    same name, any spelling 55    folded: Šaljska, Saljska and Шаљска are one name
    same e-mail address     45
    similar name      20 to 50    from 83 of 100 on
    same telephone          25    alone it says little: firms of one building share a switchboard
    same municipality      +10    only beside another reason
    different numbers      -30    both have a number of one register, and they differ

Pairs are offered from 25 on, so a shared telephone alone is offered last of all.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import astuple, dataclass

from rapidfuzz import fuzz

OFFERED_FROM = 25
SIMILAR_FROM = 83.0  # one letter of six may differ
MOST_SHARING = 5  # a telephone that more firms share is a switchboard and tells nothing


class Reason(enum.StrEnum):
    """What two firms share."""

    SAME_NUMBER = "same_number"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"
    SAME_EMAIL = "same_email"
    SAME_PHONE = "same_phone"
    SAME_PLACE = "same_place"
    OTHER_NUMBER = "other_number"


POINTS = {
    Reason.SAME_NUMBER: 70,
    Reason.SAME_NAME: 55,
    Reason.SAME_EMAIL: 45,
    Reason.SAME_PHONE: 25,
    Reason.SAME_PLACE: 10,
    Reason.OTHER_NUMBER: -30,
}


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a firm can be recognised by, folded; an empty text where it is not known."""

    name_key: str
    municipality: str
    nui: str
    pib: str
    maticni_broj: str
    email: str
    phone_key: str

    @property
    def numbers(self) -> tuple[str, str, str]:
        """The register numbers."""
        return (self.nui, self.pib, self.maticni_broj)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How much two firms look like one: 0 to 100, and why, the strongest reason first."""

    score: int
    reasons: tuple[Reason, ...]

    @property
    def offered(self) -> bool:
        """Whether a person should look at the pair."""
        return self.score >= OFFERED_FROM


def likeness(one: Marks, other: Marks) -> Likeness:
    """Compare two firms by their marks."""
    points = {reason: POINTS[reason] for reason in _shared(one, other)}
    if Reason.SAME_NAME not in points and (near := similarity(one.name_key, other.name_key)) >= SIMILAR_FROM:
        points[Reason.SIMILAR_NAME] = round(20 + 30 * (near - SIMILAR_FROM) / (100 - SIMILAR_FROM))
    if not points:
        return Likeness(score=0, reasons=())
    if set(points) != {Reason.SAME_PHONE} and one.municipality == other.municipality:
        points[Reason.SAME_PLACE] = POINTS[Reason.SAME_PLACE]
    if any(mine and theirs and mine != theirs for mine, theirs in zip(one.numbers, other.numbers, strict=True)):
        points[Reason.OTHER_NUMBER] = POINTS[Reason.OTHER_NUMBER]
    reasons = sorted(points, key=lambda reason: (-points[reason], reason.value))
    return Likeness(score=max(0, min(100, sum(points.values()))), reasons=tuple(reasons))


def _shared(one: Marks, other: Marks) -> list[Reason]:
    """Return what is the same to the letter."""
    found = {
        Reason.SAME_NUMBER: any(a and a == b for a, b in zip(one.numbers, other.numbers, strict=True)),
        Reason.SAME_NAME: bool(one.name_key) and one.name_key == other.name_key,
        Reason.SAME_EMAIL: bool(one.email) and one.email == other.email,
        Reason.SAME_PHONE: len(one.phone_key) >= 6 and one.phone_key == other.phone_key,
    }
    return [reason for reason, same in found.items() if same]


def similarity(one: str, other: str) -> float:
    """Return how alike two folded names are, 0 to 100; names with different numbers in them are different names."""
    mine, theirs = one.split(), other.split()
    if not mine or not theirs:
        return 0.0
    if {word for word in mine if not word.isalpha()} != {word for word in theirs if not word.isalpha()}:
        return 0.0
    whole = fuzz.ratio(one, other)
    # "Metal Ibër" and "Metal Ibër Eksport": one name inside the other, once two words carry it.
    inside = 0.9 * fuzz.token_set_ratio(one, other) if len(set(mine) & set(theirs)) > 1 else 0.0
    return max(whole, inside)


def marks_digest(one: Marks, other: Marks) -> str:
    """Return what tells later whether either firm's marks have changed; nobody can read the marks from it."""
    both = sorted([astuple(one), astuple(other)])
    return hashlib.sha256(repr(both).encode()).hexdigest()
