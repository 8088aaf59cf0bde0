"""The demo: invented people, firms and a two-year history, made through the portal's own services.

Everything happens at its own time (the clock is turned), so entries, letters and the audit log look as they would.
"""

from __future__ import annotations

import random
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from tqdm import tqdm

from iso_portal.accounts import queries as accounts
from iso_portal.accounts import service as account_service
from iso_portal.balance import service as balance
from iso_portal.balance.models import ActKind, BasisKind, Gate, GateRecord
from iso_portal.businesses import queries as businesses
from iso_portal.businesses import service as business_service
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business, BusinessText
from iso_portal.cases import queries as cases
from iso_portal.core import clock
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.i18n import Language
from iso_portal.letters.domain import LetterState
from iso_portal.letters.models import Letter
from iso_portal.matches import service as matches
from seed import balance as balance_history
from seed.follow import follow_up
from seed.history import YEARS, at_moment, historic, live, recent, rows_of
from seed.public import consents_of, enliven
from seed.staff import PEOPLE


def fill(*, quiet: bool = False) -> dict[str, str] | None:
    """Fill an empty portal. Returns the demo's sign-ins by role, or None when somebody has an account already."""
    if not accounts.is_empty():
        return None
    chance = random.Random(20260901)
    word = f"{secrets.choice(('teal', 'sand', 'river', 'linden'))}-{secrets.token_urlsafe(9)}"
    begin = clock.now() - YEARS
    with at_moment(begin - timedelta(days=30)):
        people = _people(word)
        firms = _firms(tqdm_of(rows_of("businesses"), "firms", quiet))
    plan = sorted(historic(chance, begin) + recent(chance), key=lambda one: one["at"])
    for one in tqdm_of(plan, "history", quiet):
        live(chance, one, people, firms)
    enliven(chance, people, firms)
    follow_up(plan, people, firms)
    _say_wishes(firms)
    with unit_of_work():
        _settle_letters()
    with unit_of_work():
        for firm in tqdm_of(list(firms.values()), "reading profiles", quiet):
            matches.index_business(businesses.get(firm))
    for one in tqdm_of([one for one in plan if one.get("id")], "suggestions", quiet):
        with unit_of_work():
            matches.refresh(cases.get(one["case"]))
    for firm in tqdm_of(list(firms.values()), "suiting inquiries", quiet):
        with unit_of_work():
            matches.refresh_business(businesses.get(firm))
    with unit_of_work():
        balance_history.lists(list(firms.values()))
    with unit_of_work():
        balance.take_snapshot()
    with unit_of_work():
        balance_history.papers(people)
    return {
        "officer (Albanian-language desk)": "officer.a@example.org",
        "officer (Serbian-language desk)": "officer.b@example.org",
        "co-managers": "manager.a@example.org, manager.b@example.org",
        "donor": "donor.a@example.org",
        "administrator": "administrator@example.org",
        "password of all of them": word,
    }


def tqdm_of(rows: list[Any], title: str, quiet: bool) -> Any:
    """Return the rows with a progress bar."""
    return tqdm(rows, desc=f"{title:18}", disable=quiet, ncols=80)


def _people(word: str) -> dict[str, uuid.UUID]:
    """Open the accounts and keep what the demo's people declared; all of it is invented."""
    keys: dict[str, uuid.UUID] = {}
    for one in PEOPLE:
        person = account_service.open_account(
            by=None,
            email=f"{one.account}@example.org",
            name=one.name,
            role=one.role,
            password=word,
            wing=one.wing,
            language=one.language,
            languages=one.languages,
            sections=one.sections,
            fte=one.fte if one.wing else Decimal(0),
            donor=one.donor,
        )
        keys[one.account] = person.id
    begun = datetime.now(UTC) - timedelta(days=60)
    for gate in (Gate.COLLECT_STAFF, Gate.COLLECT_FIRMS):  # that of assignment is closed, as in every office at first
        db.session.add(
            GateRecord(
                gate=gate,
                kind=BasisKind.DEMONSTRATION,
                purpose="To show how balance is tracked, with invented people only.",
                basis="Demonstration",
                opened_at=begun,
                expires_on=(begun + timedelta(days=365)).date(),
                requested_at=begun,
                requested_by_id=keys["steward"],
                first_at=begun,
                first_by_id=keys["manager.a"],
                second_at=begun,
                second_by_id=keys["manager.b"],
            )
        )
    db.session.flush()
    _custodians(keys, begun)
    for one in PEOPLE:
        if one.declares:
            with clock.turned_to(datetime.now(UTC) - timedelta(days=40)):
                balance.declare(accounts.get(keys[one.account]), one.declares, language=Language(one.language))
    return keys


