"""The four simulated offices, rebuilt draw by draw, and what must hold in them (balance A3-A6, M9, M11, M2)."""

from __future__ import annotations

from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np
import pytest

from iso_portal.balance.domain import evidence, exposure, proposals
from iso_portal.balance.domain.dissimilarity import person_dissimilarity
from iso_portal.balance.domain.evidence import Alert
from iso_portal.balance.domain.ledgers import Steering, propose_jointly
from iso_portal.balance.domain.proposals import CaseNeed, Colleague
from tests.balance import worlds
from tests.balance.worlds import CASES, LANGUAGES, NAMED, SECTORS, Figures, Office, World, build, run

BIASED = 0.65


def runs(kind: str, *, joint_weight: float | None = None, chooser: str = "fair") -> list[Figures]:
    return [run(kind, seed, joint_weight=joint_weight, chooser=chooser) for seed in NAMED]


def even(ratio: float) -> float:
    """Return a ratio of two groups seen from the side where it is larger."""
    return max(ratio, 1 / ratio)


@pytest.mark.parametrize("kind", list(worlds.KINDS))
def test_a_world_is_rebuilt_exactly(shared_data: Path, kind: str) -> None:
    wanted = worlds.data(shared_data)["self_check"]["expect"][kind]
    world = build(kind, 9000)
    assert {
        "weights_first_ten": world.weights[:10].tolist(),
        "weight_total": world.weights.sum(),
        "large_cases": int((world.weights >= 2).sum()),
        "cases_by_sector": np.bincount(world.sectors).tolist(),
        "cases_by_language": np.bincount(world.languages).tolist(),
        "speakers_by_language": world.speaks.sum(axis=0).tolist(),
        "skilled_by_sector": world.skilled.sum(axis=0).tolist(),
        "conflicts": int(world.conflicts.sum()),
        "away_person_weeks": int(world.away[:, : worlds.WEEKS].sum()),
        "weeks_first_ten": world.arrives[:10].tolist(),
    } == {name: value for name, value in wanted.items() if name not in {"language_paired", "joint_ledgers"}}
    for mode, weight in (("language_paired", None), ("joint_ledgers", 8.0)):
        office = worlds.simulate(world, worlds.by_rule(joint_weight=weight), both_languages=weight is None)
        found = worlds.figures(office)
        assert found.joint_rate == pytest.approx(wanted[mode]["joint_rate"], abs=1e-6)
        assert found.largest_ledger == pytest.approx(wanted[mode]["max_ledger"], abs=1e-6)
        assert CASES - len(office.bookings) == wanted[mode]["unassigned"]
        if weight is None:
            assert office.exceptions == wanted[mode]["cases_without_language_pair"]
            assert len(office.waited) == wanted[mode]["cases_that_waited"]


@pytest.mark.parametrize("joint_weight", [None, 8.0])
def test_the_simulation_books_what_the_portal_would_propose(joint_weight: float | None) -> None:
    world = build("11+7+1+1", 9003)
    rule = worlds.by_rule(joint_weight=joint_weight)
    compared = 0

    def both(office: Office, case: int, leads: Any, co_leads: Any) -> int:
        nonlocal compared
        place = rule(office, case, leads, co_leads)
        if case % 9 == 0:
            compared += 1
            allowed = set(leads.tolist()) | set(co_leads.tolist())
            found = proposed(world, office, case, allowed, joint_weight)
            first = found.pairs[0]
            wanted = str(world.tie_numbers[leads[place]]), str(world.tie_numbers[co_leads[place]])
            assert (first.lead.key, first.co_lead.key) == wanted
            assert len(found.pairs) == len(leads)
        return place

    worlds.simulate(world, both, both_languages=joint_weight is None)
    assert compared > 50


