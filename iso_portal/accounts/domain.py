"""Roles, wings and the rules of a good password."""

from __future__ import annotations

import enum
import unicodedata

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
# The commonest long passwords and words of this office; whoever guesses begins with these.
REFUSED_PARTS = ("password", "passwort", "lozinka", "fjalekalimi", "mitrovica", "mitrovice", "investment", "123456789")


class Role(enum.StrEnum):
    """What a person does in the office; what each may do stands in core/access.py alone."""

    OFFICER = "officer"
    LEAD_OFFICER = "lead_officer"
    MANAGER = "manager"
    DATA_STEWARD = "data_steward"
    ADVISER = "adviser"
    DONOR = "donor"
    ADMINISTRATOR = "administrator"


class Wing(enum.StrEnum):
    """The desk of a post, named by its language."""

    SQ = "sq"
    SR = "sr"


class WorkingLanguage(enum.StrEnum):
    """Languages in which cases are worked on; Serbian is one, in whichever script."""

    SQ = "sq"
    SR = "sr"
    EN = "en"
    DE = "de"
    FR = "fr"
    IT = "it"
    TR = "tr"


def weakness_of(password: str, *, email: str = "") -> str | None:
    """Return why a password is refused: "short", "long", "common" or "own_name"; None when it is good.

    No rule of composition: length and not being guessable is what counts (trust S1).
    """
    if len(password) < SHORTEST_PASSWORD:
        return "short"
    if len(password) > LONGEST_PASSWORD:
        return "long"
    folded = "".join(c for c in unicodedata.normalize("NFKD", password.lower()) if not unicodedata.combining(c))
    own = email.partition("@")[0].lower()
    if own and len(own) > 3 and own in folded:
        return "own_name"
    if len(set(folded)) < 5 or any(part in folded and len(folded) < len(part) + 6 for part in REFUSED_PARTS):
        return "common"
    return None
