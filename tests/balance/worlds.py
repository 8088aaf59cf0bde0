"""Simulated offices, built draw by draw as the office's data says, and the ways of assigning that are compared in them.

The link between communities and languages exists to build these worlds, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from iso_portal.balance.domain import evidence
from iso_portal.balance.domain.ledgers import EVEN_LEADING_JOINT, Ledgers, Steering, ledger_costs, off_target
from iso_portal.balance.domain.measures import LARGE, LedCase, expected_share, fraction, is_joint
from iso_portal.balance.domain.proposals import (
    CO_LEAD_WEIGHT,
    EVEN_LEADING,
    LEAD_WEIGHT,
    OPEN_WORK,
    CaseNeed,
    Flags,
    Numbers,
    cost_parts,
    either,
    feasible,
    in_order,
    tie_breaker,
)

WEEKS, LEAVE_WEEKS, CASES = 104, 164, 500
LANGUAGES = ("sq", "sr", "en", "de")
SECTORS = ("agri", "ICT", "energy", "wood", "tourism")
SECTOR_CHANCES = (0.3, 0.2, 0.15, 0.2, 0.15)
TRACKED = ("A", "S")
USUAL = (0.45, 0.25, 0.22, 0.08)
KINDS: dict[str, tuple[dict[str, int], tuple[float, ...]]] = {
    "6+6": ({"A": 6, "S": 6}, USUAL),
    "8+4": ({"A": 8, "S": 4}, USUAL),
    "11+7+1+1": ({"A": 11, "S": 7, "B": 1, "U": 1}, USUAL),
    "sq-heavy": ({"A": 6, "S": 6}, (0.65, 0.10, 0.20, 0.05)),
}
NAMED = range(9000, 9020)


@dataclass(frozen=True, kw_only=True)
class World:
    """An office with two years of cases."""

    communities: tuple[str, ...]
    speaks: Flags
    skilled: Flags
    away: Flags
    arrives: Any
    weights: Numbers
    sectors: Any
    languages: Any
    conflicts: Flags
    open_weeks: Any
    tie_numbers: Any

    @property
    def people(self) -> int:
        """How many work in it."""
        return len(self.communities)

    @property
    def declared(self) -> list[tuple[str, ...]]:
        """What each person declared."""
        return [() if letter == "U" else (letter,) for letter in self.communities]

    @property
    def targets(self) -> dict[str, float]:
        """Head-count shares among declared people."""
        known = [letter for letter in self.communities if letter != "U"]
        return {g: known.count(g) / len(known) for g in TRACKED}


@cache
def build(kind: str, seed: int) -> World:
    """Build a world; every step draws in the order of the data's `construction`."""
    people, language_chances = KINDS[kind]
    random = np.random.default_rng(seed)
    communities = tuple(letter for letter in "ASBU" for _ in range(people.get(letter, 0)))
    n = len(communities)
    speaks = np.zeros((n, len(LANGUAGES)), dtype=bool)
    for i, letter in enumerate(communities):
        speaks[i, 0] = letter == "A" or random.random() < 0.25 or letter == "U"
        speaks[i, 1] = letter != "A" or random.random() < 0.35
        speaks[i, 2] = random.random() < 0.75
        speaks[i, 3] = random.random() < 0.20
    skilled = np.zeros((n, len(SECTORS)), dtype=bool)
    for i in range(n):
        skilled[i, random.choice(len(SECTORS), 2, replace=False)] = True
    for table, column in [(skilled, sector) for sector in range(len(SECTORS))] + [(speaks, 2), (speaks, 3)]:
        while table[:, column].sum() < 2:
            table[random.integers(n), column] = True
    away = np.zeros((n, LEAVE_WEEKS), dtype=bool)
    for i in range(n):
        week = random.integers(0, 12)
        while week < LEAVE_WEEKS:
            length = random.integers(1, 4)
            away[i, week : week + length] = True
            week += length + random.integers(8, 22)
    return World(
        communities=communities,
        speaks=speaks,
        skilled=skilled,
        away=away,
        arrives=np.sort(random.integers(0, WEEKS, CASES)),
        weights=np.clip(np.round(2 * np.exp(random.normal(0, 0.7, CASES))) / 2, 0.5, 6),
        sectors=random.choice(len(SECTORS), CASES, p=SECTOR_CHANCES),
        languages=random.choice(len(LANGUAGES), CASES, p=language_chances),
        conflicts=random.random((CASES, n)) < 0.04,
        open_weeks=random.integers(8, 40, CASES),
        tie_numbers=random.permutation(n),
    )


