"""Communities in the reader's language and order."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from iso_portal.balance.domain.measures import NONE, OTHER, PREFER_NOT
from iso_portal.core.i18n import current_language
from iso_portal.core.scripts import sort_key
from iso_portal.vocabulary import queries as vocabulary


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
