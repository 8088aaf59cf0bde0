"""The donors' page, sheets, derivations, the CSV export, verification, and confirmations by link."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.cases import queries as cases
from iso_portal.core import charts, clock, links
from iso_portal.core.access import Permission, may, public, requires, writes
from iso_portal.core.db import steady_reading
from iso_portal.reports import queries, service, words
from iso_portal.reports.domain.calculation import Cell, Flag, rounded
from iso_portal.reports.domain.indicators import SHEETS, Unit
from iso_portal.reports.domain.periods import Quarter, latest
from iso_portal.reports.forms import ConfirmForm, VerifyForm
from iso_portal.reports.models import Confirmation

bp = Blueprint("reports", __name__, url_prefix="/reports")

SHOWN_QUARTERS = 8


def steadily(view: Callable[..., str | Response]) -> Callable[..., ResponseReturnValue]:
    """Read everything of a page at one moment of the database, in a transaction that cannot write."""

    @wraps(view)
    def read(*args: Any, **url: Any) -> ResponseReturnValue:
        # What the layout asks about the reader is loaded before the steady moment begins, and once more inside.
        with steady_reading():
            return view(*args, **url)

    return read


@bp.get("/")
@requires(Permission.REPORT_SEE)
@steadily
def index() -> str:
    """Six indicators at one look: this quarter, the quarters before, what is verified."""
    quarters = latest(clock.today(), SHOWN_QUARTERS)
    rows = queries.cells(quarters)
    drawn = {code: _chart(cells) for code, cells in rows.items()}
    return render_template(
        "reports/index.html",
        rows=rows,
        charts_of=drawn,
        quarters=quarters,
        report_words=words,
        as_of=clock.now(),
        sheets=SHEETS,
    )


def _chart(cells: list[Cell]) -> charts.Chart:
    """Draw the headline; a hidden value is a gap and is not in the drawing."""
    percent = cells[0].sheet.unit is Unit.PERCENT
    values = [cell.headline.value for cell in cells]
    series = [charts.Series(name=cells[0].sheet.code, values=values)]
    return charts.draw([cell.quarter.label[2:] for cell in cells], series, most=1 if percent else None)


@bp.get("/indicators/<code>")
@requires(Permission.REPORT_SEE)
def indicator(code: str) -> ResponseReturnValue:
    """One indicator's reference sheet."""
    if code not in SHEETS:
        abort(404)
    return render_template("reports/indicator.html", sheet=SHEETS[code], report_words=words)


@bp.get("/numbers/<code>.<label>")
@requires(Permission.REPORT_SEE)
@steadily
def derivation(code: str, label: str) -> str:
    """How a number came about; the entries themselves by right, of a hidden number its rule alone."""
    try:
        cell = queries.cell(code, Quarter.parse(label))
    except (KeyError, ValueError):
        abort(404)
    evidence = may(current_user, Permission.REPORT_EVIDENCE)
    figures = [("headline", cell.headline), *([("reported", cell.reported)] if cell.reported else [])]
    return render_template(
        "reports/derivation.html",
        cell=cell,
        figures=figures,
        behind={name: queries.behind(figure.events) if evidence else [] for name, figure in figures},
        levels=queries.levels([key for _name, figure in figures for key in figure.events]),
        evidence=evidence,
        report_words=words,
        as_of=clock.now(),
    )


@bp.get("/figures.csv")
@requires(Permission.REPORT_SEE)
@steadily
def export() -> Response:
    """All figures as a tidy table: the same cells, the same hidden ones, with flags and reasons."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            "indicator",
            "name",
            "period",
            "starts",
            "ends",
            "figure",
            "unit",
            "value",
            "numerator",
            "denominator",
            "flag",
            "reason",
            "as_of",
        ]
    )
    as_of = clock.now().isoformat(timespec="seconds")
    for cells in queries.cells(latest(clock.today(), SHOWN_QUARTERS)).values():
        for cell in cells:
            for name, figure in (("headline", cell.headline), ("reported", cell.reported)):
                if figure is None:
                    continue
                value = "" if figure.value is None else str(rounded(figure.value, cell.sheet.unit.value))
                flags = "".join(sorted(flag.value for flag in figure.flags))
                writer.writerow(
                    [
                        cell.sheet.code,
                        str(cell.sheet.name),
                        cell.quarter.label,
                        cell.quarter.starts.isoformat(),
                        cell.quarter.ends.isoformat(),
                        name,
                        cell.sheet.unit.value,
                        value,
                        "" if figure.numerator is None else str(figure.numerator),
                        "" if figure.denominator is None else str(figure.denominator),
                        flags,
                        figure.reason.value if figure.reason else "",
                        as_of,
                    ]
                )
    headers = {"Content-Disposition": "attachment; filename=figures.csv"}
    return Response(text.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/office/")
@requires(Permission.OUTCOME_VERIFY)
def office() -> ResponseReturnValue:
    """Outcomes that wait for a colleague of the other desk."""
    return _office_page()


def _office_page(*, refused: str = "") -> str:
    return render_template(
        "reports/office.html",
        waiting=queries.to_verify(),
        form=VerifyForm(formdata=None),
        refused=refused,
        report_words=words,
    )


@bp.post("/office/verifications")
@requires(Permission.OUTCOME_VERIFY)
@writes
def verify() -> ResponseReturnValue:
    """Verify one outcome."""
    form = VerifyForm()
    try:
        entry = cases.entry(uuid.UUID(form.entry.data or ""))
    except (ValueError, NoResultFound):
        abort(404)
    if not queries.is_outcome(entry):
        abort(404)
    if not form.validate():
        return _office_page(refused=_("Say which document shows it and where it is kept.")), 422
    try:
        service.verify(
            entry,
            by=current_user,
            level=int(form.level.data or 2),
            tag=form.tag.data or "",
            reference=form.reference.data or "",
        )
    except service.Refusal as why:
        return _office_page(refused=str(why)), 422
    flash(_("The outcome is verified."))
    return redirect(url_for("reports.office"), code=303)


@bp.get("/confirm/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """The claim to be confirmed; opening it changes nothing."""
    return _confirm_page(_asked(token), ConfirmForm(formdata=None))


@bp.post("/confirm/<token>")
@public
@writes
def keep_answer(token: str) -> ResponseReturnValue:
    """Keep the answer; it uses the link up."""
    asked = _asked(token)
    form = ConfirmForm()
    if not form.validate():
        return _confirm_page(asked, form), 422
    try:
        service.answer(asked, form.answer.data or "", remark=form.remark.data or "")
    except service.Refusal as why:
        return _confirm_page(asked, form, refused=str(why)), 409
    flash(_("Thank you. Your answer is kept."))
    return redirect(request.path, code=303)


def _asked(token: str) -> Confirmation:
    asked = queries.confirmation_by_hash(links.token_hash(token[:100]))
    if asked is None:
        abort(404)
    return asked


def _confirm_page(asked: Confirmation, form: ConfirmForm, *, refused: str = "") -> str:
    open_link = asked.used_at is None and asked.expires_at >= clock.now()
    return render_template(
        "reports/confirm.html",
        asked=asked,
        entry=cases.entry(asked.entry_id),
        form=form,
        refused=refused,
        open_link=open_link,
        address=request.path,
    )


@bp.app_template_test("hidden")
def is_hidden(figure: Any) -> bool:
    """Whether too few stand behind a figure."""
    return Flag.HIDDEN in figure.flags
