"""One inquiry and one firm with everything that can gather about them, for tests of copies and erasure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.balance.models import Booking
from iso_portal.businesses.domain import SiteKind, Tenure, Verification
from iso_portal.businesses.models import DuplicatePair, Merge, Picture, SignInLink, Site, VerificationRecord
from iso_portal.cases import queries as cases
from iso_portal.cases import service
from iso_portal.cases.domain import Channel, EntryKind
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.scripts import fold
from iso_portal.files import service as files
from iso_portal.files.models import TableImport
from iso_portal.intake import service as intake
from iso_portal.intake.models import DraftFile, InquiryDraft
from iso_portal.letters.models import Letter
from iso_portal.matches.domain import Answer, Choice
from iso_portal.matches.models import Decision, Introduction, MatchLine, Suggestion, SuggestionRun
from iso_portal.privacy import service as privacy
from iso_portal.privacy.domain import Ask
from iso_portal.reports import service as reports
from tests import factories

NAME, EMAIL, WORD = "Quintilia Brzaković", "quintilia@brzak.example", "zirkonstab"
OLD_EMAIL = "q.brzak@old.example"
REASON: dict[str, Any] = {
    "business_kind": "products",
    "business_language": "sq",
    "classes": ["25.11"],
    "needs_met": [],
    "needs_unmet": [],
    "shares": {},
}
PDF = b"%PDF-1.7 " + WORD.encode()


@dataclass(frozen=True, kw_only=True)
class Desks:
    """Two people of two desks who may turn keys."""

    one: Person
    other: Person


def desks() -> Desks:
    """Two managers, one of each desk."""
    return Desks(
        one=factories.person("manager", wing=Wing.SQ, name="Arta Desk"),
        other=factories.person("manager", wing=Wing.SR, name="Jovana Desk"),
    )


def given(**changes: Any) -> dict[str, Any]:
    """Answers of an inquiry form that name the person everywhere they can."""
    return {
        "description": f"{NAME} looks for {WORD} turned to measure in the Mitrovica region.",
        "project_type": "contract_sourcing",
        "sectors": ["25"],
        "municipalities": ["vushtrri"],
        "band": "100-500k",
        "jobs": 12,
        "timeline": "6-12m",
        "readiness": "decided",
        "needs": ["partner"],
        "power_kva": None,
        "org_name": NAME,
        "investor_kind": "individual",
        "size": None,
        "country": "CH",
        "contact_name": NAME,
        "job_title": f"Buyer of {WORD}",
        "email": EMAIL,
        "phone": "+41 44 000 11 22",
        "website": "https://brzak.example",
        "preferred_language": "en",
        "call_back": f"Ask for {NAME}",
        "time_zone": "Europe/Zurich",
        "how_heard": f"From {WORD} friends",
        "consent_contact": True,
        "consent_share": True,
        "consent_news": True,
    } | changes


def full_case(desk: Desks) -> Case:
    """An inquiry that came in a table, with every kind of word on it; flushed, not committed."""
    table = TableImport(
        kind="inquiries",
        file_name="fair.csv",
        by_id=desk.one.id,
        at=clock.now(),
        columns=["email", "description"],
        rows=[
            {"number": 2, "values": {"email": EMAIL.upper(), "description": WORD}, "left_out": False},
            {"number": 3, "values": {"email": "other@example.org", "description": "steel"}, "left_out": False},
        ],
    )
    db.session.add(table)
    db.session.flush()
    case = intake.take(
        given(),
        key=uuid.uuid4().hex,
        language="en",
        channel=Channel.IMPORT,
        by=desk.one,
        attached=[files.keep(PDF, f"{WORD}.pdf")],
        import_id=table.id,
    ).case
    db.session.flush()
    case = cases.get(case.id)
    _words_of_both(case, desk)
    _drafts(case)
    _matches(case, desk)
    privacy.ask_of_case(case, Ask.COPY, text=f"Everything about {NAME}", language="en")
    db.session.flush()
    return cases.get(case.id)


def _words_of_both(case: Case, desk: Desks) -> None:
    service.record_entry(
        case, EntryKind.CONTACT_CORRECTED, facts={"fields": ["email"], "before": {"email": OLD_EMAIL, "name": NAME}}
    )
    entry = service.receive_message(case, f"Here is my {WORD}.", language="en", key="form-1")
    db.session.flush()
    service.add_file(case, files.keep(PDF + b"2", f"{NAME}.pdf"), entry=entry)
    service.add_note(case, f"{NAME} rang about {WORD}.", by=desk.one)
    service.log_call(case, f"Called {NAME}.", by=desk.one)
    service.send_message(case, f"Dear {NAME}, about your {WORD}.", by=desk.one)
    service.add_task(case, f"Ring {NAME}", clock.today(), by=desk.one, owner=desk.other)
    service.record_screening(case, clear=True, note=f"{NAME} on no list.", by=desk.one)
    service.assign_team(case, lead=desk.one, co_lead=desk.other, by=desk.one, reason=f"knows {NAME}")
    case.waiting_for = f"papers of {NAME}"
    landed = {"kind": "new", "landed_on": clock.today(), "amount": Decimal("120000"), "involvement": "minor"}
    service.record_landing(case, by=desk.one, text=f"{WORD} works", **landed)
    jobs = {"starts_on": clock.today(), "people": 3, "sex": "female", "age_band": "30+", "months": 12}
    service.record_jobs(case, by=desk.one, weekly_hours=Decimal(40), text=f"at {NAME}", **jobs)
    db.session.add(
        Letter(
            kind="draft",
            to_address=OLD_EMAIL,
            to_name=NAME,
            language="en",
            subject="Your draft",
            text=f"Dear {NAME},",
            html=f"<p>Dear {NAME},</p>",
            written_at=clock.now(),
            trouble=f"550 <{OLD_EMAIL}> unknown",
        )
    )
    audit.record(verb="case.note", by=desk.one, subject=case, reason=f"because {NAME} said so")


def _drafts(case: Case) -> None:
    for number, case_id in enumerate((case.id, None)):
        draft = InquiryDraft(
            key=uuid.uuid4().hex,
            language="en",
            nonce="n",
            link_hash=bytes([number]) * 32,
            begun_at=clock.now(),
            expires_at=clock.now() + timedelta(days=30),
            values={"contact_name": [NAME], "description": [WORD]},
            email=EMAIL.title(),
            case_id=case_id,
        )
        stored = files.keep(PDF + bytes([number + 65]), f"{WORD}-{number}.pdf")
        row = DraftFile(file_id=stored.id, position=0)
        row.file = stored
        draft.files.append(row)
        db.session.add(draft)
    db.session.flush()


def _matches(case: Case, desk: Desks) -> None:
    firm = factories.business("Ibri Metal")
    run = SuggestionRun(
        case_id=case.id,
        made_at=clock.now(),
        version="1",
        made_with="x",
        nothing_fits=False,
        classes=[],
        firms=1,
        suggestions=[
            Suggestion(
                rank=1,
                business_id=firm.id,
                score=0.5,
                likelihood="likely",
                reason={"inquiry_line": f"{WORD} of {NAME}", "business_line": "steel"} | REASON,
            )
        ],
    )
    db.session.add(run)
    db.session.add(
        Decision(
            case_id=case.id,
            business_id=firm.id,
            choice=Choice.ACCEPTED,
            decided_at=clock.now(),
            decided_by_id=desk.one.id,
            by_name=desk.one.name,
            note=f"{NAME} likes it",
        )
    )
    service.record_entry(
        case,
        EntryKind.MATCH_ACCEPTED,
        by=desk.one,
        text=f"{NAME} likes it",
        business_id=firm.id,
        facts={"business": "I"},
    )
    db.session.add(
        Introduction(
            case_id=case.id,
            business_id=firm.id,
            asked_at=clock.now(),
            asked_by_id=desk.one.id,
            message=f"{NAME} asks for {WORD}",
            language="en",
            answer=Answer.ACCEPTED,
            answered_at=clock.now(),
            answer_text=f"Yes, {NAME}",
        )
    )
    held = service.record_entry(
        case, EntryKind.INTRODUCTION_HELD, by=desk.one, facts={"business": firm.name}, business_id=firm.id
    )
    db.session.flush()
    asked = reports.ask_confirmation(held)
    assert asked is not None
    db.session.flush()
    reports.answer(asked, "yes", remark=f"{WORD} it was, {NAME}")
    db.session.add(
        Booking(
            case_id=case.id,
            booked_at=clock.now(),
            weight=Decimal(1),
            language="en",
            section="C",
            lead_id=desk.one.id,
            co_lead_id=desk.other.id,
            choice_set={},
            override_text=f"{NAME} asked for her",
        )
    )
    db.session.flush()


def full_firm(desk: Desks, name: str = NAME, word: str = WORD) -> Any:
    """A sole trader with every kind of word about it; flushed, not committed."""
    table = TableImport(
        kind="businesses",
        file_name="firms.csv",
        by_id=desk.one.id,
        at=clock.now(),
        columns=["name"],
        rows=[{"number": 2, "values": {"name": name, "products": word}, "left_out": False}],
    )
    db.session.add(table)
    db.session.flush()
    firm = factories.business(
        name,
        text=f"{name} makes {word}.",
        email=OLD_EMAIL,
        contact_name=name,
        phone="+383 28 000 123",
        address=f"{word} street 1",
        postal_code="40000",
        public_search=fold(f"{name} {word}"),
        import_id=table.id,
        nui="990001777",
    )
    firm.email = EMAIL
    gone = factories.business(f"{name} 2", text=word, merged_into_id=firm.id, active=False, email=EMAIL)
    site = Site(
        business_id=firm.id,
        kind=SiteKind.HALL,
        tenure=Tenure.RENT,
        municipality="vushtrri",
        name=f"Hall of {name}",
        language="sq",
        text=word,
    )
    stored = files.keep(PDF + b"firm", f"{word}.pdf")
    db.session.add(site)
    db.session.flush()
    one, other = sorted((firm.id, gone.id))
    case = factories.case()
    db.session.add_all(
        [
            Picture(business_id=firm.id, file_id=stored.id, says=f"{name} at work", language="sq", site_id=site.id),
            VerificationRecord(
                business_id=firm.id,
                level=Verification.VISITED,
                verified_on=date(2026, 1, 5),
                by_id=desk.one.id,
                by_name=desk.one.name,
                evidence=f"saw {name}",
            ),
            DuplicatePair(one_id=one, other_id=other, score=90, reasons=["name"], marks=f"{name}|{EMAIL}"),
            Merge(
                kept_id=firm.id,
                gone_id=gone.id,
                at=clock.now(),
                by_id=desk.one.id,
                kept_before={"name": name},
                gone_before={"name": f"{name} 2"},
                chosen={"products": word},
            ),
            SignInLink(business_id=firm.id, nonce="n", token_hash=b"h", expires_at=clock.now()),
            Introduction(
                case_id=case.id,
                business_id=firm.id,
                asked_at=clock.now(),
                asked_by_id=desk.one.id,
                message=f"Dear {name}",
                language="sq",
                answer_text=f"{word}, yes",
            ),
            Decision(
                case_id=case.id,
                business_id=firm.id,
                choice=Choice.DEFERRED,
                decided_at=clock.now(),
                decided_by_id=desk.one.id,
                by_name=desk.one.name,
                note=f"{name} is away",
            ),
            MatchLine(
                business_id=firm.id,
                position=0,
                encoder="x",
                text=f"{word} by {name}",
                language="sq",
                kind="products",
                vector=[0.5],
            ),
            SuggestionRun(
                case_id=case.id,
                made_at=clock.now(),
                version="1",
                made_with="x",
                nothing_fits=False,
                classes=[],
                firms=1,
                suggestions=[
                    Suggestion(
                        rank=1,
                        business_id=firm.id,
                        score=0.5,
                        likelihood="likely",
                        reason={"inquiry_line": "steel", "business_line": f"{word} of {name}"} | REASON,
                    )
                ],
            ),
            Letter(
                kind="sign_in",
                to_address=EMAIL,
                to_name=name,
                language="sq",
                subject=name,
                text=word,
                html=word,
                written_at=clock.now(),
            ),
        ]
    )
    db.session.add(
        Letter(
            kind="introduction",
            to_address=OLD_EMAIL,
            to_name=name,
            language="sq",
            subject="x",
            text=f"Dear {name}",
            html="",
            written_at=clock.now(),
            case_id=case.id,
        )
    )
    for kind in (EntryKind.MATCH_DEFERRED, EntryKind.INTRODUCTION_HELD, EntryKind.INTRODUCTION_ANSWERED):
        factories.entry(case, kind, business_id=firm.id, text=f"{name}: {word}", facts={"business": name})
    audit.record(verb="business.create", by=desk.one, subject=firm, details={"name": name})
    audit.record(
        verb="match.deferred", by=desk.one, subject=case, reason=f"{name} away", details={"business": str(firm.id)}
    )
    db.session.flush()
    return firm


def found(*wanted: str) -> list[str]:
    """Return every column of the database that holds one of these texts, in any case, folded or not."""
    columns = db.session.execute(
        sa.text(
            "select table_schema, table_name, column_name, data_type from information_schema.columns "
            "where table_schema in ('public', 'audit') and data_type in "
            "('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea', 'USER-DEFINED') order by 1, 2, 3"
        )
    ).all()
    hits = []
    for schema, table, column, kind in columns:
        held = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
        for text in {form for one in wanted for form in (one, fold(one))}:
            if db.session.scalar(
                sa.text(f'select exists (select from {schema}."{table}" where {held} ilike :text)'),
                {"text": f"%{text}%"},
            ):
                hits.append(f"{schema}.{table}.{column}: {text}")
    return hits
