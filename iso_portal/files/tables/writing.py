"""Write tables for people: templates, and a table with what is wrong in it. No cell can act as a formula (trust S6)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from iso_portal.files.domain import MIME, FileKind
from iso_portal.files.tables.columns import PROBLEMS, Column

CSV = "text/csv"
XLSX = MIME[FileKind.XLSX]
RISKY = re.compile(r"'*[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
LONGEST_CELL = 32_000


def guarded(text: str) -> str:
    """Return a cell for a CSV file; what a spreadsheet would take for a formula gets an apostrophe before it."""
    return f"'{text}" if RISKY.match(text) and not NUMBER.fullmatch(text) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]] = ()) -> bytes:
    """Return a table as CSV with the mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([guarded(name) for name in header])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def as_workbook(columns: Sequence[Column], rows: Iterable[Sequence[str]] = (), *, problems: bool = False) -> bytes:
    """Return a table as XLSX; its second sheet explains the columns in the reader's language.

    rows: cells in the order of the columns, and with problems one more, which tells what is wrong. Every cell is text,
    so that a spreadsheet neither makes dates of sizes nor drops zeros of codes.
    """
    made = io.BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - fixed, so that the bytes repeat
    text = book.add_format({"num_format": "@", "valign": "top"})
    bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#E3F0EE"})
    sheet = book.add_worksheet(_sheet_name(_("Table")))
    names = [column.name for column in columns] + ([PROBLEMS] if problems else [])
    sheet.set_column(0, len(names) - 1, 22, text)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, bold)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell[:LONGEST_CELL], text)
    _explain(book, columns, bold)
    book.close()
    return made.getvalue()


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name)[:31]


def _explain(book: Any, columns: Sequence[Column], bold: Any) -> None:
    """Write the sheet that tells what each column means and which answers it takes."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet = book.add_worksheet(_sheet_name(_("Columns")))
    sheet.set_column(0, 0, 20, wrapped)
    sheet.set_column(1, 1, 40, wrapped)
    sheet.set_column(2, 2, 14, wrapped)
    sheet.set_column(3, 3, 90, wrapped)
    for place, name in enumerate((_("Column"), _("What it means"), _("Needed"), _("What may stand there"))):
        sheet.write_string(0, place, name, bold)
    for number, column in enumerate(columns, start=1):
        told = (column.name, column.label, _("yes") if column.required else _("no"), answers_of(column))
        for place, cell in enumerate(told):
            sheet.write_string(number, place, cell[:LONGEST_CELL], wrapped)


def answers_of(column: Column, *, most: int = 700) -> str:
    """Return in words what a column takes, its codes among it."""
    listed = "; ".join(f"{code} = {label}" for code, label in column.answers[:most])
    return f"{column.hint} {listed}".strip()
