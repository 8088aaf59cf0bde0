"""The classification as a bridge between languages: an inquiry meets a class, and the class meets its firms."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.centering import LanguageCenterer
from matching.encoders import Vectors

LANGUAGES = ("en", "sq", "sr_latn", "de")
CLASS_LEVEL = "4"
SHARPNESS = 0.05  # how fast a class loses its chance with its distance from the best


@dataclass(frozen=True, kw_only=True)
class ClassLabels:
    """Names of the classes: codes of shape "25.11", and for each language a name or an empty text."""

    codes: tuple[str, ...]
    names: dict[str, tuple[str, ...]]

    @classmethod
    def from_csv(cls, path: Path | str) -> ClassLabels:
        """Read a table with columns level, code, en, sq, sr_latn, de. German names come from the division where a
        class has none. Raises ValueError when a column is missing."""
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if not rows or not {"level", "code", *LANGUAGES} <= set(rows[0]):
            raise ValueError(f"{path}: needs columns level, code, {', '.join(LANGUAGES)}")
        above = {row["code"]: row for row in rows if row["level"] != CLASS_LEVEL}
        classes = [row for row in rows if row["level"] == CLASS_LEVEL]
        return cls(
            codes=tuple(row["code"] for row in classes),
            names={
                language: tuple(row[language] or above.get(row["code"][:2], row)[language] for row in classes)
                for language in LANGUAGES
            },
        )

    def parallel(self) -> list[str]:
        """Return one text a class that holds all its names, for training across languages."""
        return [" ; ".join(filter(None, names)) for names in zip(*self.names.values(), strict=True)]


@dataclass(frozen=True, kw_only=True)
class ClassGuess:
    """A class that a text may belong to, with its chance from 0 to 1."""

    code: str
    probability: float


def dotted(code: str) -> str:
    """Return a code with its dot: registers write 2511 or 729, the classification 25.11 and 07.29."""
    plain = code.replace(".", "").strip()
    if len(plain) == 3:
        plain = "0" + plain
    return f"{plain[:2]}.{plain[2:]}" if len(plain) == 4 else plain


class NaceBridge:
    """Similarity of an inquiry to classes through their names in every language at once.

    A class's vector is the mean of its centred names, so no language of the names weighs more than another.
    """

    def __init__(self, labels: ClassLabels) -> None:
        self.labels = labels

    def fit(self, encoded: Mapping[str, Vectors], centerer: LanguageCenterer) -> NaceBridge:
        """Learn `vectors_` of shape (classes, dimensions) and `place_` of each code.

        encoded: the raw vectors of the names by language, a row a class.
        """
        total: Vectors | None = None
        for language, vectors in encoded.items():
            centred = centerer.transform(vectors, [language] * len(vectors))
            total = centred if total is None else total + centred
        assert total is not None
        length = np.linalg.norm(total, axis=1, keepdims=True)
        self.vectors_: Vectors = total / np.maximum(length, 1e-9)
        self.place_ = {code: place for place, code in enumerate(self.labels.codes)}
        self.division_ = np.array([code[:2] for code in self.labels.codes])
        return self

    def similarities(self, vectors: Vectors, wanted: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return for each class how well the best line meets it, with a bonus where the investor named its division.

        vectors: centred lines of the inquiry. wanted: codes the investor gave. Result: shape (classes,).
        """
        if not len(vectors):
            return np.zeros(len(self.labels.codes), np.float32)
        ranked = np.sort(vectors @ self.vectors_.T, axis=0)[::-1]
        best = 0.8 * ranked[0] + 0.2 * ranked[: min(3, len(ranked))].mean(axis=0)
        named = {dotted(code)[:2] for code in wanted}
        classes = {dotted(code) for code in wanted}
        bonus = 0.12 * np.isin(self.division_, list(named)) + 0.12 * np.isin(self.labels.codes, list(classes))
        return np.asarray(best + bonus, np.float32)

    def predicted(self, similarities: NDArray[np.float32], most: int = 5) -> list[str]:
        """Return the likeliest classes, best first, ties by code."""
        order = np.lexsort((np.array(self.labels.codes), -similarities))
        return [self.labels.codes[place] for place in order[:most]]

    def guesses(self, similarities: NDArray[np.float32], most: int = 5) -> list[ClassGuess]:
        """Return the likeliest classes with their chances, best first."""
        weight = np.exp((similarities - similarities.max()) / SHARPNESS)
        chance = dict(zip(self.labels.codes, weight / weight.sum(), strict=True))
        return [
            ClassGuess(code=code, probability=round(float(chance[code]), 4))
            for code in self.predicted(similarities, most)
        ]
