"""Firms ready to be searched: exact best lines, classes and words, the union of all three.

An index is one shelf, built in memory or mapped from a folder, and small shelves of what changed since.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.asked import Asked
from matching.centering import LanguageCenterer
from matching.classes import NaceBridge
from matching.encoders import Encoder, Vectors
from matching.facts import BusinessFacts
from matching.found import Found
from matching.labels import dotted
from matching.search import Mix, Numbers, top
from matching.shelves import PIECE, Report, Shelf, build_shelf
from matching.storage import Memory, Storage

CANDIDATES, EACH_WAY = 200, 150  # at least so many firms in all; so many by lines, by classes and by words
MAIN, SIDE = 1.0, 0.96  # what a declared class is worth, the first one and the others
IMPLIED, DOUBT = 0.98, 0.06  # what an implied class is worth when certain, and how that falls with its chance
LINES = Mix(best=0.55, whole=0.45)
MOST_SHELVES = 6
LEARN_FROM = 50_000  # lines from which the means of languages are learned

Item = TypeVar("Item")
Permit = Callable[[Sequence[str]], Collection[str]]


class Listed(Sequence[Item]):
    """A sequence whose items are read when they are looked at."""

    def __init__(self, size: int, read: Callable[[int], Item]) -> None:
        self._size, self._read = size, read

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self._read(place) for place in range(*number.indices(self._size))]
        if not -self._size <= number < self._size:
            raise IndexError(number)
        return self._read(int(number) % self._size)


class Index:
    """Firms of all shelves, numbered through; a firm on a later shelf replaces itself on an earlier one.

    centerer, vectorizer: as the first shelf learned them; permit: asked at every search which of some keys may be
    suggested at this moment; None allows all.
    """

    def __init__(
        self,
        shelves: Sequence[Shelf],
        *,
        centerer: LanguageCenterer,
        vectorizer: TfidfVectorizer | None,
        gone: frozenset[str] = frozenset(),
        permit: Permit | None = None,
    ) -> None:
        self.centerer, self.vectorizer = centerer, vectorizer
        self.gone, self.permit = gone, permit
        self._shelves = list(shelves)
        self._first = np.cumsum([0, *(shelf.size for shelf in shelves)])
        self._first_line = np.cumsum([0, *(shelf.store.lines.size for shelf in shelves)])
        # One number is looked up in a list ten times as fast as in an array.
        self._firsts: list[int] = self._first.tolist()
        self._first_lines: list[int] = self._first_line.tolist()
        self._barred = self._replaced()
        self.firms: Sequence[BusinessFacts] = Listed(int(self._first[-1]), lambda n: self._at(n, Shelf.firm))
        lines = int(self._first_line[-1])
        self.lines: Sequence[str] = Listed(lines, lambda n: self._line(n, Shelf.line).text)
        self.kinds: Sequence[str] = Listed(lines, lambda n: self._line(n, Shelf.line).kind)
        self.languages: Sequence[str] = Listed(lines, lambda n: self._line(n, Shelf.language))

    def __len__(self) -> int:
        """Return how many firms can be found."""
        return int((~self._barred).sum())

    def number(self, key: str) -> int | None:
        """Return the number of a firm, or None for one that cannot be found."""
        for place in reversed(range(len(self._shelves))):
            local = self._shelves[place].number(key)
            if local is not None:
                number = int(self._first[place]) + local
                return None if self._barred[number] else number
        return None

    def mark(self, key: str) -> int | None:
        """Return what the builder noted beside a firm, or None."""
        for shelf in reversed(self._shelves):
            local = shelf.number(key)
            if local is not None:
                return int(shelf.marks[local]) if len(shelf.marks) else None
        return None

    def retrieve(self, asked: Asked, excluded: Collection[str] = ()) -> Found:
        """Return the best candidates by line, by class and by words, at least CANDIDATES where there are as many.

        excluded: keys of firms that may not be suggested.
        """
        barred = self._barred.copy()
        barred[[number for key in excluded if (number := self.number(key)) is not None]] = True
        most = EACH_WAY
        while True:
            firms = self._nearest(asked, most, barred)
            if len(firms) < CANDIDATES and most < CANDIDATES and len(firms) < len(barred) - barred.sum():
                most = CANDIDATES  # the ways agree: each brings more
                continue
            refused = self._refused(firms.tolist())
            if not refused:
                return self._best(self.judge(asked, firms))
            barred[refused] = True
            most *= 2  # so that the search ends soon, however many may not be suggested

    def judge(self, asked: Asked, firms: Numbers) -> Found:
        """Compare these firms, by their numbers in ascending order, with an inquiry."""
        found = Found(
            firms=firms,
            best=np.full(len(firms), -1, np.float32),
            three=np.zeros(len(firms), np.float32),
            line=np.full(len(firms), -1, np.int64),
            bridge=np.zeros(len(firms), np.float32),
            lexical=np.zeros(len(firms), np.float32),
        )
        words = self._words(asked)
        room = np.zeros(words.shape[1] if words is not None else 0, np.float32)
        for place, shelf in enumerate(self._shelves):
            low, high = np.searchsorted(firms, self._first[place : place + 2])
            own = firms[low:high] - self._first[place]
            if not len(own):
                continue
            met = shelf.store.judge(own, asked.vectors, LINES)
            found.best[low:high], found.three[low:high] = met.best, met.three
            found.line[low:high] = np.where(met.line < 0, -1, met.line + self._first_line[place])
            found.bridge[low:high] = shelf.bridged(asked.classes)[own]
            if words is not None:
                found.lexical[low:high] = shelf.worded(own, words, room)
        return found

    def spoken_in(self, lines: Numbers) -> list[str]:
        """Return the language of each line, by its number; empty for -1."""
        found = np.full(len(lines), "", object)
        for place, shelf in enumerate(self._shelves):
            own = (lines >= self._first_lines[place]) & (lines < self._first_lines[place + 1])
            found[own] = shelf.languages_of(lines[own] - self._first_lines[place])
        return [str(language) for language in found]

    def vectors_of(self, firm: int) -> tuple[int, Vectors]:
        """Return (number of the firm's first line, the centred vectors of its lines)."""
        place = self._shelf_of(firm)
        first, vectors = self._shelves[place].store.lines_of(firm - int(self._first[place]))
        return first + int(self._first_line[place]), vectors

    def changed(
        self,
        firms: Sequence[BusinessFacts],
        vectors: Vectors,
        bridge: NaceBridge,
        *,
        gone: Collection[str] = (),
        marks: Sequence[int] = (),
    ) -> Index:
        """Return an index with firms added or replaced and others gone; this one stays as it is.

        vectors: raw, of all lines in order. marks: a number a firm, as build_into() takes them.
        """
        order = sorted(range(len(firms)), key=lambda place: firms[place].key)
        storage = Memory()
        placed = _in_order(firms, vectors, order)
        vectorizer = build_shelf(
            storage,
            [firms[place] for place in order],
            lambda languages: _centred(placed, languages, self.centerer),
            coded=lambda firm: coded_of(firm, bridge),
            vectorizer=self.vectorizer,
            marks=[marks[place] for place in order] if marks else (),
        )
        back = {firm.key for firm in firms}
        return Index(
            [*self._shelves, Shelf(storage)],
            centerer=self.centerer,
            vectorizer=vectorizer,
            gone=(self.gone - back) | frozenset(gone),
            permit=self.permit,
        )._tidied(bridge)

    def permitting(self, permit: Permit | None) -> Index:
        """Return this index with another question asked at every search."""
        return Index(self._shelves, centerer=self.centerer, vectorizer=self.vectorizer, gone=self.gone, permit=permit)

    def _tidied(self, bridge: NaceBridge) -> Index:
        """Put what changed on one shelf when there are many."""
        if len(self._shelves) <= MOST_SHELVES:
            return self
        later = np.arange(int(self._first[1]), int(self._first[-1]))
        kept = sorted((int(n) for n in later if not self._barred[n]), key=lambda n: self._at(n, Shelf.key))
        firms = [self.firms[number] for number in kept]
        own = [self.vectors_of(number)[1] for number, firm in zip(kept, firms, strict=True) if firm.lines]
        vectors = np.concatenate(own) if own else np.zeros((0, 1), np.float32)
        storage = Memory()
        build_shelf(
            storage,
            firms,
            lambda languages: lambda: iter([vectors]),
            coded=lambda firm: coded_of(firm, bridge),
            vectorizer=self.vectorizer,
            marks=[self.mark(firm.key) or 0 for firm in firms],
        )
        return Index(
            [self._shelves[0], Shelf(storage)],
            centerer=self.centerer,
            vectorizer=self.vectorizer,
            gone=self.gone,
            permit=self.permit,
        )

    def _nearest(self, asked: Asked, most: int, barred: NDArray[np.bool_]) -> Numbers:
        """Return the best of every shelf by each of the three ways, ascending."""
        found = [np.zeros(0, np.int64)]
        words = self._words(asked)
        for place, shelf in enumerate(self._shelves):
            first = int(self._first[place])
            own = barred[first : int(self._first[place + 1])]
            free = np.flatnonzero(~own)
            if len(free) > most:
                ways = [shelf.store.nearest(asked.vectors, most, LINES, own)]
                for scores in (shelf.bridged(asked.classes), *([] if words is None else [shelf.looked_up(words)])):
                    some = free[scores[free] > 0]
                    ways.append(some[top(scores[some], most)])
                free = np.unique(np.concatenate(ways))
            found.append(free + first)
        return np.concatenate(found)

    def _refused(self, firms: Sequence[int]) -> list[int]:
        """Return which of some firms may not be suggested at this moment."""
        if self.permit is None:
            return []
        keys = [self._at(number, Shelf.key) for number in firms]
        allowed = set(self.permit(keys))
        return [number for number, key in zip(firms, keys, strict=True) if key not in allowed]

    def _best(self, found: Found) -> Found:
        """Return of the candidates of all shelves those that one shelf would have given."""
        if len(self._shelves) == 1 or len(found.firms) <= CANDIDATES:
            return found
        ways = (found.best, found.bridge, found.lexical)
        kept = np.unique(np.concatenate([top(scores, EACH_WAY) for scores in ways]))
        if len(kept) < CANDIDATES:
            kept = np.unique(np.concatenate([top(scores, CANDIDATES) for scores in ways]))
        return found.taken(kept)

    def _words(self, asked: Asked) -> Any:
        if self.vectorizer is None:
            return None
        return self.vectorizer.transform([asked.facts.text]).astype(np.float32)

    def _replaced(self) -> NDArray[np.bool_]:
        """Return for each firm whether it is gone or stands again on a later shelf."""
        barred = np.zeros(int(self._first[-1]), bool)
        later: set[str] = set(self.gone)
        for place in reversed(range(len(self._shelves))):
            shelf = self._shelves[place]
            numbers = [number for key in later if (number := shelf.number(key)) is not None]
            barred[np.array(numbers, np.int64) + int(self._first[place])] = True
            if place:
                later |= {shelf.key(number) for number in range(shelf.size)}
        return barred

    def _shelf_of(self, firm: int) -> int:
        return bisect_right(self._firsts, firm) - 1

    def _at(self, number: int, read: Callable[[Shelf, int], Item]) -> Item:
        place = self._shelf_of(number)
        return read(self._shelves[place], number - self._firsts[place])

    def _line(self, number: int, read: Callable[[Shelf, int], Item]) -> Item:
        place = bisect_right(self._first_lines, number) - 1
        return read(self._shelves[place], number - self._first_lines[place])


def build_index(
    firms: Sequence[BusinessFacts],
    vectors: Vectors | None,
    *,
    encoder: Encoder,
    centerer: LanguageCenterer,
    bridge: NaceBridge,
) -> Index:
    """Make firms searchable in memory. vectors: raw, of all their lines in order, when they were encoded before.

    Raises ValueError when there are not as many vectors as lines, or for a key that comes twice.
    """
    texts = [line.text for firm in firms for line in firm.lines]
    raw = encode_once(encoder, texts) if vectors is None else vectors
    if len(raw) != len(texts):
        raise ValueError(f"{len(raw)} vectors for {len(texts)} lines")
    order = sorted(range(len(firms)), key=lambda place: firms[place].key)
    storage = Memory()
    ordered = [firms[place] for place in order]
    own, vectorizer = build_into(
        storage, ordered, lambda: _in_order(firms, raw, order), centerer=centerer, bridge=bridge
    )
    return Index([Shelf(storage)], centerer=own, vectorizer=vectorizer)


def build_into(
    storage: Storage,
    firms: Iterable[BusinessFacts],
    vectors: Callable[[], NDArray[np.floating[Any]]],
    *,
    centerer: LanguageCenterer,
    bridge: NaceBridge,
    marks: Sequence[int] = (),
    report: Report = lambda done: None,
) -> tuple[LanguageCenterer, TfidfVectorizer | None]:
    """Fill a storage with firms in the order of their keys, and return what was learned from their lines.

    vectors: asked once all firms were read, gives the raw ones of all lines in order, in memory or mapped, of any
    precision; marks, report: as build_shelf().
    """
    learned = [centerer]

    def blocks(languages: Sequence[str]) -> Callable[[], Iterator[Vectors]]:
        raw = vectors()
        if len(raw) != len(languages):
            raise ValueError(f"{len(raw)} vectors for {len(languages)} lines")
        if len(raw):
            some = np.arange(0, len(raw), -(-len(raw) // LEARN_FROM))
            learned[0] = centerer.adapted(np.asarray(raw[some], np.float32), [languages[int(n)] for n in some])
        return _centred(raw, languages, learned[0])

    vectorizer = build_shelf(
        storage,
        firms,
        blocks,
        coded=lambda firm: coded_of(firm, bridge),
        marks=marks,
        report=report,
    )
    return learned[0], vectorizer


def coded_of(firm: BusinessFacts, bridge: NaceBridge) -> list[tuple[int, float]]:
    """Return (place, weight) of the classes that a firm declared, or else of those that its text speaks of."""
    declared = [
        (bridge.place_[dotted(code)], MAIN if first == 0 else SIDE)
        for first, code in enumerate(firm.nace)
        if dotted(code) in bridge.place_
    ]
    return declared or [
        (bridge.place_[code], IMPLIED * (1 + DOUBT * math.log(chance)))
        for code, chance in firm.implied
        if code in bridge.place_ and 0 < chance <= 1
    ]


def encode_once(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Encode each distinct text once; registry lines repeat thousands of times."""
    distinct = list(dict.fromkeys(texts))
    place = {text: number for number, text in enumerate(distinct)}
    return encoder.encode(distinct)[[place[text] for text in texts]]


def _centred(
    vectors: NDArray[np.floating[Any]], languages: Sequence[str], centerer: LanguageCenterer
) -> Callable[[], Iterator[Vectors]]:
    """Return what gives the centred vectors, a piece at a time."""

    def pieces() -> Iterator[Vectors]:
        for at in range(0, max(len(vectors), len(languages)), 10 * PIECE):
            some = np.asarray(vectors[at : at + 10 * PIECE], np.float32)
            if not np.isfinite(some).all():
                raise ValueError("a vector holds something that is no number")
            yield centerer.transform(some, languages[at : at + len(some)])

    return pieces


def _in_order(firms: Sequence[BusinessFacts], vectors: Vectors, order: Sequence[int]) -> Vectors:
    """Return the vectors as they lie when the firms come in another order."""
    ends = np.cumsum([len(firm.lines) for firm in firms])
    own = [np.arange(ends[place] - len(firms[place].lines), ends[place]) for place in order]
    return vectors[np.concatenate(own)] if own else vectors
