"""The page of one investor."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from iso_portal.core.access import Permission, requires
from iso_portal.investors import queries
from iso_portal.investors.models import Investor

bp = Blueprint("investors", __name__, url_prefix="/investors")


@bp.get("/<uuid:investor_id>")
@requires(Permission.INVESTOR_SEE, of=queries.get)
def show(investor: Investor) -> ResponseReturnValue:
    """Who they are and who speaks for them; their cases are found by the search in the list of cases."""
    return render_template("investors/show.html", investor=investor)
