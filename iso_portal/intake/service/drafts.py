"""Inquiries that are being written: kept page by page, found again by a link, sent once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.core import clock, links
from iso_portal.core.db import db
from iso_portal.core.i18n import Language
from iso_portal.core.text import clean
from iso_portal.files import service as files
from iso_portal.files.domain import MOST_FILES, NotTaken
from iso_portal.files.models import StoredFile
from iso_portal.intake import queries
from iso_portal.intake.domain import DRAFT_DAYS, Part
from iso_portal.intake.models import DraftFile, InquiryDraft
from iso_portal.letters import service as letters

DRAFT = "draft"


def begin(page_key: str, *, language: Language) -> InquiryDraft:
    """Return the draft of a first page, new or, when the page was sent twice, the one that is there.

    page_key: random text in the page. It opens the draft, so the database holds its digest only. When an inquiry with
    this key was sent so long ago that its draft is gone, this is another inquiry.
    """
    key = links.token_hash(page_key).hex()
    db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    if (known := queries.draft_of_key(key)) is not None:
        return known
    draft = InquiryDraft(
        key=key if queries.case_of_key(key) is None else links.token_hash(links.new_nonce()).hex(),
        language=language,
        nonce=links.new_nonce(),
        link_hash=b"",
        begun_at=clock.now(),
        expires_at=clock.now() + timedelta(days=DRAFT_DAYS),
    )
    draft.link_hash = links.token_hash(token_of(draft))
    db.session.add(draft)
    return draft


def token_of(draft: InquiryDraft) -> str:
    """Return the secret part of the draft's address."""
    return links.token_for(DRAFT, draft.id, draft.nonce)


def keep(
    draft: InquiryDraft,
    part: Part,
    typed: Mapping[str, Sequence[str]],
    *,
    done: bool,
    language: Language | None = None,
) -> None:
    """Keep what was typed on a page, right or wrong; what other pages hold stays.

    typed: the texts of each question. done: whether the page is in order, so that the next one is reached. language:
    of the page; the one in which the project is described is the inquiry's.
    """
    if part is Part.PROJECT and language is not None:
        draft.language = language
    draft.values = {**draft.values, **{name: [clean(text) for text in texts] for name, texts in typed.items()}}
    if done:
        draft.reached = max(draft.reached, part.number)
    draft.expires_at = clock.now() + timedelta(days=DRAFT_DAYS)


def add_files(draft: InquiryDraft, uploads: Sequence[tuple[str, bytes]]) -> list[str]:
    """Keep the files that can be taken; returns in the reader's language why others are not.

    uploads: (name, content). The good ones of a selection stay, so that nobody has to choose them twice.
    """
    refused: list[str] = []
    position = max((row.position for row in draft.files), default=-1)
    for name, content in uploads:
        if len(draft.files) >= MOST_FILES:
            refused.append(_("At most %(most)s files; the rest was not taken.", most=MOST_FILES))
            break
        try:
            stored = files.keep(content, name)
        except NotTaken as why:
            refused.append(files.trouble_word(why))
            continue
        if any(row.file.sha256 == stored.sha256 for row in draft.files):
            db.session.delete(stored)  # the same file chosen twice
            continue
        position += 1
        row = DraftFile(file_id=stored.id, position=position)
        row.file = stored
        draft.files.append(row)
    return refused


def remove_file(draft: InquiryDraft, file: StoredFile) -> None:
    """Take a file off a draft, as the person asks."""
    draft.files[:] = [row for row in draft.files if row.file_id != file.id]
    db.session.flush()
    db.session.delete(file)


def send_link(draft: InquiryDraft, email: str, *, language: Language) -> None:
    """Send the link by which the inquiry can be finished later, in the language of the page that asks for it.

    Nobody has shown yet that the address is theirs, so the letter carries no word that a stranger typed.
    """
    draft.email = email
    draft.expires_at = clock.now() + timedelta(days=DRAFT_DAYS)
    letters.post(
        kind="draft",
        to=email,
        name="",
        language=language,
        template="intake/letters/draft",
        context={"until": draft.expires_at},
        link=letters.SecretLink(address="/intake/inquiry/", purpose=DRAFT, subject=draft.id, nonce=draft.nonce),
    )


def sent(draft: InquiryDraft, case_id: uuid.UUID) -> None:
    """Note that a draft became an inquiry; its words are in the inquiry now and leave the draft."""
    draft.case_id = case_id
    draft.values, draft.email = {}, ""
    draft.files.clear()


def sweep() -> int:
    """Remove drafts whose 30 days are over, with files that nothing else holds. Returns how many drafts."""
    over = queries.drafts_over(clock.now())
    for draft in over:
        stored = [row.file for row in draft.files]
        draft.files.clear()
        db.session.flush()
        for file in stored:
            if draft.case_id is None:
                db.session.delete(file)
        db.session.delete(draft)
    return len(over)
