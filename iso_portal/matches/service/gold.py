"""Judgements of the office as a folder in the form in which ranking is measured (matching section 3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from iso_portal.businesses.models import Business
from iso_portal.cases.models import Case
from iso_portal.core.db import db
from iso_portal.matches.queries import SUGGESTIBLE
from iso_portal.matches.service.learning import gathered
from iso_portal.matches.service.reading import lines_of


def export_judgements(folder: Path) -> int:
    """Write corpus.tsv, queries.tsv and qrels.tsv of what was judged. Returns how many judgements.

    Only firms that may still be suggested are written, in their own words; a rejected firm has relevance 0.
    """
    rows = gathered().ordered
    firms = db.session.scalars(
        sa.select(Business)
        .where(Business.id.in_({uuid.UUID(row.firm) for row in rows}), *SUGGESTIBLE)
        .options(selectinload(Business.texts), selectinload(Business.activities))
        .order_by(Business.id)
    ).all()
    cases = db.session.scalars(
        sa.select(Case)
        .where(Case.id.in_({uuid.UUID(row.case) for row in rows}))
        .options(joinedload(Case.inquiry))
        .order_by(Case.id)
    ).all()
    known = {str(firm.id) for firm in firms}
    kept = [(row.case, row.firm, str(row.grade)) for row in rows if row.firm in known]
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "corpus.tsv",
        ("doc_id", "lang", "title", "text", "nace"),
        ((str(f.id), f.language, "", " ; ".join(_flat(line.text) for line in lines_of(f)), _codes(f)) for f in firms),
    )
    _write(
        folder / "queries.tsv",
        ("query_id", "lang", "text", "nace"),
        ((str(c.id), c.inquiry.language, _flat(c.inquiry.description), " ".join(c.inquiry.sectors)) for c in cases),
    )
    _write(folder / "qrels.tsv", ("query_id", "doc_id", "relevance"), kept)
    return len(kept)


def _codes(firm: Business) -> str:
    return " ".join(activity.code for activity in firm.activities)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("\t".join(header) + "\n")
        file.writelines("\t".join(row) + "\n" for row in rows)
