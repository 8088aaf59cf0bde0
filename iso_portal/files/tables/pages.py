"""What the pages of every import share: upload, look, correct in the page, take in, take back.

Each import hangs these on its own routes, with its own right; see businesses/views/imports.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from iso_portal.accounts.models import Person
from iso_portal.core.downloads import download
from iso_portal.core.edits import pack, unpack
from iso_portal.files import queries
from iso_portal.files.domain import Refusal
from iso_portal.files.models import TableImport
from iso_portal.files.tables import columns as named
from iso_portal.files.tables import keeping, writing
from iso_portal.files.tables.columns import Column, Judged, Table

# A file that is too large gets the page with the reason; only what is far too large gets the general answer.
LARGEST_BODY = 12_000_000
WRONG_AT_ONCE = 25
ROWS_A_PAGE = 50
SHOWN = ("wrong", "alike", "out", "all")
CELL = re.compile(r"r([0-9]{1,7})-([a-z_]{1,40})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Importing:
    """One import. pages: the blueprint's name. title, lead: of its first page. seen: columns of the compact list.

    counted, taken_in, taken_back: say a number of its things, of things taken in, of things taken back.
    alike: {row: names of what may be the same}. keep: takes right rows in. undo: takes them back, or raises Refusal.
    refusal: what keep and undo raise, in words. may_write: whether senders can be written to when rows are taken in.
    """

    table: Table
    pages: str
    title: Callable[[], str]
    lead: Callable[[], str]
    seen: tuple[str, ...]
    counted: Callable[[int], str]
    take_in: Callable[[int], str]
    taken_in: Callable[[int], str]
    taken_back: Callable[[int], str]
    alike: Callable[[Sequence[Judged]], Mapping[int, Sequence[str]]]
    keep: Callable[[TableImport, Sequence[Judged], Person, bool], int]
    undo: Callable[[TableImport, Person], int]
    refusal: type[Exception] = Refusal
    may_write: bool = False

    def address(self, endpoint: str, **values: Any) -> str:
        """Return the address of one of this import's pages."""
        return url_for(f"{self.pages}.{endpoint}", **values)

    def overview(self, refused: str = "") -> ResponseReturnValue:
        """The page to upload a table, and the imports so far."""
        records = queries.imports(self.table.kind)
        page = render_template(
            "files/import.html",
            importing=self,
            columns=named.columns(self.table),
            answers_of=writing.answers_of,
            imports=records,
            people=keeping.names_of(records),
            refused=refused,
        )
        return (page, 422) if refused else page

    def template(self, ending: str) -> ResponseReturnValue:
        """The empty table to fill in."""
        if ending == "csv":
            content, mime = writing.as_csv(self.table.names), writing.CSV
        else:
            content, mime = writing.as_workbook(named.columns(self.table)), writing.XLSX
        return download(content, name=f"{self.table.kind}.{ending}", mime=mime)

    def upload(self) -> ResponseReturnValue:
        """Keep a table as it came, right or wrong, and look at it."""
        given = request.files.get("file")
        try:
            if given is None or not given.filename:
                raise Refusal(_("Choose a CSV or XLSX file."))
            record = keeping.start(self.table, given.read(), file_name=given.filename, by=current_user)
        except Refusal as why:
            return self.overview(refused=str(why))
        return redirect(self.address("import_table", import_id=record.id), code=303)

    def show(self, record: TableImport, *, refused: str = "") -> ResponseReturnValue:
        """The table: what is wrong in it, what may be known already, and all rows."""
        judged = named.judge(self.table, record.rows if record.kept_at is None else [])
        judged = judged or [_unjudged(row) for row in record.rows]
        alike = self.alike([row for row in judged if not row.left_out]) if record.kept_at is None else {}
        lists = {
            "wrong": [row for row in judged if row.errors],
            "alike": [row for row in judged if alike.get(row.number)],
            "out": [row for row in judged if row.left_out],
            "all": judged,
        }
        show = request.args.get("show") or ("wrong" if lists["wrong"] else "all")
        page = request.args.get("page", "1")
        if show not in SHOWN or not re.fullmatch(r"[1-9][0-9]{0,3}", page, re.ASCII):
            abort(404)
        size = WRONG_AT_ONCE if show == "wrong" else ROWS_A_PAGE
        start = (int(page) - 1) * size
        content = render_template(
            "files/table.html",
            importing=self,
            record=record,
            lists=lists,
            show=show,
            rows=lists[show][start : start + size],
            page=int(page),
            last=max(1, -(-len(lists[show]) // size)),
            alike=alike,
            columns={column.name: column for column in named.columns(self.table)},
            people=keeping.names_of([record]),
            shown_as=self.shown_as,
            pack=pack,
            mark_of=keeping.mark_of,
            option_of=self.option_of,
            refused=refused,
        )
        return (content, 422) if refused else content

    def row(self, record: TableImport, number: int, *, refused: str = "") -> ResponseReturnValue:
        """One row with all its columns."""
        kept = keeping.row_of(record, number)
        if kept is None:
            abort(404)
        judged = _unjudged(kept) if record.kept_at else named.judge(self.table, [kept])[0]
        content = render_template(
            "files/row.html",
            importing=self,
            record=record,
            row=judged,
            alike=[] if record.kept_at or judged.left_out else self.alike([judged]).get(number, []),
            columns=named.columns(self.table),
            pack=pack,
            mark_of=keeping.mark_of,
            option_of=self.option_of,
            refused=refused,
        )
        return (content, 422) if refused else content

    def correct(self, record: TableImport) -> ResponseReturnValue:
        """Keep what was typed, right or wrong, and leave out or take back in a row when that was asked."""
        record = keeping.locked(record)
        typed, seen = self._typed()
        act, _colon, number = request.form.get("act", "").partition(":")
        try:
            clashes = keeping.correct(record, typed, seen=seen, by=current_user)
            if act in {"out", "in"} and re.fullmatch("[0-9]{1,7}", number, re.ASCII):
                keeping.leave_out(record, [int(number)], out=act == "out", by=current_user)
        except Refusal as why:
            return self.show(record, refused=str(why))
        for clash in clashes:
            flash(
                _(
                    "Row %(number)s, %(column)s: somebody else wrote “%(theirs)s” meanwhile. You wrote “%(mine)s”; "
                    "type it again if it should stand.",
                    number=clash.number,
                    column=clash.column,
                    theirs=clash.theirs[:200],
                    mine=clash.mine[:200],
                ),
                "error",
            )
        return self._after_correction(record, act)

    def _after_correction(self, record: TableImport, act: str) -> ResponseReturnValue:
        wrong = {row.number for row in named.judge(self.table, record.rows) if row.errors}
        if wrong:
            flash(
                ngettext(
                    "Saved. %(num)s row still needs a correction.",
                    "Saved. %(num)s rows still need a correction.",
                    len(wrong),
                )
            )
        else:
            flash(_("Saved. No row needs a correction."))
        only = request.form.get("only", "")
        if only and only.isdecimal() and len(only) < 8 and int(only) in wrong and act == "save":
            return redirect(self.address("import_row", import_id=record.id, number=int(only)), code=303)
        return redirect(self.address("import_table", import_id=record.id), code=303)

    def _typed(self) -> tuple[dict[int, dict[str, str]], dict[int, dict[str, str]]]:
        """Return the cells that were sent and what the page had shown in them, both by row and column."""
        typed: dict[int, dict[str, str]] = {}
        for name, text in request.form.items():
            match = CELL.fullmatch(name)
            if match and match[2] in self.table.names:
                typed.setdefault(int(match[1]), {})[match[2]] = text
        seen = {number: unpack(request.form.get(f"seen-{number}")) for number in typed}
        plain = {
            number: {name: text for name, text in cells.items() if isinstance(text, str)}
            for number, cells in seen.items()
        }
        return typed, plain

    def take_in_all(self, record: TableImport) -> ResponseReturnValue:
        """Take all rows in, once, when none needs a correction."""
        record = keeping.locked(record)
        if record.kept_at is None:
            judged = [row for row in named.judge(self.table, record.rows) if not row.left_out]
            try:
                if any(row.errors for row in judged):
                    raise Refusal(_("Some rows still need a correction; nothing was taken in."))
                if not judged:
                    raise Refusal(_("Every row is left out; there is nothing to take in."))
                number = self.keep(record, judged, current_user, self.may_write and "letters" in request.form)
            except (Refusal, self.refusal) as why:
                return self.show(record, refused=str(why))
            keeping.mark_kept(record, number)
        flash(self.taken_in(record.kept))
        return redirect(self.address("import_table", import_id=record.id), code=303)

    def take_back(self, record: TableImport) -> ResponseReturnValue:
        """Take back everything a table brought, or say what was worked on since."""
        record = keeping.locked(record)
        if record.kept_at is None:
            return self.show(record, refused=_("This table was not taken in yet."))
        if record.undone_at is None:
            try:
                self.undo(record, current_user)
            except (Refusal, self.refusal) as why:
                return self.show(record, refused=str(why))
            keeping.mark_undone(record, by=current_user)
        flash(self.taken_back(record.kept))
        return redirect(self.address("import_page"), code=303)

    def discard(self, record: TableImport) -> ResponseReturnValue:
        """Remove a table that was never taken in."""
        record = keeping.locked(record)
        try:
            keeping.discard(record, by=current_user)
        except Refusal as why:
            return self.show(record, refused=str(why))
        flash(_("The table was removed; nothing had been taken in."))
        return redirect(self.address("import_page"), code=303)

    def export(self, record: TableImport) -> ResponseReturnValue:
        """The table as it was corrected here, with what is wrong in its last column."""
        columns = named.columns(self.table)
        labels = {column.name: column.label for column in columns}
        rows = [
            [row.values.get(column.name, "") for column in columns]
            + ["; ".join(f"{labels[name]}: {text}" for name, text in row.errors.items())]
            for row in named.judge(self.table, record.rows)
            if not row.left_out
        ]
        content = writing.as_workbook(columns, rows, problems=True)
        return download(content, name=f"{record.kind}-{record.at:%Y-%m-%d}.xlsx", mime=writing.XLSX)

    def shown_as(self, column: Column, text: str) -> str:
        """Return a cell in the reader's words where it is a code, else as it was typed."""
        if not column.answers or not text:
            return text
        labels = dict(column.answers)
        return "; ".join(labels.get(code, code) for code in named.codes_of(self.table, column.name, text))

    def option_of(self, column: Column, text: str) -> str | None:
        """Return the code that a cell of a closed set means, or None."""
        return named.code_of(self.table, column.name, text) if text else ""


def _unjudged(row: Mapping[str, Any]) -> Judged:
    return Judged(number=row["number"], values=dict(row["values"]), left_out=bool(row["left_out"]), errors={}, typed={})
