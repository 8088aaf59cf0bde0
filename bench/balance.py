"""`python -m bench.balance`: what the ways of assigning do in four simulated offices, and what the evidence finds.

Rebuilds each office draw by draw (20 seeds, 500 cases), compares the portal's two modes with four other ways, checks the
bounds A3-A6 in every seed, counts false alarms in fair histories and the cases it takes to find a lean, and times
proposals and a snapshot's measures. Needs neither the portal nor a database. `--json` prints figures for a machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench.ways import at_random, in_turn, least_loaded, same_language
from iso_portal.balance.domain import decomposition, evidence, exposure, measures, permutation
from iso_portal.balance.domain.decomposition import Decided
from iso_portal.balance.domain.dissimilarity import person_dissimilarity
from iso_portal.balance.domain.evidence import NOTE_AT, Alert
from iso_portal.balance.domain.ledgers import Steering, propose_jointly
from iso_portal.balance.domain.measures import LedCase
from iso_portal.balance.domain.proposals import CaseNeed, Colleague, propose
from tests.balance import worlds
from tests.balance.worlds import KINDS, NAMED, Figures

HISTORIES, BIASED, LATEST = 1_000, 0.65, 90.0
FALSE_ALARMS = 0.05
MIXED_CHANCES = (0.5, 0.4, 0.6, 0.333, 0.667)
PEOPLE, PROPOSAL_MS = 40, 10.0
SNAPSHOT_CASES, SNAPSHOT_SECONDS = 10_000, 30.0
WAYS = ("language pairs", "joint + ledgers", "round robin", "random", "least loaded", "same language")


@dataclass(frozen=True, kw_only=True)
class Bound:
    """One bound of the spec: the worst value of all seeds, and the limit that it must keep."""

    id: str
    held: bool
    value: float
    limit: float


def at_most(name: str, value: float, limit: float) -> Bound:
    """Return a bound that a value must not exceed."""
    return Bound(id=name, held=bool(value <= limit), value=round(float(value), 4), limit=limit)


def at_least(name: str, value: float, limit: float) -> Bound:
    """Return a bound that a value must reach."""
    return Bound(id=name, held=bool(value >= limit), value=round(float(value), 4), limit=limit)


def compared(seeds: Sequence[int]) -> dict[str, dict[str, list[Figures]]]:
    """Run every way in every office."""
    return {kind: {way: [figures(kind, way, seed) for seed in seeds] for way in WAYS} for kind in KINDS}


def figures(kind: str, way: str, seed: int) -> Figures:
    """Run one way in one office."""
    if way in {"language pairs", "joint + ledgers"}:
        return worlds.run(kind, seed, joint_weight=None if way == "language pairs" else 8.0)
    others = {
        "round robin": in_turn,
        "random": at_random(seed),
        "least loaded": least_loaded,
        "same language": same_language,
    }
    return worlds.figures(worlds.simulate(worlds.build(kind, seed), others[way], both_languages=False))


def bounds_of(found: Mapping[str, Mapping[str, Sequence[Figures]]]) -> list[Bound]:
    """Return the bounds A3-A6, each over the worst seed."""
    joint = {kind: rows["joint + ledgers"] for kind, rows in found.items()}
    paired = {kind: rows["language pairs"] for kind, rows in found.items()}
    unknown = {
        name: [one.undeclared_load or 0.0 for one in rows["11+7+1+1"]] for name, rows in (("A5", joint), ("A6", paired))
    }
    result = [
        at_most("A3 6+6 largest ledger", max(one.largest_ledger for one in joint["6+6"]), 3),
        at_most("A3 6+6 sector gap", max(one.sector_gap for one in joint["6+6"]), 0.03),
        at_most("A3 6+6 load max/min", max(one.load_ratio for one in joint["6+6"]), 1.15),
        at_most("A4 8+4 group load ratio", max(map(group_ratio, joint["8+4"])), 1.2),
        at_least("A5 11+7+1+1 undeclared load, least", min(unknown["A5"]), 0.9),
        at_least("A5 11+7+1+1 undeclared load, mean", statistics.mean(unknown["A5"]), 0.95),
    ]
    for kind in ("6+6", "sq-heavy"):
        rows = paired[kind]
        result += [
            at_most(f"A6 {kind} load max/min", max(one.load_ratio for one in rows), 1.15),
            at_most(f"A6 {kind} leading max/min", max(one.lead_ratio for one in rows), 1.35),
            at_most(f"A6 {kind} weighted allocation gap", max(abs(one.weighted_gap) for one in rows), 0.06),
            at_least(f"A6 {kind} joint rate, least", min(one.joint_rate for one in rows), 0.60),
            at_least(f"A6 {kind} joint rate, mean", statistics.mean(one.joint_rate for one in rows), 0.70),
            at_most(f"A6 {kind} alerts", alerts(rows), 0),
        ]
    return [
        *result,
        at_most("A6 11+7+1+1 load max/min", max(one.load_ratio for one in paired["11+7+1+1"]), 1.15),
        at_least("A6 11+7+1+1 undeclared load, least", min(unknown["A6"]), 0.9),
        at_most("A6 11+7+1+1 alerts", alerts(paired["11+7+1+1"]), 0),
        at_most("A6 8+4 load max/min", max(one.load_ratio for one in paired["8+4"]), 1.25),
        at_most("A6 8+4 group load ratio", max(map(group_ratio, paired["8+4"])), 1.2),
        at_most("A6 8+4 alerts", alerts(paired["8+4"]), 2),
    ]


def group_ratio(one: Figures) -> float:
    """Return the load ratio of the two groups, seen from where it is larger."""
    return max(one.group_ratio, 1 / one.group_ratio)


def alerts(rows: Sequence[Figures]) -> int:
    """Return in how many runs a note or a review came."""
    return sum(one.watch.alert is not Alert.NONE for one in rows)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one reading of the evidence does: false alarms in fair histories, and when it finds leads 65 to 35.

    missed: leaning histories of 500 cases in which it found nothing; they count as later than any in the median.
    """

    reading: str
    false_alarm_rate: float
    false_alarm_rate_mixed: float
    median_detection: float | None
    missed: float


