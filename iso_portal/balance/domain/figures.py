"""The content of a snapshot: every block of the overview with its result (balance sections 6 and 8). Aggregates alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iso_portal.balance.domain import figures_people as people
from iso_portal.balance.domain import figures_work as work
from iso_portal.balance.domain.evidence import Alert
from iso_portal.balance.domain.figures_base import CUTS, Lens, Told
from iso_portal.balance.domain.figures_firms import Market
from iso_portal.balance.domain.figures_parts import parts
from iso_portal.balance.domain.figures_tests import CROSS, OFFICE, Closed, closed_tests, early_warning
from iso_portal.balance.domain.measures import UNTOLD, Result, Why
from iso_portal.balance.domain.periods import quarter_of
from iso_portal.balance.domain.releases import all_within
from iso_portal.balance.domain.results import Block, block, may_step

SHAPE = 2  # of the content; an older snapshot is not read


def content(
    lens: Lens,
    market: Market,
    *,
    closing: Told | None,
    alerts: Mapping[str, Alert],
    before: Told | None,
) -> Told:
    """Return a night's figures. closing: {"quarter", "tests"} of the last closed quarter; alerts: open ones by what they
    are about; before: the content of the night before, because figures by community move in steps (P7).
    """
    office, year = lens.office, lens.year()
    tests = closed_tests(closing["tests"] if closing else None)
    old = before if before is not None and before.get("shape") == SHAPE else {}
    attention = {name.split(":")[1] for name, one in tests.items() if name.startswith("exposure:") and one.speaks}
    stepping: Told = {
        "shares": work.shares(lens),
        "where": work.where(lens),
        "joint": None if office.closed else people.joint(lens),
        "symmetry": people.symmetry(lens),
        "group_loads": people.group_loads(lens, tests),
        "parts": {cut: parts(lens, cut) for cut in CUTS},
        "cusum": early_warning(lens),
        "exposure": market.exposure(attention),
        "outcomes": market.outcomes(),
    }
    quarter_closed = old.get("quarter") != quarter_of(office.today)
    shown: Told = held(old, stepping, quarter_closed=quarter_closed)
    shown["funnel"] = market.funnel() if quarter_closed or "funnel" not in old else old["funnel"]
    shown |= {
        "shape": SHAPE,
        "quarter": quarter_of(office.today),
        "year": office.today.year,
        "n": len(year),
        "large_from": office.policy.large_from,
        "closed": office.closed.value if office.closed else None,
        "firms_closed": market.firms.closed.value if market.firms.closed else None,
        "tracked": list(lens.tracked),
        "firms_tracked": list(market.tracked),
        "rounded": lens.hidden,
        "series": work.series(lens, old.get("series") or {}),
        "both_wings": people.both_wings(office, year),
        "workload": people.workload(office),
        "cross": people.cross(office, year),
        "closing": closing,
    }
    shown["blocks"] = {name: _kept(one) for name, one in _blocks(shown, tests, alerts).items()}
    return shown


def held(before: Any, now: Any, *, quarter_closed: bool) -> Any:
    """Return figures as they may be shown: one stays as it was until five more cases came, or a quarter closed (P7)."""
    if isinstance(now, dict):
        if not isinstance(before, dict):
            return now
        if "base" in now and "base" in before and not may_step(
            max(0, now["base"] - before["base"]), quarter_closed=quarter_closed
        ):  # fmt: skip
            return before
        return {name: held(before.get(name), value, quarter_closed=quarter_closed) for name, value in now.items()}
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        return [held(one, other, quarter_closed=quarter_closed) for one, other in zip(before, now, strict=True)]
    return now


def _blocks(shown: Told, tests: Mapping[str, Closed], alerts: Mapping[str, Alert]) -> dict[str, Block]:
    staff = [Why(shown["closed"])] if shown["closed"] else [] if shown["tracked"] else [Why.SMALL_GROUP]
    firms = (
        [Why(shown["firms_closed"])] if shown["firms_closed"] else [] if shown["firms_tracked"] else [Why.SMALL_GROUP]
    )
    structural, n = work.worst_structural(shown["where"])
    weighted = [row["weighted"] for row in shown["shares"].values()]
    large = [row["large"] for row in shown["shares"].values()]
    joint = shown["joint"] or {}
    found = {
        "portfolio": _of(weighted, staff, alert=alerts.get(OFFICE), structural=structural, n=n),
        "joint": block(
            within=joint.get("within", UNTOLD),
            unstated=[*staff, *_whys([joint]), *([] if "band" in joint else [Why.NO_REFERENCE])],
            test=_loudest(tests, "symmetry"),
        ),
        "workload": _of(shown["group_loads"], [*staff, *_whys([shown["workload"]])], test=_loudest(tests, "workload")),
        "cross": _of([shown["cross"]], [], alert=alerts.get(CROSS)),
        "large": _of(large, staff, alert=alerts.get(OFFICE)),
        "exposure": _of(list(shown["exposure"].values()), firms, test=_loudest(tests, "exposure")),
        "outcomes": _of(shown["outcomes"], firms, test=_loudest(tests, "outcomes")),
    }
    for cut in CUTS:
        rows = [figure for part in shown["parts"][cut].values() for figure in part["by"].values()]
        found[cut] = _of(rows, staff, alert=alerts.get(cut), test=_loudest(tests, cut))
    return found


def _of(
    rows: list[Told],
    reasons: Iterable[Why],
    *,
    alert: Alert | None = None,
    test: Closed | None = None,
    structural: float | None = None,
    n: int = 0,
) -> Block:
    return block(
        within=all_within(row.get("within", UNTOLD) for row in rows),
        unstated=[*reasons, *_whys(rows)],
        alert=alert or Alert.NONE,
        test=test,
        structural=structural,
        n=n,
    )


def _whys(rows: Iterable[Told]) -> list[Why]:
    return [Why(row["why"]) for row in rows if "why" in row]


def _loudest(tests: Mapping[str, Closed], kind: str) -> Closed | None:
    """Return the test that gives attention, else one that cannot speak, else any of its kind."""
    own = [tests[name] for name in sorted(tests) if name.split(":")[0] == kind]
    return next((one for one in own if one.speaks), next((one for one in own if one.why), own[0] if own else None))


def _kept(one: Block) -> Told:
    return {"result": one.result.value, "reasons": list(one.reasons), "kinds": list(one.kinds)}


def positions(shown: Told) -> dict[str, list[str]]:
    """Return where the figures lie that a band statement speaks of, by its subjects; no community, no figure (BR1)."""
    weighted = [row["weighted"].get("within", UNTOLD) for row in shown["shares"].values()]
    return {
        "portfolio": weighted,
        "joint": [shown["joint"]["within"]] if shown["joint"] and "within" in shown["joint"] else [],
        "workload": [row.get("within", UNTOLD) for row in shown["group_loads"]],
        "exposure": [row.get("within", UNTOLD) for row in shown["exposure"].values()],
    }


OF_STAFF: Told = {
    "shares": {},
    "where": {},
    "joint": None,
    "symmetry": [],
    "group_loads": [],
    "series": {},
    "tracked": [],
}
OF_FIRMS: Told = {"exposure": {}, "outcomes": [], "funnel": {}, "firms_tracked": []}
STAFF_BLOCKS = ("portfolio", "joint", "workload", "large", *CUTS)
FIRM_BLOCKS = ("exposure", "outcomes")


def as_shown(kept: Told, *, staff: Why | None, firms: Why | None) -> Told:
    """Return a snapshot as it may be shown now: what belongs to a gate that closed since it was taken is left out."""
    shown = dict(kept)
    blocks = dict(kept["blocks"])
    if staff is not None:
        shown |= OF_STAFF | {"closed": staff.value}
        shown["parts"] = {
            cut: {part: {"n": row["n"], "by": {}} for part, row in rows.items()} for cut, rows in kept["parts"].items()
        }
        blocks |= dict.fromkeys(STAFF_BLOCKS, _closed(staff))
    if firms is not None:
        shown |= OF_FIRMS | {"firms_closed": firms.value}
        blocks |= dict.fromkeys(FIRM_BLOCKS, _closed(firms))
    if kept["closing"]:
        gone: tuple[str, ...] = (*CUTS, "workload", "symmetry") if staff is not None else ()
        gone += ("exposure", "outcomes") if firms is not None else ()
        tests = {name: row for name, row in kept["closing"]["tests"].items() if name.split(":")[0] not in gone}
        shown["closing"] = kept["closing"] | {"tests": tests}
    return shown | {"blocks": blocks}


def _closed(why: Why) -> Told:
    return {"result": Result.INSUFFICIENT.value, "reasons": [why.value], "kinds": []}


def rows_of(shown: Told) -> list[Told]:
    """Return all figures of a snapshot as rows for a table: block, community, view, value, reason and what stands beside."""
    rows: list[Told] = []

    def add(name: str, one: Told | None, *, community: str = "", view: str = "", closed: str = "closed") -> None:
        found: Told = one or {"why": shown[closed] or Why.SMALL_GROUP.value, "n": 0}
        low, high = (found.get("interval") or [None, None])[:2]
        least, most = (found.get("bounds") or [None, None])[:2]
        value = found.get("value")
        rows.append(
            {
                "block": name, "community": community, "view": view,
                "value": value if not isinstance(value, list) else None,
                "reason": found.get("why", ""), "expected": found.get("expected"), "n": found.get("n"),
                "low": low, "high": high, "bound_low": least, "bound_high": most,
                "undeclared_work": found.get("work"), "within": found.get("within", ""),
            }
        )  # fmt: skip

    for name in ("both_wings", "cross", "workload", "joint"):
        add(name, shown[name])
    for g in sorted(shown["shares"]):
        for view in work.VIEWS:
            add("portfolio", shown["shares"][g][view], community=g, view=view)
    if not shown["shares"]:
        add("portfolio", None)
    for pair in shown["group_loads"]:
        add("load_ratio", pair, view=":".join(pair["pair"]))
    for cut in CUTS:
        for part, row in shown["parts"][cut].items():
            for g in sorted(row["by"]):
                add(cut, row["by"][g], community=g, view=part)
    for g in sorted(shown["exposure"]):
        add("exposure", shown["exposure"][g], community=g)
    if not shown["exposure"]:
        add("exposure", None, closed="firms_closed")
    return rows


__all__ = ["SHAPE", "as_shown", "content", "held", "positions", "rows_of"]
