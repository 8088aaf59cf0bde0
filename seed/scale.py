"""Any amount of data by COPY, for benchmarks: distinct texts, consistent references, the change log off meanwhile."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from tqdm import tqdm

from iso_portal.core.finding import findable
from iso_portal.core.scripts import fold, name_key, sort_key
from iso_portal.vocabulary.queries import municipalities, section_of
from seed.names import company, firm, person
from seed.texts import business_text, inquiry_text

TABLES = (
    "people investors contacts inquiries cases entries team_members tasks "
    "businesses business_texts business_activities business_sites"
).split()
LANGUAGES = ("sq", "sr_latn", "sq", "sr_cyrl", "sr_latn", "sq")
CHUNK = 5_000
STAGES = ("received", "qualified", "matching", "introduced", "negotiating", "landed")


def add(url: str, *, businesses: int, cases: int, staff: int, random_seed: int) -> None:
    """Add so many firms, cases and officers. url: of the tables' owner, as SQLAlchemy writes it."""
    chance = random.Random(random_seed)
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        print("the change log is off for these tables while they are filled")
        for table in TABLES:
            connection.execute(f"alter table {table} disable trigger user")
        if staff:
            _copy(connection, _staff(chance, staff), staff, "officers")
        if businesses:
            _copy(connection, _businesses(chance, businesses), businesses, "firms")
        if cases:
            officers = [
                row[0] for row in connection.execute("select id from people where role = 'officer' order by id")
            ]
            last = connection.execute(
                "select coalesce(max(last), 0) from reference_counters where year = 2025"
            ).fetchone()
            first = (last[0] if last else 0) + 1
            _copy(connection, _cases(chance, cases, officers, first), cases, "cases")
            connection.execute(
                "insert into reference_counters (year, last) values (2025, %s) on conflict (year) do update set last = excluded.last",
                (first + cases - 1,),
            )
        for table in TABLES:
            connection.execute(f"alter table {table} enable trigger user")
        connection.commit()
        connection.autocommit = True
        for table in TABLES:
            connection.execute(f"analyze {table}")


Row = tuple[str, dict[str, Any]]


def _copy(connection: psycopg.Connection[Any], things: Iterable[list[Row]], count: int, title: str) -> None:
    """Write things of several rows each, chunk by chunk, table by table."""
    begun = time.perf_counter()
    waiting: dict[str, list[dict[str, Any]]] = {}
    written = 0
    with tqdm(total=count, desc=f"{title:10}", ncols=80) as bar:
        for number, thing in enumerate(things, start=1):
            for table, row in thing:
                waiting.setdefault(table, []).append(row)
                written += 1
            bar.update()
            if number % CHUNK == 0 or number == count:
                for table in (name for name in TABLES if name in waiting):
                    _write(connection, table, waiting[table])
                waiting.clear()
    seconds = time.perf_counter() - begun
    print(f"{title}: {count} in {seconds:.0f} s, {written / max(seconds, 0.001):.0f} rows a second")


