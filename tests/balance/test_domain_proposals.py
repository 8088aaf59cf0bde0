"""Proposals as pure functions: order, exceptions, starting points, joint + ledgers (balance A1-A4, A7, A8)."""

from __future__ import annotations

import ast
import random
import re
import time
from dataclasses import fields, replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from iso_portal.balance.domain import choices, ledgers, pair_facts, proposals
from iso_portal.balance.domain.choices import Kind
from iso_portal.balance.domain.ledgers import Booking, Ledgers, Steering, propose_jointly
from iso_portal.balance.domain.pair_facts import Condition
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, Lacking, Obstacle, Way, WayKind, propose
from tests.balance.vectors import cases, close

MONDAY = date(2026, 3, 2)


def colleague(key: str, languages: str = "sq sr en", sections: str = "C", **state: Any) -> Colleague:
    given = {"fte": 1.0, "booked": 0.0, "open": 0.0, "led": 0.0, **state}
    return Colleague(key=key, languages=frozenset(languages.split()), sections=frozenset(sections.split()), **given)


def need(language: str = "en", section: str = "C", weight: float = 1.0) -> CaseNeed:
    return CaseNeed(key="case", language=language, section=section, weight=weight)


def office(people: int = 40, seed: int = 1) -> list[Colleague]:
    draw = random.Random(seed)
    return [
        colleague(
            f"p{i}",
            "sq sr en de",
            "A C",
            fte=draw.choice([0.5, 0.8, 1.0]),
            booked=draw.uniform(0, 30),
            open=draw.uniform(0, 9),
            led=draw.uniform(0, 30),
        )
        for i in range(people)
    ]


@cases("assignment_cost")
def test_costs_and_order_of_pairs(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]["ranked"]
    staff = [
        colleague(
            one["id"],
            " ".join(one["languages"]),
            " ".join(one["skills"]),
            booked=one["C"],
            open=one["O"],
            led=one["lead"],
        )
        for one in given["people"]
    ]
    asked = need(given["case_language"], given["sector"], given["weight"])
    if case["name"] == "language-paired":
        found = propose(asked, staff)
        means = pair_facts.office_means(staff)
        assert (means.booked, means.led) == close((case["expect"]["mean_C"], case["expect"]["mean_lead"]))
        for pair, row in zip(found.pairs, wanted, strict=True):
            assert (pair.load, pair.open, pair.leading) == close((row["load"], row["open"], row["lead_work"]))
    else:
        steering = Steering(
            targets=given["target"],
            ledgers=Ledgers(
                count=given["ledger"],
                weighted=given["ledger_weighted"],
                sector={(g, given["sector"]): value for g, value in given["ledger_sector"].items()},
            ),
            joint_weight=given["joint_weight"],
        )
        codes = {one["id"]: [one["com"]] for one in given["people"]}
        found = propose_jointly(asked, staff, codes, steering)
        for row in wanted:
            assert ledgers.ledger_costs(asked, [codes[row["lead"]]], steering)[0] == close(row["ledgers"])
    assert [(pair.lead.key, pair.co_lead.key) for pair in found.pairs] == [(r["lead"], r["co_lead"]) for r in wanted]
    assert [pair.cost for pair in found.pairs] == close([row["cost"] for row in wanted])


def test_no_type_of_the_language_paired_rule_has_a_field_for_a_community() -> None:
    names = {field.name for kind in (Colleague, CaseNeed, proposals.Proposal) for field in fields(kind)}
    names |= set(proposals.Pair._fields)
    assert not [name for name in names if any(word in name for word in ("communit", "declared", "code", "joint"))]


def test_the_first_three_are_of_other_people_unless_nothing_else_exists() -> None:
    first = propose(need(), office(5)).first
    assert len({frozenset((pair.lead.key, pair.co_lead.key)) for pair in first}) == 3
    two = propose(need(), [colleague("a"), colleague("b")])
    assert [(pair.lead.key, pair.co_lead.key) for pair in two.first] == [
        (pair.lead.key, pair.co_lead.key) for pair in two.pairs
    ]
    assert len(two.first) == 2
    three = propose(need(), [colleague("a"), colleague("b"), colleague("c", fte=0.0)])
    assert len(three.first) == 2


def test_the_first_three_stand_in_the_order_of_their_costs() -> None:
    found = propose(need(), office(6))
    assert list(found.first) == sorted(found.first, key=found.pairs.index)
    assert found.first[0] == found.pairs[0]