def proposed(
    world: World, office: Office, case: int, present: set[int], joint_weight: float | None
) -> proposals.Proposal:
    """Ask the portal's own function, with people named by their tie numbers."""
    name = {i: str(world.tie_numbers[i]) for i in range(world.people)}
    staff = [
        Colleague(
            key=name[i],
            languages=frozenset(code for code, flag in zip(LANGUAGES, world.speaks[i], strict=True) if flag),
            sections=frozenset(code for code, flag in zip(SECTORS, world.skilled[i], strict=True) if flag),
            fte=1.0,
            booked=float(office.booked[i]),
            open=float(office.open[i]),
            led=float(office.led[i]),
            obstacle=None if i in present else proposals.Obstacle.ABSENT,
        )
        for i in range(world.people)
    ]
    need = CaseNeed(
        key=str(case),
        language=LANGUAGES[world.languages[case]],
        section=SECTORS[world.sectors[case]],
        weight=float(world.weights[case]),
    )
    if joint_weight is None:
        return proposals.propose(need, staff)
    codes = {name[i]: world.declared[i] for i in range(world.people)}
    steering = Steering(targets=world.targets, ledgers=office.ledgers, joint_weight=joint_weight)
    return propose_jointly(need, staff, codes, steering)


def test_joint_ledgers_keep_ledgers_near_zero_and_work_even() -> None:
    for found in runs("6+6", joint_weight=8.0):
        assert found.largest_ledger <= 3
        assert found.sector_gap <= 0.03
        assert found.load_ratio <= 1.15


def test_joint_ledgers_do_not_load_the_smaller_of_two_groups() -> None:
    assert max(even(found.group_ratio) for found in runs("8+4", joint_weight=8.0)) <= 1.2


def test_joint_ledgers_do_not_starve_who_did_not_declare() -> None:
    loads = [found.undeclared_load or 0.0 for found in runs("11+7+1+1", joint_weight=8.0)]
    assert min(loads) >= 0.9
    assert mean(loads) >= 0.95


@pytest.mark.parametrize("kind", ["6+6", "sq-heavy"])
def test_language_pairs_even_out_work_and_leading(kind: str) -> None:
    found = runs(kind)
    assert max(one.load_ratio for one in found) <= 1.15
    assert max(one.lead_ratio for one in found) <= 1.35
    assert max(abs(one.weighted_gap) for one in found) <= 0.06
    assert min(one.joint_rate for one in found) >= 0.60
    assert mean(one.joint_rate for one in found) >= 0.70
    assert {one.watch.alert for one in found} == {Alert.NONE}


def test_language_pairs_in_an_office_of_twenty() -> None:
    found = runs("11+7+1+1")
    assert max(one.load_ratio for one in found) <= 1.15
    assert min(one.undeclared_load or 0.0 for one in found) >= 0.9
    assert {one.watch.alert for one in found} == {Alert.NONE}


def test_language_pairs_where_one_language_is_scarce() -> None:
    found = runs("8+4")
    assert max(one.load_ratio for one in found) <= 1.25
    assert max(even(one.group_ratio) for one in found) <= 1.2
    assert sum(one.watch.alert is not Alert.NONE for one in found) <= 2


def test_the_joint_weight_is_a_dial_between_joint_teams_and_even_work(shared_data: Path) -> None:
    dial = worlds.data(shared_data)["joint_weight_dial"]["8+4"]
    found = {weight: [run("8+4", seed, joint_weight=weight) for seed in NAMED[:6]] for weight in (8.0, 30.0, 100.0)}
    for weight, rows in found.items():
        wanted = dial[f"J={weight:.0f}"]
        assert mean(one.joint_rate for one in rows) == pytest.approx(wanted["joint_rate_mean"], abs=0.02)
        assert mean(one.group_ratio for one in rows) == pytest.approx(wanted["load_S_over_A_mean"], abs=0.06)


@pytest.mark.parametrize("kind", list(worlds.KINDS))
def test_a_chooser_who_gives_all_large_cases_to_one_community_is_noticed(kind: str) -> None:
    for found in runs(kind, chooser="large cases, all"):
        assert found.watch.note_at is not None
        assert found.large_gap > 0.2


