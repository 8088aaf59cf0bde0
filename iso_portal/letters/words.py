"""What became of a letter, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.letters.domain import LetterState
from iso_portal.letters.models import Letter

STATE_WORDS = {
    LetterState.QUEUED: _l("waiting to be sent"),
    LetterState.SENT: _l("sent"),
    LetterState.FAILED: _l("could not be sent"),
}


def state_word(letter: Letter) -> str:
    """Return what became of a letter in the reader's language."""
    return str(STATE_WORDS[letter.state])
