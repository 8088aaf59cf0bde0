"""The overview that both desks look at, and the method."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from iso_portal.balance import queries, words
from iso_portal.balance.models import Gate
from iso_portal.balance.views.blueprint import bp
from iso_portal.core import charts
from iso_portal.core.access import Permission, requires


@bp.get("/")
@requires(Permission.BALANCE_SEE)
def overview() -> ResponseReturnValue:
    """The one page both desks look at; it reads the snapshot and never the vault."""
    snapshot = queries.latest_snapshot()
    gate = queries.open_gate(Gate.COLLECT_STAFF, demo=current_app.config["DEMO"])
    content: dict[str, Any] = snapshot.content if snapshot else {}
    rows = words.sorted_communities(content.get("communities") or [])
    return render_template(
        "balance/overview.html",
        snapshot=snapshot,
        gate=gate,
        content=content,
        rows=rows,
        chart=_shares(rows) if rows else None,
        balance_words=words,
    )


def _shares(rows: list[dict[str, Any]]) -> charts.Chart:
    labels = [point["quarter"] for point in rows[0]["series"]]
    series = [
        charts.Series(
            name=words.community(row["code"]),
            values=[point.get("share") for point in row["series"]],
            low=[point["interval"][0] if "interval" in point else None for point in row["series"]],
            high=[point["interval"][1] if "interval" in point else None for point in row["series"]],
        )
        for row in rows
    ]
    return charts.draw(labels, series, most=1)


@bp.get("/method")
@requires(Permission.BALANCE_SEE)
def method() -> ResponseReturnValue:
    """Each measure in plain words, and what it cannot show."""
    return render_template("balance/method.html")
