"""What matches forget and tell when somebody asks for their data: words go, choices and numbers stay."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import joinedload

from iso_portal.core.db import db
from iso_portal.matches import queries
from iso_portal.matches.domain import Answer
from iso_portal.matches.models import (
    AddedFirm,
    BusinessRun,
    Decision,
    Introduction,
    InvestorQuestion,
    MatchLine,
    ReadProfile,
    Suggestion,
    SuggestionLog,
    SuggestionRun,
    SuitingInquiry,
)


def forget_case(case_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Take the words about an inquiry out of suggestions, decisions and introductions (erasure); choices stay.

    Returns the rows whose values are to leave the log of changes.
    """
    runs = sa.select(SuggestionRun.id).where(SuggestionRun.case_id == case_id)
    emptied = Suggestion.reason.op("||")(sa.cast({"inquiry_line": ""}, JSONB))
    db.session.execute(sa.update(Suggestion).where(Suggestion.run_id.in_(runs)).values(reason=emptied))
    db.session.execute(sa.delete(SuitingInquiry).where(SuitingInquiry.case_id == case_id))
    db.session.execute(
        sa.delete(SuggestionLog).where(SuggestionLog.run_id.in_(runs))
    )  # no later version learns from it
    return _words_forgotten(Decision.case_id == case_id, Introduction.case_id == case_id, AddedFirm.case_id == case_id)


def forget_business(business_id: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """Do the same for a firm; the lines of its profile and the inquiries found for it go."""
    emptied = Suggestion.reason.op("||")(sa.cast({"business_line": ""}, JSONB))
    db.session.execute(sa.update(Suggestion).where(Suggestion.business_id == business_id).values(reason=emptied))
    db.session.execute(sa.delete(MatchLine).where(MatchLine.business_id == business_id))
    db.session.execute(sa.update(ReadProfile).where(ReadProfile.business_id == business_id).values(classes=[]))
    db.session.execute(sa.delete(BusinessRun).where(BusinessRun.business_id == business_id))
    return _words_forgotten(
        Decision.business_id == business_id,
        Introduction.business_id == business_id,
        AddedFirm.business_id == business_id,
    )


def _words_forgotten(
    decided: sa.ColumnElement[bool], introduced: sa.ColumnElement[bool], added: sa.ColumnElement[bool]
) -> list[tuple[str, uuid.UUID]]:
    logged: list[tuple[str, uuid.UUID]] = []
    for decision in db.session.scalars(sa.select(Decision).where(decided)):
        decision.note = ""
        logged.append(("match_decisions", decision.id))
    for row in db.session.scalars(sa.select(Introduction).where(introduced)):
        row.message, row.answer_text, row.meeting_place = "", "", ""
        logged.append(("introductions", row.id))
    for asked in db.session.scalars(sa.select(InvestorQuestion).join(InvestorQuestion.introduction).where(introduced)):
        asked.message, asked.answer_text = "", ""
        logged.append(("investor_questions", asked.id))
    for firm in db.session.scalars(sa.select(AddedFirm).where(added)):
        firm.reason = ""
        logged.append(("added_firms", firm.id))
    return logged


def told_of_case(case_id: uuid.UUID) -> dict[str, object]:
    """Return for a copy of a person's data the introductions that firms agreed to; others stay the firms' affair."""
    answers = db.session.scalars(
        sa.select(InvestorQuestion)
        .join(InvestorQuestion.introduction)
        .where(Introduction.case_id == case_id)
        .order_by(InvestorQuestion.asked_at, InvestorQuestion.id)
    )
    return {
        "introductions": _introductions(Introduction.case_id == case_id, Introduction.answer == Answer.ACCEPTED),
        "answers_about_introductions": [
            {
                "asked_at": row.asked_at.isoformat(),
                "message": row.message,
                "answer": row.answer,
                "answered_at": row.answered_at and row.answered_at.isoformat(),
                "answer_text": row.answer_text,
            }
            for row in answers
        ],
    }


def told_of_business(business_id: uuid.UUID) -> dict[str, object]:
    """Return for a copy of a firm's data every introduction that it was asked about, and what was read from its texts."""
    own, read = queries.asking_limit(business_id), queries.read_at(business_id)
    return {
        "introductions": _introductions(Introduction.business_id == business_id),
        "asked_at_most": own.most if own else None,
        "activity_codes_read_from_texts": [code for code, _chance in (read.classes if read else None) or []],
    }


def _introductions(*conditions: sa.ColumnElement[bool]) -> list[dict[str, object]]:
    rows = db.session.scalars(
        sa.select(Introduction)
        .where(*conditions)
        .options(joinedload(Introduction.business), joinedload(Introduction.case))
        .order_by(Introduction.asked_at, Introduction.id)
    )
    return [
        {
            "reference": row.case.reference,
            "firm": row.business.name,
            "asked_at": row.asked_at.isoformat(),
            "message": row.message,
            "answer": row.answer,
            "answered_at": row.answered_at and row.answered_at.isoformat(),
            "answer_text": row.answer_text,
            "meeting_at": row.meeting_at and row.meeting_at.isoformat(),
            "meeting_place": row.meeting_place,
        }
        for row in rows
    ]
