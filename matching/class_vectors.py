"""The vectors of the classes' own words, kept beside the words: encoding them takes minutes, reading them does not.

Made from data/class_terms.csv and the names by `python -m matching encode-classes`; used only where texts and encoder are
the very ones they were made from, which a fingerprint tells. A byte a dimension: what rounding moves is under a thousandth.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from matching.encoders import Encoder, Vectors

KEPT = Path(__file__).parent / "data" / "class_vectors.npz"


def fingerprint(encoder: str, texts: Mapping[str, Sequence[str]]) -> str:
    """Return what changes with the encoder or any text."""
    return hashlib.sha256(
        repr((encoder, sorted((name, tuple(lines)) for name, lines in texts.items()))).encode()
    ).hexdigest()


def encoded(encoder: Encoder, texts: Mapping[str, Sequence[str]], *, cache: Path | None = None) -> dict[str, Vectors]:
    """Return the vectors of all texts: kept ones, else from the cache, else encoded now and put into the cache.

    cache: a folder, a file for each fingerprint.
    """
    mark = fingerprint(encoder.name, texts)
    paths = [KEPT] if cache is None else [KEPT, cache / f"classes-{mark[:16]}.npz"]
    for path in paths:
        if (found := _read(path, mark, list(texts))) is not None:
            return found
    made = {name: encoder.encode(lines) for name, lines in texts.items()}
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        write(paths[-1], mark, made)
        return _read(paths[-1], mark, list(texts)) or made  # the same numbers now and at the next start
    return made


def write(path: Path, mark: str, vectors: Mapping[str, Vectors]) -> None:
    """Keep vectors of length one, a byte a dimension; readers see the old file or the new one."""
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    rows: dict[str, np.ndarray] = {"mark": np.array(mark)}  # type: ignore[type-arg]  # texts and numbers side by side
    for name, lines in vectors.items():
        scale = np.maximum(np.abs(lines).max(axis=1, keepdims=True), 1e-9) / 127
        rows[f"{name}|bytes"] = np.round(lines / scale).astype(np.int8)
        rows[f"{name}|scale"] = scale.astype(np.float32)
    with open(draft, "wb") as file:
        np.savez_compressed(file, **rows)  # type: ignore[arg-type]  # its stub takes the names for options
    draft.replace(path)


def _read(path: Path, mark: str, names: Sequence[str]) -> dict[str, Vectors] | None:
    """Return the vectors of a file made from the same texts by the same encoder, else None."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as kept:
        if str(kept["mark"]) != mark:
            return None
        return {name: np.asarray(kept[f"{name}|bytes"] * kept[f"{name}|scale"], np.float32) for name in names}
