"""The classification as a bridge between languages: an inquiry meets a class, and the class meets its firms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.centering import LanguageCenterer
from matching.encoders import Vectors
from matching.facts import spoken
from matching.labels import LANGUAGES, ClassLabels, dotted
from matching.text import fold

Scores = NDArray[np.float32]

# What each way of meeting a class is worth, and how sharply a chance falls with the score: learned by conditional logistic
# regression on the development sets, cross-validated over classes; docs/matching.md has the table.
WEIGHTS = {
    "name_own": 0.07,
    "name_any": 0.08,
    "words_own": 0.24,
    "words_any": 0.21,
    "letters_own": 0.20,
    "letters_any": 0.20,
}
SHARPNESS = 38.0
# A line of a profile that has this many letters in common with a class's name is an entry of a register.
ENTRY, ENTRY_CHANCE = 0.7, 0.98
MOST_IMPLIED, LEAST_CHANCE = 3, 0.15
AT_ONCE = 256
NAMED_DIVISION, NAMED_CLASS = 0.12, 0.12  # bonus for what the investor named


@dataclass(frozen=True, kw_only=True)
class ClassGuess:
    """A class that a text may belong to, with its chance from 0 to 1."""

    code: str
    probability: float


class NaceBridge(BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Similarity of lines to classes through their names and the trade's words, in the line's own language and in all.

    labels: the classification's words; weights: of each way of meeting, WEIGHTS when None; sharpness: of the chances.
    """

    def __init__(
        self, labels: ClassLabels, weights: Mapping[str, float] | None = None, sharpness: float = SHARPNESS
    ) -> None:
        self.labels = labels
        self.weights = weights
        self.sharpness = sharpness

    def fit(self, encoded: Mapping[str, Vectors], centerer: LanguageCenterer) -> NaceBridge:
        """Learn `vectors_` of names and words, `letters_` of both, and `place_` of each code.

        encoded: the raw vectors of labels.texts() by its keys, a row a class.
        """
        self.vectors_ = {}
        for name, rows in encoded.items():
            tongue = [name.split()[0]] * len(rows)
            # The trade's words are another style than names: their own mean is taken from them.
            own = centerer if name in self.labels.names else centerer.moved(rows, tongue)
            self.vectors_[name] = own.transform(rows, tongue)
        self.place_ = {code: place for place, code in enumerate(self.labels.codes)}
        self.division_ = np.array([code[:2] for code in self.labels.codes])
        documents = {
            language: [
                f"{name} ; {words}"
                for name, words in zip(
                    self.labels.names[language],
                    self.labels.terms.get(language, self.labels.names[language]),
                    strict=True,
                )
            ]
            for language in LANGUAGES
        }
        self.vectorizer_ = TfidfVectorizer(
            preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32
        ).fit([text for texts in documents.values() for text in texts])
        self.letters_: dict[str, sparse.csr_matrix] = {
            language: self.vectorizer_.transform(texts).T.tocsr() for language, texts in documents.items()
        }
        self.titles_: dict[str, sparse.csr_matrix] = {
            language: self.vectorizer_.transform(self.labels.names[language]).T.tocsr() for language in LANGUAGES
        }
        return self

    def line_scores(self, lines: Sequence[str], vectors: Vectors, languages: Sequence[str]) -> Scores:
        """Return how well each line meets each class, shape (lines, classes), from 0 to about 1.

        vectors: of the lines, centred.
        """
        tongues = [spoken(language) for language in languages]
        ways = {
            "name": {language: vectors @ self.vectors_[language].T for language in LANGUAGES},
            "words": {
                language: vectors @ self.vectors_.get(f"{language} terms", self.vectors_[language]).T
                for language in LANGUAGES
            },
        }
        counted = self.vectorizer_.transform(lines)
        ways["letters"] = {language: (counted @ self.letters_[language]).toarray() for language in LANGUAGES}
        weights = self.weights or WEIGHTS
        total = np.zeros((len(lines), len(self.labels.codes)), np.float32)
        for way, by_language in ways.items():
            every = np.max(list(by_language.values()), axis=0)
            own = every.copy()
            for language, scores in by_language.items():
                rows = [row for row, tongue in enumerate(tongues) if tongue == spoken(language)]
                own[rows] = scores[rows]
            total += weights[f"{way}_own"] * own + weights[f"{way}_any"] * every
        return total

    def implied(
        self, lines: Sequence[str], vectors: Vectors, languages: Sequence[str]
    ) -> list[list[tuple[int, float]]]:
        """Return for each line of a profile the (place, chance) of the classes that it speaks of.

        An entry of a register is nearly the name of its class; other lines get the likeliest classes. vectors: centred.
        """
        found: list[list[tuple[int, float]]] = []
        for start in range(0, len(lines), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            chances = self.chances(self.line_scores(lines[some], vectors[some], languages[some]))
            alike = self._alike(lines[some], languages[some])
            for row, entry in zip(chances, alike, strict=True):
                if entry.max() >= ENTRY:
                    found.append([(int(entry.argmax()), ENTRY_CHANCE)])
                else:
                    likely = np.argsort(-row, kind="stable")[:MOST_IMPLIED]
                    found.append([(int(place), float(row[place])) for place in likely if row[place] >= LEAST_CHANCE])
        return found

    def _alike(self, lines: Sequence[str], languages: Sequence[str]) -> Scores:
        """Return how many letters each line has in common with each class's name in its language."""
        counted = self.vectorizer_.transform(lines)
        every = {language: (counted @ names).toarray() for language, names in self.titles_.items()}
        alike = np.max(list(every.values()), axis=0)
        for language, scores in every.items():
            rows = [row for row, told in enumerate(languages) if spoken(told) == spoken(language)]
            alike[rows] = scores[rows]
        return np.asarray(alike, np.float32)

    def similarities(self, lines: Sequence[str], vectors: Vectors, language: str, wanted: Sequence[str] = ()) -> Scores:
        """Return for each class how well an inquiry meets it, with a bonus for what the investor named.

        lines, vectors: of the inquiry, the whole text last. wanted: codes the investor gave. Result: shape (classes,).
        """
        if not len(vectors):
            return np.zeros(len(self.labels.codes), np.float32)
        ranked = np.sort(self.line_scores(lines, vectors, [language] * len(lines)), axis=0)[::-1]
        best = 0.8 * ranked[0] + 0.2 * ranked[: min(3, len(ranked))].mean(axis=0)
        named = {dotted(code)[:2] for code in wanted}
        classes = {dotted(code) for code in wanted}
        bonus = NAMED_DIVISION * np.isin(self.division_, list(named)) + NAMED_CLASS * np.isin(
            self.labels.codes, list(classes)
        )
        return np.asarray(best + bonus, np.float32)

    def chances(self, scores: Scores) -> Scores:
        """Return the chance of each class; scores and result of shape (..., classes), chances add to 1."""
        powers = np.exp(self.sharpness * (scores - scores.max(axis=-1, keepdims=True)))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)

    def predicted(self, similarities: Scores, most: int = 5) -> list[str]:
        """Return the likeliest classes, best first, ties by code."""
        order = np.lexsort((np.array(self.labels.codes), -similarities))
        return [self.labels.codes[place] for place in order[:most]]

    def guesses(self, similarities: Scores, most: int = 5) -> list[ClassGuess]:
        """Return the likeliest classes with their chances, best first."""
        chance = dict(zip(self.labels.codes, self.chances(similarities), strict=True))
        return [
            ClassGuess(code=code, probability=round(float(chance[code]), 4))
            for code in self.predicted(similarities, most)
        ]
