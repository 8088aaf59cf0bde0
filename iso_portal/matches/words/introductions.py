"""Introductions in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.matches.domain import Answer, Mode, Told

MODES = {Mode.MEETING: _l("Meeting"), Mode.CALL: _l("Call"), Mode.VISIT: _l("Visit")}


ANSWERS = {
    Answer.ACCEPTED: _l("Yes, the firm wants to be introduced"),
    Answer.DECLINED: _l("No, not this time"),
    Answer.QUESTION: _l("The firm has a question first"),
}


OF_INVESTOR = {
    Answer.ACCEPTED: _l("Yes, the investor wants to be introduced"),
    Answer.DECLINED: _l("No, not this time"),
    Answer.QUESTION: _l("The investor has a question first"),
}


# What an investor reads on the page of the link.
INVESTOR_ANSWERS = {
    Answer.ACCEPTED: _l("Yes, please introduce us"),
    Answer.DECLINED: _l("No, not this firm"),
    Answer.QUESTION: _l("I have a question first"),
}


ANSWERS_TOLD = {Answer.ACCEPTED: _l("Yes"), Answer.DECLINED: _l("No"), Answer.QUESTION: _l("A question first")}


TOLD = {Told.PHONE: _l("By phone"), Told.IN_PERSON: _l("In person"), Told.PAPER: _l("On paper")}
