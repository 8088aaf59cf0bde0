"""Figures in words: one template for every community, in both directions (balance section 9)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.balance.words.communities import community
from iso_portal.core.formats import number, percent

REASONS = {
    "not_collected": _l("declarations are not collected at present"),
    "few_cases": _l("too few cases"),
    "undeclared_work": _l("part of the work was led by colleagues who did not declare, which is their right"),
    "small_group": _l("too small a group"),
    "no_reference": _l("nothing to compare with"),
    "not_enough_evidence": _l("not enough evidence"),
}


def share_sentence(code: str, figure: dict[str, Any]) -> str:
    """Return the sentence of a portfolio share; the same frame for every community and both directions."""
    if "why" in figure:
        return unstated(figure)
    points = round(abs(figure["difference"]) * 100)
    words = {
        "community": community(code),
        "share": percent(figure["share"]),
        "expected": percent(figure["expected"]),
        "points": number(points),
    }
    if points == 0:
        return _(
            "Community: %(community)s. Led %(share)s of the work by weight; from who could have led, %(expected)s was to be expected. No difference.",
            **words,
        )
    if figure["difference"] > 0:
        return _(
            "Community: %(community)s. Led %(share)s of the work by weight; from who could have led, %(expected)s was to be expected. Difference: %(points)s points above.",
            **words,
        )
    return _(
        "Community: %(community)s. Led %(share)s of the work by weight; from who could have led, %(expected)s was to be expected. Difference: %(points)s points below.",
        **words,
    )


def unstated(figure: dict[str, Any]) -> str:
    """Return why a figure cannot be stated, and what time will bring where that is known."""
    if figure["why"] == "few_cases":
        return _("Cannot be stated: needs 20 cases; there are %(n)s.", n=figure["n"])
    if figure["why"] == "undeclared_work" and figure.get("bounds"):
        low, high = (percent(bound) for bound in figure["bounds"])
        return _(
            "Part of the work was led by colleagues who did not declare. That is their right; the share lies between %(low)s and %(high)s and cannot be stated.",
            low=low,
            high=high,
        )
    return _("Cannot be stated: %(reason)s.", reason=REASONS[figure["why"]])


def range_of(interval: list[float] | None) -> str:
    """Return an interval in words."""
    if not interval:
        return ""
    return _("%(low)s to %(high)s", low=percent(interval[0]), high=percent(interval[1]))
