"""For a firm the open inquiries that suit it, and how often it wants to be asked."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.core.access import Permission, requires, writes
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import ASKED_DAYS, MOST_ASKED, Refusal
from iso_portal.matches.forms import ActivitiesForm, EmptyForm, LimitForm
from iso_portal.matches.views.blueprint import bp
from iso_portal.vocabulary.queries import nace


@bp.get("/businesses/<uuid:business_id>")
@requires(Permission.MATCH_BUSINESS, of=businesses.get)
def of_business(business: Business) -> ResponseReturnValue:
    """The open inquiries that suit a firm, with reasons; and the activity codes that its profile speaks of."""
    return _page(business)


def _page(
    business: Business, *, limit: LimitForm | None = None, activities: ActivitiesForm | None = None, refused: str = ""
) -> str:
    """Return the page of a firm. limit, activities: what was refused, in place of a fresh form."""
    asked = queries.introductions(business_id=business.id)
    kept, read = queries.asking_limit(business.id), queries.read_at(business.id)
    form = activities or ActivitiesForm(formdata=None, version=str(business.version))
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
        limit=limit or LimitForm(formdata=None, most=kept.most if kept else None),
        activities=form.named("activities"),
        offered=_offered(business, form, read.classes if read else None),
        looked=read is not None and read.classes is not None,
        wrong=limit or activities,
        refused=refused,
        match_words=words,
    )


def _offered(
    business: Business, form: ActivitiesForm, classes: list[list[Any]] | None
) -> list[tuple[str, float | None]]:
    """Return (code, chance) that a person can choose: those of the texts, then those that were found or chosen."""
    chances: dict[str, float | None] = {str(code): float(chance) for code, chance in classes or []}
    for code in [*form.found(), *(form.chosen.data or [])]:
        if code in nace():
            chances.setdefault(code, None)
    declared = {activity.code for activity in business.activities}
    return [(code, chance) for code, chance in chances.items() if code not in declared]


@bp.post("/businesses/<uuid:business_id>/activities")
@requires(Permission.BUSINESS_EDIT, of=businesses.get, seen_with=Permission.MATCH_BUSINESS)
@writes
def activities(business: Business) -> ResponseReturnValue:
    """Declare the classes that a person accepted or chose for a firm."""
    form = ActivitiesForm()
    if not form.validate():
        return _page(business, activities=form), 422
    if form.version.data != str(business.version):
        form.version.data = str(business.version)
        told = _(
            "Somebody changed this profile since you opened the page. Your choice is kept; compare, and record again."
        )
        return _page(business, activities=form, refused=told), 409
    try:
        service.record_activities(business, form.codes(), by=current_user)
    except Refusal as why:
        return _page(business, activities=form, refused=str(why)), 422
    flash(_("The codes are recorded. Inquiries and lists are compared anew within seconds."))
    return redirect(url_for("matches.of_business", business_id=business.id), code=303)


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
        return _page(business, limit=form), 422
    service.set_asking_limit(business, form.most.data, by=current_user)
    flash(_("The firm's number is kept."))
    return redirect(url_for("matches.of_business", business_id=business.id), code=303)
