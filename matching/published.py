"""Indexes in a folder, one subfolder for each that was built: `current` names the one that readers take.

A builder writes beside and swaps at the end; readers that hold an older one keep it, since mapped files outlive their
names.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.centering import LanguageCenterer
from matching.classes import NaceBridge
from matching.facts import BusinessFacts
from matching.index import Index, build_into
from matching.shelves import Report, Shelf, new_vectorizer
from matching.storage import Folder, Storage

FORMAT = 2  # raised when older files cannot be read any more
KEPT_SECONDS = 3600  # who read the name of an older one has opened it long before


class IndexFolder:
    """Built indexes below a path. encoder: name of what made the vectors; others are not looked at."""

    def __init__(self, path: Path, encoder: str) -> None:
        self.path, self.encoder = path, encoder

    def current(self) -> str | None:
        """Return the name of the newest index that readers of today can use, or None."""
        try:
            name = (self.path / "current").read_text().strip()
            about = Folder(self.path / name).told("about")
        except (OSError, ValueError):
            return None
        return name if about.get("format") == FORMAT and about.get("encoder") == self.encoder else None

    def open(self, name: str) -> tuple[Index, dict[str, Any]]:
        """Map an index. Returns it with what its builder noted. Raises OSError when it was removed meanwhile."""
        storage = Folder(self.path / name)
        index = Index([Shelf(storage)], centerer=_centerer(storage), vectorizer=_vectorizer(storage))
        return index, self.noted(name)

    def noted(self, name: str) -> dict[str, Any]:
        """Return what the builder of an index noted. Raises OSError when it was removed meanwhile."""
        told: dict[str, Any] = Folder(self.path / name).told("about")["noted"]
        return told

    def build(
        self,
        firms: Iterable[BusinessFacts],
        vectors: Callable[[], NDArray[np.floating[Any]]],
        *,
        centerer: LanguageCenterer,
        bridge: NaceBridge,
        marks: Sequence[int] = (),
        noted: dict[str, Any] | None = None,
        report: Report = lambda done: None,
    ) -> str:
        """Build an index beside the others, make it the current one, and return its name.

        Arguments as build_into(); noted: facts that open() gives back. What fails leaves the current one in place.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        draft = self.path / f"draft-{os.getpid()}-{time.monotonic_ns()}"
        draft.mkdir()
        try:
            storage = Folder(draft)
            own, vectorizer = build_into(
                storage, firms, vectors, centerer=centerer, bridge=bridge, marks=marks, report=report
            )
            _store(storage, own, vectorizer)
            storage.tell("about", {"format": FORMAT, "encoder": self.encoder, "noted": noted or {}})
            name = self._named(draft)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._mark_superseded()
        pointer = self.path / f"current-{os.getpid()}"
        pointer.write_text(name)
        pointer.replace(self.path / "current")
        self._sweep(name)
        return name

    def _named(self, draft: Path) -> str:
        """Give a draft the next free number."""
        number = max((int(one.name) for one in self.path.iterdir() if one.name.isdecimal()), default=0)
        while True:
            number += 1
            try:
                draft.rename(self.path / str(number))
            except OSError:  # another builder was as quick
                if number > 10**9:
                    raise
            else:
                return str(number)

    def _mark_superseded(self) -> None:
        """From now on the time runs after which the current one is removed."""
        with suppress(OSError):
            os.utime(self.path / (self.path / "current").read_text().strip())

    def _sweep(self, current: str) -> None:
        """Remove indexes and drafts that nobody can be about to open."""
        now = (self.path / "current").stat().st_mtime
        for folder in self.path.iterdir():
            if folder.is_dir() and folder.name != current and now - folder.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _store(storage: Storage, centerer: LanguageCenterer, vectorizer: TfidfVectorizer | None) -> None:
    means = {language: mean.tolist() for language, mean in centerer.means_.items()}
    storage.tell(
        "centre",
        {
            "strength": centerer.strength,
            "evenness": centerer.evenness,
            "overall": centerer.overall_.tolist(),
            "means": means,
            "damping": None if centerer.damping_ is None else centerer.damping_.tolist(),
        },
    )
    words = [] if vectorizer is None else vectorizer.get_feature_names_out().tolist()
    storage.tell("words", {"words": words, "weights": [] if vectorizer is None else vectorizer.idf_.tolist()})


def _centerer(storage: Storage) -> LanguageCenterer:
    told = storage.told("centre")
    centerer = LanguageCenterer(told["strength"], told["evenness"])
    centerer.damping_ = None if told["damping"] is None else np.array(told["damping"], np.float32)
    centerer.overall_ = np.array(told["overall"], np.float32)
    centerer.means_ = {language: np.array(mean, np.float32) for language, mean in told["means"].items()}
    return centerer


def _vectorizer(storage: Storage) -> TfidfVectorizer | None:
    told = storage.told("words")
    if not told["words"]:
        return None
    vectorizer = new_vectorizer(told["words"])
    vectorizer.idf_ = np.array(told["weights"])
    return vectorizer
