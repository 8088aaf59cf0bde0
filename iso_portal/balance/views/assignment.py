"""The assignment of a team."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.balance import service, words
from iso_portal.balance.forms import AssignForm
from iso_portal.balance.models import Override
from iso_portal.balance.service import Refusal, StateChanged
from iso_portal.balance.views.blueprint import bp
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core.access import Permission, requires, writes


@bp.get("/cases/<uuid:case_id>/assignment")
@requires(Permission.TEAM_SEE, of=cases.get)
def assignment(case: Case) -> ResponseReturnValue:
    """Three pairs in order, with reasons; a colleague chooses."""
    return assignment_page(case)


@bp.post("/cases/<uuid:case_id>/assignment")
@requires(Permission.TEAM_ASSIGN, of=cases.get)
@writes
def assign(case: Case) -> ResponseReturnValue:
    """Assign the chosen pair and book it."""
    form = AssignForm()
    lead, _dot, co_lead = (form.pair.data or "").partition(".")
    if not form.validate():
        return assignment_page(case, form=form), 422
    try:
        service.assign(
            case,
            lead=lead,
            co_lead=co_lead,
            by=current_user,
            state=form.state.data or "",
            override=Override(form.override.data) if form.override.data else None,
            override_text=form.override_text.data or "",
        )
    except StateChanged as why:
        return assignment_page(case, form=form, refused=str(why)), 409
    except Refusal as why:
        return assignment_page(case, form=form, refused=str(why)), 422
    flash(_("The team is assigned."))
    return redirect(url_for("cases.show", case_id=case.id), code=303)


def assignment_page(case: Case, *, form: AssignForm | None = None, refused: str = "") -> str:
    """Return the page with the proposal as of now."""
    found = service.propose_for(case)
    mean_open = sum(one.open for one in found.colleagues.values()) / max(len(found.colleagues), 1)
    return render_template(
        "balance/assignment.html",
        case=case,
        found=found,
        form=form or AssignForm(formdata=None),
        refused=refused,
        mean_open=mean_open,
        balance_words=words,
    )
