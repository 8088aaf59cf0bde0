"""Keep files, hold them until they are scanned, let a named colleague answer for one."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Collection
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdNetworkSocket
from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.core.runtime import setting
from iso_portal.files import queries
from iso_portal.files.domain import (
    FORGOTTEN,
    PICTURES,
    FileKind,
    FileState,
    NotTaken,
    Refusal,
    Trouble,
    clean_name,
    kind_of,
)
from iso_portal.files.models import StoredFile

LONGEST_EDGE = 1600
MOST_PIXELS = 50_000_000
SECONDS = 60


class ScannerTrouble(RuntimeError):
    """The scanner did not answer; trying again later may work."""


def keep(content: bytes, name: str) -> StoredFile:
    """Keep a file and have it scanned. Raises NotTaken, which names the file."""
    try:
        kind = kind_of(content)
    except NotTaken as why:
        raise NotTaken(why.trouble, clean_name(name, FileKind.PDF).removesuffix(".pdf")) from why
    return _stored(content, clean_name(name, kind), kind)


def keep_picture(content: bytes, name: str) -> StoredFile:
    """Keep a photo for everybody's eyes: drawn anew, at most 1,600 pixels wide, without place, device or other tags.

    Drawing it anew is also what makes it safe to show, so it needs no scan. Raises NotTaken.
    """
    kind = kind_of(content)
    if kind not in PICTURES:
        raise NotTaken(Trouble.UNKNOWN, name)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as given:
            if given.width * given.height > MOST_PIXELS:
                raise NotTaken(Trouble.TOO_LARGE, name)
            upright = ImageOps.exif_transpose(given).convert("RGB")
        upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
        drawn = io.BytesIO()
        upright.save(drawn, "JPEG", quality=82, optimize=True, progressive=True)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as why:
        if isinstance(why, NotTaken):
            raise
        raise NotTaken(Trouble.BROKEN, name) from why
    row = _stored(drawn.getvalue(), clean_name(name, FileKind.JPG), FileKind.JPG, state=FileState.CLEAN)
    row.scanned_with = "drawn anew"
    return row


def _stored(content: bytes, name: str, kind: FileKind, *, state: FileState = FileState.HELD) -> StoredFile:
    row = StoredFile(
        name=name,
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        state=state,
    )
    db.session.add(row)
    db.session.flush()
    if state is FileState.HELD and setting("SCANNER_URL"):
        defer(db.session, "files.scan", {"file_id": str(row.id)})
    return row


def scan(row: StoredFile) -> None:
    """Ask the scanner about a file. Raises ScannerTrouble when it does not answer; the file stays held and says so."""
    row.scanned_at = clock.now()
    try:
        said, details = _answer(row.content)
    except ScannerTrouble as why:
        row.scanned_with = str(why)
        raise
    row.state = FileState.CLEAN if said == "OK" else FileState.REFUSED
    row.scanned_with = f"{said} {details or ''}".strip()[:200]
    audit.record(verb="file.scan", by=None, subject=row, details={"state": row.state.value})


def _answer(content: bytes) -> tuple[str, str | None]:
    """Return what a clamd says about a content: OK or FOUND, and the name of what it found."""
    parts = urlsplit(setting("SCANNER_URL"))
    try:
        scanner = ClamdNetworkSocket(host=parts.hostname or "127.0.0.1", port=parts.port or 3310, timeout=SECONDS)
        said, details = scanner.instream(io.BytesIO(content))["stream"]
    except Exception as why:  # the client raises whatever its socket raises
        raise ScannerTrouble(f"{type(why).__name__}: {why}"[:200]) from why
    if said not in {"OK", "FOUND"}:
        raise ScannerTrouble(f"{said}: {details}"[:200])
    return said, details


def release(row: StoredFile, *, by: Person, why: str) -> None:
    """Let a file be opened that no scanner has seen; a named person answers for it. Raises Refusal."""
    if row.state is FileState.REFUSED:
        raise Refusal(_("The scanner refused this file; it stays closed."))
    if not why.strip():
        raise Refusal(_("Say why this file can be trusted."))
    if row.state is FileState.HELD:
        row.state, row.released_by_id, row.released_why = FileState.RELEASED, by.id, why.strip()[:500]
        audit.record(verb="file.release", by=by, subject=row, reason=why)


def note_fetched(row: StoredFile, *, by: Person) -> None:
    """Write down who took a file away."""
    audit.record(verb="file.fetch", by=by, subject=row)


def forget(row: StoredFile) -> None:
    """Take the content of a file away, with what names or tells it, and leave that there was one (erasure)."""
    row.name, row.content, row.size, row.sha256 = f"erased.{row.kind.value}", b"", 0, ""
    row.state, row.scanned_with, row.released_why = FileState.REFUSED, FORGOTTEN, ""


def forget_row(import_id: uuid.UUID | None, marks: Collection[str], *, number: int | None = None) -> None:
    """Empty the row of an uploaded table with this number, and rows that hold one of these words (erasure)."""
    if import_id is None:
        return
    table = queries.the_import(import_id)
    table.rows = [
        {**row, "values": dict.fromkeys(row.get("values", {}), "")}
        if queries.is_marked(row, marks, number=number)
        else row
        for row in table.rows
    ]


def trouble_word(why: NotTaken) -> str:
    """Return in the reader's language why a file is not taken."""
    name = why.name or _("The file")
    match why.trouble:
        case Trouble.EMPTY:
            return _("%(name)s is empty.", name=name)
        case Trouble.TOO_LARGE:
            return _("%(name)s is too large: at most 10 MB.", name=name)
        case Trouble.MACROS:
            return _("%(name)s holds macros. Save it without macros and add it again.", name=name)
        case Trouble.BROKEN:
            return _("%(name)s cannot be read; it may be damaged. Save it again and add it once more.", name=name)
        case _:
            return _("%(name)s is not of a kind that is taken: PDF, Word, Excel, PNG or JPG.", name=name)
