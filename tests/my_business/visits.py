"""How tests come to a firm's own pages."""

from __future__ import annotations

import html
import re
import time
import uuid
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.businesses import queries
from iso_portal.businesses.models import Business
from iso_portal.core.db import db
from iso_portal.letters import service as letters
from iso_portal.letters.models import Letter
from tests import factories
from tests.conftest import speaking

REGISTERED = {
    "name": "Gurra Çelik",
    "language": "sq",
    "municipality": "mitrovica-south",
    "description": "Prodhojmë konstruksione çeliku.",
    "registration": "XK",
    "nui": "990 001 000",
    "contact_name": "Arta Krasniqi",
    "email": "arta@example.org",
    "consent_suggest": "y",
    "consent_public": "y",
}


def registration(**changes: Any) -> dict[str, Any]:
    """Return what a person sends who took half a minute."""
    return {"key": uuid.uuid4().hex, "begun": str(int(time.time()) - 30)} | REGISTERED | changes


def holding(app: Flask, key: uuid.UUID, *, language: str = "en") -> FlaskClient:
    """Return a client that came by a firm's link."""
    client = speaking(app, language)
    client.set_cookie("iso_language", language)
    with client.session_transaction() as kept:
        kept["business"] = str(key)
    return client


def firm(app: Flask, name: str = "Gurra Çelik", **changes: Any) -> uuid.UUID:
    """Keep a firm with an address; returns its key."""
    with app.app_context():
        key: uuid.UUID = factories.business(name, **{"email": "arta@example.org"} | changes).id
        db.session.commit()
    return key


def kept(key: uuid.UUID) -> Business:
    """Return the firm as it lies in the database."""
    db.session.expire_all()
    return queries.get(key)


def all_letters(kind: str = "") -> list[Letter]:
    """Return the letters, oldest first."""
    query = sa.select(Letter).order_by(Letter.written_at, Letter.id)
    return list(db.session.scalars(query.where(Letter.kind == kind) if kind else query))


def link_in(letter: Letter) -> str:
    """Return the path of the link in a letter, the same in text and HTML."""
    text = letters.filled_in(letter, letter.text)
    found = re.search(r"http://[^/]+(/my-business/in/[\w-]+)", text)
    assert found
    assert found.group(1) in letters.filled_in(letter, letter.html)
    return found.group(1)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    value = re.search(r'value="([^"]*)"', found.group())
    return html.unescape(value.group(1)) if value else ""