def _write(connection: psycopg.Connection[Any], table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    with connection.cursor().copy(f"copy {table} ({', '.join(names)}) from stdin") as stream:
        for row in rows:
            stream.write_row([row[name] for name in names])


def _key(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)


def _staff(chance: random.Random, count: int) -> Iterator[list[Row]]:
    for number in range(count):
        wing = "sq" if number % 2 else "sr"
        yield [
            (
                "people",
                {
                    "id": _key(chance),
                    "version": 1,
                    "email": f"scale{number}-{chance.getrandbits(32):x}@example.org",
                    "name": person(chance, wing),
                    "role": "officer",
                    "password_hash": "!",
                    "joined_on": "2024-01-01",
                    "wing": wing,
                    "language": "sq" if wing == "sq" else "sr_latn",
                    "languages": [wing, "en"],
                    "sections": list("ABCDEFGHIJ"),
                    "fte": 1,
                    "active": True,
                },
            )
        ]


LISTED = 0.3
CERTIFICATES = ("ISO 9001", "ISO 14001", "CE", "HACCP", "GlobalG.A.P.")
SITE_NAMES = {
    "sq": ("Halla në oborr", "Toka pranë rrugës", "Depoja e re"),
    "sr_latn": ("Hala u dvorištu", "Plac pored puta", "Novo skladište"),
    "sr_cyrl": ("Хала у дворишту", "Плац поред пута", "Ново складиште"),
}


def _businesses(chance: random.Random, count: int) -> Iterator[list[Row]]:
    """Make firms; as many as LISTED says agreed to be listed, and every tenth of all offers a site."""
    places = sorted(municipalities())
    at = datetime(2025, 1, 1, 8, tzinfo=UTC)
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        text = business_text(chance, language=language)
        name = firm(chance, "sq" if language == "sq" else "sr", number + 1)
        key = _key(chance)
        place = chance.choice(places)
        certificates = [one for one in CERTIFICATES if chance.random() < 0.15]
        agreed = chance.random() < LISTED
        said = {"wording": "2026-11", "at": at.isoformat(), "language": language, "by": "firm"}
        given = {"suggest": {"given": True, **said}} | ({"public": {"given": True, **said}} if agreed else {})
        rows: list[Row] = [
            (
                "businesses",
                {
                    "id": key,
                    "version": 1,
                    "name": name,
                    "name_key": name_key(name),
                    "municipality": place,
                    "language": language,
                    "registration": "XK",
                    "address": "",
                    "postal_code": "",
                    "languages": ["sq" if language == "sq" else "sr"],
                    "certifications": certificates,
                    "export_markets": [],
                    "offers": ["own_products"],
                    "seeks": ["buyer"],
                    "refused_projects": [],
                    "refused_countries": [],
                    "refused_sectors": [],
                    "contact_name": "",
                    "email": f"scale{number}@example.org",
                    "phone": "",
                    "website": "",
                    "contact_hours": "",
                    "contact_channel": "",
                    "consent_suggest": True,
                    "consent_public": agreed,
                    "consent_donors": False,
                    "discretion": False,
                    "active": True,
                    "verification": "declared",
                    "search": (words := findable(f"{name} {text.description}")),
                    "public_search": f"{words} {fold(' '.join(certificates))}".strip(),
                    "phone_key": "",
                    "origin": "import",
                    "pending": False,
                    "recheck": False,
                    "consents": json.dumps(given),
                    "sort_sq": sort_key(name, "sq"),
                    "sort_sr": sort_key(name, "sr_latn"),
                },
            ),
            _text_row(chance, key, "description", language, text.description),
            _text_row(chance, key, "products", language, "\n".join(text.products)),
            ("business_activities", {"business_id": key, "position": 0, "code": text.trade.nace, "revision": "2"}),
        ]
        if number % 10 == 3:
            rows.append(_site_row(chance, key, language, place))
        yield rows


def _site_row(chance: random.Random, business: uuid.UUID, language: str, place: str) -> Row:
    row = {
        "id": _key(chance),
        "version": 1,
        "business_id": business,
        "kind": chance.choice(("land", "hall", "office", "storage")),
        "tenure": chance.choice(("rent", "sale", "either", "partnership")),
        "municipality": place,
        "name": chance.choice(SITE_NAMES[language]),
        "language": language,
        "text": "",
        "address": "",
        "area_m2": chance.randrange(80, 20_000, 20),
        "power_kva": chance.choice((None, 40, 100, 250)),
        "water": chance.random() < 0.7,
        "access_road": chance.random() < 0.8,
        "active": True,
    }
    return "business_sites", row


def _text_row(chance: random.Random, key: uuid.UUID, kind: str, language: str, text: str) -> Row:
    row = {
        "id": _key(chance),
        "business_id": key,
        "kind": kind,
        "language": language,
        "text": text,
        "original": True,
        "stale": False,
    }
    return "business_texts", row


def _cases(chance: random.Random, count: int, officers: list[uuid.UUID], first: int) -> Iterator[list[Row]]:
    begin = datetime(2025, 1, 1, 8, tzinfo=UTC)
    for number in range(count):
        language = chance.choice(("en", "de", "sq", "sr_latn", "sr_cyrl"))
        text = inquiry_text(chance, language=language)
        at = begin + timedelta(seconds=number * 31_000_000 // count)
        name = company(chance, chance.choice(("DE", "AT", "CH", "GB", "IT")), first + number)
        reference = f"ISO-2025-{first + number:06d}"
        investor, contact, inquiry, case = (_key(chance) for _ in range(4))
        stage = chance.choice(STAGES)
        base = {
            "case_id": case,
            "investor_id": investor,
            "occurred_at": at,
            "recorded_at": at,
            "section": section_of(text.trade.nace[:2]),
        }
        rows: list[Row] = [
            ("investors", {"id": investor, "version": 1, "name": name, "name_key": name_key(name), "country": "DE", "kind": "company", "website": "", "search": fold(name)}),
            ("contacts", {"id": contact, "version": 1, "investor_id": investor, "name": "Anna Keller", "email": f"scale{first + number}@example.org", "language": language, "job_title": "", "phone": ""}),
            ("inquiries", {"id": inquiry, "key": f"scale-{first + number}", "channel": "form", "received_at": at, "investor_id": investor, "contact_id": contact, "language": language, "preferred_language": language, "description": text.description, "project_type": "contract_sourcing", "sectors": [text.trade.nace[:2]], "revision": "2", "municipalities": [], "band": "100-500k", "timeline": "6-12m", "needs": ["partner"], "call_back": "", "time_zone": "", "how_heard": "", "consents": json.dumps({"contact": {"given": True}}), "as_sent": "{}"}),
            ("cases", {"id": case, "version": 1, "reference": reference, "inquiry_id": inquiry, "investor_id": investor, "received_at": at, "language": language, "section": base["section"], "weight": 1, "answer_due_at": at + timedelta(days=2), "search": findable(f"{reference} {name} {text.description}"), "stage": stage, "status": "ongoing", "stage_since": at, "waiting_for": "", "answered_at": at + timedelta(days=1), "link_nonce": ""}),
            ("entries", {"id": _key(chance), "kind": "inquiry.created", **base, "text": "", "facts": json.dumps({"channel": "form"})}),
            ("entries", {"id": _key(chance), "kind": "reply.first", **base, "occurred_at": at + timedelta(days=1), "text": "", "facts": "{}"}),
        ]  # fmt: skip
        if stage != "received":
            rows.append(
                ("entries", {"id": _key(chance), "kind": "inquiry.qualified", **base, "text": "", "facts": "{}"})
            )
        if len(officers) > 1:
            lead, co_lead = chance.sample(officers, 2)
            rows += [
                ("team_members", {"id": _key(chance), "case_id": case, "person_id": who, "part": part, "starts_at": at})
                for who, part in ((lead, "lead"), (co_lead, "co_lead"))
            ]
        rows.append(
            (
                "tasks",
                {
                    "id": _key(chance),
                    "version": 1,
                    "case_id": case,
                    "title": "Call",
                    "due_on": (at + timedelta(days=7)).date(),
                    "owner_id": officers[0] if officers else None,
                },
            )
        )
        yield rows
