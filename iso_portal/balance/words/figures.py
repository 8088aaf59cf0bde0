"""Figures in words: one template for every community, in both directions (balance section 9)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.balance.words.communities import community
from iso_portal.core.formats import number, percent

REASONS = {
    "not_collected": _l("declarations are not collected at present"),
    "gate_expired": _l("the basis on which declarations were collected has ended"),
    "few_cases": _l("too few cases"),
    "undeclared_work": _l("part of the work was led by colleagues who did not declare, which is their right"),
    "small_group": _l("too small a group"),
    "no_test_possible": _l("too few people for any test"),
    "no_reference": _l("nothing to compare with"),
    "not_enough_evidence": _l("not enough evidence"),
}


def points(value: float) -> str:
    """Return a difference in points, without its sign."""
    return number(round(abs(value) * 100))


def share_sentence(code: str, figure: dict[str, Any]) -> str:
    """Return the sentence of a portfolio share; the same frame for every community and both directions."""
    if "why" in figure:
        return unstated(figure)
    words = {
        "community": community(code),
        "share": percent(figure["value"]),
        "expected": percent(figure["expected"]),
        "points": points(figure["difference"]),
    }
    if round(abs(figure["difference"]) * 100) == 0:
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
        return _("Cannot be stated: needs 20 cases; there are %(n)s.", n=number(figure["n"]))
    if figure["why"] == "undeclared_work" and figure.get("bounds"):
        low, high = (percent(bound) for bound in figure["bounds"])
        return _(
            "Part of the work was led by colleagues who did not declare. That is their right; the share lies between %(low)s and %(high)s and cannot be stated.",
            low=low,
            high=high,
        )
    return because(figure["why"])


def because(why: str) -> str:
    """Return the sentence that stands in the place of a figure."""
    return _("Cannot be stated: %(reason)s.", reason=REASONS[why])


def range_of(interval: list[float] | None) -> str:
    """Return an interval in words."""
    if not interval:
        return ""
    return _("%(low)s to %(high)s", low=percent(interval[0]), high=percent(interval[1]))


def where_sentence(figure: dict[str, Any]) -> str:
    """Return where a gap comes from; the parts add up to the total."""
    if "why" in figure:
        return unstated(figure)
    return _(
        "Of %(total)s points, %(structural)s come from who could take the cases (languages, skills, leave), %(rule)s from the proposals, %(choice)s from people's choices.",
        **{name: signed(figure[name]) for name in ("total", "structural", "rule", "choice")},
    )


def signed(value: float) -> str:
    """Return points with their sign; zero has none."""
    whole = round(value * 100)
    return ("−" if whole < 0 else "+" if whole > 0 else "") + number(abs(whole))


def within_sentence(figure: dict[str, Any]) -> str:
    """Return whether a figure lies within its agreed range, with the range and the number of cases."""
    if "why" in figure:
        return unstated(figure)
    if figure.get("within") == "yes" and figure.get("band"):
        low, high = (percent(limit) for limit in figure["band"])
        return _(
            "Within the agreed range of %(low)s to %(high)s, on %(n)s cases.", low=low, high=high, n=number(figure["n"])
        )
    return within_words(figure)


def within_words(figure: dict[str, Any]) -> str:
    """Return the same without any figure, as every officer reads it."""
    if "why" in figure:
        return because(figure["why"])
    if figure.get("within") == "yes":
        return _("Within the agreed range.")
    if figure.get("within") == "no":
        return _("Outside the agreed range.")
    if not figure.get("band"):
        return _("No range is agreed.")
    return because("not_enough_evidence")


def supply_sentence(structural: float) -> str:
    """Return that the choice of people who could lead was itself off."""
    if structural > 0:
        return _(
            "The choice of people who could lead was itself %(points)s points above the staff share. Look at languages, skills and leave.",
            points=points(structural),
        )
    return _(
        "The choice of people who could lead was itself %(points)s points below the staff share. Look at languages, skills and leave.",
        points=points(structural),
    )
