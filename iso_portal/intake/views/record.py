"""Inquiries that a colleague writes down."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from iso_portal.cases.domain import Channel
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.i18n import current_language
from iso_portal.intake import service
from iso_portal.intake.forms import RecordForm
from iso_portal.intake.views.blueprint import bp
from iso_portal.intake.views.drafts import sector_choice


@bp.get("/intake/record")
@requires(Permission.INQUIRY_RECORD)
def record() -> ResponseReturnValue:
    """The form for an inquiry by phone, e-mail or at a fair."""
    form = RecordForm(formdata=None, key=uuid.uuid4().hex, time_zone="Europe/Berlin")
    form.received_at.data = clock.now().astimezone(clock.LOCAL).replace(tzinfo=None, second=0, microsecond=0)
    form.preferred_language.data = current_language().value
    return _page(form)


@bp.post("/intake/record")
@requires(Permission.INQUIRY_RECORD)
@writes
def keep_record() -> ResponseReturnValue:
    """Take an inquiry that a colleague wrote down."""
    form = RecordForm()
    if request.form.get("act") == "find":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    values = form.typed()
    at: datetime = values.pop("received_at").replace(tzinfo=clock.LOCAL)
    taken = service.take(
        values,
        key=form.key.data or uuid.uuid4().hex,
        language=current_language(),
        channel=Channel(values.pop("channel")),
        received_at=at,
        by=current_user,
    )
    return redirect(url_for("cases.show", case_id=taken.case.id), code=303)


def _page(form: RecordForm) -> str:
    wanted = request.form.get("find", "").strip()[:100]
    return render_template("intake/record.html", form=form, sectors=sector_choice(form, wanted))
