"""The graded seed set as a folder for `python -m matching evaluate`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def write_gold(folder: Path) -> None:
    """Write queries.tsv, corpus.tsv and qrels.tsv.

    A firm's text is what it wrote in its own language, never a translation, and an inquiry's text is its own: else the
    set would not test whether languages are crossed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    firms = json.loads((DATA / "businesses.json").read_text(encoding="utf-8"))
    inquiries = json.loads((DATA / "inquiries.json").read_text(encoding="utf-8"))
    _write(
        folder / "corpus.tsv",
        ("doc_id", "lang", "title", "text", "nace"),
        ((firm["id"], firm["language"], "", text_of(firm), " ".join(firm["nace"])) for firm in firms),
    )
    _write(
        folder / "queries.tsv",
        ("query_id", "lang", "text", "nace"),
        ((row["id"], row["language"], _flat(row["text"]), " ".join(row["sectors"])) for row in inquiries),
    )
    with open(DATA / "relevance.csv", encoding="utf-8", newline="") as file:
        graded = [(row["inquiry"], row["business"], row["grade"]) for row in csv.DictReader(file)]
    _write(folder / "qrels.tsv", ("query_id", "doc_id", "relevance"), graded)


def text_of(firm: dict[str, Any]) -> str:
    """Return a firm's own words on one line: description, then products."""
    own = firm["texts"]
    return _flat(" ; ".join([own["description"], *own["products"]]))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("\t".join(header) + "\n")
        file.writelines("\t".join(row) + "\n" for row in rows)
