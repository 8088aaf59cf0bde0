"""What the gates of a case still ask for (casework K1)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries
from iso_portal.cases.domain import MOVES, Missing, Stage, missing_for
from iso_portal.cases.models import Case

LevelOf = Callable[[uuid.UUID], int]
_level_of: list[LevelOf] = []


def use_level_of(function: LevelOf) -> None:
    """Take the function that knows how well an outcome is confirmed; reports stands above cases, so app.py hands it."""
    _level_of[:] = [function]


def missing_before(case: Case, stage: Stage) -> list[Missing]:
    """Return what the gate of a stage still asks for."""
    return gates(case, queries.said(case), stages=(stage,))[stage]


def gates(case: Case, told: queries.Said, *, stages: Collection[Stage] | None = None) -> dict[Stage, list[Missing]]:
    """Return what the gates of stages still ask for, of all that the case can move to unless some are given.

    Firms and levels are asked for only where a gate wants them.
    """
    wanted = MOVES[case.stage] if stages is None else stages
    firms = businesses.of_ids(told.accepted) if Stage.INTRODUCED in wanted else []
    levels = [_level_of[0](key) if Stage.LANDED in wanted and _level_of else 0 for key in told.outcomes]
    known = queries.facts(
        case,
        told,
        business_shares=any(firm.consent_suggest for firm in firms),
        outcome_level=max(levels, default=None),
    )
    return {stage: missing_for(stage, known) for stage in wanted}