@dataclass(kw_only=True)
class Office:
    """The state of a simulation: what everybody carries, and what was booked."""

    world: World
    booked: Numbers
    open: Numbers
    led: Numbers
    ledgers: Ledgers
    bookings: list[tuple[int, int, int, tuple[int, ...]]] = field(default_factory=list)
    exceptions: int = 0
    waited: set[int] = field(default_factory=set)
    largest_ledger: float = 0.0
    queue: list[int] = field(default_factory=list)


# a way to assign: from the office, the case, and its possible pairs (leads, co-leads) the place of the chosen pair
Way = Callable[[Office, int, Any, Any], int]


def simulate(world: World, way: Way, *, both_languages: bool) -> Office:
    """Run two years. both_languages: condition 5, given up for a case where no pair meets it."""
    n = world.people
    office = Office(
        world=world,
        booked=np.zeros(n),
        open=np.zeros(n),
        led=np.zeros(n),
        ledgers=Ledgers(count=dict.fromkeys(TRACKED, 0.0), weighted=dict.fromkeys(TRACKED, 0.0), sector={}),
    )
    both = either(world.speaks[:, 0]) & either(world.speaks[:, 1])
    waiting: list[int] = []
    closing: dict[int, list[tuple[int, int, float]]] = {}
    for week in range(LEAVE_WEEKS):
        for lead, co_lead, weight in closing.pop(week, ()):
            office.open[lead] -= LEAD_WEIGHT * weight
            office.open[co_lead] -= CO_LEAD_WEIGHT * weight
        waiting += np.flatnonzero(world.arrives == week).tolist()
        still = []
        for case in sorted(waiting):
            pairs = feasible(
                ~world.away[:, week] & ~world.conflicts[case],
                world.speaks[:, world.languages[case]],
                world.skilled[:, world.sectors[case]],
            )
            if not pairs.any():
                still.append(case)
                office.waited.add(case)
                continue
            if both_languages and (pairs & both).any():
                pairs &= both
            elif both_languages:
                office.exceptions += 1
            leads, co_leads = np.nonzero(pairs)
            place = way(office, case, leads, co_leads)
            book(
                office, case, int(leads[place]), int(co_leads[place]), tuple(np.flatnonzero(pairs.any(axis=1)).tolist())
            )
            until = week + int(world.open_weeks[case])
            closing.setdefault(until, []).append((int(leads[place]), int(co_leads[place]), float(world.weights[case])))
        waiting = still
    return office


def book(office: Office, case: int, lead: int, co_lead: int, could_lead: tuple[int, ...]) -> None:
    """Book a team."""
    weight, sector = float(office.world.weights[case]), SECTORS[office.world.sectors[case]]
    for person, part in ((lead, LEAD_WEIGHT), (co_lead, CO_LEAD_WEIGHT)):
        office.booked[person] += part * weight
        office.open[person] += part * weight
    office.led[lead] += weight
    state: Any = office.ledgers
    for g, target in office.world.targets.items():
        d = off_target(office.world.declared[lead], g, target)
        state.count[g] += d
        state.weighted[g] += weight * d
        state.sector[g, sector] = state.sector.get((g, sector), 0.0) + d
        office.largest_ledger = max(office.largest_ledger, abs(state.count[g]))
    office.bookings.append((case, lead, co_lead, could_lead))


