"""What people decide about suggestions."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core.access import Permission, requires, writes
from iso_portal.matches import service
from iso_portal.matches.domain import Choice, Refusal, RejectReason
from iso_portal.matches.forms import DecisionForm
from iso_portal.matches.views.blueprint import bp
from iso_portal.matches.views.firms import firm_page
from iso_portal.matches.views.suggestions import business_of


@bp.post("/cases/<uuid:case_id>/decisions")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def decide(case: Case) -> ResponseReturnValue:
    """Accept, reject or defer a firm."""
    form = DecisionForm().named("decide")
    business = business_of(form.business.data)
    if not form.validate():
        return firm_page(case, business, wrong=form, name="decide"), 422
    code = RejectReason(form.reason_code.data) if form.reason_code.data else None
    try:
        service.decide(
            case,
            business,
            Choice(form.choice.data),
            by=current_user,
            reason_code=code,
            note=form.note.data or "",
            until=form.until.data,
            seen=form.looked_at(),
        )
    except Refusal as why:
        return firm_page(case, business, wrong=form, name="decide", refused=str(why)), 422
    flash(_("Your decision is kept."))
    return redirect(f"{url_for('matches.of_case', case_id=case.id)}#firm-{business.id}", code=303)
