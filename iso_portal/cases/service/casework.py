"""What the office does on a case; each act is one function, one audit line, and entries on the timeline."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases import queries
from iso_portal.cases.domain import (
    ANSWER_DAYS,
    MOVES,
    WORDS,
    CloseReason,
    EntryKind,
    GateClosed,
    Refusal,
    Stage,
    Stale,
    Status,
    TeamPart,
    reference,
    weight_of,
)
from iso_portal.cases.models import Case, Entry, Inquiry, ReferenceCounter, Task, TeamMember
from iso_portal.cases.service.gates import missing_before
from iso_portal.core import clock, links
from iso_portal.core.calendar import office_calendar
from iso_portal.core.db import db
from iso_portal.core.finding import findable
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import defer
from iso_portal.letters import service as letters
from iso_portal.vocabulary import queries as vocabulary

FOLLOW = "follow"


def open(inquiry: Inquiry, *, by: Person | None = None) -> Case:  # noqa: A001 - the office's word
    """Open the case of a new inquiry: reference, weight, clocks, first entry, and the search for businesses.

    The inquiry is flushed with its investor loaded. by: the colleague who wrote it down, None for the public form.
    """
    at = inquiry.received_at
    case = Case(
        reference=_next_reference(clock.today().year),
        inquiry_id=inquiry.id,
        investor_id=inquiry.investor_id,
        received_at=at,
        stage_since=at,
        language=inquiry.language,
        section=vocabulary.section_of(inquiry.sectors[0]),
        weight=weight_of(inquiry.band, inquiry.project_type),
        answer_due_at=office_calendar(at.year).end_of_working_day(at, ANSWER_DAYS),
        municipality=inquiry.municipalities[0] if len(inquiry.municipalities) == 1 else None,
        search="",
        link_nonce=links.new_nonce(),
    )
    case.search = findable(f"{case.reference} {inquiry.investor.name} {inquiry.contact.name} {inquiry.description}")
    case.link_hash = links.token_hash(links.token_for(FOLLOW, case.id, case.link_nonce))
    db.session.add(case)
    db.session.flush()
    facts = {"channel": inquiry.channel.value, "kind": inquiry.project_type}
    record_entry(case, EntryKind.INQUIRY_CREATED, by=by, occurred_at=at, facts=facts)
    audit.record(verb="case.open", by=by, subject=case, details={"reference": case.reference})
    defer(db.session, "matches.refresh", {"case_id": str(case.id)})
    return case


def _next_reference(year: int) -> str:
    """Return the next reference of a year without gaps: the counter row is part of the transaction."""
    row = insert(ReferenceCounter).values(year=year, last=1)
    row = row.on_conflict_do_update(index_elements=["year"], set_={"last": ReferenceCounter.last + 1})
    return reference(year, db.session.execute(row.returning(ReferenceCounter.last)).scalar_one())


def record_entry(
    case: Case,
    kind: EntryKind,
    *,
    by: Person | None = None,
    occurred_at: datetime | None = None,
    text: str = "",
    language: str | None = None,
    facts: dict[str, Any] | None = None,
    business_id: uuid.UUID | None = None,
    municipality: str | None = None,
    voids: Entry | None = None,
) -> Entry:
    """Write down one thing that happened. by: None for the investor and the clock."""
    at = clock.now()
    entry = Entry(
        kind=kind,
        case_id=case.id,
        occurred_at=occurred_at or at,
        recorded_at=at,
        recorded_by_id=by.id if by else None,
        wing=by.wing if by else None,
        text=text,
        language=language,
        facts=facts or {},
        investor_id=case.investor_id,
        business_id=business_id,
        municipality=municipality or case.municipality,
        section=case.section,
        voids_id=voids.id if voids else None,
    )
    db.session.add(entry)
    if kind in WORDS:
        case.last_word_at = entry.occurred_at
    return entry


def move(case: Case, stage: Stage, *, by: Person, version: int | None = None) -> None:
    """Move a case to a stage. Raises Stale, Refusal for a move that is not in the table, GateClosed."""
    refuse_stale(case, version)
    if case.status is Status.CLOSED:
        raise Refusal(_("The case is closed. Open it again first."))
    if stage not in MOVES[case.stage]:
        raise Refusal(_("This move is not possible from the present stage."))
    if missing := missing_before(case, stage):
        raise GateClosed(_("Something is still missing for this stage."), missing)
    before, case.stage, case.stage_since = case.stage, stage, clock.now()
    moved = {"from": before.value, "to": stage.value}
    record_entry(case, EntryKind.STAGE_MOVED, by=by, facts=moved)
    if stage is Stage.QUALIFIED:
        record_entry(case, EntryKind.INQUIRY_QUALIFIED, by=by)
        defer(db.session, "matches.refresh", {"case_id": str(case.id)}, waiting_once=f"matches.refresh:{case.id}")
    audit.record(verb="case.move", by=by, subject=case, details=moved)


def correct_stage(case: Case, stage: Stage, *, by: Person, reason: str, version: int | None = None) -> None:
    """Undo a mistaken move, with a reason; a qualification taken back no longer counts. Raises Stale, Refusal."""
    refuse_stale(case, version)
    if not reason.strip():
        raise Refusal(_("Say why the stage is corrected."))
    before, case.stage, case.stage_since = case.stage, stage, clock.now()
    changed = {"from": before.value, "to": stage.value}
    record_entry(case, EntryKind.STAGE_CORRECTED, by=by, text=reason, facts=changed)
    if stage is Stage.RECEIVED:
        for qualified in queries.timeline(case.id, kinds=[EntryKind.INQUIRY_QUALIFIED]):
            if not db.session.scalar(sa.select(sa.exists().where(Entry.voids_id == qualified.id))):
                record_entry(case, EntryKind.VOIDED, by=by, text=reason, voids=qualified)
    audit.record(verb="case.correct", by=by, subject=case, reason=reason, details=changed)


def change_status(
    case: Case,
    status: Status,
    *,
    by: Person | None,
    reason: str = "",
    close_reason: CloseReason | None = None,
    version: int | None = None,
) -> None:
    """Set whether work goes on; closing needs a reason. Spam no longer counts as an inquiry. Raises Stale, Refusal."""
    refuse_stale(case, version)
    if (status is Status.CLOSED) != (close_reason is not None):
        raise Refusal(_("Say why the case is closed."))
    before, case.status = case.status, status
    case.close_reason = close_reason.value if close_reason else None
    case.waiting_for = reason if status is Status.WAITING else ""
    changed = {"from": before.value, "to": status.value, **({"reason": close_reason.value} if close_reason else {})}
    record_entry(case, EntryKind.STATUS_CHANGED, by=by, text=reason, facts=changed)
    if close_reason is CloseReason.SPAM:
        record_entry(case, EntryKind.INQUIRY_SPAM, by=by)
    audit.record(verb="case.status", by=by, subject=case, reason=reason, details=changed)


def refuse_stale(case: Case, version: int | None) -> None:
    """Raise Stale when the page shows an older version than the one kept."""
    if version is not None and version != case.version:
        raise Stale(_("Somebody changed this case since you opened the page. Look at what is new, then try again."))


def add_note(case: Case, text: str, *, by: Person) -> Entry:
    """Keep an internal note; the investor never sees it."""
    audit.record(verb="case.note", by=by, subject=case)
    return record_entry(case, EntryKind.NOTE, by=by, text=text)


def log_call(case: Case, text: str, *, by: Person, substantive: bool = False) -> Entry:
    """Write down a telephone call with the investor; a substantive one counts as an answer."""
    audit.record(verb="case.call", by=by, subject=case)
    entry = record_entry(case, EntryKind.CALL, by=by, text=text)
    if substantive:
        _note_answer(case, by=by, way="call")
    return entry


def send_message(
    case: Case, text: str, *, by: Person, language: Language | None = None, substantive: bool = True
) -> Entry:
    """Write to the investor, in the language they chose unless another is given; the letter leaves with the commit.

    substantive: an answer to what was asked, not a holding reply; the first one stops the answer clock.
    Raises Refusal when the person had their data erased.
    """
    asked = case.inquiry
    if not asked.contact.email:
        raise Refusal(_("The data of this person were erased; there is no address to write to."))
    chosen = language or Language(asked.preferred_language)
    entry = record_entry(
        case,
        EntryKind.MESSAGE_OUT,
        by=by,
        text=text,
        language=chosen,
        facts={"asked_in": asked.language, "answered_in": chosen.value, "holding": not substantive},
    )
    letters.post(
        kind="message",
        to=asked.contact.email,
        name=asked.contact.name,
        language=Language(asked.contact.language),
        template="cases/letters/message",
        context={"case": case, "message": text, "by": by, "name": asked.contact.name},
        case_id=case.id,
        link=follow_link(case),
    )
    if substantive:
        _note_answer(case, by=by, way="message")
    audit.record(verb="case.message", by=by, subject=case)
    return entry


def _note_answer(case: Case, *, by: Person, way: str) -> None:
    if case.answered_at is None:
        case.answered_at = clock.now()
        record_entry(case, EntryKind.REPLY_FIRST, by=by, facts={"way": way, "automatic": False, "holding": False})


def receive_message(case: Case, text: str, *, language: str, key: str = "") -> Entry:
    """Keep what the investor wrote on the follow page, once for each form; a waiting case wakes up.

    key: of the form, so that a second click keeps no second message.
    """
    if key:
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
        if (known := queries.entry_of_form(case.id, key)) is not None:
            return known
    audit.record(verb="case.message_in", by=None, subject=case)
    facts = {"form": key} if key else {}
    entry = record_entry(case, EntryKind.MESSAGE_IN, text=text, language=language, facts=facts)
    if case.status in {Status.WAITING, Status.DORMANT}:
        change_status(case, Status.ONGOING, by=None)
    return entry


def follow_link(case: Case) -> letters.SecretLink:
    """Return the secret link to the case's follow page."""
    return letters.SecretLink(address="/intake/follow/", purpose=FOLLOW, subject=case.id, nonce=case.link_nonce)


