"""What a firm's own pages ask of balance; they stand apart and get this module from app.py, not by import (balance P8)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import ModuleType

from iso_portal.balance import queries, words
from iso_portal.balance.models import Gate, GateRecord
from iso_portal.balance.queries import Kept, Readings, Standing, Step
from iso_portal.balance.service.declarations import (
    FIRM,
    declare_owners,
    erase_owners,
    own_of_firm,
    withdraw_owners,
)
from iso_portal.balance.service.keys import vault
from iso_portal.core.i18n import Language
from iso_portal.core.runtime import setting


@dataclass(frozen=True, kw_only=True)
class OwnersPage:
    """What the owners' page shows without opening an answer. gate: None while owners are not asked. words: of balance, for the page."""

    gate: GateRecord | None
    standing: Sequence[Standing]
    steps: Sequence[Step]
    readings: Readings
    words: ModuleType


def page(business_id: uuid.UUID) -> OwnersPage:
    """Return the gate, the days of the own answers, their history and who read them."""
    standing = queries.standing_of(business_id, vault=vault(), kind=FIRM)
    return OwnersPage(
        gate=queries.open_gate(Gate.COLLECT_FIRMS, demo=setting("DEMO")),
        standing=standing,
        steps=queries.trail_of(business_id, vault=vault(), kind=FIRM),
        readings=queries.readings_of(business_id, since=standing[0].given_at if standing else None, kind=FIRM),
        words=words,
    )


def answers() -> list[tuple[str, str]]:
    """Return the answers by code and name, in the order of the reader's alphabet."""
    return words.answers_of_firm()


def give(business_id: uuid.UUID, codes: Collection[str], *, own_words: str, language: str) -> None:
    """Keep the owners' answer. Raises ValueError with the rule in words."""
    declare_owners(business_id, codes, own_words=own_words, language=Language(language))


def show(business_id: uuid.UUID) -> Kept | None:
    """Return the owners' own newest answer. Raises ValueError while owners are not asked."""
    return own_of_firm(business_id)


def withdraw(business_id: uuid.UUID) -> None:
    """Take the answer back; its history stays."""
    withdraw_owners(business_id)


def erase(business_id: uuid.UUID) -> None:
    """Take the answer and its history away."""
    erase_owners(business_id)