def test_the_order_of_the_staff_list_changes_nothing() -> None:
    staff = office(8)
    wanted = propose(need(), staff)
    for seed in range(5):
        shuffled = random.Random(seed).sample(staff, len(staff))
        assert propose(need(), shuffled).pairs == wanted.pairs


def test_equal_costs_are_ordered_by_a_hash_and_not_by_a_name() -> None:
    staff = [colleague(key) for key in "abcdef"]
    orders = {
        tuple((p.lead.key, p.co_lead.key) for p in propose(replace(need(), key=f"case {i}"), staff).pairs)
        for i in range(5)
    }
    assert len(orders) == 5
    pairs = propose(need(), staff).pairs
    keys = [proposals.tie_breaker("case", pair.lead.key, pair.co_lead.key) for pair in pairs]
    assert keys == sorted(keys)


def test_costs_within_a_billionth_count_as_equal() -> None:
    order = proposals.in_order(proposals.np.array([1.0, 1.0 + 5e-10, 2.0, 1.0 - 5e-10]), lambda place: "dcba"[place])
    assert order == [3, 1, 0, 2]
    assert proposals.in_order(proposals.np.array([3.0, 1.0, 2.0]), str) == [1, 2, 0]


def test_the_same_people_are_offered_as_by_trying_every_pair() -> None:
    staff = [
        colleague("a", "sq en", "C"),
        colleague("b", "sr en", "A"),
        colleague("c", "sq sr", "A", obstacle=Obstacle.TIE),
        colleague("d", "sr de", "C", obstacle=Obstacle.ABSENT),
        colleague("e", "sq sr", "", fte=0.5),
        colleague("f", "sq sr en", "C", fte=0.0),
    ]
    able = [one for one in staff if one.obstacle is None and one.fte]
    wanted = {
        (i.key, j.key)
        for i, j in permutations(able, 2)
        if "en" in i.languages | j.languages
        and "C" in i.sections | j.sections
        and {"sq", "sr"} <= i.languages | j.languages
    }
    found = propose(need(), staff)
    assert {(pair.lead.key, pair.co_lead.key) for pair in found.pairs} == wanted
    assert found.choice_set() == {"a": 2, "b": 1, "e": 1}
    for i, j in permutations([*staff, colleague("g")], 2):
        fits = pair_facts.why_not(need(), staff, i.key, j.key, both_languages=True) is None
        assert fits is ((i.key, j.key) in wanted)


def test_nobody_with_the_language_before_a_day_is_said_with_who_is_back_when() -> None:
    staff = [
        colleague("a"),
        colleague("b"),
        colleague("t", "tr", obstacle=Obstacle.ABSENT, back_on=date(2026, 3, 3)),
        colleague("u", "tr", obstacle=Obstacle.ABSENT, back_on=date(2026, 4, 1)),
        colleague("v", "tr", obstacle=Obstacle.TIE),
    ]
    found = propose(need("tr"), staff)
    assert (found.pairs, found.lacking, found.relaxed) == ((), (Lacking.LANGUAGE,), False)
    (missing,) = found.missing
    assert (missing.wanted, missing.until, missing.tied) == (("tr",), date(2026, 3, 3), ("v",))
    assert missing.away == (("t", date(2026, 3, 3)), ("u", date(2026, 4, 1)))
    assert found.ways == (Way(kind=WayKind.WAIT, until=date(2026, 3, 3), keys=("t",)), Way(kind=WayKind.BORROW))


def test_who_is_away_stands_in_the_order_of_return_and_unknown_days_last() -> None:
    days = {"a": None, "b": date(2026, 4, 1), "c": date(2026, 3, 3)}
    staff = [colleague(key, "tr", obstacle=Obstacle.ABSENT, back_on=day) for key, day in days.items()]
    (missing,) = propose(need("tr"), [*staff, colleague("x"), colleague("y")]).missing
    assert [key for key, _day in missing.away] == ["c", "b", "a"]
    assert missing.until == date(2026, 3, 3)


def test_who_takes_no_cases_is_not_counted_in_the_office() -> None:
    staff = [colleague("a", booked=4.0), colleague("b", booked=2.0), colleague("none", fte=0.0, booked=0.5)]
    pair = propose(need(), staff).pairs[0]
    assert pair_facts.effect(need(), pair, staff).before == 2.0
    assert pair_facts.office_means(staff).booked == 3.0


