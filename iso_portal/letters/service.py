"""Write letters in the reader's language and have them sent."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from iso_portal.core import clock, links
from iso_portal.core.db import db
from iso_portal.core.i18n import Language, in_language
from iso_portal.core.jobs import defer
from iso_portal.core.runtime import render, setting
from iso_portal.core.text import one_line
from iso_portal.letters import queries
from iso_portal.letters.domain import LAST, LetterState
from iso_portal.letters.models import Letter

SUBJECT = "Subject: "


@dataclass(frozen=True, kw_only=True)
class SecretLink:
    """The link a letter carries: `address` is a path that ends where the token is put, as in "/intake/follow/"."""

    address: str
    purpose: str
    subject: uuid.UUID
    nonce: str


def post(
    *,
    kind: str,
    to: str,
    name: str,
    language: Language,
    template: str,
    context: dict[str, Any],
    case_id: uuid.UUID | None = None,
    link: SecretLink | None = None,
) -> Letter:
    """Write a letter and queue its sending, both in the running transaction.

    template: path without ending, as in "intake/letters/received"; its .txt begins with a line "Subject: ...".
    In both parts `{{ secret_link }}` stands for the link. Returns the letter.
    """
    with in_language(language):
        shown = {**context, "secret_link": links.MARKER, "language": language, "base_url": setting("BASE_URL")}
        head, _, text = render(f"{template}.txt", **shown).partition("\n")
        html = render(f"{template}.html", **shown)
    if not head.startswith(SUBJECT):
        raise ValueError(f"{template}.txt must begin with {SUBJECT!r}")
    letter = Letter(
        kind=kind,
        to_address=to,
        to_name=one_line(name),
        language=language,
        subject=one_line(head.removeprefix(SUBJECT)),
        text=text.strip() + "\n",
        html=html,
        written_at=clock.now(),
        case_id=case_id,
        link_address=link.address if link else None,
        link_purpose=link.purpose if link else None,
        link_subject=link.subject if link else None,
        link_nonce=link.nonce if link else None,
    )
    db.session.add(letter)
    db.session.flush()
    defer(db.session, "letters.send", {"letter_id": str(letter.id)})
    return letter


def filled_in(letter: Letter, part: str) -> str:
    """Return a part of the letter with its secret link in place; for sending, and for the demo's outbox."""
    if letter.link_address is None or letter.link_purpose is None or letter.link_subject is None:
        return part
    token = links.token_for(letter.link_purpose, letter.link_subject, letter.link_nonce or "")
    return part.replace(links.MARKER, f"{setting('BASE_URL')}{letter.link_address}{token}")


def mark_sent(letter: Letter) -> None:
    """Note that the mail server has it."""
    letter.state, letter.sent_at, letter.trouble = LetterState.SENT, clock.now(), ""
    letter.attempts += 1


def mark_trouble(letter: Letter, trouble: str, *, last: bool) -> None:
    """Note what the mail server said; after the last attempt the letter counts as failed and the outbox shows it."""
    letter.attempts += 1
    letter.trouble = trouble
    letter.state = LetterState.FAILED if last else LetterState.QUEUED


def forget(case_id: uuid.UUID) -> None:
    """Take the words and addresses out of the letters of a case and leave that there were some (erasure)."""
    _forget(queries.of_case(case_id))


def forget_addresses(addresses: Collection[str], *, of_cases: bool) -> None:
    """Do the same with letters to these addresses; a last letter leaves first.

    of_cases: those too that belong to a case; for a person's address they do not, since a mailbox may be shared.
    """
    written = [letter for address in addresses for letter in queries.to_address(address)]
    _forget([letter for letter in written if of_cases or letter.case_id is None])


def forget_last(letter: Letter) -> None:
    """Forget the letter about an erasure, once it has left or cannot leave."""
    if letter.kind == LAST and letter.state is not LetterState.QUEUED:
        _forget([letter])


def _forget(letters: Iterable[Letter]) -> None:
    copies: list[str] = []
    for letter in letters:
        if letter.kind == LAST and letter.state is LetterState.QUEUED:
            continue
        if letter.state is LetterState.QUEUED:
            letter.state = LetterState.FAILED  # it has no address to go to any more
        letter.to_address, letter.to_name, letter.subject, letter.text, letter.html = "", "", "", "", ""
        letter.link_address = letter.link_purpose = letter.link_nonce = letter.link_subject = None
        letter.trouble = ""  # a mail server repeats addresses
        if letter.kind != LAST:
            copies.append(str(letter.id))
    if copies:
        defer(db.session, "letters.remove_copies", {"letter_ids": [*copies]})
