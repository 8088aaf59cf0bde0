"""What an inquiry and a firm have in common, as numbers: one row of features a pair, nothing about people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matching.asked import Asked
from matching.facts import (
    BusinessFacts,
    capacity_fits,
    certifications_held,
    needs_met,
    shared_depth,
    site_fits,
    suits,
    wished,
)
from matching.found import Found
from matching.labels import dotted

# In the order of the columns. None is about people, a script or the language of a text.
FEATURES = (
    "best_line",
    "three_lines",
    "bridge",
    "shared_class",
    "lexical",
    "needs",
    "project",
    "wish",
    "capacity",
    "certifications",
    "site",
    "languages",
    "export_market",
    "municipality",
    "freshness",
    "completeness",
)


# Two lines of one language are closer than a line and the translation of the other: by a quarter, measured on the trade's
# words against the names of their classes (.75) and on names of divisions against names of classes (.78). Without this a
# firm would come first because it writes in the investor's language.
SAME_TONGUE = 0.77


def evened(found: Found, own: NDArray[np.bool_]) -> Found:
    """Return what was found with closeness of lines taken down where both are of one language.

    own: for each candidate, whether its best line is of the inquiry's language. This evens languages out; which one a
    firm writes in is no feature.
    """
    factor = np.where(own, SAME_TONGUE, 1.0).astype(np.float32)
    return replace(found, best=found.best * factor, three=found.three * factor)


class PairFeatures:
    """Rows of FEATURES for an inquiry and its candidates, each number from 0 to about 1."""

    def transform(self, asked: Asked, found: Found, firms: Sequence[BusinessFacts]) -> NDArray[np.float64]:
        """Return shape (candidates, features). firms: the facts of found.firms, in that order."""
        wanted = [dotted(code) for code in asked.facts.nace]
        if not len(firms):
            return np.zeros((0, len(FEATURES)))
        told = np.array([_told(asked, wanted, firm) for firm in firms], np.float64)
        text = (found.best, found.three, found.bridge)
        return np.column_stack([*(np.maximum(values, 0.0) for values in text), told[:, 0], found.lexical, told[:, 1:]])


def _told(asked: Asked, wanted: list[str], firm: BusinessFacts) -> tuple[float, ...]:
    """Return what codes and terms say: shared_class, then needs to completeness."""
    inquiry = asked.facts
    met, unmet = needs_met(inquiry, firm)
    return (
        shared_depth(wanted, [dotted(code) for code in firm.nace]),
        len(met) / max(len(met) + len(unmet), 1),
        float(suits(inquiry, firm)),
        wished(inquiry, firm),
        capacity_fits(inquiry, firm),
        certifications_held(inquiry, firm),
        site_fits(inquiry, firm),
        float(bool(inquiry.languages & firm.languages)),
        float(inquiry.country in firm.export_markets),
        float(firm.municipality in inquiry.municipalities),
        firm.freshness,
        firm.completeness,
    )
