"""Invented judged pairs whose truth is known."""

from __future__ import annotations

import numpy as np

from matching.features import FEATURES
from matching.judgements import Judgement, Judgements


def invented(*, cases: int = 30, firms: int = 8, seed: int = 0, noise: float = 0.1, line: float = 0.4) -> Judgements:
    """Firms that fit by their bridge, and by their line as much as is said; languages and desks in turn."""
    draw = np.random.default_rng(seed)
    rows = []
    for case in range(cases):
        numbers = draw.uniform(0, 0.8, (firms, len(FEATURES)))
        worth = numbers[:, FEATURES.index("bridge")] + line * numbers[:, 0] + draw.normal(0, noise, firms)
        best = set(np.argsort(-worth)[: firms // 3 + 1].tolist())
        for firm in range(firms):
            rows.append(
                Judgement(
                    case=f"{case:04d}",
                    firm=f"{firm:02d}",
                    grade=int(firm in best),
                    features=dict(zip(FEATURES, map(float, numbers[firm]), strict=True)),
                    rank=firm + 1,
                    language=("en", "de", "sq", "sr")[case % 4],
                    wing=("sq", "sr")[case % 2],
                )
            )
    return Judgements(rows=rows)
