"""Where the arrays of an index live: in memory, or in a folder that many processes map at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Storage(Protocol):
    """Named rows of numbers that are written piece by piece and read as one array, and named facts."""

    def append(self, name: str, rows: NDArray[Any]) -> None:
        """Write rows behind those that `name` has."""
        ...

    def array(self, name: str, kind: DTypeLike, width: int = 0) -> NDArray[Any]:
        """Return all rows of `name`, shape (rows,) or (rows, width); empty when nothing was written."""
        ...

    def tell(self, name: str, facts: Any) -> None:
        """Keep facts that JSON can hold."""
        ...

    def told(self, name: str) -> Any:
        """Return facts. Raises KeyError or FileNotFoundError for a name that was never told."""
        ...


class Memory:
    """An index of this process alone."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[NDArray[Any]]] = {}
        self._facts: dict[str, Any] = {}

    def append(self, name: str, rows: NDArray[Any]) -> None:
        """As the protocol says."""
        self._pieces.setdefault(name, []).append(rows)

    def array(self, name: str, kind: DTypeLike, width: int = 0) -> NDArray[Any]:
        """As the protocol says."""
        pieces = self._pieces.get(name) or [np.zeros((0, width) if width else 0, kind)]
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._pieces[name] = [whole]
        return whole

    def tell(self, name: str, facts: Any) -> None:
        """As the protocol says."""
        self._facts[name] = facts

    def told(self, name: str) -> Any:
        """As the protocol says."""
        return self._facts[name]


class Folder:
    """Files of plain numbers below a path. Who maps one keeps it, even when the folder is removed meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, name: str, rows: NDArray[Any]) -> None:
        """As the protocol says."""
        with open(self.path / f"{name}.bin", "ab") as file:
            np.ascontiguousarray(rows).tofile(file)

    def array(self, name: str, kind: DTypeLike, width: int = 0) -> NDArray[Any]:
        """As the protocol says; nothing is read before it is needed."""
        path = self.path / f"{name}.bin"
        if not path.exists() or not path.stat().st_size:  # nothing cannot be mapped
            return np.zeros((0, width) if width else 0, kind)
        whole = np.asarray(np.memmap(path, kind, mode="r"))
        return whole.reshape(-1, width) if width else whole

    def tell(self, name: str, facts: Any) -> None:
        """As the protocol says."""
        (self.path / f"{name}.json").write_text(json.dumps(facts), encoding="utf-8")

    def told(self, name: str) -> Any:
        """As the protocol says."""
        return json.loads((self.path / f"{name}.json").read_text(encoding="utf-8"))
