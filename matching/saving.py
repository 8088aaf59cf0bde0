"""Keep a version of the ranking as bytes that run nothing when they are read (matching MA3).

A version is kept by skops as plain numbers and words beside the names of its features, the versions of the packages that
made it, the digest of what it learned from, and its card. Nothing is unpickled, and what does not fit is refused.
"""

from __future__ import annotations

import io
from importlib.metadata import version as version_of
from typing import Any

import numpy as np
from skops.io import dumps, get_untrusted_types, loads

from matching.calibration import Calibrator, Shortlist
from matching.features import FEATURES
from matching.judgements import Judgement, Judgements
from matching.model import RankingModel
from matching.ranker import Ranker

FORM = 1
PACKAGES = ("numpy", "scipy", "scikit-learn", "skops")
LARGEST = 1_000_000  # bytes; a version is a few kilobytes
NEEDED = {"form", "version", "features", "packages", "fingerprint", "card", "ranker", "calibrator", "shortlist"}


class Unfit(ValueError):
    """These bytes are no version that this portal can use; the text says why."""


def save(model: RankingModel, *, fingerprint: str, card: dict[str, Any]) -> bytes:
    """Return a version as bytes. fingerprint: of the judgements it learned from; card: JSON values only."""
    return bytes(
        dumps(
            {
                "form": FORM,
                "version": model.version,
                "features": list(FEATURES),
                "packages": {name: version_of(name) for name in PACKAGES},
                "fingerprint": fingerprint,
                "card": card,
                "ranker": {
                    "pull": float(model.ranker.pull),
                    "weights": np.asarray(model.ranker.decision_function(np.eye(len(FEATURES))), np.float64),
                },
                "calibrator": {
                    "slope": float(getattr(model.calibrator, "slope_", model.calibrator.slope)),
                    "offset": float(getattr(model.calibrator, "offset_", model.calibrator.offset)),
                },
                "shortlist": {
                    "level": float(model.shortlist.level),
                    "gap": float(getattr(model.shortlist, "gap_", model.shortlist.gap)),
                },
            }
        )
    )


def content_of(kept: bytes) -> dict[str, Any]:
    """Return what was kept, after it was found harmless. Raises Unfit."""
    if len(kept) > LARGEST:
        raise Unfit("the file is too large for a version of the ranking")
    try:
        if foreign := get_untrusted_types(data=kept):
            raise Unfit(f"the file holds foreign types: {', '.join(sorted(foreign))}")
        content = loads(kept, trusted=[])
    except Unfit:
        raise
    except Exception as why:  # a damaged archive fails in many ways, none of which may reach a page
        raise Unfit("the file is damaged or no version of the ranking") from why
    if not isinstance(content, dict) or not set(content) >= NEEDED:
        raise Unfit("the file is no version of the ranking")
    return content


def load(kept: bytes) -> RankingModel:
    """Return the version. Raises Unfit for damaged bytes, other features, another form or other main releases."""
    content = content_of(kept)
    if content["form"] != FORM:
        raise Unfit(f"the version is kept in form {content['form']}, this portal reads form {FORM}")
    if content["features"] != list(FEATURES):
        apart = ", ".join(sorted(set(content["features"]) ^ set(FEATURES))) or "their order"
        raise Unfit(f"the version was made for other features ({apart}): train a new one")
    for name, made_with in content["packages"].items():
        if name in PACKAGES and version_of(name).split(".")[0] != str(made_with).split(".")[0]:
            raise Unfit(f"the version was made with {name} {made_with}, here is {version_of(name)}: train a new one")
    try:
        return _model(content)
    except (KeyError, TypeError, ValueError) as why:
        raise Unfit("the file is no version of the ranking") from why


def _model(content: dict[str, Any]) -> RankingModel:
    weights = np.asarray(content["ranker"]["weights"], np.float64)
    if weights.shape != (len(FEATURES),) or not np.isfinite(weights).all():
        raise Unfit("its weights are not one number a feature")
    ranker = Ranker(pull=float(content["ranker"]["pull"]))
    ranker.weights_ = weights
    calibrator, shortlist = Calibrator(), Shortlist(level=float(content["shortlist"]["level"]))
    calibrator.slope_ = float(content["calibrator"]["slope"])
    calibrator.offset_ = float(content["calibrator"]["offset"])
    shortlist.gap_ = float(content["shortlist"]["gap"])
    return RankingModel(version=str(content["version"]), ranker=ranker, calibrator=calibrator, shortlist=shortlist)


def pack(judgements: Judgements) -> bytes:
    """Return judgements without lists as bytes, arrays only; features are kept under their names."""
    rows, file = judgements.ordered, io.BytesIO()
    np.savez_compressed(
        file,
        names=np.array(FEATURES),
        numbers=judgements.numbers.astype(np.float32),
        grades=judgements.grades.astype(np.int8),
        told=np.array([(row.case, row.firm, row.language) for row in rows], str).reshape(len(rows), 3),
    )
    return file.getvalue()


def unpack(packed: bytes) -> Judgements:
    """Return what pack() kept. Raises Unfit."""
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as kept:
            names = [str(name) for name in kept["names"]]
            rows = zip(kept["numbers"], kept["grades"], kept["told"], strict=True)
            return Judgements(
                rows=[
                    Judgement(
                        case=str(case),
                        firm=str(firm),
                        grade=int(grade),
                        features=dict(zip(names, map(float, numbers), strict=True)),
                        language=str(language),
                    )
                    for numbers, grade, (case, firm, language) in rows
                ]
            )
    except Exception as why:  # a damaged archive fails in many ways
        raise Unfit("the graded set is damaged") from why
