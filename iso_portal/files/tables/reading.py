"""Read a table from CSV or XLSX; whatever else comes is refused in words (casework C8, trust S6).

Row numbers are those of the file, as the program that wrote it shows them: the header is row 1, empty rows count, and a
CSV row with line breaks in a cell has the number of the line where it starts.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import openpyxl
from flask_babel import gettext as _

from iso_portal.core.text import clean
from iso_portal.files.domain import FileKind, NotTaken, Refusal, Trouble, kind_of

MOST_ROWS = 2_000
MOST_COLUMNS = 60
LONGEST_CELL = 20_000
LARGEST_CSV = 2_000_000
LARGEST_XLSX = 5_000_000
LARGEST_UNPACKED = 40_000_000
# What a page takes that is sent a table: the larger of both, and the form around it.
LARGEST_BODY = LARGEST_XLSX + 100_000

UTF16 = (b"\xff\xfe", b"\xfe\xff")
# A cell that a spreadsheet would take for a formula is written with an apostrophe before it, and read without.
GUARDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table as it came: the names in its first row, and every row that holds something with its number there."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read(content: bytes) -> Sheet:
    """Return the table of a file. Raises Refusal, in words, for everything that is none or too large."""
    if not content.strip():
        raise Refusal(_("The file is empty."))
    packed = content.startswith(b"PK\x03\x04")
    numbered: Iterable[tuple[int, list[str]]]
    numbered = _of_workbook(content) if packed else _of_text(_text_of(content))
    cut = ((number, _without_tail(cells)) for number, cells in numbered)
    filled = ((number, cells) for number, cells in cut if cells)
    header = next(filled, (1, []))[1]
    if not header:
        raise Refusal(_("The file is empty."))
    rows: list[tuple[int, list[str]]] = []
    for number, cells in filled:
        if len(cells) > len(header):
            raise Refusal(_("Row %(number)s has more columns than the header.", number=number))
        if max(map(len, cells)) > LONGEST_CELL:
            raise Refusal(
                _("Row %(number)s has a cell of more than %(most)s characters.", number=number, most=LONGEST_CELL)
            )
        if len(rows) == MOST_ROWS:
            raise Refusal(_("The file has more than %(most)s rows. Split it into several files.", most=MOST_ROWS))
        rows.append((number, cells + [""] * (len(header) - len(cells))))
    if not rows:
        raise Refusal(_("The file holds a header and no rows."))
    return Sheet(header=header, rows=rows)


def _without_tail(cells: Sequence[str]) -> list[str]:
    """Return the cells cleaned, without the empty ones at the end."""
    cleaned = [clean(cell) for cell in cells]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    return cleaned


def _text_of(content: bytes) -> str:
    """Return the text of a CSV file: UTF-8, or UTF-16 that says so. A guess at anything else would spoil names."""
    if len(content) > LARGEST_CSV:
        raise Refusal(_("The file is too large: at most 2 MB as CSV and 5 MB as XLSX."))
    try:
        text = content.decode("utf-16" if content.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError as why:
        if _is_another_kind(content):
            raise Refusal(_no_table()) from why
        raise Refusal(
            _(
                "The letters of this file cannot be read for sure: it is not in UTF-8. In Excel choose “CSV UTF-8” when "
                "you save it, or send it as XLSX."
            )
        ) from why
    if "\x00" in text or _is_another_kind(content):
        raise Refusal(_no_table())
    return text


def _is_another_kind(content: bytes) -> bool:
    try:
        kind_of(content)
    except NotTaken:
        return content.startswith((b"\xd0\xcf\x11\xe0", b"\x7fELF", b"MZ", b"GIF8"))  # the first is Excel's old format
    return True


def _no_table() -> str:
    return _("This is not a table. Send a CSV or an XLSX file.")


def _of_text(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line where it starts, cells). The mark between cells is the one that the first line holds most often."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = first[4] if re.fullmatch(r"sep=[;,\t]", first) else max(",;\t", key=_outside_quotes(first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    begins = 1
    try:
        for cells in reader:
            if not (begins == 1 and "".join(cells).startswith("sep=")):
                yield begins, [_unguarded(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as why:
        raise Refusal(_("Row %(number)s cannot be read.", number=begins)) from why


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def _unguarded(cell: str) -> str:
    return cell[1:] if GUARDED.match(cell) else cell


def _of_workbook(content: bytes) -> list[tuple[int, list[str]]]:
    """Return (row, cells) of the first sheet; of a sheet that is too long, enough to tell that."""
    if len(content) > LARGEST_XLSX:
        raise Refusal(_("The file is too large: at most 2 MB as CSV and 5 MB as XLSX."))
    _refuse_bad_workbook(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and lists that we do not read
            return _filled_rows(content)
    except Exception as why:  # the reader raises whatever a broken file makes it stumble over
        raise Refusal(_("The file cannot be read; it may be damaged. Save it again as XLSX or as CSV UTF-8.")) from why


def _filled_rows(content: bytes) -> list[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    found: list[tuple[int, list[str]]] = []
    before: object = None
    for number, row in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS), start=1):
        if row is before:  # rows that the file leaves out, a million perhaps, are one and the same
            continue
        before = row
        cells = [_shown(cell) if cell.value is not None else "" for cell in row]
        if any(cells):
            found.append((number, cells))
        if len(found) > MOST_ROWS + 1:
            break
    return found


def _refuse_bad_workbook(content: bytes) -> None:
    """Refuse what is no workbook, holds macros, unpacks to too much, or declares a document type (entity bombs)."""
    try:
        kind = kind_of(content)
    except NotTaken as why:
        if why.trouble is Trouble.MACROS:
            raise Refusal(_("The file holds macros. Save it as XLSX without macros.")) from why
        raise Refusal(_no_table()) from why
    if kind is not FileKind.XLSX:
        raise Refusal(_no_table())
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            large = sum(member.file_size for member in members) > LARGEST_UNPACKED or len(members) > 500
            declared = not large and any(_declares_a_type(packed, member) for member in members)
    except Exception as why:  # a zip that lies about itself fails in many ways
        raise Refusal(_("The file cannot be read; it may be damaged. Save it again as XLSX or as CSV UTF-8.")) from why
    if large:
        raise Refusal(_("The file unpacks to too much. Copy the table into a new file."))
    if declared:
        raise Refusal(_no_table())


def _declares_a_type(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    if not member.filename.endswith((".xml", ".rels")):
        return False
    with packed.open(member) as part:
        return b"<!doctype" in part.read(4_000).replace(b"\x00", b"").lower()


def _shown(cell: Any) -> str:
    """Return a cell's text as people see it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    if isinstance(value, datetime):
        plain = value.replace(tzinfo=None, microsecond=0)
        return plain.strftime("%Y-%m-%d" if plain.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def _number(value: float, shape: str) -> str:
    """Return a number as its cell shows it: 00000, 0.00 and 0% are kept, groups of thousands are not."""
    if match := re.fullmatch(r"#?,?#*(0+)(?:\.(0+))?(%?)", shape):
        whole, decimals, percent = len(match[1]), len(match[2] or ""), match[3]
        shown = f"{value * 100 if percent else value:.{decimals}f}"
        width = whole + (decimals + 1 if decimals else 0) + (1 if value < 0 else 0)
        if percent or decimals or float(shown) == value:
            return shown.zfill(width) + percent
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.10g}" if abs(value) >= 1e-4 else f"{value:f}"
