"""The classification's own words: names of classes in four languages, and the trade's words for what belongs to them."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("en", "sq", "sr_latn", "de")
CLASS_LEVEL, DIVISION_LEVEL = "4", "2"
# Products, services and materials of each class as people in the trade call them, written for this package.
TERMS = Path(__file__).parent / "data" / "class_terms.csv"

Texts = dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class ClassLabels:
    """Names of the classes: codes of shape "25.11", and for each language a name or an empty text.

    terms: for each language the words of the trade, " ; " between them, empty where none are known; divisions: their
    names by language and code; cyrillic: the Serbian names once more, for measuring only, since the ranking folds scripts.
    """

    codes: tuple[str, ...]
    names: Texts
    terms: Texts = field(default_factory=dict)
    divisions: dict[str, dict[str, str]] = field(default_factory=dict)
    cyrillic: tuple[str, ...] = ()

    @classmethod
    def from_csv(cls, path: Path | str, terms: Path | str | None = TERMS) -> ClassLabels:
        """Read a table with columns level, code, en, sq, sr_latn, de, and one of terms with code, en, de, sq, sr.

        German names come from the division where a class has none. terms: None
        for names alone. Raises ValueError when a column is missing.
        """
        rows = _rows(path, {"level", "code", *LANGUAGES})
        above = {row["code"]: row for row in rows if row["level"] == DIVISION_LEVEL}
        classes = [row for row in rows if row["level"] == CLASS_LEVEL]
        codes = tuple(row["code"] for row in classes)
        known = {row["code"]: row for row in _rows(terms, {"code", "en", "de", "sq", "sr"})} if terms else {}
        return cls(
            codes=codes,
            names={
                language: tuple(row[language] or above.get(row["code"][:2], row)[language] for row in classes)
                for language in LANGUAGES
            },
            terms={
                language: tuple(known.get(code, {}).get(language[:2], "") for code in codes) for language in LANGUAGES
            },
            cyrillic=tuple(row.get("sr_cyrl") or row["sr_latn"] for row in classes),
            divisions={language: {code: row[language] for code, row in above.items()} for language in LANGUAGES},
        )

    def parallel(self) -> list[str]:
        """Return one text a class that holds all its names and words, for training across languages."""
        columns = [*self.names.values(), *self.terms.values()]
        return [" ; ".join(filter(None, texts)) for texts in zip(*columns, strict=True)]

    def texts(self) -> Texts:
        """Return what is encoded: a class's name, and its words as one line, in every language; a row a class.

        A class without words in a language is told by its name again.
        """
        worded = {
            f"{language} terms": tuple(
                terms.replace(" ;", ",") or name
                for terms, name in zip(self.terms[language], self.names[language], strict=True)
            )
            for language in self.terms
        }
        return self.names | worded


def _rows(path: Path | str, needed: set[str]) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not needed <= set(rows[0]):
        raise ValueError(f"{path}: needs columns {', '.join(sorted(needed))}")
    return rows


def dotted(code: str) -> str:
    """Return a code with its dot: registers write 2511 or 729, the classification 25.11 and 07.29."""
    plain = code.replace(".", "").strip()
    if len(plain) == 3:
        plain = "0" + plain
    return f"{plain[:2]}.{plain[2:]}" if len(plain) == 4 else plain
