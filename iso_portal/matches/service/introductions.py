"""Bring investor and firm together: ask the firm, take its answer, write down that they met (matching 5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import service as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as case_queries
from iso_portal.cases import service as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import defer
from iso_portal.letters import service as letters
from iso_portal.matches import queries
from iso_portal.matches.domain import ASKED_DAYS, LINK_HOURS, MOST_ASKED, Answer, Choice, Mode, Refusal, Told
from iso_portal.matches.models import Introduction, InvestorQuestion
from iso_portal.matches.service.ranking import refuse_against_its_word
from iso_portal.matches.service.releasing import release_when_agreed


def ask_introduction(case: Case, business: Business, message: str, *, by: Person, language: Language) -> Introduction:
    """Ask a firm whether it wants to be introduced; it gets a letter in its language with a link to its pages.

    A firm without an e-mail address gets no letter: a colleague asks it and writes its answer down, see take_answer.
    message: the office's words, in `language`. A firm that declined, or asked something first, can be asked anew; its
    earlier question is closed then. Raises Refusal, see refuse_without_consent, when the firm does not want such
    inquiries, and when it was asked already or too often of late.
    """
    refuse_without_consent(case, business)
    refuse_against_its_word(case, business)
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(str(business.id), 0))))
    open_one = queries.open_introduction(case.id, business.id)
    if open_one is not None and open_one.answer in {None, Answer.ACCEPTED}:
        raise Refusal(_("This firm was asked already."))
    most = most_asked(business)
    if lately_asked(business, but=case) >= most:
        raise Refusal(
            _(
                "This firm was asked about %(most)s inquiries within %(days)s days; ask it again later.",
                most=most,
                days=ASKED_DAYS,
            )
        )
    if open_one is not None:
        open_one.withdrawn_at = clock.now()
        db.session.flush()
    row = Introduction(
        case_id=case.id,
        business_id=business.id,
        asked_at=clock.now(),
        asked_by_id=by.id,
        message=message,
        language=language.value,
    )
    db.session.add(row)
    db.session.flush()
    if open_one is not None and (asked := queries.question_about(open_one.id)) is not None:
        asked.introduction_id = row.id  # what the investor said about this firm stays said
        db.session.flush()
    cases.record_entry(
        case,
        EntryKind.INTRODUCTION_ASKED,
        by=by,
        text=message,
        language=language.value,
        facts={"business": business.name},
        business_id=business.id,
    )
    audit.record(verb="introduction.ask", by=by, subject=case, details={"business": str(business.id)})
    if business.email:
        _write_to(business, row, by=by, case=case)
    return row


def most_asked(business: Business) -> int:
    """Return about how many inquiries a firm may be asked within 30 days: its own number, else the house's."""
    own = queries.asking_limit(business.id)
    return own.most if own is not None else MOST_ASKED


def lately_asked(business: Business, *, but: Case | None = None) -> int:
    """Return about how many inquiries a firm was asked within 30 days. but: the case that does not count."""
    since = clock.now() - timedelta(days=ASKED_DAYS)
    return queries.times_asked(business.id, since=since, but=but.id if but else None)


def _write_to(business: Business, row: Introduction, *, by: Person, case: Case) -> None:
    """Write the letter. It says nothing of the investor; with discretion its subject does not name the office."""
    letters.post(
        kind="introduction",
        to=business.email,
        name=business.contact_name,
        language=Language(business.language),
        template="businesses/letters/introduction",
        context={
            "business": business,
            "name": business.contact_name,
            "message": row.message,
            "by": by,
            "days": LINK_HOURS // 24,
        },
        case_id=case.id,
        link=businesses.secret_link(business, hours=LINK_HOURS),
    )


