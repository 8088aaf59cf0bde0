"""Notes and reviews: what the evidence said, and what the co-managers of both desks found."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.balance import queries, service, words
from iso_portal.balance.forms.reviews import ReviewForm
from iso_portal.balance.models import Alert
from iso_portal.balance.service import Refusal
from iso_portal.balance.views.blueprint import bp
from iso_portal.core.access import Permission, requires, writes


@bp.get("/reviews/<uuid:alert_id>")
@requires(Permission.BALANCE_SEE, of=queries.alert)
def review(alert: Alert) -> ResponseReturnValue:
    """One alert with all that was written; co-managers find the form below."""
    own = [text for text in alert.texts if text.by_id == current_user.id]
    kept = {name: getattr(own[-1], name) for name in ("findings", "follow_up")} if own else {}
    return _page(alert, ReviewForm(formdata=None, **kept))


@bp.post("/reviews/<uuid:alert_id>")
@requires(Permission.BALANCE_KEY, of=queries.alert, seen_with=Permission.BALANCE_SEE)
@writes
def write_review(alert: Alert) -> ResponseReturnValue:
    """Add a version of what a co-manager found."""
    form = ReviewForm()
    if not form.validate():
        return _page(alert, form), 422
    held = queries.alert_to_change(alert.id)
    was_open = held.closed_at is None
    try:
        service.write_review(
            held, findings=form.findings.data or "", follow_up=form.follow_up.data or "", by=current_user
        )
    except Refusal as why:
        return _page(queries.alert(alert.id), form, refused=str(why)), 422
    if was_open and held.closed_at is not None:
        flash(_("Both desks wrote: this is closed now. Nothing else changed by it."))
    else:
        flash(_("Your words are kept, with earlier versions."))
    return redirect(url_for("balance.review", alert_id=held.id), code=303)


def _page(alert: Alert, form: ReviewForm, **more: Any) -> str:
    return render_template("balance/review.html", alert=alert, form=form, balance_words=words, **more)
