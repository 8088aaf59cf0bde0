"""The index that this process ranks with: in memory while firms are few, mapped from a folder when they are many.

What a ranking sees is decided by the database at that moment: which profiles were read since the index was built, and
who may be suggested now. The process only keeps what it has read already.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from iso_portal.businesses import queries as businesses
from iso_portal.core.runtime import setting
from iso_portal.matches import queries
from iso_portal.matches.service.reading import facts_of, recommender
from matching import BusinessFacts, Line
from matching.index import Index
from matching.published import IndexFolder

log = logging.getLogger(__name__)

IN_MEMORY = 2_000  # firms up to which an index is made anew whenever a profile changes
REBUILD_AFTER = 1_000  # changed profiles after which the folder is built anew before the night
PAGE = 1_000
# A profile counts as changed that was written so long before the builder began: its transaction may have ended later.
MARGIN = timedelta(minutes=5)
HEAD = 4  # bytes before the numbers of a vector as the database sends it

Report = Callable[[int], object]


@dataclass(frozen=True, kw_only=True)
class Profiles:
    """Firms that were read, by id, with the raw vectors of all their lines in order."""

    firms: list[BusinessFacts]
    vectors: NDArray[np.float16]

    def implied(self) -> Profiles:
        """Return them with the classes that the lines of firms without a declared class speak of."""
        if not len(self.vectors):
            return self
        return Profiles(firms=recommender().imply(self.firms, self.vectors.astype(np.float32)), vectors=self.vectors)


def load(business_ids: Sequence[uuid.UUID], encoder: str) -> Profiles:
    """Load facts and lines of firms."""
    rows = queries.lines(business_ids, encoder)
    lines: dict[uuid.UUID, list[Line]] = {}
    for owner, text, language, kind, _numbers in rows:
        lines.setdefault(owner, []).append(Line(text=text, language=language, kind=kind))
    sites: dict[uuid.UUID, list[tuple[str, int | None]]] = {}
    for owner, kind, power in queries.sites_of(business_ids):
        sites.setdefault(owner, []).append((kind, power))
    firms = [
        facts_of(business, tuple(lines.get(business.id, ())), sites.get(business.id, ()))
        for business in businesses.of_ids(business_ids)
    ]
    numbers = [np.frombuffer(row[4], ">f2", offset=HEAD) for row in rows]
    return Profiles(firms=firms, vectors=np.array(numbers, np.float16) if numbers else np.zeros((0, 1), np.float16))


class Serving:
    """The index of one folder in this process; used by one thread at a time."""

    def __init__(self, path: Path, encoder: str) -> None:
        self._folder = IndexFolder(path, encoder)
        self._encoder = encoder
        self._lock = threading.Lock()
        self._name: str | None = None
        self._index: Index | None = None
        self._since: datetime | None = None
        self._seen: object = None

    def index(self) -> Index:
        """Return the index as the database stands now."""
        with self._lock:
            name = self._folder.current()
            if name is None and queries.count_read(self._encoder) <= IN_MEMORY:
                return self._of_few()
            return self._of_many(name)

    def _of_few(self) -> Index:
        read = queries.read(self._encoder)
        if self._index is None or self._name is not None or self._seen != read:
            profiles = load([row[0] for row in read], self._encoder)
            self._index = recommender().index(profiles.firms, profiles.vectors.astype(np.float32))
            self._name, self._seen = None, read
        return self._index

    def _of_many(self, name: str | None) -> Index:
        name = name or publish()
        if self._index is None or name != self._name:
            try:
                self._index, noted = self._folder.open(name)
            except OSError:  # built anew between the two reads
                name = self._folder.current() or publish()
                self._index, noted = self._folder.open(name)
            self._name, self._since = name, datetime.fromisoformat(noted["since"])
            log.info("index %s opened", name)
        assert self._since is not None
        changed = queries.read_since(self._encoder, self._since - MARGIN)
        fresh = [(key, read) for key, read in changed if self._index.mark(str(key)) != micros(read)]
        if fresh:
            profiles = load([key for key, _read in fresh], self._encoder).implied()
            marks = {str(key): micros(read) for key, read in fresh}
            self._index = self._index.changed(
                profiles.firms,
                profiles.vectors.astype(np.float32),
                recommender().bridge_,
                marks=[marks[firm.key] for firm in profiles.firms],
            )
        return self._index


@cache
def _serving(path: Path, encoder: str) -> Serving:
    return Serving(path, encoder)


def serving() -> Serving:
    """Return what this process serves from."""
    return _serving(folder(), recommender().encoder_.name)


def folder() -> Path:
    """Return where built indexes lie."""
    path: Path = setting("VAR") / "index"
    return path


def permitted(keys: Sequence[str]) -> set[str]:
    """Return those firms that may be suggested at this moment; asked at every search (matching MA11)."""
    return set(keys) - queries.forbidden(keys)


def serves_from_folder() -> bool:
    """Return whether rankings take a built index: firms are many, or one was built before."""
    encoder = recommender().encoder_.name
    return IndexFolder(folder(), encoder).current() is not None or queries.count_read(encoder) > IN_MEMORY


def due(encoder: str) -> bool:
    """Return whether the folder should be built anew: firms are many, and none was built or much changed since."""
    name = IndexFolder(folder(), encoder).current()
    if name is None:
        return queries.count_read(encoder) > IN_MEMORY
    since = datetime.fromisoformat(IndexFolder(folder(), encoder).noted(name)["since"])
    return len(queries.read_since(encoder, since)) > REBUILD_AFTER


def publish(report: Report = lambda done: None) -> str:
    """Build the index from what was read, swap it in, and return its name. report: how many more firms are done, thrice
    a firm."""
    model = recommender()
    encoder = model.encoder_.name
    since = queries.database_time()
    marks: list[int] = []
    path = folder()
    path.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=path) as raw:
        width = [1]

        def firms() -> Iterator[BusinessFacts]:
            after = None
            while page := queries.read(encoder, after=after, most=PAGE):
                profiles = load([row[0] for row in page], encoder).implied()
                raw.write(profiles.vectors.tobytes())
                width[0] = max(width[0], profiles.vectors.shape[1])
                marks.extend(micros(row[1]) for row in page)
                report(len(page))
                yield from profiles.firms
                after = page[-1][0]

        def vectors() -> NDArray[Any]:
            raw.flush()
            return np.memmap(raw, np.float16, "r").reshape(-1, width[0]) if raw.tell() else np.zeros((0, 1), np.float16)

        return IndexFolder(path, encoder).build(
            firms(),
            vectors,
            centerer=model.centerer_,
            bridge=model.bridge_,
            marks=marks,
            noted={"since": since.isoformat()},
            report=report,
        )


def micros(moment: datetime) -> int:
    """Return a moment as a whole number."""
    return int(moment.timestamp() * 1_000_000)
