"""What investors attach to their inquiries in the demo: a short document, a list of parts, a drawing."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import UTC, datetime

import xlsxwriter

from seed.pictures import drawing

# Numbers of the 24 written inquiries, counted from 0, that come with files.
WITH_FILES: dict[int, tuple[str, ...]] = {4: ("pdf",), 11: ("xlsx", "jpg"), 17: ("pdf",), 20: ("pdf", "jpg"), 22: ("xlsx",)}  # fmt: skip
MADE = datetime(2026, 1, 5, tzinfo=UTC)


def attached(number: int) -> list[tuple[str, bytes]]:
    """Return (name, content) of the files of a written inquiry."""
    made: dict[str, tuple[str, Callable[[], bytes]]] = {
        "pdf": ("request.pdf", lambda: document(f"Demonstration: requirements of inquiry {number + 1}")),
        "xlsx": ("parts.xlsx", lambda: parts(number)),
        "jpg": ("sketch of the hall.jpg", lambda: drawing(random.Random(f"attached {number}"), "hall")),
    }
    return [(name, make()) for name, make in (made[kind] for kind in WITH_FILES.get(number, ()))]


def document(line: str) -> bytes:
    """Return a PDF of one page with one line of plain letters."""
    words = f"BT /F1 18 Tf 72 740 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
    ]
    text, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        text
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            len(text),
        )
    )


def parts(number: int) -> bytes:
    """Return a workbook with a list of parts and yearly quantities."""
    chance = random.Random(f"parts {number}")
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        book.set_properties({"title": "Demonstration", "created": MADE})
        sheet = book.add_worksheet("Parts")
        sheet.write_row(0, 0, ("Part", "Material", "Pieces a year"))
        for row in range(1, 9):
            sheet.write_row(row, 0, (f"P-{row:03}", chance.choice(("S235", "S355", "1.4301")), chance.randrange(1, 90) * 100))  # fmt: skip
    return written.getvalue()
