"""Why a firm is suggested: the two lines that met, in their own words, and what else agrees (matching MA9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.asked import Asked
from matching.facts import needs_met
from matching.index import Index
from matching.labels import dotted


@dataclass(frozen=True, kw_only=True)
class Reason:
    """The lines that met and what else agrees.

    shares: part of the score that each feature makes. Codes and terms are for the reader's interface to put in words.
    """

    inquiry_line: str
    business_line: str
    business_kind: str
    business_language: str
    classes: list[str]
    needs_met: list[str]
    needs_unmet: list[str]
    shares: dict[str, float]


def reason_of(asked: Asked, index: Index, firm: int, line: int, shares: dict[str, float]) -> Reason:
    """Return the reason for one firm. firm, line: numbers in the index; line is -1 for a firm without lines."""
    facts = index.firms[firm]
    met, unmet = needs_met(asked.facts, facts)
    wanted = {dotted(code)[:2] for code in asked.facts.nace} | {code[:2] for code in asked.predicted}
    inquiry_line = ""
    if line >= 0:
        first, vectors = index.vectors_of(firm)
        single = asked.vectors[:-1] if len(asked.vectors) > 1 else asked.vectors  # the whole text would say too much
        inquiry_line = asked.lines[int(np.argmax(single @ vectors[line - first]))]
    return Reason(
        inquiry_line=inquiry_line,
        business_line=index.lines[line] if line >= 0 else "",
        business_kind=index.kinds[line] if line >= 0 else "",
        business_language=index.languages[line] if line >= 0 else "",
        classes=[code for code in facts.nace if dotted(code)[:2] in wanted],
        needs_met=met,
        needs_unmet=unmet,
        shares=shares,
    )
