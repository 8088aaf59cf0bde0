"""What a letter is about and what became of it, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.letters.domain import LAST, LetterState
from iso_portal.letters.models import Letter

STATE_WORDS = {
    LetterState.QUEUED: _l("waiting to be sent"),
    LetterState.SENT: _l("sent"),
    LetterState.FAILED: _l("could not be sent"),
}
STATE_TONES = {LetterState.QUEUED: "plain", LetterState.SENT: "good", LetterState.FAILED: "late"}
# Every feature names its letters by one word; here each stands in the office's words.
KIND_WORDS = {
    "received": _l("Inquiry confirmed"),
    "draft": _l("Link to an unfinished inquiry"),
    "link": _l("New link to follow an inquiry"),
    "message": _l("Message to the investor"),
    "address": _l("Change of address"),
    "withdrawn": _l("Inquiry withdrawn"),
    "data": _l("Request about personal data"),
    LAST: _l("Last letter after an erasure"),
    "confirmation": _l("Confirmation asked"),
    "sign_in": _l("Sign-in link for a firm"),
    "registered": _l("Registration of a firm"),
    "introduction": _l("Firm asked about an introduction"),
    "introduction_investor": _l("Investor asked about an introduction"),
    "introduction_contacts": _l("Contact data after both agreed"),
}


def state_word(letter: Letter) -> str:
    """Return what became of a letter in the reader's language."""
    return _("erased") if is_erased(letter) else str(STATE_WORDS[letter.state])


def state_tone(letter: Letter) -> str:
    """Return how loudly the page says it."""
    return "plain" if is_erased(letter) else STATE_TONES[letter.state]


def kind_word(letter: Letter) -> str:
    """Return what a letter is about; empty for a kind that nobody put into words."""
    return str(KIND_WORDS.get(letter.kind, ""))


def is_erased(letter: Letter) -> bool:
    """Whether the letter's words and address were taken away because somebody asked for erasure."""
    return not letter.to_address
