"""Firms ready to be searched: exact best lines, classes and words, the union of all three."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.asked import Asked
from matching.centering import LanguageCenterer
from matching.classes import NaceBridge, dotted
from matching.encoders import Encoder, Vectors
from matching.facts import BusinessFacts
from matching.text import fold

CANDIDATES = 200
MAIN, SIDE = 1.0, 0.96  # what a declared class is worth, the first one and the others


@dataclass(frozen=True, kw_only=True)
class Found:
    """Candidates for an inquiry, a place in each array for each.

    firms: their numbers in the index, ascending; best: of their best line; three: mean of their three best lines;
    line: number of the best line in the index, -1 without lines; bridge: of their best class; lexical: of their words.
    """

    firms: NDArray[np.int64]
    best: NDArray[np.float32]
    three: NDArray[np.float32]
    line: NDArray[np.int64]
    bridge: NDArray[np.float32]
    lexical: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Index:
    """Firms ready to be searched. vectors: centred lines, sorted by firm; owner: each line's firm."""

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

    def retrieve(self, asked: Asked, excluded: Collection[str] = ()) -> Found:
        """Return the best candidates by line, by class and by words, at least CANDIDATES where there are as many.

        excluded: keys of firms that may not be suggested.
        """
        size = len(self.firms)
        by_line = asked.vectors @ self.vectors.T if len(self.vectors) else np.zeros((1, 0), np.float32)
        line_scores = 0.55 * by_line.max(axis=0, initial=-1.0) + 0.45 * by_line[-1]
        best = np.full(size, -1.0, np.float32)
        np.maximum.at(best, self.owner, line_scores)
        bridge = np.zeros(size, np.float32)
        np.maximum.at(bridge, self.class_owner, asked.classes[self.class_place] * self.class_weight)
        words = np.zeros(size, np.float32)
        if size:
            words = np.asarray((self.words @ self.vectorizer.transform([asked.facts.text]).T).todense(), np.float32)
        words = words.ravel()
        allowed = np.array([firm.key not in excluded for firm in self.firms], bool)
        firms = np.unique(np.concatenate([_top(scores, allowed) for scores in (best, bridge, words)]))
        three, line = np.zeros(len(firms), np.float32), np.full(len(firms), -1, np.int64)
        for place, firm in enumerate(firms):
            low, high = np.searchsorted(self.owner, [firm, firm + 1])
            if high > low:
                three[place] = np.sort(line_scores[low:high])[::-1][:3].mean()
                line[place] = low + int(np.argmax(line_scores[low:high]))
        return Found(firms=firms, best=best[firms], three=three, line=line, bridge=bridge[firms], lexical=words[firms])

    def vectors_of(self, firm: int) -> tuple[int, Vectors]:
        """Return (number of the firm's first line, the centred vectors of its lines)."""
        low, high = np.searchsorted(self.owner, [firm, firm + 1])
        return int(low), self.vectors[low:high]


def build_index(
    firms: Sequence[BusinessFacts],
    vectors: Vectors | None,
    *,
    encoder: Encoder,
    centerer: LanguageCenterer,
    bridge: NaceBridge,
) -> Index:
    """Make firms searchable. vectors: of all their lines in order, when they were encoded before.

    Raises ValueError when there are not as many vectors as lines.
    """
    lines = [line for firm in firms for line in firm.lines]
    texts = [line.text for line in lines]
    raw = encode_once(encoder, texts) if vectors is None else vectors
    if len(raw) != len(lines):
        raise ValueError(f"{len(raw)} vectors for {len(lines)} lines")
    languages = [line.language for line in lines]
    own = centerer.adapted(raw, languages) if lines else centerer
    declared = [
        (number, bridge.place_[dotted(code)], MAIN if first == 0 else SIDE)
        for number, firm in enumerate(firms)
        for first, code in enumerate(firm.nace)
        if dotted(code) in bridge.place_
    ]
    vectorizer = TfidfVectorizer(
        preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, max_features=200_000
    )
    documents = [" \n ".join(line.text for line in firm.lines) or "." for firm in firms]
    return Index(
        firms=firms,
        vectors=own.transform(raw, languages),
        owner=np.repeat(np.arange(len(firms)), [len(firm.lines) for firm in firms]),
        lines=texts,
        kinds=[line.kind for line in lines],
        languages=languages,
        class_owner=np.array([row[0] for row in declared], np.int64),
        class_place=np.array([row[1] for row in declared], np.int64),
        class_weight=np.array([row[2] for row in declared], np.float32),
        words=vectorizer.fit_transform(documents).tocsr() if documents else sparse.csr_matrix((0, 1)),
        vectorizer=vectorizer,
        centerer=own,
    )


def encode_once(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Encode each distinct text once; registry lines repeat thousands of times."""
    distinct = list(dict.fromkeys(texts))
    place = {text: number for number, text in enumerate(distinct)}
    return encoder.encode(distinct)[[place[text] for text in texts]]


def _top(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places of the best candidates, all of them where there are few."""
    places = np.flatnonzero(allowed)
    if len(places) <= CANDIDATES:
        return places
    return places[np.argpartition(-scores[places], CANDIDATES)[:CANDIDATES]]
