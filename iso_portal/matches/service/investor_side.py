"""The investor's part of an introduction: asked by a one-time link, answered, and the meeting arranged (matching 5)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases import service as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.core import clock, links
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.letters import service as letters
from iso_portal.matches import queries
from iso_portal.matches.domain import INVESTOR_LINK_DAYS, Answer, Mode, Refusal, Told
from iso_portal.matches.models import Introduction, InvestorQuestion
from iso_portal.matches.service.introductions import keep_answer, refuse_unfit, refuse_without_consent
from iso_portal.matches.service.releasing import release_when_agreed

PURPOSE = "introduction"
ADDRESS = "/matches/answer/"


def ask_investor(row: Introduction, message: str, *, language: Language, by: Person) -> InvestorQuestion:
    """Ask the investor, in a letter with a one-time link, whether to be introduced to the firm of an introduction.

    row: with firm, case, inquiry and contact. An investor who declined or asked something first can be asked anew; the
    old link ends. Raises Refusal without both consents, for a question taken back, and when an answer is still open.
    """
    refuse_without_consent(row.case, row.business)
    if row.withdrawn_at is not None or row.answer is Answer.DECLINED:
        raise Refusal(_("Ask the firm first; the investor is asked about firms that may want it."))
    old = queries.question_about(row.id)
    if old is not None and old.answer in {None, Answer.ACCEPTED} and old.expires_at >= clock.now():
        raise Refusal(_("The investor was asked already."))
    if old is not None:
        db.session.delete(old)
        db.session.flush()
    question = InvestorQuestion(
        introduction_id=row.id,
        asked_at=clock.now(),
        asked_by_id=by.id,
        message=message,
        language=language.value,
        nonce=links.new_nonce(),
        expires_at=clock.now() + timedelta(days=INVESTOR_LINK_DAYS),
    )
    question.token_hash = links.token_hash(links.token_for(PURPOSE, question.id, question.nonce))
    db.session.add(question)
    db.session.flush()
    _write_to_investor(row, question, by=by)
    cases.record_entry(
        row.case,
        EntryKind.INVESTOR_ASKED,
        by=by,
        text=message,
        language=language.value,
        facts={"business": row.business.name},
        business_id=row.business_id,
    )
    audit.record(verb="introduction.ask_investor", by=by, subject=row.case, details={"business": str(row.business_id)})
    return question


def _write_to_investor(row: Introduction, question: InvestorQuestion, *, by: Person) -> None:
    """Write the letter. It names the firm only when the firm said yes or is listed for everybody."""
    contact = row.case.inquiry.contact
    letters.post(
        kind="introduction_investor",
        to=contact.email,
        name=contact.name,
        language=Language(contact.language),
        template="matches/letters/ask_investor",
        context={
            "reference": row.case.reference,
            "name": contact.name,
            "firm": row.business,
            "named": names_firm(row),
            "message": question.message,
            "by": by,
            "days": INVESTOR_LINK_DAYS,
        },
        case_id=row.case_id,
        link=letters.SecretLink(address=ADDRESS, purpose=PURPOSE, subject=question.id, nonce=question.nonce),
    )


def names_firm(row: Introduction) -> bool:
    """Whether the investor may learn the firm's name: it said yes, or is listed for everybody."""
    return row.answer is Answer.ACCEPTED or row.business.consent_public


def answer_as_investor(
    question: InvestorQuestion,
    answer: Answer,
    text: str,
    *,
    language: Language,
    told: Told | None = None,
    by: Person | None = None,
) -> None:
    """Keep what the investor answers; it uses the link up. question: with firm, case, inquiry and contact.

    told, by: how the investor told it to a colleague, without the link. When the firm said yes too, both get each
    other's contact data. Raises Refusal for a used or old link, a question taken back, or one without words.
    """
    db.session.execute(sa.select(InvestorQuestion.id).where(InvestorQuestion.id == question.id).with_for_update())
    db.session.refresh(question, ["answer", "answered_at"])  # two answers at once: the second finds the link used
    row = question.introduction
    refuse_unfit(row, answer, text)
    if question.answer is not None or (told is None and question.expires_at < clock.now()):
        raise Refusal(_("This link was used already or is too old."))
    keep_answer(question, row, EntryKind.INVESTOR_ANSWERED, answer, text, language=language, told=told, by=by)
    audit.record(
        verb="introduction.investor_answer",
        by=by,
        subject=row.case,
        details={"business": str(row.business_id), "answer": answer.value},
    )
    db.session.flush()
    release_when_agreed(row)


def take_investor_answer(
    question: InvestorQuestion, answer: Answer, text: str, *, told: Told, language: Language, by: Person
) -> None:
    """Write down what the investor told a colleague by phone, in person or on paper. Raises as answer_as_investor()."""
    answer_as_investor(question, answer, text, language=language, told=told, by=by)


def arrange_meeting(row: Introduction, *, on: date, at: time, mode: Mode, place: str, by: Person) -> None:
    """Write down when, how and where both meet first; local time. Raises Refusal before both have the contact data."""
    if row.released_at is None:
        raise Refusal(_("Contact data are given to both first, when both said yes."))
    moment = datetime.combine(on, at, clock.LOCAL)
    if moment < clock.now():
        raise Refusal(_("This is in the past. If they have met, record the introduction."))
    row.meeting_at, row.meeting_mode, row.meeting_place = moment, mode, place
    cases.record_entry(
        row.case,
        EntryKind.MEETING_ARRANGED,
        by=by,
        facts={
            "business": row.business.name,
            "mode": mode.value,
            "place": place,
            "at": moment.isoformat(timespec="minutes"),
        },
        business_id=row.business_id,
    )
    audit.record(verb="introduction.arrange", by=by, subject=row.case, details={"business": str(row.business_id)})
