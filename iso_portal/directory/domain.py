"""Which of a firm's texts a reader is shown, and what stays beside it (casework B8, domain D32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# What somebody understands who finds nothing in their own language.
BRIDGE = "en"
# Steps of the filter by area, in square metres.
AREAS = (100, 500, 1_000, 2_500, 5_000, 10_000)
MOST_AREA = 10_000_000
SHORT = 190


class Written(Protocol):
    """A text with its language; original: the firm's own words; stale: a translation older than they are."""

    text: str
    language: str
    original: bool
    stale: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a page tells: a text, and the firm's own words beside it when the text is a translation of them."""

    text: Written
    beside: Written | None = None


def spoken(language: str) -> str:
    """Return a language without its script: sr for sr_latn and sr_cyrl."""
    return language[:2]


def told(texts: Sequence[Written], *, reader: str) -> Told | None:
    """Choose the text for a reader, or None when there is none.

    The reader's own language and script come first, then their language in the other script, then English, then any.
    Between equals the firm's own words win over a translation, and the earlier text over the later one.
    """
    if not texts:
        return None
    own = [text for text in texts if text.original]

    def rank(text: Written) -> tuple[bool, bool, bool, bool]:
        return (
            text.language != reader,
            spoken(text.language) != spoken(reader),
            text.language != BRIDGE,
            not text.original,
        )

    best = min(texts, key=rank)
    if best.original:
        return Told(text=best)
    return Told(text=best, beside=own[0] if own else None)


def in_short(text: str) -> str:
    """Return the beginning of a text for a list, cut between words."""
    flat = " ".join(text.split())
    if len(flat) <= SHORT:
        return flat
    return flat[: SHORT + 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
