"""The suggestions of a case."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form
from iso_portal.core.i18n import INTERFACE
from iso_portal.matches import queries, service, words
from iso_portal.matches.views.blueprint import bp


@bp.get("/cases/<uuid:case_id>")
@requires(Permission.MATCH_SEE, of=cases.get)
def of_case(case: Case) -> ResponseReturnValue:
    """The suggested firms of a case with their reasons, and the decisions so far."""
    return page(case)


def page(case: Case, *, wrong: Form | None = None, refused: str = "") -> str:
    """Return the page of a case's suggestions, with what was refused."""
    run = queries.latest_run(case.id)
    decided = queries.decisions(case.id)
    shown = {one.business_id for one in run.suggestions} if run else set()
    others = businesses.of_ids([key for key in decided if key not in shown])
    return render_template(
        "matches/of_case.html",
        case=case,
        run=run,
        decided=decided,
        others=others,
        asked=queries.latest_introductions(case.id),
        shares=cases.consents(case)["share"],
        languages=INTERFACE,
        match_words=words,
        wrong=wrong,
        refused=refused,
        today=clock.today(),
    )


@bp.post("/cases/<uuid:case_id>/refresh")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def refresh(case: Case) -> ResponseReturnValue:
    """Have a new list made."""
    service.ask_refresh(case, by=current_user)
    flash(_("A new list is being made. Load this page again in a few seconds."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


def business_of(key: str | None) -> Business:
    """Return the firm that a form names; 404 for none."""
    try:
        return businesses.get(uuid.UUID(key or ""))
    except (ValueError, NoResultFound):
        abort(404)
