"""What the gates of a case still ask for (casework K1)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence

from iso_portal.cases import queries
from iso_portal.cases.domain import MOVES, Missing, Stage, missing_for
from iso_portal.cases.models import Case

LevelsOf = Callable[[Sequence[uuid.UUID]], Sequence[int]]
_levels_of: list[LevelsOf] = []


def use_levels_of(function: LevelsOf) -> None:
    """Take the function that knows how well outcomes are confirmed; reports stands above cases, so app.py hands it."""
    _levels_of[:] = [function]


def missing_before(case: Case, stage: Stage) -> list[Missing]:
    """Return what the gate of a stage still asks for."""
    return gates(case, queries.said(case), stages=(stage,))[stage]


def gates(case: Case, told: queries.Said, *, stages: Collection[Stage] | None = None) -> dict[Stage, list[Missing]]:
    """Return what the gates of stages still ask for, of all that the case can move to unless some are given.

    Firms and levels are asked for only where a gate wants them.
    """
    wanted = MOVES[case.stage] if stages is None else stages
    asked = Stage.LANDED in wanted and told.outcomes and _levels_of
    levels = _levels_of[0](told.outcomes) if asked else [0 for _key in told.outcomes]
    known = queries.facts(
        case,
        told,
        business_shares=Stage.INTRODUCED in wanted and queries.one_agreed(told.accepted),
        outcome_level=max(levels, default=None),
    )
    return {stage: missing_for(stage, known) for stage in wanted}
