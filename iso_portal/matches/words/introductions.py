"""Introductions in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.matches.domain import Answer, Mode

MODES = {Mode.MEETING: _l("Meeting"), Mode.CALL: _l("Call"), Mode.VISIT: _l("Visit")}


ANSWERS = {
    Answer.ACCEPTED: _l("Yes, the firm wants to be introduced"),
    Answer.DECLINED: _l("No, not this time"),
    Answer.QUESTION: _l("The firm has a question first"),
}
