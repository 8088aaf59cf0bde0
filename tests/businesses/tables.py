"""Tables of firms as somebody uploads them, for tests."""

from __future__ import annotations

import gc
import html
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from iso_portal.files.models import TableImport

HEADER = "name,language,municipality,registration,description,nace,email,consent_suggest"
GOOD = "Todić Drvo,sr_latn,zvecan,RS,Pravimo vrata.,16.23,todic@example.org,da"
OTHER = "Mjaltë Bajgora,sq,vushtrri,XK,Prodhojmë mjaltë.,0149,mjalte@example.org,po"


@contextmanager
def large_files() -> Iterator[None]:
    """Drop the temporary files that the test client itself leaves open for large uploads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def upload(client: FlaskClient, content: str | bytes, name: str = "firms.csv") -> Any:
    """Send a file."""
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/businesses/import", data={"file": (io.BytesIO(raw), name)})


def uploaded(client: FlaskClient, content: str | bytes) -> str:
    """Send a file that is kept; returns the address of its table."""
    answer = upload(client, content)
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["Location"])


def taken_in(client: FlaskClient, content: str | bytes) -> str:
    """Send a file and take it in; returns the address of its table."""
    table = uploaded(client, content)
    assert client.post(f"{table}/keep").status_code == 303
    return table


def firms(app: Flask) -> list[str]:
    """Return the names of all firms."""
    with app.app_context():
        return list(db.session.scalars(sa.select(Business.name).order_by(Business.name, Business.id)))


def lines(*rows: str) -> str:
    """Return a file's text."""
    return "\n".join([HEADER, *rows]) + "\n"


def only_import() -> TableImport:
    """Return the one import there is."""
    return db.session.scalars(sa.select(TableImport)).one()


def named(page: Any) -> set[tuple[str, str]]:
    """Return the (row, column) pairs that a page links to as wrong."""
    return set(re.findall(r'<li><a href="#r(\d+)-(\w+)"', page.text))


def planted(rows: int = 500) -> tuple[str, dict[int, str]]:
    """Return a file of many firms with twenty planted errors, and {row: column} of these."""
    wrong = [("municipality", "tirana"), ("nace", "99.99"), ("email", "nobody"), ("consent_suggest", "perhaps")]
    names = HEADER.split(",")
    text, errors = [], {}
    for place in range(rows):
        cells = [f"Firma {place}", "sq", "vushtrri", "XK", f"Teksti {place}", "16.23", f"f{place}@example.org", "po"]
        if place % (rows // 20) == 7 % (rows // 20):
            column, word = wrong[len(errors) % len(wrong)]
            cells[names.index(column)] = word
            errors[place + 2] = column
        text.append(",".join(cells))
    return lines(*text), errors


RIGHT = {"municipality": "zvecan", "nace": "25.11", "email": "right@example.org", "consent_suggest": "no"}
