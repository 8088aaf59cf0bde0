"""One shelf of an index: firms with their lines, classes and words, in memory or mapped from a folder.

Facts and texts are read firm by firm when they are asked for; only numbers are searched.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.encoders import Vectors
from matching.facts import BusinessFacts, Line
from matching.search import LineStore, Numbers, Scores, belongings, write
from matching.storage import Storage
from matching.text import fold

PIECE = 2_000  # firms, or ten times as many lines, that are worked on at a time
SAMPLE = 20_000  # firms from which the words are learned
MOST_WORDS = 200_000
# Words of more firms than that say little, and looking them up costs most; they count for firms that were found.
COMMON = 0.05
FEW = 1_000
MOST_LOOKED_UP = 1_000_000

T = TypeVar("T")
DEFAULTS = BusinessFacts(key="", lines=())
NAMES = tuple(field.name for field in dataclasses.fields(BusinessFacts) if field.name not in {"key", "lines"})
# How values that JSON keeps as lists become what BusinessFacts holds.
KINDS: dict[str, Callable[[Any], Any]] = {
    name: type(value) for name in NAMES if isinstance(value := getattr(DEFAULTS, name), tuple | frozenset)
} | {"implied": lambda value: tuple(tuple(item) for item in value)}
Coded = Callable[[BusinessFacts], Sequence[tuple[int, float]]]
Report = Callable[[int], object]


def new_vectorizer(words: Sequence[str] | None = None) -> TfidfVectorizer:
    """Return the form in which words are compared: pieces of folded words. words: when they are known already."""
    return TfidfVectorizer(
        preprocessor=fold,
        analyzer="char_wb",
        ngram_range=(3, 5),
        sublinear_tf=True,
        max_features=MOST_WORDS,
        vocabulary=words,
    )


class StoredLines(Sequence[Line]):
    """The lines of one firm, read when they are looked at."""

    def __init__(self, shelf: Shelf, first: int, end: int) -> None:
        self._shelf, self._first, self._end = shelf, first, end

    def __len__(self) -> int:
        return self._end - self._first

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(self._shelf.line(self._first + number) for number in range(*place.indices(len(self))))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._shelf.line(self._first + place % len(self))

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Sequence) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class Shelf:
    """Firms in the order of their keys, numbered from 0. storage: as build_shelf() filled it."""

    def __init__(self, storage: Storage) -> None:
        self.store = LineStore.open(storage)
        self.size = self.store.owners
        self.keys = storage.array("keys", f"S{storage.told('shelf')['longest_key']}")
        self.marks = storage.array("marks", np.int64)
        self._facts, self._fact_ends = storage.array("facts", np.uint8), storage.array("fact_ends", np.int64)
        self._texts, self._text_ends = storage.array("texts", np.uint8), storage.array("text_ends", np.int64)
        self._tongues, self._tongue = storage.told("shelf")["languages"], storage.array("tongue", np.int16)
        self._class_starts = storage.array("class_starts", np.int64)
        self._class_place = storage.array("class_place", np.int16)
        self._class_weight = storage.array("class_weight", np.float32)
        self._with_classes = np.flatnonzero(np.diff(self._class_starts))
        self._word_starts = storage.array("word_starts", np.int64)
        self._word_ids, self._word_weights = (
            storage.array("word_ids", np.int32),
            storage.array("word_weights", np.float32),
        )
        self._post_starts = storage.array("post_starts", np.int64)
        self._post_firms = storage.array("post_firms", np.int32)
        self._post_weights = storage.array("post_weights", np.float32)

    def key(self, number: int) -> str:
        """Return the key of a firm."""
        return str(self.keys[number].decode())

    def number(self, key: str) -> int | None:
        """Return the number of a firm, or None."""
        told = key.encode()
        place = int(np.searchsorted(self.keys, np.bytes_(told)))
        return place if place < self.size and self.keys[place] == told else None

    def firm(self, number: int) -> BusinessFacts:
        """Return what is known of a firm."""
        told = json.loads(str(_piece(self._facts, self._fact_ends, number), "utf-8"))
        first, end = int(self.store.starts[number]), int(self.store.starts[number + 1])
        known = {name: KINDS[name](value) if name in KINDS else value for name, value in told.items()}
        return BusinessFacts(key=self.key(number), lines=StoredLines(self, first, end), **known)  # type: ignore[arg-type]  # a tuple for all who read

    def language(self, line: int) -> str:
        """Return the language of a line without reading its text."""
        return str(self._tongues[self._tongue[line]])

    def languages_of(self, lines: Numbers) -> NDArray[np.object_]:
        """Return the languages of lines, by their numbers in the shelf."""
        found: NDArray[np.object_] = np.array([*self._tongues, ""], object)[self._tongue[lines]]
        return found

    def line(self, number: int) -> Line:
        """Return a line by its number in the shelf."""
        text, language, kind = json.loads(_piece(self._texts, self._text_ends, number))
        return Line(text=text, language=language, kind=kind)

    def bridged(self, classes: Scores) -> Scores:
        """Return for each firm how well its best class meets the inquiry, 0 without classes.

        classes: how well the inquiry meets each class.
        """
        bridge = np.zeros(self.size, np.float32)
        if len(self._with_classes):
            met = classes[self._class_place] * self._class_weight
            best = np.maximum.reduceat(met, self._class_starts[self._with_classes])
            bridge[self._with_classes] = np.maximum(best, 0)
        return bridge

    def looked_up(self, words: sparse.csr_matrix) -> Scores:
        """Return for each firm about how much of the inquiry's telling words it has. words: shape (1, words)."""
        ids, weights = words.indices, words.data
        if not len(self._post_starts) or not len(ids):
            return np.zeros(self.size, np.float32)
        low, high = self._post_starts[ids], self._post_starts[ids + 1]
        rare_first = np.argsort(high - low, kind="stable")
        kept = rare_first[np.cumsum((high - low)[rare_first]) <= MOST_LOOKED_UP]
        if not len(kept):
            return np.zeros(self.size, np.float32)
        firms = np.concatenate([self._post_firms[low[n] : high[n]] for n in kept])
        parts = np.concatenate([self._post_weights[low[n] : high[n]] * weights[n] for n in kept])
        return np.bincount(firms, parts, minlength=self.size).astype(np.float32)

    def worded(self, firms: Numbers, words: sparse.csr_matrix, dense: Scores) -> Scores:
        """Return the exact overlap of words for these firms. dense: room of zeros for every word, given back as such."""
        if not len(self._word_starts) or not words.nnz:
            return np.zeros(len(firms), np.float32)
        places, whose = belongings(self._word_starts, firms)
        dense[words.indices] = words.data
        parts = self._word_weights[places] * dense[self._word_ids[places]]
        dense[words.indices] = 0
        return np.bincount(whose, parts, minlength=len(firms)).astype(np.float32)

    def pieces(self) -> Iterator[Vectors]:
        """Give the centred vectors of all lines, a piece at a time."""
        for at in range(0, self.store.lines.size, 10 * PIECE):
            yield self.store.lines.rows(np.arange(at, min(at + 10 * PIECE, self.store.lines.size)))


