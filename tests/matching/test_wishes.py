"""What firms do not want to hear of is a hard rule: named, in both directions, and never on what is unknown (MA1, MA7)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching import BusinessFacts, Index, InquiryFacts, Line, Recommender
from matching.facts import BANDS, refused_for, refuses, vetoed_codes
from matching.published import IndexFolder

ASKED = InquiryFacts(
    key="i",
    text="We need welded steel structures.",
    language="en",
    nace=("25.11",),
    project_type="joint_venture",
    country="DE",
    band="1-5m",
    day="2026-11-25",
)
FIRM = BusinessFacts(
    key="steel", lines=(Line(text="konstruksione çeliku të salduara", language="sq"),), nace=("25.11",)
)
OTHER = BusinessFacts(key="wood", lines=(Line(text="дрвена врата и прозори", language="sr_cyrl"),), nace=("16.23",))
WISHES: list[tuple[str, dict[str, Any]]] = [
    ("project", {"vetoes": frozenset({"acquisition", "joint_venture"})}),
    ("country", {"vetoes": frozenset({"DE"})}),
    ("sector", {"vetoes": frozenset({"25"})}),
    ("sector", {"vetoes": frozenset({"25.11"})}),
    ("capacity", {"largest": "0.5-1m"}),
    ("busy", {"busy_until": "2026-11-26"}),
]


@pytest.mark.parametrize(("rule", "wish"), WISHES)
def test_each_rule_is_named(rule: str, wish: dict[str, Any]) -> None:
    assert refused_for(replace(FIRM, **wish), ASKED) == rule
    assert refuses(replace(FIRM, **wish), ASKED)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"vetoes": frozenset({"greenfield", "AT", "16", "25.62"})},
        {"vetoes": frozenset({"52", "11"})},
        {"largest": "1-5m"},
        {"largest": ">10m"},
        {"busy_until": "2026-11-25"},
        {"busy_until": "2025-12-31"},
    ],
)
def test_what_an_inquiry_does_not_meet_refuses_nothing(wish: dict[str, Any]) -> None:
    assert refused_for(replace(FIRM, **wish), ASKED) is None


@pytest.mark.parametrize(
    ("unknown", "wish"),
    [
        ({"project_type": ""}, {"vetoes": frozenset({"joint_venture", ""})}),
        ({"country": ""}, {"vetoes": frozenset({"DE", ""})}),
        ({"nace": ()}, {"vetoes": frozenset({"25", ""})}),
        ({"band": None}, {"largest": "<100k"}),
        ({"band": "undecided"}, {"largest": "<100k"}),
        ({"day": ""}, {"busy_until": "2099-01-01"}),
        ({}, {"largest": "unheard of"}),
    ],
)
def test_what_is_unknown_refuses_nothing(unknown: dict[str, Any], wish: dict[str, Any]) -> None:
    assert refused_for(replace(FIRM, **wish), replace(ASKED, **unknown)) is None


def test_a_division_holds_its_groups_and_classes() -> None:
    assert vetoed_codes(["16", "25", "25.6", "62.01"], ["25.62", "25", "62"]) == ["25", "25.6"]


def test_a_larger_investment_is_refused_for_every_pair_of_bands() -> None:
    order = list(BANDS)
    refused = {
        (largest, band)
        for largest in order
        for band in order
        if refused_for(replace(FIRM, largest=largest), replace(ASKED, band=band))
    }
    assert refused == {(one, other) for place, one in enumerate(order) for other in order[place + 1 :]}


@pytest.fixture(scope="module")
def willing(recommender: Recommender) -> Index:
    return recommender.index([FIRM, OTHER])


@pytest.mark.parametrize(("_rule", "wish"), WISHES)
def test_the_firm_is_left_out_in_both_directions(
    recommender: Recommender, willing: Index, _rule: str, wish: dict[str, Any]
) -> None:
    firm = replace(FIRM, **wish)
    index = recommender.index([firm, OTHER])
    assert recommender.suggest(ASKED, willing).suggestions[0].key == "steel"
    assert [one.key for one in recommender.suggest(ASKED, index).suggestions] == ["wood"]
    assert [one.key for one in recommender.suggest_inquiries(FIRM, [ASKED], index=willing)] == ["i"]
    assert recommender.suggest_inquiries(firm, [ASKED], index=index) == []
    assert recommender.suggest_inquiries(firm, [ASKED]) == []


@pytest.mark.parametrize(("rule", "wish"), WISHES)
def test_the_rule_survives_an_index_that_is_written_to_a_folder(
    recommender: Recommender, tmp_path: Path, rule: str, wish: dict[str, Any]
) -> None:
    firms = [replace(FIRM, **wish), OTHER]
    vectors = recommender.encode([line.text for firm in firms for line in firm.lines]).astype(np.float32)
    folder = IndexFolder(tmp_path, recommender.encoder_.name)
    folder.build(firms, lambda: vectors, centerer=recommender.centerer_, bridge=recommender.bridge_)
    index, _noted = folder.open(folder.current() or "")
    (read,) = [firm for firm in index.firms if firm.key == "steel"]
    assert (read.vetoes, read.largest, read.busy_until) == (firms[0].vetoes, firms[0].largest, firms[0].busy_until)
    assert refused_for(read, ASKED) == rule
    assert [one.key for one in recommender.suggest(ASKED, index).suggestions] == ["wood"]