def by_rule(
    *, joint_weight: float | None = None, chooser: Callable[[World, int, list[int], Any], int] | None = None
) -> Way:
    """Return the portal's rule: language-paired, or joint + ledgers with a joint weight; a chooser may take another."""

    def choose(office: Office, case: int, leads: Any, co_leads: Any) -> int:
        world, weight = office.world, float(office.world.weights[case])
        parts = cost_parts(office.booked, office.open, office.led, np.ones(world.people), weight)
        even = EVEN_LEADING if joint_weight is None else EVEN_LEADING_JOINT
        costs = parts.load + OPEN_WORK * parts.open + even * parts.leading[:, None]
        if joint_weight is not None:
            need = CaseNeed(key="", language="", section=SECTORS[world.sectors[case]], weight=weight)
            steering = Steering(targets=world.targets, ledgers=office.ledgers)
            costs = costs + ledger_costs(need, world.declared, steering)[:, None] - joint_weight * joint(world)
        ties = world.tie_numbers
        order = in_order(
            costs[leads, co_leads],
            lambda place: tie_breaker(str(case), str(ties[leads[place]]), str(ties[co_leads[place]])),
        )
        return order[0] if chooser is None else chooser(world, case, order, leads)

    return choose


@cache
def _joint(communities: tuple[str, ...]) -> Numbers:
    rows = [() if letter == "U" else (letter,) for letter in communities]
    return np.array([[bool(is_joint(one, other)) for other in rows] for one in rows], dtype=float)


def joint(world: World) -> Numbers:
    """Return which pairs are joint teams."""
    return _joint(world.communities)


def large_to(letter: str) -> Callable[[World, int, list[int], Any], int]:
    """Return a chooser who gives all large cases to the best pair led by one community."""

    def choose(world: World, case: int, order: list[int], leads: Any) -> int:
        if world.weights[case] >= LARGE:
            return next((place for place in order if world.communities[leads[place]] == letter), order[0])
        return order[0]

    return choose


def of_three_to(letter: str) -> Callable[[World, int, list[int], Any], int]:
    """Return a chooser who takes the best pair led by one community among the first three."""

    def choose(world: World, _case: int, order: list[int], leads: Any) -> int:
        return next((place for place in order[:3] if world.communities[leads[place]] == letter), order[0])

    return choose


def led_cases(office: Office) -> dict[str, list[LedCase]]:
    """Return the bookings as the measures read them, for each tracked community."""
    world = office.world
    declared = {str(i): codes for i, codes in enumerate(world.declared)}
    fte = dict.fromkeys(declared, 1.0)

    @cache
    def expected(g: str, could_lead: tuple[int, ...]) -> float | None:
        return expected_share(g, fte, declared, [str(i) for i in could_lead])

    return {
        g: [
            LedCase(
                led=fraction(g, world.declared[lead]) if world.declared[lead] else None,
                expected=expected(g, could_lead),
                weight=float(world.weights[case]),
                staff_share=world.targets[g],
                part=SECTORS[world.sectors[case]],
            )
            for case, lead, _co_lead, could_lead in office.bookings
        ]
        for g in TRACKED
    }


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a run is judged by."""

    joint_rate: float
    largest_ledger: float
    sector_gap: float
    load_ratio: float
    group_ratio: float
    lead_ratio: float
    weighted_gap: float
    total_gap: float
    large_gap: float
    undeclared_load: float | None
    watch: evidence.Watch


def figures(office: Office) -> Figures:
    """Return what a run is judged by."""
    world = office.world
    teams = [is_joint(world.declared[lead], world.declared[co]) for _case, lead, co, _could in office.bookings]
    cases = led_cases(office)
    known = [row for row in cases["A"] if row.counts]
    large = [row for row in known if row.weight >= LARGE]
    of = np.array(world.communities)
    means = {g: float(office.booked[of == g].mean()) for g in TRACKED}
    unknown = office.booked[of == "U"]
    gaps = []
    for g, target in world.targets.items():
        for sector in SECTORS:
            led = [row.led for row in cases[g] if row.part == sector and row.led is not None]
            if len(led) >= 20:
                gaps.append(abs(float(np.mean(led)) - target))
    work = sum(row.weight for row in known)
    return Figures(
        joint_rate=teams.count(True) / (teams.count(True) + teams.count(False)),
        largest_ledger=office.largest_ledger,
        sector_gap=max(gaps),
        load_ratio=float(office.booked.max() / office.booked.min()),
        group_ratio=means["S"] / means["A"],
        lead_ratio=float(office.led.max() / office.led.min()) if office.led.min() else float("inf"),
        weighted_gap=sum(row.weight * ((row.led or 0) - (row.expected or 0)) for row in known) / work,
        total_gap=float(np.mean([row.led for row in known])) - world.targets["A"],
        large_gap=sum((row.led or 0) - (row.expected or 0) for row in large) / len(large),
        undeclared_load=float(unknown.mean() / office.booked[of != "U"].mean()) if len(unknown) else None,
        watch=evidence.watch(cases),
    )


@cache
def run(kind: str, seed: int, *, joint_weight: float | None = None, chooser: str = "fair") -> Figures:
    """Run the portal's rule in a world and return its figures; each run is done once."""
    choosers = {"fair": None, "large cases, all": large_to("A"), "first A-led of three": of_three_to("A")}
    way = by_rule(joint_weight=joint_weight, chooser=choosers[chooser])
    return figures(simulate(build(kind, seed), way, both_languages=joint_weight is None))