def build_shelf(
    storage: Storage,
    firms: Iterable[BusinessFacts],
    blocks: Callable[[Sequence[str]], Callable[[], Iterator[Vectors]]],
    *,
    coded: Coded,
    vectorizer: TfidfVectorizer | None = None,
    marks: Sequence[int] = (),
    report: Report = lambda done: None,
) -> TfidfVectorizer | None:
    """Fill a storage for Shelf. Returns the vectorizer, None where there are neither firms nor one.

    firms: in the order of their keys; blocks: given the languages of all lines, gives their centred vectors piece by
    piece; coded: (place, weight) of the classes of a firm; vectorizer: when the words are learned already; marks: a
    whole number a firm that is kept for the caller; report: called with how many more firms are done, twice a firm.
    Raises ValueError for keys out of order, or when there are not as many vectors as lines.
    """
    keys, counts, languages = _store_facts(storage, firms, coded, report)
    longest = max((len(key) for key in keys), default=1)
    tongues = sorted(set(languages))
    storage.tell("shelf", {"longest_key": longest, "languages": tongues})
    places = {language: place for place, language in enumerate(tongues)}
    storage.append("tongue", np.array([places[language] for language in languages], np.int16))
    storage.append("keys", np.array(keys, f"S{longest}"))
    storage.append("marks", np.array(marks, np.int64))
    write(storage, blocks(languages), np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
    return _store_words(storage, len(keys), counts, vectorizer, report)


def _store_facts(
    storage: Storage, firms: Iterable[BusinessFacts], coded: Coded, report: Report
) -> tuple[list[bytes], list[int], list[str]]:
    """Write facts, texts and classes. Returns (keys, number of lines of each firm, language of each line)."""
    keys: list[bytes] = []
    counts: list[int] = []
    languages: list[str] = []
    fact_end = text_end = class_end = 0
    storage.append("class_starts", np.zeros(1, np.int64))
    for some in _batched(firms, PIECE):
        facts = [json.dumps(_plain(firm), ensure_ascii=False).encode() for firm in some]
        lines = [line for firm in some for line in firm.lines]
        texts = [json.dumps([line.text, line.language, line.kind]).encode() for line in lines]
        classes = [coded(firm) for firm in some]
        keys += [firm.key.encode() for firm in some]
        counts += [len(firm.lines) for firm in some]
        languages += [line.language for line in lines]
        fact_end = _append_texts(storage, "facts", "fact_ends", facts, fact_end)
        text_end = _append_texts(storage, "texts", "text_ends", texts, text_end)
        ends = class_end + np.cumsum([len(own) for own in classes])
        class_end = int(ends[-1])
        storage.append("class_starts", ends.astype(np.int64))
        storage.append("class_place", np.array([place for own in classes for place, _ in own], np.int16))
        storage.append("class_weight", np.array([weight for own in classes for _, weight in own], np.float32))
        report(len(some))
    if any(one >= other for one, other in pairwise(keys)):
        raise ValueError("firms must come in the order of their keys, each once")
    return keys, counts, languages


def _store_words(
    storage: Storage, firms: int, counts: Sequence[int], vectorizer: TfidfVectorizer | None, report: Report
) -> TfidfVectorizer | None:
    """Write the words of every firm, and for words that tell something the firms that have them."""
    if not firms:
        return vectorizer
    texts, ends = storage.array("texts", np.uint8), storage.array("text_ends", np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])

    def document(firm: int) -> str:
        own = (json.loads(_piece(texts, ends, line))[0] for line in range(starts[firm], starts[firm + 1]))
        return " \n ".join(own) or "."

    if vectorizer is None:
        vectorizer = new_vectorizer().fit(document(n) for n in range(0, firms, -(-firms // SAMPLE)))
    found = []
    for some in _batched(range(firms), PIECE):
        found.append(vectorizer.transform(document(firm) for firm in some).astype(np.float32))
        report(len(some))
    rows = sparse.vstack(found).tocsr()
    storage.append("word_starts", rows.indptr.astype(np.int64))
    storage.append("word_ids", rows.indices.astype(np.int32))
    storage.append("word_weights", rows.data)
    often = np.bincount(rows.indices, minlength=rows.shape[1]) > max(FEW, COMMON * firms)
    rows.data[often[rows.indices]] = 0
    rows.eliminate_zeros()
    columns = rows.tocsc()
    storage.append("post_starts", columns.indptr.astype(np.int64))
    storage.append("post_firms", columns.indices.astype(np.int32))
    storage.append("post_weights", columns.data)
    return vectorizer


def _batched(things: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(things)
    while some := list(islice(waiting, size)):
        yield some


def _append_texts(storage: Storage, name: str, ends: str, texts: Sequence[bytes], end: int) -> int:
    """Write texts one behind the other, and where each ends. Returns where the last one does."""
    if texts:
        storage.append(name, np.frombuffer(b"".join(texts), np.uint8))
    places = (end + np.cumsum([len(text) for text in texts])).astype(np.int64)
    storage.append(ends, places)
    return int(places[-1]) if len(places) else end


def _piece(texts: NDArray[np.uint8], ends: Numbers, number: int) -> bytes:
    return texts[ends[number - 1] if number else 0 : ends[number]].tobytes()


def _plain(firm: BusinessFacts) -> dict[str, Any]:
    """Return what differs from the defaults, in forms that JSON knows."""
    told = {name: getattr(firm, name) for name in NAMES}
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in told.items()
        if value != getattr(DEFAULTS, name)
    }
