"""Half-yearly band statements: public once both desks approved them; before that, for the co-managers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.balance import queries, service, words
from iso_portal.balance.service import Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.core.access import Permission, may, public, requires, writes


@bp.get("/statements")
@public
def statements() -> ResponseReturnValue:
    """What may leave the office about balance: words, no figure, no community. Co-managers also see what waits."""
    return _page()


@bp.post("/statements/<uuid:statement_id>/key")
@requires(Permission.BALANCE_KEY)
@writes
def turn_statement_key(statement_id: uuid.UUID) -> ResponseReturnValue:
    """Turn a key; with one of each desk the statement is frozen and public."""
    try:
        row = queries.statement(statement_id)
    except NoResultFound:
        abort(404)
    try:
        approved = service.turn_statement_key(row, by=current_user)
    except Refusal as why:
        return _page(refused=str(why)), 422
    flash(_("The statement is public now.") if approved else _("Your key is turned; the other desk's is missing."))
    return redirect(url_for("balance.statements"), code=303)


def _page(**more: Any) -> str:
    waiting = queries.statements(approved=False) if may(current_user, Permission.BALANCE_KEY) else []
    return render_template(
        "balance/statements.html",
        approved=queries.statements(approved=True),
        waiting=waiting,
        balance_words=words,
        **more,
    )
