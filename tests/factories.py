"""Rows for tests: valid by default, each test names only what it is about. Nothing here commits."""

from __future__ import annotations

import io
import itertools
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image

from iso_portal.accounts.domain import Role, Wing
from iso_portal.accounts.models import Person
from iso_portal.balance.models import Alert, Level, Scope
from iso_portal.businesses import service as businesses
from iso_portal.businesses.domain import Registration, TextKind
from iso_portal.businesses.models import (
    Business,
    BusinessActivity,
    BusinessText,
    DuplicatePair,
    Merge,
    Picture,
    Site,
)
from iso_portal.cases import service as cases
from iso_portal.cases.domain import Channel, EntryKind, TeamPart
from iso_portal.cases.models import Case, Entry, Inquiry, TeamMember
from iso_portal.core import clock, links, scripts
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.files import service as files
from iso_portal.files.models import StoredFile, TableImport
from iso_portal.intake import service as intake
from iso_portal.investors.models import Contact, Investor
from iso_portal.letters.models import Letter
from iso_portal.matches import service as matches
from iso_portal.matches.models import Introduction, InvestorQuestion, RankingVersion
from iso_portal.matches.service.investor_side import PURPOSE
from iso_portal.privacy.domain import Ask, RequestState
from iso_portal.privacy.models import DataRequest
from iso_portal.reports.models import Confirmation
from matching import default_model
from matching.judgements import Judgements

numbers = itertools.count(1)


# A profile as somebody types it into a form.
TYPED_PROFILE = {
    "name": "Gurra Çelik",
    "language": "sq",
    "municipality": "mitrovica-south",
    "description": "Prodhojmë konstruksione çeliku.",
    "registration": "XK",
    "nace": "25.11",
    "email": "arta@example.org",
}


def person(role: str = "officer", **changes: Any) -> Person:
    """A person with an account; the password fits nobody."""
    number = next(numbers)
    values: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "name": f"Person {number}",
        "role": Role(role),
        "password_hash": "!",
        "joined_on": date(2024, 1, 1),
        "wing": None if role in {"donor", "administrator", "adviser"} else Wing.SQ if number % 2 else Wing.SR,
        "languages": ["sq", "sr", "en"],
        "sections": ["C", "A"],
        "donor": "donor-a" if role == "donor" else None,
    }
    return _added(Person(**values | changes))


def business(name: str = "", *, nace: tuple[str, ...] = ("25.11",), text: str = "", **changes: Any) -> Business:
    """A firm that may be suggested."""
    number = next(numbers)
    name = name or f"Firma {number}"
    language = changes.pop("language", "sq")
    row = Business(
        **{
            "name": name,
            "name_key": scripts.name_key(name),
            "municipality": "mitrovica-south",
            "language": language,
            "registration": Registration.XK,
            "consent_suggest": True,
            "search": scripts.fold(name),
            "sort_sq": scripts.sort_key(name, "sq"),
            "sort_sr": scripts.sort_key(name, "sr_latn"),
        }
        | changes
    )
    row.texts = [BusinessText(kind=TextKind.DESCRIPTION, language=language, text=text or f"{name} {number}")]
    row.activities = [BusinessActivity(position=place, code=code) for place, code in enumerate(nace)]
    return _added(row)


def investor(name: str = "", **changes: Any) -> Investor:
    """An investor without contacts."""
    name = name or f"Investor {next(numbers)} GmbH"
    values = {"name": name, "name_key": scripts.name_key(name), "country": "DE", "kind": "company"}
    return _added(Investor(**values | {"search": scripts.fold(name)} | changes))


def contact(of: Investor, **changes: Any) -> Contact:
    """Somebody who speaks for an investor."""
    number = next(numbers)
    values = {"investor_id": of.id, "name": f"Contact {number}", "email": f"c{number}@example.org", "language": "en"}
    return _added(Contact(**values | changes))