def readings() -> list[Found]:
    """Read fair and leaning histories: the evidence by count, the office's evidence, and notes, which need size too."""
    columns = {
        "fair": worlds.fair_histories(HISTORIES, seed=11),
        "mixed": worlds.fair_histories(HISTORIES, seed=12, chances=MIXED_CHANCES),
        "lean": worlds.fair_histories(HISTORIES, seed=13, led=BIASED),
    }
    paths = {name: evidence.office_path(*column) for name, column in columns.items()}
    kinds: dict[str, Callable[[evidence.OfficePath], Any]] = {
        "early sign (evidence by count at 20)": lambda path: path.tilt_all >= NOTE_AT,
        "office evidence at 20": lambda path: path.office >= NOTE_AT,
        "note (office evidence at 20, with size)": lambda path: (path.office >= NOTE_AT) & path.size,
    }
    result = []
    for reading, flags in kinds.items():
        reached = {name: flags(path) for name, path in paths.items()}
        lean = reached["lean"]
        first = np.where(lean.any(axis=1), lean.argmax(axis=1) + 1, np.inf)
        middle = float(np.median(first))
        result.append(
            Found(
                reading=reading,
                false_alarm_rate=float(reached["fair"].any(axis=1).mean()),
                false_alarm_rate_mixed=float(reached["mixed"].any(axis=1).mean()),
                median_detection=middle if np.isfinite(middle) else None,
                missed=float((~lean.any(axis=1)).mean()),
            )
        )
    return result


def proposal_times() -> dict[str, float]:
    """Return the median milliseconds of a proposal for 40 people in both modes."""
    random = np.random.default_rng(1)
    staff = [
        Colleague(
            key=f"p{i}",
            languages=frozenset({"sq", "sr", "en"}),
            sections=frozenset({"C"}),
            fte=1.0,
            booked=float(random.uniform(0, 30)),
            open=float(random.uniform(0, 9)),
            led=float(random.uniform(0, 30)),
        )
        for i in range(PEOPLE)
    ]
    need = CaseNeed(key="case", language="en", section="C", weight=2.0)
    codes = {one.key: ["A" if i % 2 else "S"] for i, one in enumerate(staff)}
    steering = Steering(targets={"A": 0.5, "S": 0.5})
    return {
        "language pairs": milliseconds(lambda: propose(need, staff)),
        "joint + ledgers": milliseconds(lambda: propose_jointly(need, staff, codes, steering)),
    }


