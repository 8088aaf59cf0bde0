"""Two years of the demo: what arrived when, and how far the office took it, at its own time."""

from __future__ import annotations

import csv
import json
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from iso_portal.accounts import queries as accounts
from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.balance import service as balance
from iso_portal.balance.models import Override
from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import Channel, CloseReason, Stage, Status, TeamPart
from iso_portal.core import clock
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.files import service as files
from iso_portal.intake import service as intake
from iso_portal.matches import service as matches
from iso_portal.matches.domain import Choice, Mode, RejectReason
from iso_portal.reports import service as reports
from seed.attachments import attached
from seed.names import company
from seed.texts import inquiry_text

DATA = Path(__file__).parent / "data"
HISTORY = 150
YEARS = timedelta(days=730)
COUNTRIES = ("DE", "DE", "AT", "CH", "GB", "IT", "NL", "SE", "FR")
LANGUAGE_OF = {"DE": "de", "AT": "de", "CH": "de"}
OUTCOMES_SEEN = "shared folder of the case, "


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """One unit of work at a moment."""
    with clock.turned_to(moment), unit_of_work():
        yield


def rows_of(name: str) -> list[dict[str, Any]]:
    """Return the rows of a seed file."""
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def historic(chance: random.Random, begin: datetime) -> list[dict[str, Any]]:
    """Plan the inquiries of two years; how far each gets depends on its age."""
    planned = []
    for number in range(HISTORY):
        country = chance.choice(COUNTRIES)
        language = chance.choice(
            ["en", LANGUAGE_OF.get(country, "en"), "en", chance.choice(["sq", "sr_latn", "sr_cyrl"])]
        )
        text = inquiry_text(chance, language=language)
        at = begin + (YEARS - timedelta(days=95)) * ((number + chance.random()) / HISTORY)
        planned.append(
            {
                "at": at.replace(hour=chance.randrange(7, 15), minute=chance.randrange(60)),
                "org_name": company(chance, country, number + 100),
                "country": country,
                "language": language,
                "preferred_language": language,
                "text": text.description,
                "sectors": [text.trade.nace[:2]],
                "main": text.trade.nace,
                "project_type": chance.choice(
                    ["contract_sourcing", "contract_sourcing", "joint_venture", "greenfield", "services_outsourcing"]
                ),
                "band": chance.choice(["<100k", "100-500k", "100-500k", "0.5-1m", "1-5m", "5-10m"]),
                "jobs": chance.choice([5, 10, 15, 25, 40]),
                "timeline": chance.choice(["<6m", "6-12m", "1-2y"]),
                "readiness": chance.choice(["decided", "shortlisting", "exploring"]),
                "needs": ["partner", "visit"],
                "municipalities": [],
                "investor_kind": chance.choice(["company", "company", "diaspora", "fund"]),
                "size": chance.choice(["10-49", "50-249", "250+"]),
                "reach": chance.choices(["spam", "qualified", "matching", "introduced", "landed"], [4, 22, 28, 30, 16])[
                    0
                ],
            }
        )
    return planned


def recent(chance: random.Random) -> list[dict[str, Any]]:
    """Plan the 24 written inquiries over the last three months; the newest are still untouched."""
    rows = rows_of("inquiries")
    now = clock.now()
    with open(DATA / "relevance.csv", encoding="utf-8", newline="") as file:
        right: dict[str, list[str]] = {}
        for row in csv.DictReader(file):
            if row["grade"] == "3":
                right.setdefault(row["inquiry"], []).append(row["business"])
    for number, row in enumerate(rows):
        age = timedelta(days=90 * (1 - (number + 1) / len(rows)) + 0.4)
        row["at"] = (now - age).replace(minute=chance.randrange(60))
        row["reach"] = "new" if number >= 19 else "matching" if number >= 8 else "introduced"
        row["right"] = right.get(row["id"], [])
        row["files"] = attached(number)
    return rows