def data(folder: Path) -> Mapping[str, Any]:
    """Return the office's data about these worlds."""
    found: Mapping[str, Any] = json.loads((folder / "balance" / "worlds.json").read_text(encoding="utf-8"))
    return found


def fair_histories(
    many: int, *, seed: int, chances: Iterable[float] = (0.5,), led: float | None = None, cases: int = CASES
) -> tuple[Numbers, Numbers, Numbers]:
    """Return leads, chances and weights of many histories: chances in turns of 20 cases; led: instead of the chance."""
    random = np.random.default_rng(seed)
    turns = list(chances)
    p = np.array([turns[i // 20 % len(turns)] for i in range(cases)])
    u = np.clip(np.round(2 * np.exp(random.normal(0, 0.7, (many, cases)))) / 2, 0.5, 6)
    x = (random.random((many, cases)) < (p if led is None else led)).astype(float)
    return x, np.broadcast_to(p, x.shape), u


@dataclass(frozen=True, kw_only=True)
class Lists:
    """A world of lists: what pools there were, what was shown, and what businesses declared."""

    pools: list[list[str]]
    lists: list[list[str]]
    declared: dict[str, tuple[str, ...]]
    strata: dict[str, str]


def lists_world(
    seed: int, *, quality: float = 1.0, bias: float = 0.0, businesses: int = 120, inquiries: int = 300, strata: int = 4
) -> Lists:
    """Build lists of five from pools; quality: how far good firms stay good; bias: what S loses in the score."""
    random = np.random.default_rng(seed)
    of = np.arange(businesses) % strata
    is_s = random.random(businesses) < 0.4
    lasting = random.normal(0, quality, businesses)
    pools, lists = [], []
    for stratum in random.integers(0, strata, inquiries):
        pool = np.flatnonzero((of == stratum) & (random.random(businesses) < 0.7))
        if len(pool) >= 7:
            score = lasting[pool] + random.normal(0, 1, len(pool)) - bias * is_s[pool]
            pools.append([f"b{i}" for i in pool])
            lists.append([f"b{i}" for i in pool[np.argsort(-score)[:5]]])
    names = [f"b{i}" for i in range(businesses)]
    return Lists(
        pools=pools,
        lists=lists,
        declared={name: ("S",) if one else ("A",) for name, one in zip(names, is_s, strict=True)},
        strata={name: str(stratum) for name, stratum in zip(names, of, strict=True)},
    )