def renew_link(case: Case) -> None:
    """Give the follow page a new link; the old one opens nothing from now on."""
    case.link_nonce = links.new_nonce()
    case.link_hash = links.token_hash(links.token_for(FOLLOW, case.id, case.link_nonce))
    record_entry(case, EntryKind.LINK_CHANGED, facts={"way": "renewed"})
    audit.record(verb="case.renew_link", by=None, subject=case)


def add_task(case: Case, title: str, due_on: date, *, by: Person | None, owner: Person | None = None) -> Task:
    """Note something to do until a day."""
    task = Task(
        case_id=case.id,
        title=title,
        due_on=due_on,
        owner_id=owner.id if owner else None,
        made_by_id=by.id if by else None,
    )
    db.session.add(task)
    record_entry(case, EntryKind.TASK_ADDED, by=by, text=title, facts={"due_on": due_on.isoformat()})
    audit.record(verb="task.add", by=by, subject=case, details={"due_on": due_on.isoformat()})
    return task


def finish_task(case: Case, task: Task, *, by: Person) -> None:
    """Mark a task as done; doing it twice changes nothing. Raises Refusal for a task of another case."""
    if task.case_id != case.id:
        raise Refusal(_("This task belongs to another case."))
    if task.done_at is not None:
        return
    task.done_at, task.done_by_id = clock.now(), by.id
    record_entry(case, EntryKind.TASK_DONE, by=by, text=task.title)
    audit.record(verb="task.finish", by=by, subject=task)