def live(chance: random.Random, one: dict[str, Any], people: dict[str, uuid.UUID], firms: dict[str, uuid.UUID]) -> None:
    """Let one inquiry arrive and be worked on, as far as its plan and its age allow."""
    at: datetime = one["at"]
    slug = one["org_name"].split(" (")[0]
    contact = f"contact{abs(hash_of(slug)) % 100000}@example.org"
    values = {name: one.get(name) for name in intake.OF_INQUIRY} | {
        "description": one["text"],
        "power_kva": None,
        "call_back": "",
        "time_zone": "",
        "how_heard": "",
        "org_name": slug,
        "contact_name": _contact_name(chance),
        "email": contact,
        "country": one["country"],
        "investor_kind": one["investor_kind"],
        "size": one["size"],
        "website": "",
        "job_title": "",
        "phone": "",
        "consent_contact": True,
        "consent_share": True,
        "consent_news": chance.random() < 0.3,
    }
    if values["preferred_language"] not in set(Language):
        values["preferred_language"] = "en"
    with at_moment(at):
        taken = intake.take(
            values,
            key=uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{slug}").hex,
            language=one["language"],
            channel=chance.choice([Channel.FORM, Channel.FORM, Channel.EMAIL, Channel.FAIR]),
            attached=[files.keep(content, name) for name, content in one.get("files", ())],
        )
        one["case"] = taken.case.id
    if one["reach"] != "new":
        _work(chance, one, people, firms)


