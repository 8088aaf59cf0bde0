"""The codes of a case in the reader's language: for staff, and in plain words for the investor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.accounts.words import wing_word
from iso_portal.cases.domain import Channel, CloseReason, EntryKind, Missing, Stage, Status, TeamPart
from iso_portal.cases.models import Entry
from iso_portal.core import clock
from iso_portal.core.formats import date_medium
from iso_portal.vocabulary.queries import label, label_all, nace_labels

STAGES = {
    Stage.RECEIVED: _l("Received"),
    Stage.QUALIFIED: _l("Qualified"),
    Stage.MATCHING: _l("Matching"),
    Stage.INTRODUCED: _l("Introduced"),
    Stage.NEGOTIATING: _l("Negotiating"),
    Stage.VERIFYING: _l("Verifying"),
    Stage.LANDED: _l("Landed"),
    Stage.AFTERCARE: _l("Aftercare"),
}
# What an investor reads on the follow page.
PLAIN_STAGES = {
    Stage.RECEIVED: _l("Your inquiry is here. A team is being named and reads it."),
    Stage.QUALIFIED: _l("Your inquiry is complete. We are choosing who works on it and which firms fit."),
    Stage.MATCHING: _l("We are looking for the right local firms and places for you."),
    Stage.INTRODUCED: _l("You have been introduced to local firms."),
    Stage.NEGOTIATING: _l("You are talking with local partners. We help where we can."),
    Stage.VERIFYING: _l("We are writing down what was agreed and ask you to confirm it."),
    Stage.LANDED: _l("Your investment has begun. Congratulations."),
    Stage.AFTERCARE: _l("We stay in touch and help when something comes up."),
}
STATUSES = {
    Status.ONGOING: _l("Ongoing"),
    Status.WAITING: _l("Waiting"),
    Status.DORMANT: _l("Dormant"),
    Status.CLOSED: _l("Closed"),
}
CLOSE_REASONS = {
    CloseReason.LOST: _l("Lost"),
    CloseReason.WITHDRAWN: _l("Withdrawn by the investor"),
    CloseReason.NOT_SUITABLE: _l("Not suitable for the region"),
    CloseReason.DUPLICATE: _l("Duplicate"),
    CloseReason.SPAM: _l("Spam"),
}
CHANNELS = {
    Channel.FORM: _l("Public form"),
    Channel.PHONE: _l("Phone"),
    Channel.EMAIL: _l("E-mail"),
    Channel.FAIR: _l("Fair or meeting"),
    Channel.IMPORT: _l("Import"),
}
PARTS = {TeamPart.LEAD: _l("Lead"), TeamPart.CO_LEAD: _l("Co-lead"), TeamPart.MEMBER: _l("Member")}
KINDS = {
    EntryKind.INQUIRY_CREATED: _l("Inquiry received"),
    EntryKind.INQUIRY_QUALIFIED: _l("Inquiry qualified"),
    EntryKind.INQUIRY_SPAM: _l("Marked as spam"),
    EntryKind.INQUIRY_MERGED: _l("Merged with another inquiry"),
    EntryKind.DUPLICATE_NOTICED: _l("Possible duplicate"),
    EntryKind.REPLY_FIRST: _l("First substantive answer"),
    EntryKind.NOTE: _l("Note"),
    EntryKind.CALL: _l("Call"),
    EntryKind.MESSAGE_OUT: _l("Message to the investor"),
    EntryKind.MESSAGE_IN: _l("Message from the investor"),
    EntryKind.STAGE_MOVED: _l("Stage"),
    EntryKind.STAGE_CORRECTED: _l("Stage corrected"),
    EntryKind.STATUS_CHANGED: _l("Status"),
    EntryKind.SCREENING_RECORDED: _l("Screening"),
    EntryKind.FACTS_LEARNT: _l("Learnt from the investor"),
    EntryKind.TEAM_ASSIGNED: _l("Team assigned"),
    EntryKind.TASK_ADDED: _l("Task added"),
    EntryKind.TASK_DONE: _l("Task done"),
    EntryKind.MATCH_ACCEPTED: _l("Suggestion accepted"),
    EntryKind.MATCH_REJECTED: _l("Suggestion rejected"),
    EntryKind.MATCH_DEFERRED: _l("Suggestion deferred"),
    EntryKind.MATCH_ADDED: _l("Firm added by hand"),
    EntryKind.INTRODUCTION_ASKED: _l("Firm asked about an introduction"),
    EntryKind.INTRODUCTION_ANSWERED: _l("Firm answered about an introduction"),
    EntryKind.INVESTOR_ASKED: _l("Investor asked about an introduction"),
    EntryKind.INVESTOR_ANSWERED: _l("Investor answered about an introduction"),
    EntryKind.CONTACTS_RELEASED: _l("Contact data given to both"),
    EntryKind.MEETING_ARRANGED: _l("First meeting arranged"),
    EntryKind.INTRODUCTION_HELD: _l("Introduction held"),
    EntryKind.INVESTMENT_LANDED: _l("Investment landed"),
    EntryKind.JOBS_CONFIRMED: _l("Jobs"),
    EntryKind.OUTCOME_VERIFIED: _l("Outcome verified"),
    EntryKind.CONFIRMATION: _l("Answer to a confirmation"),
    EntryKind.FILE_ADDED: _l("File added"),
    EntryKind.CONTACT_CORRECTED: _l("Contact data corrected by the investor"),
    EntryKind.CONSENT_CHANGED: _l("Consent changed by the investor"),
    EntryKind.DATA_REQUESTED: _l("Request about personal data"),
    EntryKind.LINK_CHANGED: _l("Secret link"),
    EntryKind.VOIDED: _l("Entry taken back"),
}
MISSING = {
    Missing.SECTOR: _l("A sector"),
    Missing.PROJECT_TYPE: _l("The kind of project"),
    Missing.SIZE_OR_NEED: _l("Size of the investment, or a need"),
    Missing.TIMELINE: _l("When the investor would begin"),
    Missing.SCREENING: _l("A check against the lists that found nothing"),
    Missing.TEAM: _l("A lead and a co-lead"),
    Missing.ACCEPTED_MATCH: _l("An accepted suggestion"),
    Missing.INVESTOR_CONSENT: _l("The investor's consent to share the inquiry"),
    Missing.BUSINESS_CONSENT: _l("The firm's consent to be suggested"),
    Missing.OUTCOME: _l("An outcome with amount and date"),
    Missing.CONFIRMED_OUTCOME: _l("An outcome verified at level V3"),
}
LINKS = {"renewed": _l("renewed"), "revoked": _l("revoked")}
ANSWERS = {"accepted": _l("yes"), "declined": _l("no"), "question": _l("a question first")}
LANDING_KINDS = {
    "new": _l("New firm"),
    "expansion": _l("Expansion"),
    "joint_venture": _l("Joint venture"),
    "contract": _l("Contract of at least EUR 10,000"),
}
INVOLVEMENTS = {
    "none": _l("None"),
    "minor": _l("Minor"),
    "significant": _l("Significant"),
    "decisive": _l("Decisive"),
}
SEXES = {"female": _l("Women"), "male": _l("Men"), "unknown": _l("Other or not declared")}
AGE_BANDS = {"15-29": _l("15 to 29"), "30+": _l("30 and older"), "unknown": _l("Not declared")}


CONTACT_FIELDS = {
    "name": _l("Name"),
    "job_title": _l("Job title"),
    "email": _l("E-mail"),
    "phone": _l("Phone"),
    "language": _l("Language of letters"),
}
DATA_ASKED = {
    "copy": _l("a copy is asked for"),
    "erasure": _l("erasure is asked for"),
    "objection": _l("an objection"),
}
BY_INVESTOR = frozenset(
    {
        EntryKind.MESSAGE_IN,
        EntryKind.INQUIRY_CREATED,
        EntryKind.FILE_ADDED,
        EntryKind.CONTACT_CORRECTED,
        EntryKind.CONSENT_CHANGED,
        EntryKind.DATA_REQUESTED,
        EntryKind.LINK_CHANGED,
    }
)


def detail(entry: Entry) -> str:  # noqa: PLR0912 - one kind a branch
    """Return what an entry's facts say, in one line; empty where its kind says it all."""
    facts = entry.facts
    match entry.kind:
        case EntryKind.STAGE_MOVED | EntryKind.STAGE_CORRECTED:
            return f"{STAGES[Stage(facts['from'])]} → {STAGES[Stage(facts['to'])]}"
        case EntryKind.STATUS_CHANGED:
            words = str(STATUSES[Status(facts["to"])])
            return f"{words}: {CLOSE_REASONS[CloseReason(facts['reason'])]}" if "reason" in facts else words
        case EntryKind.TEAM_ASSIGNED:
            return _("Lead: %(lead)s. Co-lead: %(co_lead)s.", lead=facts["lead"], co_lead=facts["co_lead"])
        case EntryKind.INQUIRY_CREATED:
            return _channel(entry)
        case EntryKind.DUPLICATE_NOTICED:
            return str(facts.get("reference", ""))
        case EntryKind.FACTS_LEARNT:
            return learnt(facts)
        case EntryKind.SCREENING_RECORDED:
            return _("Nothing found") if facts.get("clear") else _("Something was found")
        case EntryKind.MESSAGE_OUT:
            return _("Holding reply") if facts.get("holding") else ""
        case EntryKind.INVESTMENT_LANDED:
            return (
                f"{LANDING_KINDS.get(facts.get('kind', ''), '')}, {facts.get('amount', '')} {facts.get('currency', '')}"
            )
        case EntryKind.JOBS_CONFIRMED:
            return _("People: %(number)s", number=facts.get("people", ""))
        case EntryKind.OUTCOME_VERIFIED:
            return f"V{facts.get('level', '')}"
        case EntryKind.FILE_ADDED:
            return str(facts.get("name", ""))
        case EntryKind.MESSAGE_IN:
            return _("with it the inquiry was withdrawn") if facts.get("withdrawn") else ""
        case EntryKind.CONTACT_CORRECTED:
            return _corrected(facts)
        case EntryKind.CONSENT_CHANGED:
            return _consents(facts)
        case EntryKind.DATA_REQUESTED:
            return str(DATA_ASKED.get(facts.get("ask", ""), ""))
        case EntryKind.LINK_CHANGED:
            return str(LINKS.get(facts.get("way", ""), ""))
        case EntryKind.INTRODUCTION_ANSWERED:
            return f"{facts.get('business', '')}: {ANSWERS.get(facts.get('answer', ''), '')}"
        case _:
            return str(facts.get("business", ""))


