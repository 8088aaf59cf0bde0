"""Find words in any script, with or without diacritics, in the spelling of either language.

Šaljska is found by saljska and Шаљска, Çelik by celik, Todić by Todiq: a text is stored folded, followed by the sounds
of those words that the two languages spell differently; each wanted word must be there in one of the two forms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from iso_portal.core.scripts import fold, sound, to_latin

MOST_LETTERS = 20_000
MOST_WORDS = 12


def findable(text: str) -> str:
    """Return what a search column keeps of a text."""
    folded = fold(text)
    known = set(folded.split())
    sounds = dict.fromkeys(sound(word) for word in re.findall(r"[^\W_]+", to_latin(text).lower()))
    return " ".join([folded, *(one for one in sounds if one not in known)])[:MOST_LETTERS]


def holds_words(column: Any, text: str) -> Sequence[sa.ColumnElement[bool]]:
    """Return the conditions that a search column holds every word of a text, in any spelling."""
    words = re.findall(r"[^\W_]+", to_latin(text).lower())[:MOST_WORDS]
    return [
        sa.or_(*(column.contains(form, autoescape=True) for form in dict.fromkeys((fold(word), sound(word))) if form))
        for word in words
        if fold(word)
    ]
