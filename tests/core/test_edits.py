"""Two editors: different fields merge, the same field is a question, nothing is lost (casework K8)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from iso_portal.core.edits import Conflict, merge, pack, unpack

VALUES = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "x", "y", "z"]), min_size=4, max_size=4)


def test_edits_of_different_fields_merge_without_a_question() -> None:
    merged = merge({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    assert merged.values == {"a": 2, "b": 3}
    assert merged.conflicts == ()


def test_edits_of_one_field_are_asked_about_with_all_three_texts() -> None:
    merged = merge({"a": "old"}, {"a": "mine"}, {"a": "theirs"})
    assert merged.conflicts == (Conflict(field="a", base="old", mine="mine", theirs="theirs"),)
    assert merged.values == {"a": "mine"}


def test_the_same_edit_twice_is_no_conflict() -> None:
    assert merge({"a": "old"}, {"a": "new"}, {"a": "new"}).conflicts == ()


@given(VALUES, VALUES, VALUES)
def test_no_change_disappears_silently(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    merged = merge(base, mine, theirs)
    asked = {conflict.field for conflict in merged.conflicts}
    for name, value in mine.items():
        if value != base[name]:
            assert merged.values[name] == value
        if theirs[name] != base[name] and name not in asked:
            assert merged.values[name] == theirs[name]


def test_a_broken_base_counts_as_empty() -> None:
    assert unpack(pack({"a": ["ë", "ш"]})) == {"a": ["ë", "ш"]}
    for broken in (None, "", "{", "[1]", "[" * 100_000):
        assert unpack(broken) == {}
