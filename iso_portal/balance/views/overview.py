"""The overview that both desks look at, its parts, its figures as files, and the method. Pages read the snapshot."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.balance import queries, words
from iso_portal.balance.domain import figures
from iso_portal.balance.domain.figures_work import VIEWS
from iso_portal.balance.domain.measures import Why
from iso_portal.balance.models import Gate, GateRecord, Scope, Snapshot
from iso_portal.balance.views import overview_charts as drawn
from iso_portal.balance.views.blueprint import bp
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires
from iso_portal.core.i18n import current_language

LATE = timedelta(hours=26)  # a night was missed


def _gate(gate: Gate) -> tuple[GateRecord | None, Why | None]:
    """Return what holds a gate open, or why nothing is collected."""
    demo = current_app.config["DEMO"]
    record = queries.open_gate(gate, demo=demo)
    if record is not None:
        return record, None
    expired = queries.gate_state(gate, demo=demo) == "expired"
    return None, Why.GATE_EXPIRED if expired else Why.NOT_COLLECTED


def _shown() -> tuple[Snapshot | None, dict[str, Any], GateRecord | None]:
    """Return the newest snapshot, its content as it may be shown now, and the basis of the staff's declarations."""
    snapshot = queries.latest_snapshot()
    record, staff = _gate(Gate.COLLECT_STAFF)
    _firms, firms = _gate(Gate.COLLECT_FIRMS)
    if snapshot is None or snapshot.content.get("shape") != figures.SHAPE:
        return None, {}, record
    return snapshot, figures.as_shown(snapshot.content, staff=staff, firms=firms), record


def _view() -> str:
    """Return which view of shares is asked for; an unknown one is refused."""
    view = request.args.get("view", VIEWS[0])
    if view not in VIEWS:
        abort(404)
    return view


@bp.get("/")
@requires(Permission.BALANCE_SEE)
def overview() -> ResponseReturnValue:
    """The one page both desks look at; it reads the snapshot and never the vault."""
    view = _view()
    snapshot, content, gate = _shown()
    codes = words.named(content.get("tracked", []))
    year = content.get("year", clock.today().year)
    points = [row for row in queries.evidence_of(year) if row.scope is Scope.OFFICE] if content else []
    return render_template(
        "balance/overview.html",
        snapshot=snapshot,
        late=snapshot is not None and clock.now() - snapshot.taken_at > LATE,
        gate=gate,
        policy=queries.policy(),
        content=content,
        codes=codes,
        firm_codes=words.named(content.get("firms_tracked", [])),
        view=view,
        views=VIEWS,
        charts=drawn.shares(content.get("series", {}), codes, view),
        gaps={
            code: drawn.diverging(row["weighted"], _parts_of_gap()) for code, row in content.get("where", {}).items()
        },
        evidence=drawn.evidence(points, year, _months(year), _("Evidence")),
        points=points,
        cusum=drawn.early_warning(content.get("cusum", {}), codes, (_("Upwards"), _("Downwards"))),
        alerts=queries.alerts(),
        balance_words=words,
    )


def _parts_of_gap() -> dict[str, str]:
    return {
        "structural": _("Who could take the cases"),
        "rule": _("Proposals"),
        "choice": _("People's choices"),
        "total": _("Total"),
    }


def _months(year: int) -> list[str]:
    return [format_date(date(year, month, 1), "LLL", locale=current_language().locale) for month in range(1, 13)]


@bp.get("/parts/<cut>")
@requires(Permission.BALANCE_SEE)
def parts(cut: str) -> ResponseReturnValue:
    """Shares by sector, municipality or stage; small parts stay listed."""
    if cut not in words.CUTS:
        abort(404)
    snapshot, content, _record = _shown()
    codes = words.named(content.get("tracked", []))
    rows = words.sorted_parts(cut, content["parts"][cut]) if content else []
    return render_template(
        "balance/parts.html",
        cut=cut,
        snapshot=snapshot,
        content=content,
        codes=codes,
        rows=rows,
        balance_words=words,
    )


@bp.get("/figures.<any(csv, json):ending>")
@requires(Permission.BALANCE_FIGURES)
def figures_file(ending: str) -> ResponseReturnValue:
    """The figures of the overview as a file; an empty value has its reason."""
    snapshot, content, _record = _shown()
    if snapshot is None:
        abort(404)
    rows = figures.rows_of(content)
    name = f"balance-{snapshot.taken_at.astimezone(clock.LOCAL).date().isoformat()}.{ending}"
    if ending == "json":
        text = json.dumps({"as_of": snapshot.taken_at.isoformat(), "figures": rows}, ensure_ascii=False, indent=1)
        kind = "application/json"
    else:
        out = io.StringIO()
        writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        text, kind = "\ufeff" + out.getvalue(), "text/csv; charset=utf-8"
    return Response(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.get("/method")
@requires(Permission.BALANCE_SEE)
def method() -> ResponseReturnValue:
    """Each measure in plain words with a worked example, and what it cannot show."""
    return render_template("balance/method.html", balance_words=words)
