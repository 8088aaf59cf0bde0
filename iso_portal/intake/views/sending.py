"""The end of the inquiry form: save it for later, check it, send it once, and hear that it is here."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.core import clock, links
from iso_portal.core.access import public, writes
from iso_portal.core.i18n import current_language
from iso_portal.core.limits import over
from iso_portal.intake import service
from iso_portal.intake.domain import FASTEST_HUMAN, Part
from iso_portal.intake.forms import SaveForm, SendForm
from iso_portal.intake.views.blueprint import PER_ADDRESS, PER_SENDER, bp, limited, too_fast, too_often
from iso_portal.intake.views.drafts import (
    CONSENTS,
    as_kept,
    check_page,
    draft_of,
    follow_token,
    to_what_was_sent,
    typed,
    whole,
)


@bp.get("/intake/inquiry/<token>/check")
@public
def check(token: str) -> ResponseReturnValue:
    """Everything that was typed, to look over before it is sent."""
    draft = draft_of(token)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    everything = whole(draft)
    everything.validate()
    return check_page(draft, SendForm(formdata=as_kept(draft, CONSENTS), meta={"csrf": False}), everything)


@bp.post("/intake/inquiry/<token>/check")
@limited(PER_SENDER)
@public
@writes
def send_inquiry(token: str) -> ResponseReturnValue:
    """Take the inquiry if every page is in order; else say which is not. Sent twice, it is taken once."""
    draft = draft_of(token, to_change=True)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    if (act := request.form.get("act")) in {"save", "back"}:
        service.keep(draft, Part.CHECK, typed(CONSENTS), done=False)
        before = url_for("intake.part", token=token, part=Part.FILES.value)
        return redirect(url_for("intake.save", token=token) if act == "save" else before, code=303)
    form, everything = SendForm(), whole(draft)
    good = [form.validate(), everything.validate()]  # both, so that everything wrong is named at once
    refused = too_fast() if form.fax.data or clock.now() - draft.begun_at < FASTEST_HUMAN else ""
    if refused or not all(good):
        return check_page(draft, form, everything, refused=refused), 422
    values = everything.typed() | form.typed()
    if over(PER_ADDRESS, "inquiry", values["email"].lower()):
        return check_page(draft, form, everything, refused=too_often()), 429
    taken = service.take(
        values,
        key=draft.key,
        language=draft.language,
        consented_in=current_language(),
        attached=[row.file for row in draft.files],
    )
    service.sent(draft, taken.case.id)
    return redirect(url_for("intake.received", token=follow_token(taken.case)), code=303)


@bp.get("/intake/inquiry/<token>/save")
@public
def save(token: str) -> ResponseReturnValue:
    """Where shall the link go?"""
    draft = draft_of(token)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    form = SaveForm(formdata=None, email=draft.email or (draft.values.get("email") or [""])[0])
    return render_template("intake/save.html", form=form, draft=draft, token=token)


@bp.post("/intake/inquiry/<token>/save")
@limited("20 per hour")
@public
@writes
def send_draft_link(token: str) -> ResponseReturnValue:
    """Send the link by which the inquiry can be finished within 30 days."""
    draft = draft_of(token, to_change=True)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    form = SaveForm()
    if not form.validate():
        return render_template("intake/save.html", form=form, draft=draft, token=token), 422
    if over("5 per day", "draft-link", (form.email.data or "").lower()):
        return render_template("intake/save.html", form=form, draft=draft, token=token, refused=too_often()), 429
    service.send_link(draft, form.email.data or "", language=current_language())
    return redirect(url_for("intake.saved", token=token), code=303)


@bp.get("/intake/inquiry/<token>/saved")
@public
def saved(token: str) -> ResponseReturnValue:
    """The link is on its way."""
    return render_template("intake/saved.html", draft=draft_of(token), token=token)


@bp.get("/intake/received/<token>")
@public
def received(token: str) -> ResponseReturnValue:
    """The reference, what happens next and by when."""
    case = cases.by_link_hash(links.token_hash(token[:100]))
    if case is None:
        abort(404)
    return render_template("intake/received.html", case=case, token=token, promise=case_service.promise(case))
