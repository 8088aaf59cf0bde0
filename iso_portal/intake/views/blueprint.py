"""The blueprint that all pages of intake hang on, and the limit that all its public forms share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, flash, make_response, render_template, request
from flask_babel import gettext as _

from iso_portal.core.limits import address_of_the_sender, limiter, over

bp = Blueprint("intake", __name__)

PER_SENDER = "120 per hour"
PER_ADDRESS = "10 per day"
UPLOADS = "60 per day"


def chosen_files() -> list[tuple[str, bytes]]:
    """Return the files that came with a form, (name, content); one connection brings files so often a day."""
    chosen = [(file.filename or "", file.read()) for file in request.files.getlist("files") if file.filename]
    if chosen and over(UPLOADS, "uploads", address_of_the_sender()):
        way = _("Too many files came from your connection today. Send them to %(address)s.", address=office_address())
        flash(way, "error")
        return []
    return chosen


def limited(limit: str) -> Callable[[Any], Any]:
    """Let a sender come here so often; who comes more often is told how to write, and keeps what was typed (C7)."""
    return limiter.limit(limit, on_breach=_too_many)  # type: ignore[no-any-return]  # the extension's own decorator


def _too_many(_limit: Any) -> Response:
    """Show what was typed, to be sent again later, and the office's address."""
    hidden = {"csrf_token", "fax"}
    typed = [(name, text) for name, texts in request.form.lists() for text in texts if name not in hidden]
    page = render_template(
        "intake/too_many.html",
        typed=typed,
        office=office_address(),
        address=request.full_path.rstrip("?"),
        with_files=any(file.filename for file in request.files.values()),
    )
    return make_response(page, 429)


def office_address() -> str:
    """Return where the office reads e-mail."""
    return str(current_app.config["MAIL_FROM"])


def too_fast() -> str:
    """Say that a form came faster than a person can type, and how to reach the office otherwise."""
    return _(
        "This was filled in faster than a person can. Please send it again, or write to %(address)s.",
        address=office_address(),
    )


def too_often() -> str:
    """Say that an address had its letters for today, and how to reach the office otherwise."""
    return _(
        "Too many letters went to this address today. Try again tomorrow, or write to %(address)s.",
        address=office_address(),
    )