def assign_team(
    case: Case, *, lead: Person, co_lead: Person, members: Sequence[Person] = (), by: Person, reason: str = ""
) -> None:
    """Give a case its team; the former one ends. Raises Refusal when lead and co-lead are one person."""
    if lead.id == co_lead.id:
        raise Refusal(_("Lead and co-lead are two people."))
    at = clock.now()
    db.session.execute(
        sa.update(TeamMember).where(TeamMember.case_id == case.id, TeamMember.ends_at.is_(None)).values(ends_at=at)
    )
    parts = [(lead, TeamPart.LEAD), (co_lead, TeamPart.CO_LEAD), *((someone, TeamPart.MEMBER) for someone in members)]
    db.session.add_all(
        [TeamMember(case_id=case.id, person_id=someone.id, part=part, starts_at=at) for someone, part in parts]
    )
    names = {"lead": lead.name, "co_lead": co_lead.name}
    record_entry(case, EntryKind.TEAM_ASSIGNED, by=by, text=reason, facts=names)
    audit.record(verb="team.assign", by=by, subject=case, reason=reason, details=names)
    db.session.flush()
    db.session.expire(case, ["team"])


def record_screening(case: Case, *, clear: bool, note: str, by: Person) -> Entry:
    """Write down a check against the lists: which lists, what was found. A named person decides (domain D43)."""
    if not note.strip():
        raise Refusal(_("Say which lists were checked and what was found."))
    audit.record(verb="case.screening", by=by, subject=case, details={"clear": clear})
    return record_entry(case, EntryKind.SCREENING_RECORDED, by=by, text=note, facts={"clear": clear})


