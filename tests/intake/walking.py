"""An inquiry as a visitor walks through it, for the tests of intake."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from iso_portal.cases import service as case_service
from iso_portal.cases.models import Case
from iso_portal.core import links
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.intake import service
from iso_portal.intake.domain import Part
from iso_portal.intake.models import InquiryDraft

KEY = "k" * 22
GOOD: dict[str, dict[str, Any]] = {
    "project": {
        "description": "Wir suchen einen Partner für geschweißte Treppen, 30 t im Monat.",
        "project_type": "contract_sourcing",
    },
    "sectors": {"sectors": ["25", "24.10"]},
    "place": {
        "municipalities": ["vushtrri"],
        "band": "100-500k",
        "jobs": "1 200",
        "timeline": "6-12m",
        "readiness": "decided",
    },
    "needs": {"needs": ["partner", "power"], "power_kva": "250"},
    "organisation": {
        "org_name": "Harz Stahl GmbH",
        "investor_kind": "company",
        "size": "50-249",
        "country": "XK",
        "website": "www.example.org",
    },
    "contact": {
        "contact_name": "Ute Šarić",
        "job_title": "CEO",
        "email": "ute@example.org",
        "phone": "+49 89 1234567",
        "preferred_language": "de",
        "call_back": "Dienstag",
        "time_zone": "Europe/Berlin",
        "how_heard": "Messe",
    },
    "files": {},
    "check": {"consent_contact": "y", "consent_share": "y"},
}
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def count(model: Any) -> int:
    """Return how many rows a table has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def changed(**changes: Any) -> dict[str, dict[str, Any]]:
    """Return good answers with some changed; each goes to the page that asks for it."""
    answers = {part: dict(given) for part, given in GOOD.items()}
    for name, value in changes.items():
        page = next(part for part, given in GOOD.items() if name in given or (part == "check" and "consent" in name))
        answers[page][name] = value
    return answers


def begin(client: FlaskClient, *, key: str = KEY, **more: Any) -> Any:
    """Send the first page."""
    return client.post("/intake/inquiry", data=GOOD["project"] | {"key": key} | more)


def token_in(address: str) -> str:
    """Return the secret part of an address of the form or of the follow page."""
    found = re.search(r"/(?:inquiry|received|follow)/([\w-]{43})", address)
    assert found, address
    return found.group(1)


def old_enough(app: Flask) -> None:
    """Make every draft older than a program's haste."""
    with app.app_context(), unit_of_work():
        db.session.execute(sa.update(InquiryDraft).values(begun_at=InquiryDraft.begun_at - timedelta(minutes=10)))


def walk(client: FlaskClient, app: Flask, *, key: str = KEY, files: Any = (), **changes: Any) -> str:
    """Walk all pages up to the summary; returns the draft's token."""
    answers = changed(**changes)
    answer = client.post("/intake/inquiry", data=answers["project"] | {"key": key})
    assert answer.status_code == 303, answer.text
    token = token_in(answer.headers["Location"])
    for part in ("sectors", "place", "needs", "organisation", "contact"):
        answer = client.post(f"/intake/inquiry/{token}/{part}", data=answers[part])
        assert answer.status_code == 303, (part, answer.text)
    if files:
        assert add(client, token, *files).status_code == 303
    old_enough(app)
    return token


def add(client: FlaskClient, token: str, *files: tuple[bytes, str], act: str = "") -> Any:
    """Choose files on the files page."""
    chosen = [(io.BytesIO(content), name) for content, name in files]
    return client.post(
        f"/intake/inquiry/{token}/files", data={"files": chosen, "act": act}, content_type="multipart/form-data"
    )


def send(client: FlaskClient, app: Flask, *, key: str = KEY, files: Any = (), **changes: Any) -> Any:
    """Walk all pages and send the inquiry; returns the answer to the last page."""
    token = walk(client, app, key=key, files=files, **changes)
    return client.post(f"/intake/inquiry/{token}/check", data=changed(**changes)["check"])


def sent(client: FlaskClient, app: Flask, **changes: Any) -> str:
    """Send an inquiry; returns the token of its follow page."""
    answer = send(client, app, **changes)
    assert answer.status_code == 303, answer.text
    return token_in(answer.headers["Location"])


def the_case() -> Case:
    """Return the only case there is."""
    return db.session.scalars(sa.select(Case)).one()


def present_token(app: Flask) -> str:
    """Return the token that opens the only case's follow page now, as its newest letter has it."""
    with app.app_context():
        case = the_case()
        return links.token_for(case_service.FOLLOW, case.id, case.link_nonce)


def drafted(number: int) -> str:
    """Write a draft with all answers straight into the database; returns its token. For tests of many at once."""
    draft = service.begin(f"intention-{number:06d}-{KEY}", language=Language.EN)
    draft.begun_at -= timedelta(minutes=10)
    answers = changed(
        org_name=f"Firm {number}",
        email=f"firm{number}@example.org",
        description=f"Firm {number} looks for a supplier of welded steel structures, {number} tonnes a month.",
    )
    for part in Part:
        given = {name: value if isinstance(value, list) else [value] for name, value in answers[part].items()}
        service.keep(draft, part, {} if part is Part.CHECK else given, done=True)
    db.session.flush()
    return service.token_of(draft)