def hash_of(text: str) -> int:
    """Return a number for a text that is the same on every machine."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text).int


def _contact_name(chance: random.Random) -> str:
    first = chance.choice(["Anna", "Paul", "Maria", "Thomas", "Sofia", "Lukas", "Emma", "David", "Laura", "Martin"])
    return (
        f"{first} {chance.choice(['Gruber', 'Keller', 'Brown', 'Rossi', 'de Vries', 'Lindqvist', 'Moreau', 'Huber'])}"
    )


def _work(
    chance: random.Random, one: dict[str, Any], people: dict[str, uuid.UUID], firms: dict[str, uuid.UUID]
) -> None:
    """Go through the stages at plausible times; stop where the plan or the present ends."""
    now = clock.now()
    calendar = office_calendar(one["at"].year)
    moment = calendar.add_hours(one["at"], chance.uniform(1, 6))
    case_id: uuid.UUID = one["case"]

    def acting() -> Person:
        members = [member.person for member in cases.get(case_id).team if member.part is not TeamPart.MEMBER]
        return chance.choice(members) if members else accounts.get(people[chance.choice(["vlora", "dejan"])])

    def step(hours: float) -> bool:
        nonlocal moment
        moment = calendar.add_hours(moment, hours)
        return moment < now - timedelta(minutes=5)

    if one["reach"] == "spam":
        with at_moment(moment):
            case_service.change_status(cases.get(case_id), Status.CLOSED, by=acting(), close_reason=CloseReason.SPAM)
        return
    with at_moment(moment):
        case = cases.get(case_id)
        officer = acting()
        case_service.record_screening(case, clear=True, note="Sanctions lists of the day; nothing found.", by=officer)
        case_service.move(case, Stage.QUALIFIED, by=officer)
    if not step(chance.uniform(0.5, 4)):
        return
    with at_moment(moment):
        case = cases.get(case_id)
        first = balance.propose_for(case).proposal.first
        if not first:
            return
        pair = chance.choices(first, [8, 1, 1][: len(first)])[0]
        by = accounts.get(people[chance.choice(["manager.a", "manager.b"])])
        balance.assign(
            case,
            lead=pair.lead.key,
            co_lead=pair.co_lead.key,
            by=by,
            override=Override.OTHER if not pair.paired else None,
            override_text="" if pair.paired else "nobody else is free",
        )
    late = chance.random() < 0.08
    if not step(chance.uniform(24, 40) if late else chance.uniform(1, 6)):
        return
    with at_moment(moment):
        case = cases.get(case_id)
        case_service.send_message(case, ANSWERS[Language(case.inquiry.preferred_language)], by=acting())
        case_service.add_task(
            case, "Call the investor about next steps", (moment + timedelta(days=7)).date(), by=acting(), owner=acting()
        )
    if one["reach"] == "qualified":
        _end(chance, case_id, moment, now, acting)
        return
    if step(chance.uniform(4, 16)):
        _introduce(chance, one, firms, case_id, moment, now, acting)


ANSWERS = {
    Language.EN: "Thank you for your inquiry. We know firms that could fit and will name them to you this week. May we call you?",
    Language.DE: "Vielen Dank für Ihre Anfrage. Wir kennen passende Betriebe und nennen sie Ihnen noch diese Woche. Dürfen wir Sie anrufen?",
    Language.SQ: "Faleminderit për kërkesën tuaj. Njohim firma që mund t'ju përshtaten dhe do t'jua dërgojmë emrat këtë javë. A mund t'ju telefonojmë?",
    Language.SR_LATN: "Hvala na upitu. Znamo firme koje bi mogle da odgovaraju i poslaćemo vam nazive ove nedelje. Možemo li da vas pozovemo?",
    Language.SR_CYRL: "Хвала на упиту. Знамо фирме које би могле да одговарају и послаћемо вам називе ове недеље. Можемо ли да вас позовемо?",
}


def _end(chance: random.Random, case_id: uuid.UUID, moment: datetime, now: datetime, acting: Any) -> None:
    """Close what led nowhere, months later."""
    later = moment + timedelta(days=chance.randrange(60, 140))
    if later < now:
        with at_moment(later):
            reason = chance.choice([CloseReason.LOST, CloseReason.WITHDRAWN, CloseReason.NOT_SUITABLE])
            case_service.change_status(cases.get(case_id), Status.CLOSED, by=acting(), close_reason=reason)


def _introduce(
    chance: random.Random,
    one: dict[str, Any],
    firms: dict[str, uuid.UUID],
    case_id: uuid.UUID,
    moment: datetime,
    now: datetime,
    acting: Any,
) -> None:
    """Decide about firms, hold introductions, and let a few investments land."""
    division = (one.get("main") or one["sectors"][0])[:2]
    fitting = one.get("right") or [
        row["id"] for row in rows_of("businesses") if any(code[:2] == division for code in row["nace"])
    ]
    fitting = fitting or chance.sample(sorted(firms), 2)
    with at_moment(moment):
        case = cases.get(case_id)
        case_service.move(case, Stage.MATCHING, by=acting())
        chosen = chance.sample(fitting, min(len(fitting), chance.randrange(1, 4)))
        for key in chosen:
            matches.decide(case, businesses.get(firms[key]), Choice.ACCEPTED, by=acting())
        other = chance.choice(sorted(set(firms) - set(chosen)))
        matches.decide(
            case,
            businesses.get(firms[other]),
            Choice.REJECTED,
            by=acting(),
            reason_code=chance.choice(list(RejectReason)),
        )
    later = moment + timedelta(days=chance.randrange(6, 30))
    if one["reach"] == "matching" or later > now:
        _end(chance, case_id, moment, now, acting) if chance.random() < 0.5 else None
        return
    with at_moment(later):
        case = cases.get(case_id)
        for key in chosen:
            entry = matches.record_introduction(
                case,
                businesses.get(firms[key]),
                by=acting(),
                held_on=later.date() - timedelta(days=1),
                mode=chance.choice(list(Mode)),
            )
            asked = reports.ask_confirmation(entry)
            if asked is not None and chance.random() < 0.85:
                db.session.flush()
                reports.answer(asked, chance.choice(["yes", "yes", "yes_with_changes"]))
        case_service.move(case, Stage.INTRODUCED, by=acting())
    landed = later + timedelta(days=chance.randrange(70, 170))
    if one["reach"] == "landed" and landed < now:
        _land(chance, case_id, landed, acting)
    elif chance.random() < 0.4:
        _end(chance, case_id, later, now, acting)


def _land(chance: random.Random, case_id: uuid.UUID, moment: datetime, acting: Any) -> None:
    """Write down a landing and its jobs; most are verified by the other desk."""
    with at_moment(moment):
        case = cases.get(case_id)
        case_service.move(case, Stage.NEGOTIATING, by=acting())
        writer = acting()
        amount = Decimal(chance.randrange(40, 900) * 1000)
        landing = case_service.record_landing(
            case,
            by=writer,
            kind=chance.choice(["new", "expansion", "joint_venture", "contract"]),
            landed_on=moment.date() - timedelta(days=3),
            amount=amount,
            involvement=chance.choice(["minor", "significant", "decisive"]),
        )
        job_rows = [
            case_service.record_jobs(
                case,
                by=writer,
                starts_on=moment.date() - timedelta(days=2),
                people=chance.randrange(2, 14),
                sex=sex,
                age_band=chance.choice(["15-29", "30+"]),
                weekly_hours=Decimal(chance.choice([20, 40, 40])),
                months=chance.choice([6, 12, 12]),
            )
            for sex in ("female", "male")
        ]
        db.session.flush()
        case_service.move(case, Stage.VERIFYING, by=writer)
    if chance.random() < 0.8:
        with at_moment(moment + timedelta(days=8)):
            case = cases.get(case_id)
            entry = cases.entry(landing.id)
            other = next((p for p in cases.owners() if p.wing is not None and p.wing != entry.wing), None)
            if other is not None and isinstance(other.wing, Wing):
                reports.verify(entry, by=other, level=3, tag="contract", reference=OUTCOMES_SEEN + "contract")
                for row in job_rows:
                    reports.verify(
                        cases.entry(row.id), by=other, level=3, tag="payroll", reference=OUTCOMES_SEEN + "payroll"
                    )
                db.session.flush()
                case_service.move(case, Stage.LANDED, by=other)