def test_a_skill_that_only_tied_people_have_cannot_be_waited_for() -> None:
    staff = [colleague("a"), colleague("b"), *(colleague(key, sections="J", obstacle=Obstacle.TIE) for key in "xy")]
    found = propose(need(section="J"), staff)
    assert found.lacking == (Lacking.SKILL,)
    assert (found.missing[0].tied, found.missing[0].until) == (("x", "y"), None)
    assert [way.kind for way in found.ways] == [WayKind.BORROW]


def test_one_person_is_no_team_and_an_empty_office_says_what_is_missing() -> None:
    away = colleague("b", obstacle=Obstacle.ABSENT, back_on=MONDAY)
    found = propose(need(), [colleague("a"), away])
    assert found.lacking == (Lacking.TWO_PEOPLE,)
    assert found.missing[0].until == MONDAY
    assert propose(need(), []).lacking == (Lacking.TWO_PEOPLE, Lacking.LANGUAGE, Lacking.SKILL)
    both = [
        replace(colleague(key), obstacle=Obstacle.ABSENT, back_on=day)
        for key, day in (("a", MONDAY), ("b", date(2026, 3, 9)))
    ]
    assert propose(need(), both).missing[0].until == date(2026, 3, 9)
    assert propose(need(), both).ways[0] == Way(kind=WayKind.WAIT, until=date(2026, 3, 9), keys=("b",))


def test_pairs_without_both_office_languages_are_marked_and_never_silent() -> None:
    away = colleague("c", "sr", obstacle=Obstacle.ABSENT, back_on=MONDAY)
    found = propose(need(), [colleague("a", "sq en"), colleague("b", "sq en"), away])
    assert found.relaxed
    assert not any(pair.paired for pair in found.pairs)
    assert (found.lacking, found.missing[0].what, found.missing[0].wanted) == ((), Lacking.OFFICE_LANGUAGES, ("sr",))
    assert [way.kind for way in found.ways] == [WayKind.WAIT, WayKind.WAIVE_LANGUAGES, WayKind.BORROW]
    assert choices.kind_of(found, "a", "b") is Kind.WAIVED
    assert choices.override_errors(Kind.WAIVED, code=None, text=" ") == {"code": "no_code", "text": "no_text"}
    complete = propose(need(), [colleague("a"), colleague("b")])
    assert (complete.missing, complete.ways) == ((), ())


def test_a_joiner_starts_at_the_means_and_who_returns_is_raised_to_them() -> None:
    staff = [
        colleague("a", booked=10.0, led=8.0),
        colleague("b", booked=2.0, led=9.0),
        colleague("new", open=1.0),
        colleague("none", fte=0.0, booked=99.0),
    ]
    found = {one.key: one for one in pair_facts.started(staff, joiners={"new"}, returned={"b"})}
    assert (found["new"].booked, found["new"].led, found["new"].open) == (6.0, 8.5, 1.0)
    assert (found["b"].booked, found["b"].led) == (6.0, 9.0)
    assert found["a"] == staff[0]
    assert pair_facts.is_long_absence(date(2026, 1, 1), date(2026, 1, 29))
    assert not pair_facts.is_long_absence(date(2026, 1, 1), date(2026, 1, 28))


def test_what_a_pair_changes_for_both_and_for_the_office() -> None:
    staff = [colleague("a", booked=4.0, open=1.0), colleague("b", booked=2.0, fte=0.5), colleague("c", booked=3.0)]
    found = propose(need(weight=2.0), staff)
    pair = found.pair("b", "c")
    assert pair is not None
    changes = pair_facts.change(need(weight=2.0), pair)
    assert (changes["b"].after.booked, changes["b"].after.open, changes["b"].after.led) == pytest.approx(
        (4.6, 2.6, 4.0)
    )
    assert (changes["c"].after.booked, changes["c"].after.led) == pytest.approx((3.7, 0.0))
    effect = pair_facts.effect(need(weight=2.0), pair, staff)
    assert (effect.before, effect.after) == pytest.approx((2.0, 4.6 / 3.7))
    fresh = [colleague("a"), colleague("b")]
    assert pair_facts.effect(need(), propose(need(), fresh).pairs[0], fresh).before is None
    covers = pair_facts.covers(need(), pair)
    assert (covers.language, covers.skill, covers.lacks) == (("b", "c"), ("b", "c"), ())


