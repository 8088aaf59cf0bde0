"""The worked vectors of the balance spec as parameters, each also with the two communities exchanged."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from tests.conftest import SHARED_DATA

CLOSE = 1e-6
LETTERS = {"A": "S", "S": "A"}
LETTER = re.compile(r"(?<![A-Za-z])[AS](?![A-Za-z])")


@cache
def groups() -> dict[str, dict[str, Any]]:
    """Return the groups by their names; empty where the office's data is not at hand."""
    path = SHARED_DATA / "balance" / "vectors.json"
    if not path.exists():
        return {}
    return {group["id"]: group for group in json.loads(path.read_text(encoding="utf-8"))["groups"]}


def swapped(value: Any) -> Any:
    """Return a case with A and S exchanged, in values and in names such as p_A or ratio_S_over_A."""
    if isinstance(value, dict):
        return {_swapped(key): swapped(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [swapped(inner) for inner in value]
    return LETTERS.get(value, value) if isinstance(value, str) else value


def _swapped(name: str) -> str:
    return LETTER.sub(lambda found: LETTERS[found.group()], name.replace("_", " ")).replace(" ", "_")


def cases(name: str, *, swap: bool = True) -> pytest.MarkDecorator:
    """Return the mark that runs a test with each case of a group; swap: and with each case exchanged."""
    rows = []
    for number, case in enumerate(groups().get(name, {"cases": []})["cases"]):
        rows.append(pytest.param(case, id=f"{number}"))
        if swap:
            rows.append(pytest.param(swapped(case), id=f"{number}-swapped"))
    return pytest.mark.parametrize("case", rows)


def close(value: Any, tolerance: float = CLOSE) -> Any:
    """Return a value to compare with, to the tolerance of the vectors."""
    return None if value is None else pytest.approx(value, abs=tolerance)


def other(letter: str) -> str:
    """Return the other of the two."""
    return LETTERS[letter]
