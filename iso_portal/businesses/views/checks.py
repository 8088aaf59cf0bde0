"""Keep a check of a profile."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses import queries, service
from iso_portal.businesses.domain import Refusal, Verification
from iso_portal.businesses.forms import CheckForm
from iso_portal.businesses.models import Business
from iso_portal.businesses.views.blueprint import bp
from iso_portal.businesses.views.profiles import profile_page
from iso_portal.core.access import Permission, requires, writes


@bp.post("/<uuid:business_id>/checks")
@requires(Permission.BUSINESS_VERIFY, of=queries.get, seen_with=Permission.BUSINESS_SEE)
@writes
def check(business: Business) -> ResponseReturnValue:
    """Keep that somebody looked: how far, when, and what was seen."""
    form = CheckForm()
    if not form.validate() or form.verified_on.data is None:
        return profile_page(business, check_form=form), 422
    if business.merged_into_id is not None:
        return profile_page(business, check_form=form, refused=_("This record was merged into another one.")), 409
    try:
        service.keep_check(
            business,
            Verification(form.level.data),
            on=form.verified_on.data,
            evidence=form.evidence.data or "",
            by=current_user,
        )
    except Refusal as why:
        form.verified_on.errors = [str(why)]
        return profile_page(business, check_form=form), 422
    flash(_("The check is kept."))
    return redirect(url_for("businesses.show", business_id=business.id), code=303)
