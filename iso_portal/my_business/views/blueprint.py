"""The blueprint of a firm's own pages, the key of its session, and their tabs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from iso_portal.core.access import held_by
from iso_portal.core.navigation import Entry
from iso_portal.my_business import queries

bp = Blueprint("my_business", __name__, url_prefix="/my-business")

FIRM = "business"
holder = held_by(FIRM, of=queries.held, ask="my_business.sign_in")

PER_SENDER = "30 per hour"
PER_ADDRESS = "5 per day"


@bp.context_processor
def tabs() -> dict[str, Any]:
    """Give every page of a firm the links to the others."""
    named = (
        (_("Overview"), "my_business.home"),
        (_("Profile"), "my_business.profile"),
        (_("Sites and photos"), "my_business.sites"),
        (_("Questions of the office"), "my_business.introductions"),
        (_("Consents"), "my_business.consents"),
        (_("Our data"), "my_business.data"),
    )
    start = url_for("my_business.home")
    return {
        "own_tabs": [
            Entry(label=label, address=address, current=_is_here(address, start))
            for label, endpoint in named
            for address in (url_for(endpoint),)
        ]
    }


def _is_here(address: str, start: str) -> bool:
    return request.path == address or (address != start and request.path.startswith(f"{address}/"))
