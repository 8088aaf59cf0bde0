"""Which files are taken, how their type is told, and what may become of one (casework C3).

The type is told by the content, never by the name: by the first bytes, and for Office files by the members of the zip.
A name is kept for people, cleaned of everything that a folder, a header or a terminal could misread.
"""

from __future__ import annotations

import enum
import io
import re
import unicodedata
import zipfile

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 5
MOST_UNPACKED = 100 * 1024 * 1024
NAME_LENGTH = 120
# What stands in place of the scanner's answer when the content was taken away.
FORGOTTEN = "erased"


class FileKind(enum.StrEnum):
    """What is taken; the value is the ending that the file gets."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPG = "jpg"


MIME = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PNG: "image/png",
    FileKind.JPG: "image/jpeg",
}
PICTURES = frozenset({FileKind.PNG, FileKind.JPG})


class FileState(enum.StrEnum):
    """Where a file stands. held: nobody opens it before a scan, or before a named colleague answers for it."""

    HELD = "held"
    CLEAN = "clean"
    REFUSED = "refused"
    RELEASED = "released"


OPEN = frozenset({FileState.CLEAN, FileState.RELEASED})


class Trouble(enum.StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"
    MACROS = "macros"
    BROKEN = "broken"


class NotTaken(ValueError):
    """A file that is not taken; `trouble` says why, the page says it in the reader's language."""

    def __init__(self, trouble: Trouble, name: str = "") -> None:
        super().__init__(trouble.value)
        self.trouble, self.name = trouble, name


class Refusal(ValueError):
    """The office's rules do not allow this; the text says why in the reader's language."""


def kind_of(content: bytes) -> FileKind:
    """Return the kind of a file by what is in it. Raises NotTaken."""
    if not content:
        raise NotTaken(Trouble.EMPTY)
    if len(content) > MOST_BYTES:
        raise NotTaken(Trouble.TOO_LARGE)
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPG
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    raise NotTaken(Trouble.UNKNOWN)


def _office_kind(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = {member.filename: member.file_size for member in packed.infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as why:
        raise NotTaken(Trouble.BROKEN) from why
    if sum(members.values()) > MOST_UNPACKED:
        raise NotTaken(Trouble.TOO_LARGE)
    if "[Content_Types].xml" not in members:
        raise NotTaken(Trouble.UNKNOWN)
    if any(name.lower().endswith("vbaproject.bin") for name in members):
        raise NotTaken(Trouble.MACROS)
    if "word/document.xml" in members:
        return FileKind.DOCX
    if "xl/workbook.xml" in members:
        return FileKind.XLSX
    raise NotTaken(Trouble.UNKNOWN)


def clean_name(name: str, kind: FileKind) -> str:
    """Return a name for people: no folders, no control or direction marks, the ending of what the file is."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] not in {"C", "Z"} or c == " "
    )
    stem = re.sub(r'[<>:"|?*;=\s]+', " ", kept).strip(" .")
    if "." in stem:
        stem = stem.rpartition(".")[0].strip(" .") or stem
    return f"{stem[:NAME_LENGTH] or 'file'}.{kind.value}"
