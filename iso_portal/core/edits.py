"""Two people edit one thing: the second to save loses nothing and overwrites nothing unasked.

A form carries what it was filled with. When somebody else saved meanwhile, each field has three values: the common
base, mine and theirs. Changes to different fields merge without a question; for the rest the page shows both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """One field that both changed, to different values."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, kw_only=True)
class Merge:
    """The values to save (mine where both changed) and the fields somebody must choose."""

    values: dict[str, Any]
    conflicts: tuple[Conflict, ...]


def merge(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """Merge field by field; keys of `mine` decide which fields there are."""
    values: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for name, my_value in mine.items():
        base_value, their_value = base.get(name), theirs.get(name)
        if my_value == base_value:
            values[name] = their_value
            continue
        values[name] = my_value
        if their_value not in (base_value, my_value):
            conflicts.append(Conflict(field=name, base=base_value, mine=my_value, theirs=their_value))
    return Merge(values=values, conflicts=tuple(conflicts))


def pack(values: Mapping[str, Any]) -> str:
    """Write a form's values down for a hidden field; only JSON values (text, numbers, lists, true, false, null)."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def unpack(text: str | None) -> dict[str, Any]:
    """Read what pack() wrote; anything else, from a broken or foreign form, counts as an empty base."""
    try:
        values = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