@pytest.mark.parametrize(
    ("lead", "co_lead", "condition"),
    [
        ("a", "a", Condition.SAME_PERSON),
        ("a", "nobody", Condition.UNKNOWN),
        ("a", "zero", Condition.NO_FTE),
        ("away", "tied", Condition.TIE),
        ("a", "away", Condition.ABSENT),
        ("de", "sr", Condition.LANGUAGE),
        ("a", "other", Condition.SKILL),
        ("a", "en", Condition.OFFICE_LANGUAGES),
        ("a", "sr", None),
    ],
)
def test_why_a_pair_is_not_possible(lead: str, co_lead: str, condition: Condition | None) -> None:
    staff = [
        colleague("a", "sq en", ""),
        colleague("zero", fte=0.0),
        colleague("tied", obstacle=Obstacle.TIE),
        colleague("away", obstacle=Obstacle.ABSENT),
        colleague("de", "de"),
        colleague("sr", "sr"),
        colleague("en", "en"),
        colleague("other", sections="A"),
    ]
    assert pair_facts.why_not(need(), staff, lead, co_lead, both_languages=True) is condition


def test_joint_mode_does_not_demand_both_languages_and_names_what_a_team_lacks() -> None:
    staff = [colleague("a", "sq en"), colleague("b", "sq en"), colleague("c", "sr en")]
    codes = {"a": ["albanian"], "b": ["albanian"], "c": ["serb"]}
    found = propose_jointly(
        need(), staff, codes, Steering(targets={"albanian": 2 / 3, "serb": 1 / 3}, joint_weight=0.0)
    )
    assert (len(found.pairs), found.relaxed) == (6, False)
    pair = found.pair("a", "b")
    assert pair is not None
    assert pair_facts.covers(need(), pair).lacks == ("sr",)


def test_a_joint_weight_of_zero_without_targets_leaves_the_order_of_work_alone() -> None:
    staff = office(6)
    codes = {one.key: ["albanian" if i % 2 else "serb"] for i, one in enumerate(staff)}
    alone = propose_jointly(need(), staff, {}, Steering(targets={}))
    with_codes = propose_jointly(need(), staff, codes, Steering(targets={}, joint_weight=0.0))
    assert [p[:2] for p in alone.pairs] == [p[:2] for p in with_codes.pairs]


def test_a_larger_joint_weight_brings_joint_pairs_forward_and_forbids_none() -> None:
    staff = [colleague(key, booked=float(i)) for i, key in enumerate("abcd")]
    codes = {"a": ["albanian"], "b": ["albanian"], "c": ["serb"], "d": []}
    found = propose_jointly(need(), staff, codes, Steering(targets={}, joint_weight=100.0))
    assert len(found.pairs) == 12
    joint = [{pair.lead.key, pair.co_lead.key} in ({"a", "c"}, {"b", "c"}) for pair in found.pairs]
    assert joint == sorted(joint, reverse=True)
    assert sum(joint) == 4


def test_who_did_not_declare_moves_no_ledger() -> None:
    targets = {"albanian": 0.5, "serb": 0.5}
    found = ledgers.ledgers(
        [Booking(lead=[], weight=3, sector="C"), Booking(lead=["none"], weight=2, sector="C")], targets
    )
    assert found.count == {"albanian": -0.5, "serb": -0.5}
    assert found.weighted == {"albanian": -1.0, "serb": -1.0}
    assert ledgers.ledger_costs(need(), [[]], Steering(targets=targets, ledgers=found))[0] == 0


def test_ledgers_aim_at_the_middle_of_the_range_or_at_the_staff_share() -> None:
    found = ledgers.steering_targets({"albanian": (0.4, 0.7)}, {"albanian": 0.6, "serb": 0.4, "bosniak": None})
    assert found == pytest.approx({"albanian": 0.55, "serb": 0.4})


@pytest.mark.parametrize("joint", [False, True])
def test_forty_people_are_ranked_within_ten_milliseconds(joint: bool) -> None:
    staff = office(40)
    codes = {one.key: ["albanian" if i % 2 else "serb"] for i, one in enumerate(staff)}
    steering = Steering(targets={"albanian": 0.5, "serb": 0.5})
    times = []
    for _ in range(15):
        begun = time.perf_counter()
        found = propose_jointly(need(), staff, codes, steering) if joint else propose(need(), staff)
        times.append(time.perf_counter() - begun)
    assert len(found.pairs) == 1560
    assert min(times) < 0.010