def inquiry(**changes: Any) -> Inquiry:
    """An inquiry with every consent."""
    owner = changes.pop("investor", None) or investor()
    values: dict[str, Any] = {
        "key": uuid.uuid4().hex,
        "channel": Channel.FORM,
        "received_at": clock.now(),
        "investor_id": owner.id,
        "contact_id": changes.pop("contact_id", None) or contact(owner).id,
        "language": "en",
        "preferred_language": "en",
        "description": "We look for a supplier of welded steel structures.",
        "project_type": "contract_sourcing",
        "sectors": ["25"],
        "timeline": "6-12m",
        "band": "100-500k",
        "needs": ["partner"],
        "consents": {
            purpose: {"given": True, "wording": "1", "language": "en", "at": clock.now().isoformat()}
            for purpose in ("contact", "share", "news")
        },
    }
    return _added(Inquiry(**values | changes))


def case(**changes: Any) -> Case:
    """A case as it stands after intake, with its first entry."""
    asked = changes.pop("inquiry", None) or inquiry()
    number = next(numbers)
    at: datetime = changes.pop("received_at", asked.received_at)
    row = _added(
        Case(
            **{
                "reference": f"ISO-2000-{number:06d}",
                "inquiry_id": asked.id,
                "investor_id": asked.investor_id,
                "received_at": at,
                "language": asked.language,
                "section": "C",
                "weight": Decimal("1.0"),
                "answer_due_at": at,
                "stage_since": at,
                "search": scripts.fold(asked.description),
            }
            | changes
        )
    )
    entry(row, EntryKind.INQUIRY_CREATED, occurred_at=at, facts={"channel": "form", "kind": asked.project_type})
    return row


def entry(of: Case, kind: EntryKind, **changes: Any) -> Entry:
    """Something that happened on a case."""
    at = changes.pop("occurred_at", None) or clock.now()
    values = {"kind": kind, "case_id": of.id, "investor_id": of.investor_id, "occurred_at": at, "recorded_at": at}
    return _added(Entry(**values | {"section": of.section, "municipality": of.municipality} | changes))


def team(of: Case, lead: Person, co_lead: Person) -> None:
    """Give a case a lead and a co-lead."""
    for someone, part in ((lead, TeamPart.LEAD), (co_lead, TeamPart.CO_LEAD)):
        _added(TeamMember(case_id=of.id, person_id=someone.id, part=part, starts_at=clock.now()))


def listed(name: str = "", **changes: Any) -> Business:
    """A firm that agreed to be listed, with what strangers find it by."""
    row = business(name, **{"consent_public": True} | changes)
    businesses.refold(row)
    db.session.flush()
    return row


def site(of: Business, **changes: Any) -> Site:
    """A hall for rent."""
    values = {"kind": "hall", "tenure": "rent", "municipality": of.municipality, "name": "Halla e re", "active": True}
    return businesses.keep_site(of, values | changes, by=None)


def photo(of: Business, at: Site | None = None) -> Picture:
    """A small photo of one colour, of a firm or of its site."""
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "#0f5c5c").save(drawn, "PNG")
    row = businesses.add_picture(of, drawn.getvalue(), "halla.png", says="Halla nga jashtë", by=None, site=at)
    db.session.flush()
    return row


def pair(one: Business, other: Business) -> DuplicatePair:
    """Two firms that may be one."""
    low, high = sorted((one.id, other.id))
    return _added(DuplicatePair(one_id=low, other_id=high, score=55, reasons=["same_name"]))


def merge(kept: Business, gone: Business) -> Merge:
    """A merge that was erased since, so that only its fact is left."""
    values = {"at": clock.now(), "by_id": person().id, "kept_before": {}, "gone_before": {}, "chosen": {}}
    return _added(Merge(kept_id=kept.id, gone_id=gone.id, **values))


