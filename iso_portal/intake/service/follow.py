"""What an investor sends from the follow page."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import gettext as _

from iso_portal.cases import queries as case_queries
from iso_portal.cases import service as cases
from iso_portal.cases.models import Case, Entry
from iso_portal.core.db import db
from iso_portal.files import service as files
from iso_portal.files.domain import MOST_FILES, NotTaken

Uploads = Sequence[tuple[str, bytes]]


def write(case: Case, text: str, *, language: str, key: str, uploads: Uploads = ()) -> list[str]:
    """Keep a message with its files, once for each form; returns why a file was not taken, in the reader's language.

    uploads: (name, content). A file that is not taken does not hold the message back.
    """
    entry = cases.receive_message(case, text, language=language, key=key)
    if sa.inspect(entry).persistent:
        return []  # the same form once more
    db.session.flush()
    return add_files(case, uploads, entry=entry)


def add_files(case: Case, uploads: Uploads, *, entry: Entry | None = None) -> list[str]:
    """Put the investor's files on the case; returns why others were not taken. A file that is there is not added again.

    uploads: (name, content). entry: the message they came with.
    """
    refused: list[str] = []
    known = {row.file.sha256 for row in case_queries.files(case.id, shared_only=True)}
    for place, (name, content) in enumerate(uploads):
        if place == MOST_FILES:
            refused.append(_("At most %(most)s files; the rest was not taken.", most=MOST_FILES))
            break
        try:
            stored = files.keep(content, name)
        except NotTaken as why:
            refused.append(files.trouble_word(why))
            continue
        if stored.sha256 in known:
            db.session.delete(stored)
            continue
        known.add(stored.sha256)
        cases.add_file(case, stored, entry=entry)
    return refused
