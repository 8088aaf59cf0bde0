"""Make suggestions, decide about them, record introductions; the only door to the matching package."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.businesses import queries as businesses
from iso_portal.businesses.domain import TextKind
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as case_queries
from iso_portal.cases import service as cases
from iso_portal.cases.domain import EntryKind
from iso_portal.cases.models import Case, Entry
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import defer
from iso_portal.core.runtime import setting
from iso_portal.matches import queries
from iso_portal.matches.domain import TOP, Choice, Mode, Refusal, RejectReason
from iso_portal.matches.models import Decision, MatchLine, Suggestion, SuggestionRun
from iso_portal.vocabulary.queries import DATA
from matching import BusinessFacts, ClassLabels, InquiryFacts, Line, Recommender, SuggestionList, load_encoder
from matching.text import split_lines

KIND_OF = {
    Choice.ACCEPTED: EntryKind.MATCH_ACCEPTED,
    Choice.REJECTED: EntryKind.MATCH_REJECTED,
    Choice.DEFERRED: EntryKind.MATCH_DEFERRED,
}
# Texts that are compared; what a firm seeks meets what an investor offers, what it offers meets what they need.
COMPARED = (
    TextKind.PRODUCTS,
    TextKind.DESCRIPTION,
    TextKind.SUMMARY,
    TextKind.CAPACITY,
    TextKind.OFFERS,
    TextKind.SEEKS,
)


@cache
def _recommender(wanted: str, table: Path, cache: Path) -> Recommender:
    """Load the model once a process: the worker's, or a command's. Web processes never call this."""
    labels = ClassLabels.from_csv(table)
    return Recommender(labels, load_encoder(labels.parallel(), wanted=wanted)).fit(cache)


def recommender() -> Recommender:
    """Return the recommender of this process, with the encoder that the settings ask for."""
    return _recommender(setting("ENCODER"), DATA / "nace_rev2.csv", setting("VAR") / "models")


def facts_of(business: Business, lines: tuple[Line, ...]) -> BusinessFacts:
    """Return what the ranking may know of a firm: nothing about people."""
    return BusinessFacts(
        key=str(business.id),
        lines=lines,
        nace=tuple(activity.code for activity in business.activities),
        offers=frozenset(business.offers),
        seeks=frozenset(business.seeks),
        certifications=tuple(business.certifications),
        export_markets=frozenset(business.export_markets),
        languages=frozenset(business.languages),
        municipality=business.municipality,
        size=business.employees,
        completeness=1.0 if business.offers and business.seeks and business.activities else 0.5,
    )


def inquiry_of(case: Case) -> InquiryFacts:
    """Return what the ranking may know of an inquiry."""
    asked = case.inquiry
    return InquiryFacts(
        key=str(case.id),
        text=asked.description,
        language=asked.language,
        nace=tuple(asked.sectors),
        project_type=asked.project_type,
        needs=frozenset(asked.needs),
        municipalities=frozenset(asked.municipalities),
        band=asked.band,
        country=case.investor.country,
        languages=frozenset({Language(asked.preferred_language).spoken, "en"}),
    )


def lines_of(business: Business) -> list[Line]:
    """Return the lines of a profile, each once: the firm's own texts, never a translation."""
    lines: dict[str, Line] = {}
    for kind in COMPARED:
        for text in business.texts:
            if text.kind is kind and text.original:
                for line in split_lines(text.text):
                    lines.setdefault(line, Line(text=line, language=text.language, kind=kind.value))
    return list(lines.values())


def index_business(business: Business) -> int:
    """Read a profile anew; only lines that changed are encoded. Returns how many were."""
    model = recommender()
    wanted = lines_of(business)
    kept = {row.text: row for row in queries.lines_of(business.id) if row.encoder == model.encoder_.name}
    fresh = [line for line in wanted if line.text not in kept]
    vectors = dict(zip((line.text for line in fresh), model.encode([line.text for line in fresh]), strict=True))
    db.session.execute(sa.delete(MatchLine).where(MatchLine.business_id == business.id))
    db.session.add_all(
        MatchLine(
            business_id=business.id,
            position=place,
            encoder=model.encoder_.name,
            text=line.text,
            language=line.language,
            kind=line.kind,
            vector=vectors[line.text] if line.text in vectors else kept[line.text].vector,
        )
        for place, line in enumerate(wanted)
    )
    return len(fresh)