def answer_introduction(
    row: Introduction,
    answer: Answer,
    text: str,
    *,
    language: Language,
    told: Told | None = None,
    by: Person | None = None,
) -> bool:
    """Keep what the firm answers, in its own words; its last answer counts. Returns whether anything was new.

    row: with its case, firm and the investor's part. When the investor said yes too, both get each other's contact data.
    Raises Refusal when the office took the question back, for a question without words, and for a changed mind when
    contact data were given already.
    """
    refuse_unfit(row, answer, text)
    if (row.answer, row.answer_text) == (answer, text):
        return False
    if row.released_at is not None and answer is not Answer.ACCEPTED:
        raise Refusal(_("Contact data were given to both already. Please write to the office."))
    keep_answer(row, row, EntryKind.INTRODUCTION_ANSWERED, answer, text, language=language, told=told, by=by)
    audit.record(
        verb="introduction.answer",
        by=by,
        subject=row.case,
        details={"business": str(row.business_id), "answer": answer.value},
    )
    release_when_agreed(row)
    return True


def refuse_unfit(row: Introduction, answer: Answer, text: str) -> None:
    """Raise Refusal for an answer to a question that the office took back, and for a question without words."""
    if row.withdrawn_at is not None:
        raise Refusal(_("The office has taken this question back; there is nothing to answer any more."))
    if answer is Answer.QUESTION and not text.strip():
        raise Refusal(_("Write what you would like to know first."))


def keep_answer(
    asked: Introduction | InvestorQuestion,
    row: Introduction,
    kind: EntryKind,
    answer: Answer,
    text: str,
    *,
    language: Language,
    told: Told | None,
    by: Person | None,
) -> None:
    """Keep the answer of whoever was asked, firm or investor, and write it on the timeline. row: what it is about."""
    asked.answer, asked.answer_text, asked.answer_language = answer, text, language.value
    asked.answered_at, asked.told = clock.now(), told
    asked.taken_by, asked.taken_by_id = by.name if by else "", by.id if by else None
    cases.record_entry(
        row.case,
        kind,
        by=by,
        text=text,
        language=language.value,
        facts={"business": row.business.name, "answer": answer.value} | ({"told": told.value} if told else {}),
        business_id=row.business_id,
    )


def take_answer(row: Introduction, answer: Answer, text: str, *, told: Told, language: Language, by: Person) -> bool:
    """Write down what a firm told a colleague by phone, in person or on paper. Raises as answer_introduction()."""
    return answer_introduction(row, answer, text, language=language, told=told, by=by)


def withdraw_introduction(row: Introduction, *, by: Person) -> None:
    """Take a question to a firm back; the firm sees that nothing is to be answered any more. Twice is harmless."""
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        audit.record(verb="introduction.withdraw", by=by, subject=row.case, details={"business": str(row.business_id)})


def refuse_without_consent(case: Case, business: Business) -> None:
    """Raise Refusal without an accepted suggestion or without the consent of investor and firm."""
    decision = queries.decisions(case.id).get(business.id)
    if decision is None or decision.choice is not Choice.ACCEPTED:
        raise Refusal(_("Accept the suggestion first."))
    if not case_queries.consents(case)["share"]:
        raise Refusal(_("The investor has not agreed that the inquiry is shared with local firms."))
    if not (business.consent_suggest and business.active):
        raise Refusal(_("This firm has not agreed to be suggested."))


def record_introduction(
    case: Case, business: Business, *, by: Person, held_on: date, mode: Mode, note: str = ""
) -> Entry:
    """Write down that investor and firm met; the investor is asked to confirm it (reports OP-05, R16).

    Raises Refusal without an accepted suggestion or without both consents.
    """
    refuse_without_consent(case, business)
    if held_on > clock.today():
        raise Refusal(_("This is in the future."))
    entry = cases.record_entry(
        case,
        EntryKind.INTRODUCTION_HELD,
        by=by,
        occurred_at=datetime.combine(held_on, datetime.min.time(), clock.LOCAL),
        text=note,
        facts={"business": business.name, "mode": mode.value},
        business_id=business.id,
        municipality=business.municipality,
    )
    db.session.flush()
    audit.record(verb="introduction.hold", by=by, subject=case, details={"business": str(business.id)})
    defer(db.session, "reports.ask_confirmation", {"entry_id": str(entry.id)})
    return entry
