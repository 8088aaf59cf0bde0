"""Text as people type it: kept whole, in NFC, without what no database or page can hold (trust S6)."""

from __future__ import annotations

import re
import unicodedata

# Controls but tab and line feed, U+0000 among them, and lone halves of pairs: PostgreSQL or UTF-8 refuse these.
UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return the text in NFC, with plain line ends and without control characters, trimmed at both ends."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNWANTED.sub("", plain)).strip()


def one_line(text: str) -> str:
    """Return the cleaned text on one line."""
    return SPACES.sub(" ", clean(text)).strip()
