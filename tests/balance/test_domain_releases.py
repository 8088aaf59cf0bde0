"""What may leave the office: vectors of the audit, and attacks on tables (balance BR1-BR4)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from iso_portal.balance.domain import releases, suppression
from iso_portal.balance.domain.releases import Subject
from iso_portal.balance.domain.suppression import Published, Table
from tests.balance.vectors import cases, close


def table(counts: list[list[int]], name: str = "t") -> Table:
    return Table(
        name=name,
        rows=tuple(f"r{i}" for i in range(len(counts))),
        columns=tuple(f"c{j}" for j in range(len(counts[0]))),
        counts=tuple(map(tuple, counts)),
    )


def places(cells: dict[str, Any]) -> dict[tuple[int, int], tuple[float, float]]:
    return {tuple(map(int, key.split(","))): tuple(value) for key, value in cells.items()}  # type: ignore[misc]


@cases("hidden_cell_attack", swap=False)
def test_what_exact_totals_tell_about_hidden_cells(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    source, hidden = table(given["table"]), [tuple(place) for place in given["hidden"]]
    if "interval_of_0_1" in wanted:
        for extra, interval in places(wanted["interval_of_0_1"]).items():
            assert suppression.hidden_intervals(source, [*hidden, extra])[0, 1] == interval
        return
    found = suppression.hidden_intervals(source, hidden)
    for place, interval in places(wanted["intervals"]).items():
        assert found[place] == interval


@cases("ten_five_audit", swap=False)
def test_the_audit_of_a_rounded_table(case: dict[str, Any]) -> None:
    wanted = case["expect"]
    source = table(case["input"]["table"])
    assert suppression.ten_five(source) == wanted["published"]
    found = suppression.audit(source)
    assert found.intervals == places(wanted["intervals"])
    assert [f"{i},{j}" for i, j in found.fails] == wanted["fails"]
    assert found.passes is wanted["passes"]


@cases("rounding_to_5", swap=False)
def test_counts_are_rounded_to_the_nearest_5(case: dict[str, Any]) -> None:
    assert releases.rounded_to_5(case["input"]["x"]) == case["expect"]["rounded"]


@cases("dominance", swap=False)
def test_a_sum_with_a_dominant_contributor_is_not_shown(case: dict[str, Any]) -> None:
    found, wanted = releases.dominance(case["input"]["contributions"]), case["expect"]
    assert (found.largest, found.largest_two) == close((wanted["largest_share"], wanted["largest_two_share"]))
    assert found.largest_tells is wanted["sensitive_largest_75"]
    assert found.two_tell is wanted["sensitive_two_90"]
    assert found.rest_too_small is wanted["sensitive_p10"]
    assert found.too_few is wanted["fewer_than_10"]
    assert found.may_be_shown is wanted["may_be_shown"]


@cases("differencing")
def test_two_releases_that_tell_about_few_are_blocked(case: dict[str, Any]) -> None:
    given, wanted = case["input"], case["expect"]
    if "first" in given:
        found = releases.differencing(given["first"], given["second"])
        assert found.blocked is wanted["blocked"]
        assert found.reveals is not None
        changed = next(code for code in given["first"] if given["first"][code] != given["second"][code])
        assert found.reveals == changed
        return
    before, after = list(given.values())
    assert releases.change_tells(before, after) is wanted["blocked"]
    assert abs(after - before) == wanted.get("change", wanted.get("hidden_cell"))


@cases("what_a_band_reveals", swap=False)
def test_what_a_band_tells_about_a_small_office(case: dict[str, Any]) -> None:
    found = releases.compatible_counts(case["input"]["n"], tuple(case["input"]["band"]))
    assert found == (case["expect"]["lowest"], case["expect"]["highest"])


@pytest.mark.parametrize("counts", [[[4, 31], [28, 12], [11, 15]], [[3, 14], [25, 6]], [[1, 11], [28, 12]]])
def test_the_programme_finds_what_trying_every_table_finds(counts: list[list[int]]) -> None:
    source = table(counts)
    figures = suppression.figures_of(source)
    size = len(counts), len(counts[0])
    cells = [(i, j) for i in range(size[0]) for j in range(size[1])]
    ranges = {figure.name: range(figure.low, int(figure.high) + 1) for figure in figures}
    fitting = [
        dict(zip(cells, values, strict=True))
        for values in product(*(ranges[f"t:{i},{j}"] for i, j in cells))
        if all(sum(values[i * size[1] : (i + 1) * size[1]]) in ranges[f"t:{i},{size[1]}"] for i in range(size[0]))
        and all(sum(values[j :: size[1]]) in ranges[f"t:{size[0]},{j}"] for j in range(size[1]))
        and sum(values) in ranges[f"t:{size[0]},{size[1]}"]
    ]
    for place, (low, high) in suppression.audit(source).intervals.items():
        told = [one[place] for one in fitting]
        assert (min(told), max(told)) == (low, high)


@pytest.mark.parametrize(
    "counts",
    [
        [[4, 31, 2], [28, 12, 6], [11, 15, 1], [22, 9, 7]],
        [[1, 11], [28, 12], [11, 15]],
        [[0, 35], [28, 12], [11, 15]],
        [[3, 14], [25, 6]],
    ],
)
def test_a_table_that_fails_is_hidden_further_or_merged_until_it_passes(counts: list[list[int]]) -> None:
    found = suppression.released(table(counts))
    assert found is not None
    opened = suppression.attack(found.figures)
    assert all(one.high - one.low >= 5 for one in opened.values())
    for row, exact in zip(found.shown, found.table.with_totals(), strict=True):
        for shown, count in zip(row, exact, strict=True):
            assert shown is None or (count >= 10 and shown == releases.rounded_to_5(count))
    assert sum(sum(row) for row in found.table.counts) == sum(sum(row) for row in counts)


def test_a_table_that_cannot_pass_is_not_released() -> None:
    assert suppression.audit(table([[1, 11]])).passes is False
    earlier = [Published(name="before", atoms=frozenset({"t|r0|c0"}), low=4, high=4, hidden=True)]
    assert suppression.released(table([[4, 31], [28, 12]]), earlier) is None


def test_a_second_table_of_the_same_people_is_attacked_together_with_the_first() -> None:
    by_sector = Table(
        name="sector",
        rows=("a", "b"),
        columns=("g",),
        counts=((4,), (30,)),
        atoms=((frozenset({"x"}),), (frozenset({"y", "z"}),)),
    )
    assert suppression.audit(by_sector).passes
    told = Published(name="other:0", atoms=frozenset({"x"}), low=3, high=5, hidden=False)
    assert not suppression.audit(by_sector, earlier=[told]).passes


def test_figures_that_contradict_each_other_are_refused() -> None:
    figures = [
        Published(name="one", atoms=frozenset({"x"}), low=0, high=9, hidden=True),
        Published(name="two", atoms=frozenset({"x"}), low=20, high=22, hidden=False),
    ]
    with pytest.raises(ValueError, match="figures"):
        suppression.attack(figures)


def test_the_statement_has_a_word_for_each_subject_and_names_no_community() -> None:
    found = releases.band_statement(
        {Subject.PORTFOLIO: ["yes", "yes"], Subject.WORKLOAD: ["yes", "no"], Subject.JOINT: ["yes", "cannot be stated"]}
    )
    assert found == {
        Subject.PORTFOLIO: "yes",
        Subject.JOINT: "cannot be stated",
        Subject.WORKLOAD: "no",
        Subject.EXPOSURE: "cannot be stated",
    }
    with pytest.raises(ValueError, match="positions"):
        releases.all_within(["within"])


def test_small_offices_release_no_counts_and_percentages_come_from_rounded_counts() -> None:
    assert (releases.staff_counts_may_leave(39), releases.staff_counts_may_leave(40)) == (False, True)
    assert (releases.published(9), releases.published(0), releases.published(13)) == (None, None, 15)
    assert releases.percentage(releases.published(32), releases.published(61)) == 50
    assert releases.percentage(None, 20) is None


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: releases.rounded_to_5(-1), "count"),
        (lambda: releases.dominance([1, float("nan")]), "contributions"),
        (lambda: releases.compatible_counts(0, (0.4, 0.6)), "n"),
        (lambda: releases.compatible_counts(10, (0.6, 0.4)), "band"),
        (lambda: releases.change_tells(10, -1), "after"),
        (lambda: table([[1.5, 2]]), "counts"),  # type: ignore[list-item]
        (lambda: Table(name="t", rows=("a",), columns=("b", "c"), counts=((1,),)), "columns"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        call()


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([[1, 11], [28, 12], [11, 15]], [[None, None, 10], [30, None, 40], [None, 15, 25], [40, 40, 80]]),
        ([[3, 14], [25, 6]], [[None, None, 15], [25, None, 30], [30, 20, 50]]),
        ([[0, 35], [28, 12], [11, 15]], [[None, None, 35], [None, 10, 40], [None, 15, 25], [40, 60, 100]]),
        ([[10, 31], [28, 12]], [[10, 30, 40], [30, 10, 40], [40, 45, 80]]),
        ([[3, 4], [2, 3]], [[None, None, None], [None, None, None], [None, None, 10]]),
    ],
)
def test_the_smallest_cells_beside_one_that_fails_are_hidden_first_and_totals_last(
    counts: list[list[int]], shown: list[list[int | None]]
) -> None:
    found = suppression.released(table(counts))
    assert found is not None
    assert [list(row) for row in found.shown] == shown


def test_small_totals_are_hidden_and_attacked_too() -> None:
    found = suppression.audit(table([[3, 4], [2, 3]]))
    assert set(found.intervals) == {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1)}
    assert found.intervals[0, 2] == (1, 9)


def test_what_a_reader_knows_of_cells_shown_hidden_and_hidden_beside() -> None:
    known = {one.name: one for one in suppression.figures_of(table([[10, 9], [31, 12]]), [(1, 0)])}
    assert (known["t:0,0"].low, known["t:0,0"].high, known["t:0,0"].hidden) == (10, 12, False)
    assert (known["t:0,1"].low, known["t:0,1"].high, known["t:0,1"].hidden) == (0, 9, True)
    assert (known["t:1,0"].low, known["t:1,0"].high, known["t:1,0"].hidden) == (0, float("inf"), True)
    assert (known["t:1,1"].low, known["t:1,1"].high) == (10, 12)
    assert (known["t:2,0"].low, known["t:2,0"].high) == (38, 42)
    assert known["t:2,2"].atoms == frozenset(f"t|r{i}|c{j}" for i in (0, 1) for j in (0, 1))


def test_an_interval_of_five_is_wide_enough_and_one_of_four_is_not() -> None:
    assert not suppression.Opened(name="x", low=0, high=5).told
    assert suppression.Opened(name="x", low=0, high=4).told


def test_rows_are_merged_where_hiding_does_not_help() -> None:
    told = [Published(name="before", atoms=frozenset({"t|r0|c0"}), low=3, high=5, hidden=False)]
    found = suppression.released(table([[4, 31], [28, 12]]), told)
    assert found is not None
    assert found.table.rows == ("r0 + r1",)
    assert found.shown == ((30, 45, 75), (30, 45, 75))
    three = suppression.released(table([[4, 31], [28, 12], [40, 50]]), told)
    assert three is not None
    assert three.table.rows == ("r0 + r1", "r2")


def test_the_two_smallest_rows_become_one_with_the_atoms_of_both() -> None:
    found = suppression.merged(table([[4, 31], [28, 12], [11, 15]]))
    assert (found.rows, found.counts) == (("r0 + r2", "r1"), ((15, 46), (28, 12)))
    assert found.atoms_of(0, 0) == {"t|r0|c0", "t|r2|c0"}
    assert found.atoms_of(1, 1) == {"t|r1|c1"}
    assert found.atoms_of(2, 0) == {"t|r0|c0", "t|r1|c0", "t|r2|c0"}


def test_a_figure_without_limits_has_none() -> None:
    free = Published(name="free", atoms=frozenset({"x"}), low=3, high=float("inf"), hidden=True)
    found = suppression.attack([free])["free"]
    assert (found.low, found.high, found.told) == (3, float("inf"), False)
    assert suppression.attack([]) == {}


@pytest.mark.parametrize(
    ("rows", "counts", "name"), [(("a", "b"), ((1,),), "rows"), ((), (), "rows"), (("a",), ((),), "columns")]
)
def test_a_table_must_fit_its_names(rows: tuple[str, ...], counts: tuple[tuple[int, ...], ...], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Table(name="t", rows=rows, columns=("g",), counts=counts)


def test_sums_at_the_limits_of_dominance() -> None:
    at_limit = releases.dominance([75.0, 15.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert (at_limit.largest, at_limit.largest_two) == (0.75, 0.90)
    assert at_limit.may_be_shown
    assert releases.dominance([82.0, *[2.0] * 9]).largest_tells
    assert releases.dominance([50.0, 42.0, *[1.0] * 8]).two_tell
    assert releases.dominance([60.0, 25.0, *[0.74] * 8]).rest_too_small
    assert not releases.dominance([60.0, 25.0, *[0.75] * 8]).rest_too_small
    assert not releases.dominance([]).may_be_shown
    assert releases.dominance([1.0, 0.0, 0.0]).too_few


def test_changes_by_nine_tell_and_by_ten_do_not() -> None:
    assert [releases.change_tells(20, 20 + n) for n in (0, 1, 9, 10, -1, -9, -10)] == [
        False,
        True,
        True,
        False,
        True,
        True,
        False,
    ]
    moved = releases.differencing({"A": 20, "S": 20}, {"A": 21, "S": 19})
    assert (moved.changed, moved.blocked, moved.reveals) == ({"A": 1, "S": -1}, True, None)
    assert not releases.differencing({"A": 20}, {"A": 20}).blocked
    new = releases.differencing({"A": 20}, {"A": 20, "B": 12})
    assert (new.changed, new.blocked, new.reveals) == ({"B": 12}, False, None)
    assert releases.percentage(0, 0) is None