def test_choosing_one_of_three_is_a_choice_and_any_other_pair_an_override() -> None:
    found = propose(need(), office(6))
    for place, kind in ((0, Kind.FIRST), (found.pairs.index(found.first[1]), Kind.AMONG_FIRST), (-1, Kind.OVERRIDE)):
        assert choices.kind_of(found, found.pairs[place].lead.key, found.pairs[place].co_lead.key) is kind
    assert choices.kind_of(found, "nobody", "p1") is None
    assert choices.override_errors(Kind.FIRST, code=None, text="") == {}
    assert choices.override_errors(Kind.OVERRIDE, code="training", text="first case in wood") == {}
    assert choices.needs_confirmation(Kind.OVERRIDE, 2.0)
    assert not choices.needs_confirmation(Kind.OVERRIDE, 1.5)
    assert not choices.needs_confirmation(Kind.AMONG_FIRST, 6.0)
    assert choices.override_rate([Kind.FIRST, Kind.OVERRIDE]).rate == 0.5
    assert choices.override_rate([]).rate is None


@pytest.mark.parametrize(
    ("confirmed_by", "wing", "error"),
    [("me", "sr", "same_person"), ("you", "sq", "same_wing"), ("you", "", "no_wing"), ("you", "sr", None)],
)
def test_a_large_override_is_confirmed_by_somebody_else_of_the_other_wing(
    confirmed_by: str, wing: str, error: str | None
) -> None:
    found = choices.confirmation_error(by="me", by_wing="sq", confirmed_by=confirmed_by, confirming_wing=wing)
    assert found == error


def test_a_later_weight_counts_for_open_load_alone_and_is_a_half_point() -> None:
    assert choices.open_weight(2.0, None) == 2.0
    assert choices.open_weight(2.0, 3.5) == 3.5
    assert [w for w in (0, 0.5, 0.7, 3, 6, 6.5, float("nan")) if choices.is_weight(w)] == [0.5, 3, 6]
    with pytest.raises(ValueError, match="later"):
        choices.open_weight(2.0, 7)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: propose(need(weight=0.0), []), "weight"),
        (lambda: propose(need(weight=6.5), []), "weight"),
        (lambda: propose(need(weight=float("nan")), []), "weight"),
        (lambda: propose(need(), [colleague("a", fte=float("nan"))]), "fte"),
        (lambda: propose(need(), [colleague("a", booked=float("nan"))]), "booked"),
        (lambda: propose_jointly(need(), [], {}, Steering(targets={}, joint_weight=101)), "joint_weight"),
        (lambda: propose_jointly(need(), office(3), {"p1": ["a"]}, Steering(targets={"a": 1.5})), "target"),
        (lambda: ledgers.ledgers([Booking(lead=["a"], weight=7, sector="C")], {"a": 0.5}), "weight"),
        (lambda: pair_facts.is_long_absence(date(2026, 2, 1), date(2026, 1, 1)), "last_day"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        call()


def test_exchanging_two_communities_leaves_the_order_of_pairs_as_it_is() -> None:
    staff = office(7)
    codes = {one.key: [["albanian"], ["serb"], ["albanian", "serb"], []][i % 4] for i, one in enumerate(staff)}
    exchanged = {key: [{"albanian": "serb", "serb": "albanian"}[code] for code in row] for key, row in codes.items()}
    past = [Booking(lead=row, weight=1.5, sector="C") for row in codes.values()]
    mirrored = [Booking(lead=row, weight=1.5, sector="C") for row in exchanged.values()]
    one, two = {"albanian": 0.6, "serb": 0.4}, {"albanian": 0.4, "serb": 0.6}
    first = propose_jointly(need(), staff, codes, Steering(targets=one, ledgers=ledgers.ledgers(past, one)))
    second = propose_jointly(need(), staff, exchanged, Steering(targets=two, ledgers=ledgers.ledgers(mirrored, two)))
    assert [pair[:2] for pair in first.pairs] == [pair[:2] for pair in second.pairs]


@pytest.mark.parametrize("module", [proposals, pair_facts])
def test_the_language_paired_rule_names_no_community_and_reaches_no_module_that_does(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    told = re.compile(r"communit|declar|vault|ethn|wing|ledger", re.IGNORECASE)
    assert not [name for name in names if told.search(name)]
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    own = {name for name in imported if name.startswith("iso_portal")}
    assert own <= {"iso_portal.balance.domain.proposals"}
