"""Text before it is compared: one script, one form, short lines (matching MA3, MA4)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

LONGEST_TEXT = 20_000
LONGEST_LINE = 600
MOST_LINES = 60
SHORTEST_LINE = 3

CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
LATIN = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split()
TO_LATIN = {ord(c): latin for c, latin in zip(CYRILLIC, LATIN, strict=True)}
TO_LATIN |= {ord(c.upper()): latin.capitalize() for c, latin in zip(CYRILLIC, LATIN, strict=True)}

UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u200b-\u200f\ufeff]")
BREAKS = re.compile(r"\n+|;|•|·|\u2022|(?<=[.!?])\s+(?=[^\s\d])")
BULLET = re.compile(r"^\s*(?:[-–—*]|\(?\d{1,2}[.)])\s+")
WORD = re.compile(r"\w", re.UNICODE)


def normalize(text: str) -> str:
    """Return the text in NFC, in Latin script, with single spaces; the case stays. Never raises."""
    kept = unicodedata.normalize("NFC", UNWANTED.sub(" ", text[:LONGEST_TEXT])).translate(TO_LATIN)
    return " ".join(kept.split())


def fold(text: str) -> str:
    """Return the text for comparing letters: normalised, small, without diacritics."""
    decomposed = unicodedata.normalize("NFKD", normalize(text).lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def split_lines(text: str, most: int = MOST_LINES) -> list[str]:
    """Split a text into the lines that are compared: list items, sentences, entries of a register.

    Works alike in sq, sr (both scripts), en and de. Lines keep their own words; empty ones and repeats are left out.
    most: lines; where there are more, neighbours are joined, so that nothing of an ordinary text is lost.
    """
    seen: dict[str, None] = {}
    for part in BREAKS.split(UNWANTED.sub(" ", text[:LONGEST_TEXT].replace("\r", "\n"))):
        line = " ".join(BULLET.sub("", part).split())[:LONGEST_LINE]
        if len(WORD.findall(line)) >= SHORTEST_LINE:
            seen.setdefault(line)
    lines = list(seen)[:MOST_LINES]
    size = -(-len(lines) // most)
    return [" ".join(lines[at : at + size])[:LONGEST_LINE] for at in range(0, len(lines), size)] if lines else []


class TextNormalizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Fold texts for a vectoriser; a step of a scikit-learn pipeline.

    Input: any number of texts. Output: an object array of as many folded texts.
    """

    def fit(self, texts: Iterable[str], y: object = None) -> TextNormalizer:
        """Learn nothing; there is nothing to learn."""
        return self

    def transform(self, texts: Iterable[str]) -> NDArray[np.object_]:
        """Return the folded texts."""
        return np.array([fold(text) for text in texts], dtype=object)