def milliseconds(act: Callable[[], object], repeats: int = 30) -> float:
    """Return the median time of an act."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


def snapshot_seconds(people: int = PEOPLE) -> float:
    """Return how long the measures of 10,000 cases take, with every permutation: portfolios, evidence, parts, workload,
    exposure."""
    random = np.random.default_rng(2)
    declared = {f"p{i}": ["A" if i % 2 else "S"] for i in range(people)}
    leads = random.integers(0, people, SNAPSHOT_CASES)
    parts = random.integers(0, 8, SNAPSHOT_CASES)
    lists = worlds.lists_world(1, businesses=600, inquiries=1500)
    begun = time.perf_counter()
    cases = {
        g: [
            LedCase(led=float(declared[f"p{i}"] == [g]), expected=0.5, weight=1.5, staff_share=0.5, part=f"k{k}")
            for i, k in zip(leads.tolist(), parts.tolist(), strict=True)
        ]
        for g in ("A", "S")
    }
    for rows in cases.values():
        measures.views(rows)
        measures.by_part(rows)
        decided = [Decided(first=c.led, chosen=c.led, expected=0.5, weight=1.5, staff_share=0.5) for c in rows]
        for how in decomposition.How:
            decomposition.where_from(decided, how)
    evidence.watch(cases)
    table: dict[str, dict[str, float]] = {key: {} for key in declared}
    for i, k in zip(leads.tolist(), parts.tolist(), strict=True):
        table[f"p{i}"][f"k{k}"] = table[f"p{i}"].get(f"k{k}", 0.0) + 1
    tests = {f"parts {cut}": person_dissimilarity(table, declared, "A", "S", seed=cut) for cut in range(3)}
    loads = {key: float(sum(row.values())) for key, row in table.items()}
    tests["workload"] = permutation.workload_difference(loads, declared, "A", "S")
    permutation.family(tests)
    found = exposure.exposures(lists.pools, lists.lists)
    for g in ("A", "S"):
        exposure.exposure_test(g, found, lists.declared, lists.strata)
    return time.perf_counter() - begun


COLUMNS: tuple[tuple[str, Callable[[Sequence[Figures]], float]], ...] = (
    ("joint", lambda rows: statistics.mean(one.joint_rate for one in rows)),
    ("load max/min", lambda rows: statistics.mean(one.load_ratio for one in rows)),
    ("worst", lambda rows: max(one.load_ratio for one in rows)),
    ("leading", lambda rows: statistics.median(one.lead_ratio for one in rows)),
    ("groups", lambda rows: statistics.mean(map(group_ratio, rows))),
    ("share gap", lambda rows: statistics.mean(abs(one.total_gap) for one in rows)),
    ("ledger", lambda rows: statistics.mean(one.largest_ledger for one in rows)),
    ("sector gap", lambda rows: statistics.mean(one.sector_gap for one in rows)),
    ("alerts", lambda rows: float(alerts(rows))),
)


def print_table(found: Mapping[str, Mapping[str, Sequence[Figures]]]) -> None:
    """Print what each way does in each office; means over the seeds."""
    for kind, ways in found.items():
        print(f"\n{kind:18}" + "".join(f"{title:>13}" for title, _read in COLUMNS))
        for way, rows in ways.items():
            print(f"  {way:16}" + "".join(f"{read(rows):>13.3f}" for _title, read in COLUMNS))


def plain(value: float) -> float | None:
    """Return a number as JSON can hold it; None for a ratio to somebody who got nothing."""
    return round(float(value), 4) if np.isfinite(value) else None


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.balance")
    parser.add_argument("--seeds", type=int, default=len(NAMED), help="how many of the named seeds")
    parser.add_argument("--json", action="store_true", help="print figures for a machine")
    given = parser.parse_args()
    found = compared(NAMED[: given.seeds])
    bounds, read, times, snapshot = bounds_of(found), readings(), proposal_times(), snapshot_seconds()
    bounds += [
        *(at_most(f"13 proposal for {PEOPLE} people, {way}, ms", value, PROPOSAL_MS) for way, value in times.items()),
        at_most(f"13 measures of {SNAPSHOT_CASES} cases, s", snapshot, SNAPSHOT_SECONDS),
        *(at_most(f"M9 false alarms, {one.reading}", one.false_alarm_rate, FALSE_ALARMS) for one in read),
        *(at_most(f"M9 false alarms, mixed, {one.reading}", one.false_alarm_rate_mixed, FALSE_ALARMS) for one in read),
        at_most(f"M9 median case of 65:35, {read[0].reading}", read[0].median_detection or np.inf, LATEST),
    ]
    if given.json:
        answer = {
            "bounds": [asdict(bound) for bound in bounds],
            "false_alarm_rate": read[0].false_alarm_rate,
            "median_detection": read[0].median_detection,
            "definition": read[0].reading,
            "readings": [asdict(one) for one in read],
            "ways": {
                kind: {way: {title: plain(value(rows)) for title, value in COLUMNS} for way, rows in ways.items()}
                for kind, ways in found.items()
            },
        }
        print(json.dumps(answer, indent=2, allow_nan=False))
        return
    print(f"Ways of assigning, {given.seeds} seeds of 500 cases; means, load and alerts as said")
    print_table(found)
    print(f"\n{'reading of evidence':42}{'fair':>8}{'mixed':>8}{'65:35 at':>10}{'missed':>8}")
    for one in read:
        middle = "never" if one.median_detection is None else f"{one.median_detection:.0f}"
        print(
            f"{one.reading:42}{one.false_alarm_rate:>8.3f}{one.false_alarm_rate_mixed:>8.3f}{middle:>10}{one.missed:>8.3f}"
        )
    print()
    for bound in bounds:
        print(f"{'held' if bound.held else 'BROKEN':8}{bound.id:66}{bound.value:>10.3f}{bound.limit:>9.3f}")


if __name__ == "__main__":
    main()
