"""Keyset pages: as fast on the last page as on the first, and steady while rows are added.

A cursor names the last row shown by its sort keys. The last key must be unique, or rows could be skipped.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from iso_portal.core.db import db

PAGE_SIZE = 50

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """One page of rows with the cursors of its neighbours; None where there is no neighbour."""

    rows: Sequence[Row]
    previous: str | None
    next: str | None


# How a sort key comes back from the text of a cursor; each raises ValueError for a text that is none.
READERS: dict[type, Callable[[str], Any]] = {datetime: datetime.fromisoformat, uuid.UUID: uuid.UUID, str: str, int: int}


def paged(
    query: sa.Select[Row],
    order: Sequence[InstrumentedAttribute[Any]],
    *,
    cursor: str | None,
    descending: bool = True,
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """Run the query for one page.

    order: columns of the row, all in one direction, the last one unique; each of a type in READERS.
    Raises ValueError for a cursor that we did not write: the view answers 404.
    """
    direction, keys = read_cursor(cursor, kinds=[READERS[column.type.python_type] for column in order])
    backwards = direction == "before"
    falling = descending != backwards
    if keys:
        here = sa.tuple_(*(sa.literal(key, column.type) for key, column in zip(keys, order, strict=True)))
        query = query.where(sa.tuple_(*order) < here if falling else sa.tuple_(*order) > here)
    query = query.order_by(*(column.desc() if falling else column.asc() for column in order)).limit(size + 1)
    fetched = db.session.scalars(query).all()
    rows = list(fetched[:size])
    if backwards:
        rows.reverse()
    more = len(fetched) > size
    names = [column.key for column in order]
    return Page(
        rows=rows,
        previous=_cursor("before", rows[0], names) if rows and (more if backwards else bool(keys)) else None,
        next=_cursor("after", rows[-1], names) if rows and (backwards or more) else None,
    )


def _cursor(direction: str, row: Any, names: Sequence[str]) -> str:
    """Write a cursor for an address; direction is "after" or "before"."""
    keys = [
        value.isoformat() if isinstance(value, datetime) else str(value) for value in map(row.__getattribute__, names)
    ]
    text = json.dumps([direction, *keys], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None, *, kinds: Sequence[Callable[[str], Any]]) -> tuple[str, tuple[Any, ...]]:
    """Return (direction, sort keys); ("", ()) without a cursor. Raises ValueError for one that we did not write."""
    if not cursor:
        return "", ()
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as why:
        raise ValueError("not a cursor of ours") from why
    if (
        not isinstance(content, list)
        or len(content) != len(kinds) + 1
        or content[0] not in ("after", "before")
        or not all(isinstance(key, str) and "\x00" not in key and key.isprintable() for key in content)
    ):
        raise ValueError("not a cursor of ours")
    return content[0], tuple(kind(key) for kind, key in zip(kinds, content[1:], strict=True))
