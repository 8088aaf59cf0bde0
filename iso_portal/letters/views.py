"""The outbox: what the office wrote to whom, and whether it left."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from iso_portal.core import links
from iso_portal.core.access import Permission, requires
from iso_portal.letters import queries, service, words
from iso_portal.letters.models import Letter

bp = Blueprint("letters", __name__, url_prefix="/letters")


@bp.get("/")
@requires(Permission.LETTER_LIST)
def index() -> ResponseReturnValue:
    """All letters, newest first."""
    try:
        page = queries.outbox(cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    return render_template("letters/index.html", page=page, letter_words=words)


@bp.get("/<uuid:letter_id>")
@requires(Permission.LETTER_LIST, of=queries.get)
def show(letter: Letter) -> ResponseReturnValue:
    """One letter as it was sent; its secret link is for the receiver alone and shows in the demo only."""
    text = service.filled_in(letter, letter.text) if current_app.config["DEMO"] else letter.text
    return render_template("letters/show.html", letter=letter, text=text, marker=links.MARKER, letter_words=words)
