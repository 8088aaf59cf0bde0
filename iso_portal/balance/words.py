"""Balance in the reader's language: one template for every community, in both directions (balance section 9)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.balance.domain.measures import NONE, OTHER, PREFER_NOT
from iso_portal.balance.domain.proposals import Lacking, Obstacle
from iso_portal.balance.models import Override
from iso_portal.core.formats import number, percent
from iso_portal.core.i18n import current_language
from iso_portal.core.scripts import sort_key
from iso_portal.vocabulary import queries as vocabulary

OVERRIDES = {
    Override.CONTINUITY: _l("Continuity with an earlier case"),
    Override.KNOWS_FIRM: _l("Knows the firm or the sector"),
    Override.TRAINING: _l("Training"),
    Override.NAMED_PERSON: _l("The investor asked for a named person"),
    Override.OVERLOAD: _l("Known overload"),
    Override.LANGUAGE: _l("Language"),
    Override.OTHER: _l("Other"),
}
OBSTACLES = {
    Obstacle.ABSENT: _l("absent now or within the next days"),
    Obstacle.TIE: _l("declared a tie"),
    Obstacle.NO_FTE: _l("takes no cases at present"),
}
LACKING = {
    Lacking.TWO_PEOPLE: _l("Fewer than two people are present."),
    Lacking.LANGUAGE: _l("Nobody who is present works in the language of the case."),
    Lacking.SKILL: _l("Nobody who is present has the skill of the sector."),
}
REASONS = {
    "not_collected": _l("declarations are not collected at present"),
    "few_cases": _l("too few cases"),
    "undeclared_work": _l("part of the work was led by colleagues who did not declare, which is their right"),
    "small_group": _l("too small a group"),
    "no_reference": _l("nothing to compare with"),
    "not_enough_evidence": _l("not enough evidence"),
}


def answers() -> list[tuple[str, str]]:
    """Return the answers of the declaration, communities sorted by the reader's language, all of the same weight."""
    language = current_language()
    named = [
        (one.code, one.names.in_language(language)) for one in vocabulary.communities() if one.applies_to != "firm"
    ]
    named = [pair for pair in named if pair[0] not in {OTHER, PREFER_NOT, NONE, "undisclosed"}]
    named.sort(key=lambda pair: (sort_key(pair[1], language), pair[0]))
    return [*named, (NONE, _("None")), (PREFER_NOT, _("Prefer not to say"))]


def community(code: str) -> str:
    """Return a community's name in the reader's language."""
    found = next((one for one in vocabulary.communities() if one.code == code), None)
    return found.names.in_language(current_language()) if found else code


def sorted_communities(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return figures by community in the order of the reader's alphabet."""
    return sorted(rows, key=lambda row: (sort_key(community(row["code"]), current_language()), row["code"]))


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
