"""Communities in the reader's language and order."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from iso_portal.balance.domain.measures import NONE, OTHER, PREFER_NOT
from iso_portal.balance.domain.sealing import Answer
from iso_portal.core.i18n import current_language
from iso_portal.core.scripts import sort_key
from iso_portal.vocabulary import queries as vocabulary

MIXED = "mixed"
NOT_NAMED = frozenset({OTHER, PREFER_NOT, NONE, MIXED, "undisclosed"})


def answers() -> list[tuple[str, str]]:
    """Return the answers of the declaration, communities sorted by the reader's language, all of the same weight."""
    return [*communities(), (NONE, _("None")), (PREFER_NOT, _("Prefer not to say"))]


def answers_of_firm() -> list[tuple[str, str]]:
    """Return the answers for the owners of a firm; mixed ownership is one of its own."""
    return [*communities(), (MIXED, community(MIXED)), (NONE, _("None")), (PREFER_NOT, _("Prefer not to say"))]


def communities() -> list[tuple[str, str]]:
    """Return the communities by code and name, in the order of the reader's alphabet."""
    return named([one.code for one in vocabulary.communities() if one.code not in NOT_NAMED])


def named(codes: Collection[str]) -> list[tuple[str, str]]:
    """Return these communities by code and name, in the order of the reader's alphabet."""
    language = current_language()
    pairs = [(code, community(code)) for code in codes]
    return sorted(pairs, key=lambda pair: (sort_key(pair[1], language), pair[0]))


def answer_words(answer: Answer) -> str:
    """Return what an answer says, its communities in the order of the reader's alphabet."""
    if not answer.codes:
        return _("Prefer not to say")
    said = [name for _code, name in named([code for code in answer.codes if code not in {OTHER, NONE}])]
    if NONE in answer.codes:
        said.append(_("None"))
    return ", ".join(said)


def community(code: str) -> str:
    """Return a community's name in the reader's language."""
    found = next((one for one in vocabulary.communities() if one.code == code), None)
    return found.names.in_language(current_language()) if found else code


def sorted_communities(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return figures by community in the order of the reader's alphabet."""
    return sorted(rows, key=lambda row: (sort_key(community(row["code"]), current_language()), row["code"]))