def _custodians(keys: dict[str, uuid.UUID], at: datetime) -> None:
    """Name who can destroy the key of the vault: one of each desk, and one of neither."""
    with clock.turned_to(at):
        for seat, who, first, second in (
            ("sq", "vlora", "manager.a", "manager.b"),
            ("sr", "dejan", "manager.b", "manager.a"),
            ("neutral", "steward", "manager.a", "manager.b"),
        ):
            act = balance.propose_change(
                ActKind.CUSTODIAN,
                {"seat": seat, "person": str(keys[who])},
                reason="Named for the demonstration.",
                by=accounts.get(keys[first]),
            )
            balance.turn_policy_key(act, by=accounts.get(keys[second]))


def _firms(rows: Any) -> dict[str, uuid.UUID]:
    """Keep the firms' profiles in their own words, with English as a translation."""
    keys: dict[str, uuid.UUID] = {}
    for row in rows:
        registers = {entry["register"]: entry["legal_form"] for entry in row["registrations"]}
        business = business_service.create(
            {
                "name": row["name"],
                "language": row["language"],
                "municipality": row["municipality"],
                "registration": "both"
                if {"XK", "RS"} <= set(registers)
                else next(iter(set(registers) & {"XK", "RS"}), "none"),
                "legal_form_xk": registers.get("XK"),
                "legal_form_rs": registers.get("RS"),
                "nui": row["nui"],
                "pib": row["pib"],
                "founded": row["founded"],
                "employees": row["employees"],
                "turnover": row["turnover"],
                "nace": ", ".join(row["nace"]),
                "certifications": ", ".join(row["certifications"]),
                "export_markets": row["export_markets"],
                "languages": row["languages"],
                "offers": row["offers"],
                "seeks": row["seeks"],
                "phone": row["phone"],
                "email": row["email"],
                **consents_of(row["id"]),
                "description": row["texts"]["description"],
                "products": "\n".join(row["texts"]["products"]),
            },
            by=None,
        )
        business.women_led = row["women_led"]
        _add_texts(business, row)
        business_service.refold(business)
        db.session.flush()
        with clock.turned_to(datetime.now(UTC) - timedelta(days=40)):
            balance.declare_owners(business.id, ["prefer_not" if row["owners"] == "undisclosed" else row["owners"]])
        keys[row["id"]] = business.id
    return keys


def _add_texts(business: Business, row: dict[str, Any]) -> None:
    if row["texts"]["summary"]:
        business.texts.append(
            BusinessText(kind=TextKind.SUMMARY, language=row["language"], text=row["texts"]["summary"])
        )
    for language, texts in row["others"].items():
        own = language != "en"  # firms of both languages wrote both themselves
        business.texts.append(
            BusinessText(kind=TextKind.DESCRIPTION, language=language, text=texts["description"], original=own)
        )
    for kind, text in (
        (TextKind.CAPACITY, row["capacity"]),
        (TextKind.OFFERS, row["offers_text"]),
        (TextKind.SEEKS, row["seeks_text"]),
    ):
        if text:
            business.texts.append(BusinessText(kind=kind, language="en", text=text, original=False))


def _say_wishes(firms: Mapping[str, uuid.UUID]) -> None:
    """Let some firms say what they do not want to hear of; one is busy for the coming weeks."""
    for row in rows_of("wishes"):
        wishes = {name: row[name] for name in row if name not in {"firm", "busy_days"}}
        if "busy_days" in row:
            wishes["busy_until"] = clock.today() + timedelta(days=row["busy_days"])
        with unit_of_work():
            business_service.change(businesses.get(firms[row["firm"]]), wishes, by=None)


def _settle_letters() -> None:
    """The letters of the past left in the past: note it, and take their jobs out of the queue."""
    db.session.execute(
        sa.update(Letter)
        .where(Letter.state == LetterState.QUEUED)
        .values(state=LetterState.SENT, sent_at=Letter.written_at, attempts=1)
    )
    db.session.execute(sa.text("delete from procrastinate_jobs where status = 'todo'"))