def alarms(x: Any, p: Any, u: Any, *, limit: float = evidence.NOTE_AT) -> tuple[Any, Any]:
    """Return for each history whether E ever reached the limit, and the case (from 1) of a note, 0 for none."""
    path = evidence.office_path(x, p, u)
    reached = path.office >= limit
    noted = reached & path.size
    return reached.any(axis=1), np.where(noted.any(axis=1), noted.argmax(axis=1) + 1, 0)


@pytest.mark.parametrize("chances", [(0.5,), (0.5, 0.4, 0.6, 0.333, 0.667)])
def test_of_a_thousand_fair_histories_at_most_one_in_twenty_alarms(chances: tuple[float, ...]) -> None:
    reached, noted = alarms(*worlds.fair_histories(1000, seed=5, chances=chances))
    assert reached.mean() <= 0.05
    assert (noted > 0).mean() <= 0.05


def test_a_constant_lean_is_found() -> None:
    _reached, noted = alarms(*worlds.fair_histories(1000, seed=6, led=BIASED))
    found = noted[noted > 0]
    assert len(found) / len(noted) >= 0.98
    assert median(found.tolist()) <= 105


def test_large_cases_to_one_side_are_found_although_counts_are_even() -> None:
    random = np.random.default_rng(7)
    _x, p, u = worlds.fair_histories(1000, seed=7)
    large = u >= 2
    part = large.mean()
    x = (random.random(u.shape) < np.where(large, 0.8, (0.5 - 0.8 * part) / (1 - part))).astype(float)
    _reached, noted = alarms(x, p, u)
    assert (noted > 0).mean() >= 0.99
    assert median(noted[noted > 0].tolist()) <= 165
    assert (evidence.tilt_path(x, p) >= 20).any(axis=1).mean() <= 0.06


def test_shuffling_businesses_stays_quiet_where_good_firms_stay_good() -> None:
    rejected, ratios = 0, []
    for seed in range(200):
        world = worlds.lists_world(seed)
        found = exposure.exposures(world.pools, world.lists)
        test = exposure.exposure_test("S", found, world.declared, world.strata, draws=199, seed=seed)
        rejected += test.p is not None and test.p <= 0.05
        ratios.append(test.ratio or 0.0)
        assert test.neutral is not None
        assert test.neutral[0] < 1 < test.neutral[1]
    assert rejected / 200 <= 0.08
    low, middle, high = np.quantile(ratios, [0.05, 0.5, 0.95])
    assert low == pytest.approx(0.78, abs=0.05)
    assert middle == pytest.approx(1.0, abs=0.05)
    assert high == pytest.approx(1.22, abs=0.06)


def test_shuffling_businesses_finds_a_biased_score() -> None:
    found = 0
    for seed in range(40):
        world = worlds.lists_world(seed, bias=1.0)
        test = exposure.exposure_test(
            "S", exposure.exposures(world.pools, world.lists), world.declared, world.strata, draws=199, seed=seed
        )
        found += test.speaks
    assert found >= 37


def test_dealing_labels_over_people_alarms_seldom_where_nothing_leans() -> None:
    alarmed = tried = 0
    for seed in NAMED[:10]:
        world = build("6+6", seed)
        office = worlds.simulate(world, worlds.by_rule(), both_languages=True)
        leads: dict[str, dict[str, float]] = {}
        for case, lead, _co_lead, _could in office.bookings:
            row = leads.setdefault(str(lead), {})
            row[SECTORS[world.sectors[case]]] = row.get(SECTORS[world.sectors[case]], 0.0) + 1
        random = np.random.default_rng(seed)
        for _ in range(20):
            labels = random.permutation(["A"] * 6 + ["S"] * 6)
            test = person_dissimilarity(leads, {str(i): [label] for i, label in enumerate(labels)}, "A", "S")
            alarmed += test.p is not None and test.p <= 0.05
            tried += 1
    assert alarmed / tried <= 0.08