def rank(case: Case, *, top: int = TOP) -> tuple[SuggestionList, int]:
    """Rank the firms for a case now. Returns the answer and how many firms could have been suggested."""
    model = recommender()
    for business_id in queries.without_lines(model.encoder_.name):
        index_business(businesses.get(business_id))
    db.session.flush()
    stored: dict[uuid.UUID, list[MatchLine]] = {}
    for row in queries.lines(model.encoder_.name):
        stored.setdefault(row.business_id, []).append(row)
    firms, vectors = [], []
    for business in queries.suggestible():
        rows = stored.get(business.id, [])
        firms.append(
            facts_of(business, tuple(Line(text=row.text, language=row.language, kind=row.kind) for row in rows))
        )
        vectors += [_numbers(row.vector) for row in rows]
    matrix = np.array(vectors, np.float32) if vectors else np.zeros((0, 1), np.float32)
    return model.suggest(inquiry_of(case), model.index(firms, matrix), top=top), len(firms)


def _numbers(vector: object) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Return a stored vector as floats; just read it is a HalfVector, just made an array."""
    return np.asarray(vector.to_list() if hasattr(vector, "to_list") else vector, np.float32)


def refresh(case: Case) -> SuggestionRun:
    """Make and keep a new list for a case."""
    answer, firms = rank(case)
    run = SuggestionRun(
        case_id=case.id,
        made_at=clock.now(),
        version=answer.version,
        made_with=answer.encoder,
        nothing_fits=answer.nothing_fits,
        classes=answer.classes,
        firms=firms,
        suggestions=[
            Suggestion(
                rank=one.rank,
                business_id=uuid.UUID(one.key),
                score=one.score,
                likelihood=one.likelihood,
                reason=asdict(one.reason),
            )
            for one in answer.suggestions
        ],
    )
    db.session.add(run)
    audit.record(verb="match.refresh", by=None, subject=case, details={"firms": firms, "version": answer.version})
    return run


def ask_refresh(case: Case, *, by: Person) -> None:
    """Have a new list made soon."""
    defer(db.session, "matches.refresh", {"case_id": str(case.id)}, waiting_once=f"matches.refresh:{case.id}")
    audit.record(verb="match.ask_refresh", by=by, subject=case)


def decide(
    case: Case,
    business: Business,
    choice: Choice,
    *,
    by: Person,
    reason_code: RejectReason | None = None,
    note: str = "",
) -> Decision:
    """Keep what a person decided. Raises Refusal for a rejection without a reason, or a firm without consent."""
    if choice is Choice.REJECTED and reason_code is None:
        raise Refusal(_("Say why the firm does not fit."))
    if choice is Choice.ACCEPTED and not (business.consent_suggest and business.active):
        raise Refusal(_("This firm has not agreed to be suggested."))
    run = queries.latest_run(case.id)
    place = next((one.rank for one in run.suggestions if one.business_id == business.id), None) if run else None
    decision = Decision(
        case_id=case.id,
        business_id=business.id,
        choice=choice,
        decided_at=clock.now(),
        decided_by_id=by.id,
        by_name=by.name,
        reason_code=reason_code.value if reason_code else None,
        note=note,
        run_id=run.id if run and place else None,
        rank=place,
    )
    db.session.add(decision)
    facts = {"business": business.name, **({"reason": reason_code.value} if reason_code else {})}
    cases.record_entry(case, KIND_OF[choice], by=by, text=note, facts=facts, business_id=business.id)
    audit.record(verb=f"match.{choice.value}", by=by, subject=case, reason=note, details={"business": str(business.id)})
    return decision


def record_introduction(
    case: Case, business: Business, *, by: Person, held_on: date, mode: Mode, note: str = ""
) -> Entry:
    """Write down that investor and firm met; the investor is asked to confirm it (reports OP-05, R16).

    Raises Refusal without an accepted suggestion or without both consents.
    """
    decision = queries.decisions(case.id).get(business.id)
    if decision is None or decision.choice is not Choice.ACCEPTED:
        raise Refusal(_("Accept the suggestion first."))
    if not case_queries.consents(case)["share"]:
        raise Refusal(_("The investor has not agreed that the inquiry is shared with local firms."))
    if not business.consent_suggest:
        raise Refusal(_("This firm has not agreed to be suggested."))
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