def record_learnt(
    case: Case,
    *,
    by: Person,
    text: str,
    band: str | None = None,
    timeline: str | None = None,
    needs: Sequence[str] = (),
    sectors: Sequence[str] = (),
) -> Entry:
    """Write down what the investor told after the inquiry; the inquiry itself stays as it was sent.

    Codes as in the inquiry's form; what is left empty leaves what was known. Firms are suggested anew. Raises Refusal
    when nothing is given.
    """
    given = (("band", band), ("timeline", timeline), ("needs", list(needs)), ("sectors", list(sectors)))
    facts = {name: value for name, value in given if value}
    if not facts:
        raise Refusal(_("Choose at least one answer that is new."))
    defer(db.session, "matches.refresh", {"case_id": str(case.id)}, waiting_once=f"matches.refresh:{case.id}")
    audit.record(verb="case.learnt", by=by, subject=case, details={"fields": ", ".join(facts)})
    return record_entry(case, EntryKind.FACTS_LEARNT, by=by, text=text, facts=facts)


def record_landing(
    case: Case,
    *,
    by: Person,
    kind: str,
    landed_on: date,
    amount: Decimal,
    involvement: str,
    currency: str = "EUR",
    text: str = "",
) -> Entry:
    """Write down that an investment began; level V1 until it is verified (reports section 2)."""
    audit.record(verb="outcome.landing", by=by, subject=case)
    facts = {
        "kind": kind,
        "landed_on": landed_on.isoformat(),
        "amount": str(amount),
        "currency": currency,
        "involvement": involvement,
    }
    at = datetime.combine(landed_on, datetime.min.time(), clock.LOCAL)
    return record_entry(case, EntryKind.INVESTMENT_LANDED, by=by, occurred_at=at, text=text, facts=facts)


def record_jobs(
    case: Case,
    *,
    by: Person,
    starts_on: date,
    people: int,
    sex: str,
    age_band: str,
    weekly_hours: Decimal,
    months: int,
    text: str = "",
) -> Entry:
    """Write down people who began work because of a landed investment; level V1 until it is verified."""
    audit.record(verb="outcome.jobs", by=by, subject=case)
    facts = {
        "starts_on": starts_on.isoformat(),
        "people": people,
        "sex": sex,
        "age_band": age_band,
        "weekly_hours": str(weekly_hours),
        "months": months,
    }
    at = datetime.combine(starts_on, datetime.min.time(), clock.LOCAL)
    return record_entry(case, EntryKind.JOBS_CONFIRMED, by=by, occurred_at=at, text=text, facts=facts)