def _channel(entry: Entry) -> str:
    """Return how an inquiry came, and on which day it was written down when that was a later one."""
    channel = str(CHANNELS[Channel(entry.facts["channel"])]) if "channel" in entry.facts else ""
    came, written = (moment.astimezone(clock.LOCAL).date() for moment in (entry.occurred_at, entry.recorded_at))
    if came == written:
        return channel
    return _("%(channel)s, written down on %(day)s", channel=channel, day=date_medium(written))


def learnt(facts: Mapping[str, Any]) -> str:
    """Return what was learnt, in the order in which the form asks."""
    said = [label("band", facts.get("band")), label("timeline", facts.get("timeline"))]
    coded = [*label_all("need", facts.get("needs") or []), *nace_labels(facts.get("sectors") or [])]
    return "; ".join(str(one) for one in [*said, *coded] if one)


def _corrected(facts: dict[str, Any]) -> str:
    """Return what the investor corrected, each with what stood there before."""
    before = facts.get("before", {})
    return "; ".join(
        _("%(field)s (before: %(value)s)", field=CONTACT_FIELDS[name], value=before.get(name) or "–")
        for name in facts.get("fields", [])
        if name in CONTACT_FIELDS
    )


def _consents(facts: dict[str, Any]) -> str:
    """Return what the investor agrees to from then on."""
    share = _("may be shared with local firms") if facts.get("share") else _("may not be shared")
    news = _("wishes news") if facts.get("news") else _("wishes no news")
    return f"{share}; {news}"


def writer(entry: Entry) -> str:
    """Return who wrote an entry down, with the desk; the investor and the portal have no name of ours."""
    if entry.recorded_by is not None:
        desk = wing_word(entry.recorded_by.wing)
        return f"{entry.recorded_by.name}, {desk}" if desk else entry.recorded_by.name
    if entry.kind is EntryKind.INTRODUCTION_ANSWERED:
        return str(entry.facts.get("business", ""))
    withdrawn = entry.kind is EntryKind.STATUS_CHANGED and entry.facts.get("reason") == CloseReason.WITHDRAWN
    return _("Investor") if withdrawn or entry.kind in BY_INVESTOR else _("The portal")
