"""Candidates for an inquiry and how their texts met it, before any other feature."""

from __future__ import annotations

from dataclasses import dataclass

from matching.search import Numbers, Scores


@dataclass(frozen=True, kw_only=True)
class Found:
    """Candidates for an inquiry, a place in each array for each.

    firms: their numbers in the index, ascending; best: of their best line; three: mean of their three best lines;
    line: number of the best line in the index, -1 without lines; bridge: of their best class; lexical: of their words.
    """

    firms: Numbers
    best: Scores
    three: Scores
    line: Numbers
    bridge: Scores
    lexical: Scores

    def taken(self, places: Numbers) -> Found:
        """Return the candidates at these places of the arrays."""
        return Found(**{name: values[places] for name, values in vars(self).items()})
