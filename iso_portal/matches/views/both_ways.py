"""For a firm the open inquiries that suit it, and how often it wants to be asked."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.core.access import Permission, requires, writes
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import ASKED_DAYS, MOST_ASKED
from iso_portal.matches.forms import EmptyForm, LimitForm
from iso_portal.matches.views.blueprint import bp


@bp.get("/businesses/<uuid:business_id>")
@requires(Permission.MATCH_BUSINESS, of=businesses.get)
def of_business(business: Business) -> ResponseReturnValue:
    """The open inquiries that suit a firm, with reasons."""
    limit = queries.asking_limit(business.id)
    return _page(business, LimitForm(formdata=None, most=limit.most if limit else None))


def _page(business: Business, form: LimitForm) -> str:
    asked = queries.introductions(business_id=business.id)
    return render_template(
        "matches/of_business.html",
        business=business,
        left_out=queries.why_left_out(business),
        run=queries.business_run(business.id),
        asked=asked,
        lately=service.lately_asked(business),
        most=service.most_asked(business),
        days=ASKED_DAYS,
        house=MOST_ASKED,
        form=form,
        match_words=words,
    )


@bp.post("/businesses/<uuid:business_id>/refresh")
@requires(Permission.MATCH_DECIDE, of=businesses.get, seen_with=Permission.MATCH_BUSINESS)
@writes
def refresh_business(business: Business) -> ResponseReturnValue:
    """Have the inquiries that suit a firm found anew."""
    if not EmptyForm().validate():
        abort(400)
    service.ask_refresh_business(business, by=current_user)
    flash(_("Inquiries are being compared anew. Load this page again in a few seconds."))
    return redirect(url_for("matches.of_business", business_id=business.id), code=303)


@bp.post("/businesses/<uuid:business_id>/limit")
@requires(Permission.MATCH_DECIDE, of=businesses.get, seen_with=Permission.MATCH_BUSINESS)
@writes
def limit(business: Business) -> ResponseReturnValue:
    """Keep how often the firm wants to be asked."""
    form = LimitForm()
    if not form.validate():
        return _page(business, form), 422
    service.set_asking_limit(business, form.most.data, by=current_user)
    flash(_("The firm's number is kept."))
    return redirect(url_for("matches.of_business", business_id=business.id), code=303)
