"""Requests in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.privacy.domain import Ask, RequestState

ASKS = {
    Ask.COPY: _l("A copy of my data"),
    Ask.ERASURE: _l("Erasure of my data"),
    Ask.OBJECTION: _l("Objection to how my data are used"),
}
STATES = {
    RequestState.OPEN: _l("waiting for the office"),
    RequestState.HALF: _l("released by one desk, waiting for the other"),
    RequestState.DONE: _l("done"),
    RequestState.REFUSED: _l("refused"),
}
# For the people of the office, who ask nothing for themselves.
TITLES = {
    Ask.COPY: _l("Copy of the data"),
    Ask.ERASURE: _l("Erasure of the data"),
    Ask.OBJECTION: _l("Objection to the use of the data"),
}
KEY_FIRST = _l("First key")
KEY_SECOND = _l("Second key")
