"""A folder of queries, corpus and grades, the form in which ranking is measured (matching section 3)."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Document:
    """A row of corpus.tsv."""

    key: str
    language: str
    text: str
    nace: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A row of queries.tsv."""

    key: str
    language: str
    text: str
    nace: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Collection:
    """A folder's content. grades: relevance by query and document."""

    documents: list[Document]
    queries: list[Query]
    grades: Mapping[str, Mapping[str, int]]

    def thinned(self, queries: int) -> Collection:
        """Return the same with about so many queries, taken evenly; 0 for all."""
        step = max(len(self.queries) // queries, 1) if queries else 1
        return replace(self, queries=self.queries[::step])


def read_collection(folder: Path) -> Collection:
    """Read queries.tsv, corpus.tsv and qrels.tsv. Raises ValueError naming file, line and what is wrong."""
    documents = [
        Document(
            key=row["doc_id"],
            language=row.get("lang") or "",
            text=f"{row.get('title') or ''} ; {row['text']}".strip(" ;"),
            nace=tuple((row.get("nace") or "").split()),
        )
        for row in _rows(folder / "corpus.tsv", {"doc_id", "text"})
    ]
    queries = [
        Query(
            key=row["query_id"],
            language=row.get("lang") or "",
            text=row["text"],
            nace=tuple((row.get("nace") or "").split()),
        )
        for row in _rows(folder / "queries.tsv", {"query_id", "text"})
    ]
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line, row in enumerate(_rows(folder / "qrels.tsv", {"query_id", "doc_id", "relevance"}), start=2):
        if not row["relevance"].isdecimal():
            raise ValueError(f"qrels.tsv, line {line}: relevance must be a whole number, not {row['relevance']!r}")
        grades[row["query_id"]][row["doc_id"]] = int(row["relevance"])
    judged = [query for query in queries if any(grades.get(query.key, {}).values())]
    if not judged or not documents:
        raise ValueError(f"{folder}: no query has a relevant document")
    return Collection(documents=documents, queries=judged, grades=grades)


def _rows(path: Path, needed: set[str]) -> list[dict[str, str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if missing := needed - set(reader.fieldnames or ()):
                raise ValueError(f"{path.name}: the header lacks {', '.join(sorted(missing))}")
            rows = []
            for line, row in enumerate(reader, start=2):
                if any(row.get(name) is None for name in needed):
                    raise ValueError(f"{path.name}, line {line}: too few columns")
                rows.append(row)
            return rows
    except UnicodeDecodeError as why:
        raise ValueError(f"{path.name}: not UTF-8") from why
