"""Two stages: find candidates exactly by lines and by classes, rank them over features of the pair, say why."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.centering import LanguageCenterer
from matching.classes import ClassLabels, NaceBridge, dotted
from matching.encoders import Encoder, Vectors, load_encoder
from matching.facts import SUITS, BusinessFacts, InquiryFacts, needs_met, shared_depth
from matching.ranker import FEATURES, Ranker
from matching.text import fold, split_lines

VERSION = "2026.11"
CANDIDATES = 200
# Read off the graded seed pairs: above 0.90 nine in ten were graded relevant, above 0.70 two in three; the best firm of
# an inquiry never scored below 0.55 there. A rough calibration on one small set, to be redone from decisions.
VERY_LIKELY, LIKELY, NOTHING = 0.90, 0.70, 0.55


@dataclass(frozen=True, kw_only=True)
class Index:
    """Firms ready to be searched. vectors: centred lines, sorted by firm; starts: each firm's first line."""

    firms: Sequence[BusinessFacts]
    vectors: Vectors
    owner: NDArray[np.int64]
    lines: Sequence[str]
    kinds: Sequence[str]
    languages: Sequence[str]
    class_owner: NDArray[np.int64]
    class_place: NDArray[np.int64]
    class_weight: NDArray[np.float32]
    words: sparse.csr_matrix
    vectorizer: TfidfVectorizer = field(repr=False)
    centerer: LanguageCenterer = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a firm is suggested: the two lines that met, in their own words, and what else agrees.

    shares: part of the score that each feature makes. Codes and terms are for the reader's interface to put in words.
    """

    inquiry_line: str
    business_line: str
    business_kind: str
    business_language: str
    classes: list[str]
    needs_met: list[str]
    needs_unmet: list[str]
    shares: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One firm for an inquiry. likelihood: very_likely, likely or possible; the score only orders."""

    key: str
    rank: int
    score: float
    likelihood: str
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class SuggestionList:
    """The answer, with what made it, so that it can be explained later. nothing_fits: no suitable firm on record."""

    version: str
    encoder: str
    nothing_fits: bool
    classes: list[str]
    suggestions: list[Suggestion]


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """An inquiry ready to be compared: its lines, the whole text last, centred."""

    facts: InquiryFacts
    lines: list[str]
    vectors: Vectors


