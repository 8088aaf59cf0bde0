"""The audit log's page."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from iso_portal.audit import queries
from iso_portal.core.access import Permission, requires

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@requires(Permission.AUDIT_SEE)
def index() -> ResponseReturnValue:
    """Every act, newest first, filtered by the beginning of its verb."""
    verb = request.args.get("verb", "")[:60]
    try:
        page = queries.acts(cursor=request.args.get("page"), verb=verb)
    except ValueError:
        abort(404)
    return render_template("audit/index.html", page=page, verb=verb)
