"""What an investor sends from the follow page."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from iso_portal.cases import service as cases
from iso_portal.cases.models import Case
from iso_portal.core.db import db
from iso_portal.files import service as files
from iso_portal.files.domain import MOST_FILES, NotTaken


def write(case: Case, text: str, *, language: str, key: str, uploads: Sequence[tuple[str, bytes]] = ()) -> list[str]:
    """Keep a message with its files, once for each form; returns why a file was not taken, in the reader's language.

    A file that is not taken does not hold the message back.
    """
    entry = cases.receive_message(case, text, language=language, key=key)
    if sa.inspect(entry).persistent:
        return []  # the same form once more
    db.session.flush()
    refused = []
    for name, content in uploads[:MOST_FILES]:
        try:
            cases.add_file(case, files.keep(content, name), entry=entry)
        except NotTaken as why:
            refused.append(files.trouble_word(why))
    return refused