class Recommender:
    """Suggests firms for inquiries. labels: names of the classes; encoder: e5 or the fallback; ranker: the weights."""

    def __init__(self, labels: ClassLabels, encoder: Encoder | None = None, ranker: Ranker | None = None) -> None:
        self.labels = labels
        self.encoder = encoder
        self.ranker = ranker or Ranker()

    def fit(self, cache: Path | None = None) -> Recommender:
        """Encode the class names and learn each language's mean from them.

        cache: folder in which their vectors are kept, a file for each encoder and table; encoding 2,460 names takes
        the multilingual model about a minute.
        """
        self.encoder_ = self.encoder or load_encoder(self.labels.parallel())
        encoded = self._encoded_names(cache)
        languages = [language for language, vectors in encoded.items() for _ in range(len(vectors))]
        self.centerer_ = LanguageCenterer().fit(np.concatenate(list(encoded.values())), languages)
        self.bridge_ = NaceBridge(self.labels).fit(encoded, self.centerer_)
        return self

    def _encoded_names(self, cache: Path | None) -> dict[str, Vectors]:
        """Return the vectors of the class names by language, from the cache where it fits."""
        told = repr((self.encoder_.name, VERSION, sorted(self.labels.names.items())))
        path = cache / f"class-names-{hashlib.sha256(told.encode()).hexdigest()[:16]}.npz" if cache else None
        if path is not None and path.exists():
            with np.load(path, allow_pickle=False) as kept:
                return {language: kept[language].astype(np.float32) for language in self.labels.names}
        encoded = {language: self.encoder_.encode(names) for language, names in self.labels.names.items()}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            with open(draft, "wb") as file:
                np.savez(file, **{name: rows.astype(np.float16) for name, rows in encoded.items()})  # type: ignore[arg-type]  # its stub takes the names for options
            draft.replace(path)
        return encoded

    def encode(self, lines: Sequence[str]) -> Vectors:
        """Return raw unit vectors of lines, float32, to be stored and handed back to index()."""
        return self.encoder_.encode(lines)

    def index(self, firms: Sequence[BusinessFacts], vectors: Vectors | None = None) -> Index:
        """Make firms searchable. vectors: of all their lines in order, when they were encoded before.

        Raises ValueError when there are not as many vectors as lines.
        """
        lines = [line for firm in firms for line in firm.lines]
        texts = [line.text for line in lines]
        raw = self._encode_once(texts) if vectors is None else vectors
        if len(raw) != len(lines):
            raise ValueError(f"{len(raw)} vectors for {len(lines)} lines")
        languages = [line.language for line in lines]
        centerer = self.centerer_.adapted(raw, languages) if lines else self.centerer_
        place = self.bridge_.place_
        declared = [
            (number, place[dotted(code)], 1.0 if first == 0 else 0.96)
            for number, firm in enumerate(firms)
            for first, code in enumerate(firm.nace)
            if dotted(code) in place
        ]
        vectorizer = TfidfVectorizer(
            preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, max_features=200_000
        )
        documents = [" \n ".join(line.text for line in firm.lines) or "." for firm in firms]
        return Index(
            firms=firms,
            vectors=centerer.transform(raw, languages),
            owner=np.repeat(np.arange(len(firms)), [len(firm.lines) for firm in firms]),
            lines=texts,
            kinds=[line.kind for line in lines],
            languages=languages,
            class_owner=np.array([row[0] for row in declared], np.int64),
            class_place=np.array([row[1] for row in declared], np.int64),
            class_weight=np.array([row[2] for row in declared], np.float32),
            words=vectorizer.fit_transform(documents).tocsr() if documents else sparse.csr_matrix((0, 1)),
            vectorizer=vectorizer,
            centerer=centerer,
        )

    def _encode_once(self, texts: Sequence[str]) -> Vectors:
        """Encode each distinct text once; registry lines repeat thousands of times."""
        distinct = list(dict.fromkeys(texts))
        place = {text: number for number, text in enumerate(distinct)}
        return self.encoder_.encode(distinct)[[place[text] for text in texts]]

    def suggest(self, inquiry: InquiryFacts, index: Index, *, top: int = 10) -> SuggestionList:
        """Return the best firms for an inquiry, best first, ties by key; the same input gives the same answer."""
        asked = self._ask(inquiry, index)
        similarities = self.bridge_.similarities(asked.vectors, inquiry.nace)
        order, scores, features = self._ranked(asked, index, similarities)
        predicted = self.bridge_.predicted(similarities)
        suggestions = [
            Suggestion(
                key=index.firms[firm].key,
                rank=rank,
                score=round(float(scores[row]), 6),
                likelihood=likelihood_of(float(scores[row])),
                reason=self._reason(asked, index, firm, features[row], predicted),
            )
            for rank, (row, firm) in enumerate(order[:top], start=1)
        ]
        best = suggestions[0].score if suggestions else 0.0
        return SuggestionList(
            version=VERSION,
            encoder=self.encoder_.name,
            nothing_fits=best < NOTHING,
            classes=predicted,
            suggestions=suggestions,
        )

    def rank(self, inquiry: InquiryFacts, index: Index) -> list[str]:
        """Return the keys of all candidates, best first, without reasons; for evaluation."""
        asked = self._ask(inquiry, index)
        order, _scores, _features = self._ranked(asked, index, self.bridge_.similarities(asked.vectors, inquiry.nace))
        return [index.firms[firm].key for _row, firm in order]

    def _ask(self, inquiry: InquiryFacts, index: Index) -> _Asked:
        lines = split_lines(inquiry.text)
        whole = " ".join(inquiry.text.split()) or "."
        texts = [*lines, whole] if len(lines) > 1 else [whole]
        raw = self.encoder_.encode(texts)
        return _Asked(
            facts=inquiry, lines=texts, vectors=index.centerer.transform(raw, [inquiry.language] * len(texts))
        )

    def _ranked(
        self, asked: _Asked, index: Index, similarities: NDArray[np.float32]
    ) -> tuple[list[tuple[int, int]], NDArray[np.float64], NDArray[np.float64]]:
        """Return ((row, firm) best first, scores, features), both arrays a row a candidate."""
        if not index.firms:
            return [], np.zeros(0), np.zeros((0, len(FEATURES)))
        by_line = asked.vectors @ index.vectors.T
        line_scores = 0.55 * by_line.max(axis=0, initial=-1.0) + 0.45 * by_line[-1]
        best = np.full(len(index.firms), -1.0, np.float32)
        np.maximum.at(best, index.owner, line_scores)
        bridge = np.zeros(len(index.firms), np.float32)
        np.maximum.at(bridge, index.class_owner, similarities[index.class_place] * index.class_weight)
        words = np.asarray((index.words @ index.vectorizer.transform([asked.facts.text]).T).todense()).ravel()
        candidates = np.unique(np.concatenate([_top(best), _top(bridge), _top(words)]))
        features = np.array(
            [
                self._features(asked, index, firm, line_scores, best[firm], bridge[firm], words[firm])
                for firm in candidates
            ]
        )
        scores = self.ranker.decision_function(features)
        keys = [index.firms[firm].key for firm in candidates]
        order = sorted(range(len(candidates)), key=lambda row: (-round(float(scores[row]), 6), keys[row]))
        return [(row, int(candidates[row])) for row in order], scores, features

    def _features(
        self,
        asked: _Asked,
        index: Index,
        number: int,
        line_scores: NDArray[np.float32],
        best: float,
        bridge: float,
        lexical: float,
    ) -> list[float]:
        """Return one pair's features in the order of FEATURES, each from 0 to about 1."""
        firm, inquiry = index.firms[number], asked.facts
        low, high = np.searchsorted(index.owner, [number, number + 1])
        own = np.sort(line_scores[low:high])[::-1][:3]
        met, unmet = needs_met(inquiry, firm)
        return [
            max(float(best), 0.0),
            max(float(own.mean()), 0.0) if len(own) else 0.0,
            max(float(bridge), 0.0),
            shared_depth([dotted(c) for c in inquiry.nace], [dotted(c) for c in firm.nace]),
            float(lexical),
            len(met) / max(len(met) + len(unmet), 1),
            float(bool(SUITS.get(inquiry.project_type, frozenset()) & (firm.offers | firm.seeks))),
            float(bool(inquiry.languages & firm.languages)),
            float(inquiry.country in firm.export_markets),
            float(firm.municipality in inquiry.municipalities),
            firm.completeness,
        ]

    def _reason(
        self, asked: _Asked, index: Index, number: int, features: NDArray[np.float64], predicted: list[str]
    ) -> Reason:
        firm = index.firms[number]
        low, high = np.searchsorted(index.owner, [number, number + 1])
        met, unmet = needs_met(asked.facts, firm)
        wanted = {dotted(code)[:2] for code in asked.facts.nace} | {code[:2] for code in predicted}
        inquiry_line = business_line = kind = language = ""
        if high > low:
            pairs = asked.vectors @ index.vectors[low:high].T
            line = int(np.argmax(0.55 * pairs.max(axis=0) + 0.45 * pairs[-1]))
            single = pairs[:-1] if len(pairs) > 1 else pairs  # the whole text stands last and would say too much
            inquiry_line = asked.lines[int(np.argmax(single[:, line]))]
            business_line, kind, language = (
                index.lines[low + line],
                index.kinds[low + line],
                index.languages[low + line],
            )
        return Reason(
            inquiry_line=inquiry_line,
            business_line=business_line,
            business_kind=kind,
            business_language=language,
            classes=[code for code in firm.nace if dotted(code)[:2] in wanted],
            needs_met=met,
            needs_unmet=unmet,
            shares=self.ranker.shares(features),
        )


def _top(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the places of the best candidates, all of them where there are few."""
    if len(scores) <= CANDIDATES:
        return np.arange(len(scores))
    return np.argpartition(-scores, CANDIDATES)[:CANDIDATES]


def likelihood_of(score: float) -> str:
    """Return the word for a score."""
    return "very_likely" if score >= VERY_LIKELY else "likely" if score >= LIKELY else "possible"