def introduction(of: Case, firm: Business) -> Introduction:
    """A firm that is asked whether it wants to be introduced."""
    by = person()
    values = {"asked_at": clock.now(), "asked_by_id": by.id, "message": "Would you like to meet?", "language": "en"}
    return _added(Introduction(case_id=of.id, business_id=firm.id, **values))


def case_file(of: Case, content: bytes = b"%PDF-1.7") -> StoredFile:
    """A file of a case for which a colleague answered."""
    stored = files.keep(content, "plan.pdf")
    cases.add_file(of, stored)
    files.release(stored, by=person(), why="came from the sender by hand")
    db.session.flush()
    return stored


def table_import(kind: str) -> TableImport:
    """A table with one row, not taken in yet. kind: businesses or inquiries."""
    rows = [{"number": 2, "values": {"name": "Firma"}, "left_out": False}]
    values = {"file_name": "table.csv", "by_id": person().id, "at": clock.now(), "columns": ["name"], "rows": rows}
    return _added(TableImport(kind=kind, **values))


def copy_request(**about: uuid.UUID) -> DataRequest:
    """A copy of somebody's data that was released. about: case_id or business_id."""
    values = {"asked_at": clock.now(), "due_on": clock.today(), "language": "en", "state": RequestState.DONE}
    return _added(DataRequest(ask=Ask.COPY, closed_at=clock.now(), result={}, **values, **about))


def draft_token() -> str:
    """The secret of an inquiry that is being written."""
    draft = intake.begin(links.new_nonce(), language=Language.EN)
    db.session.flush()
    return intake.token_of(draft)


def follow_token(of: Case) -> str:
    """The secret of a case's follow page."""
    of.link_nonce = links.new_nonce()
    token = links.token_for(cases.FOLLOW, of.id, of.link_nonce)
    of.link_hash = links.token_hash(token)
    return token


def firm_token(firm: Business) -> str:
    """The secret of a link that opens a firm's own pages once."""
    link = businesses.secret_link(firm)
    db.session.flush()
    return links.token_for(link.purpose, link.subject, link.nonce)


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def letter(about: Case) -> Letter:
    """A letter that was written, in English."""
    return _added(
        Letter(
            kind="received",
            to_address="someone@example.org",
            to_name="Someone",
            language="en",
            subject="Your inquiry",
            text="Dear Someone,",
            html="<p>Dear Someone,</p>",
            written_at=clock.now(),
            case_id=about.id,
        )
    )


def confirmation(of: Case, firm: Business) -> tuple[Confirmation, str]:
    """A confirmation that was asked, and the token of its link."""
    held = entry(of, EntryKind.INTRODUCTION_HELD, business_id=firm.id, facts={"business": firm.name})
    row = Confirmation(
        entry_id=held.id,
        nonce="n",
        token_hash=b"",
        sent_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )
    token = links.token_for("confirm", row.id, "n")
    row.token_hash = links.token_hash(token)
    return _added(row), token


def investor_question(about: Introduction) -> tuple[InvestorQuestion, str]:
    """An investor who is asked whether to be introduced, and the token of the link."""
    row = InvestorQuestion(
        introduction_id=about.id,
        asked_at=clock.now(),
        asked_by_id=about.asked_by_id,
        message="",
        language="en",
        nonce="n",
        expires_at=clock.now() + timedelta(days=7),
    )
    token = links.token_for(PURPOSE, row.id, "n")
    row.token_hash = links.token_hash(token)
    return _added(row), token


def ranking_version() -> RankingVersion:
    """The first day's ranking as a version with a number."""
    none = Judgements(rows=())
    even = {"by_query_lang": {}, "largest_exposure_gap": 0.01, "neutral": True}
    return matches.offer(default_model(), none, none, encoder="test", even=even)


def alert() -> Alert:
    """A note about the lead of cases."""
    return _added(
        Alert(scope=Scope.OFFICE, level=Level.NOTE, year=2026, opened_at=clock.now(), e=21.0, gap=0.12, cases=40)
    )
