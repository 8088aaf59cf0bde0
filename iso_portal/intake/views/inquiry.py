"""The inquiry form: one group of questions a page, kept from the first page on, sent once.

The address of a page holds the secret of its draft, so it works without cookies, on two devices, and days later.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.models import Case
from iso_portal.core import clock, links
from iso_portal.core.access import public, writes
from iso_portal.core.forms import Form
from iso_portal.core.i18n import current_language
from iso_portal.core.limits import limiter, over
from iso_portal.core.uploads import takes
from iso_portal.files.domain import MOST_BYTES, MOST_FILES
from iso_portal.intake import queries, service
from iso_portal.intake.domain import FASTEST_HUMAN, Part
from iso_portal.intake.forms import PARTS, EmptyForm, InquiryForm, SaveForm, SendForm, fields_of
from iso_portal.intake.models import InquiryDraft
from iso_portal.intake.views.blueprint import PER_ADDRESS, PER_SENDER, bp
from iso_portal.vocabulary import queries as vocabulary

MOST_UPLOAD = MOST_FILES * MOST_BYTES + 1024 * 1024


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    """What the office does, for whom, and how to begin."""
    return render_template("intake/start.html")


@bp.get("/intake/inquiry")
@public
def inquiry() -> ResponseReturnValue:
    """The first page; nothing is kept before it is sent."""
    form = PARTS[Part.PROJECT](formdata=None)
    return _part_page(None, Part.PROJECT, form, key=uuid.uuid4().hex)


@bp.post("/intake/inquiry")
@limiter.limit(PER_SENDER)
@public
@writes
def begin_inquiry() -> ResponseReturnValue:
    """Keep the first page and go on to the next; the same page sent twice begins one inquiry."""
    form = PARTS[Part.PROJECT]()
    key = request.form.get("key", "")[:64] or uuid.uuid4().hex
    if request.form.get("fax"):
        return _part_page(None, Part.PROJECT, form, key=key, refused=_too_fast()), 422
    good = form.validate()
    if not good and request.form.get("act") != "save":
        return _part_page(None, Part.PROJECT, form, key=key), 422
    draft = service.begin(key, language=current_language())
    if draft.case_id is None:
        service.keep(draft, Part.PROJECT, _typed(Part.PROJECT), done=good)
    return _onwards(draft, Part.PROJECT)


@bp.get("/intake/inquiry/<token>")
@public
def resume(token: str) -> ResponseReturnValue:
    """The link of a letter: to the page where the person stopped."""
    draft = _draft_of(token)
    if draft.case_id is not None:
        return _received(draft)
    part = list(Part)[min(draft.reached, len(Part) - 1)]
    return redirect(url_for("intake.part", token=token, part=part.value))


@bp.get("/intake/inquiry/<token>/<part>")
@public
def part(token: str, part: str) -> ResponseReturnValue:
    """One page of the form, with what was typed so far."""
    draft, page = _draft_of(token), _part_of(part)
    if draft.case_id is not None:
        return _received(draft)
    if page is Part.CHECK:
        return _check_page(draft, SendForm(formdata=None))
    return _part_page(draft, page, _filled(draft, page))


@bp.post("/intake/inquiry/<token>/<part>")
@limiter.limit(PER_SENDER)
@public
@takes(MOST_UPLOAD)
@writes
def keep_part(token: str, part: str) -> ResponseReturnValue:
    """Keep a page and go on; on the last page, send the inquiry."""
    draft, page = _draft_of(token, to_change=True), _part_of(part)
    if page is Part.CHECK:
        return _send(draft)
    if page is Part.FILES:
        return _keep_files(draft)
    form = PARTS[page]()
    good = form.validate()
    if draft.case_id is not None:
        return _part_page(draft, page, form, refused=_sent_already()), 409
    act = request.form.get("act", "")
    if not good and act not in {"save", "find"}:
        return _part_page(draft, page, form), 422
    service.keep(draft, page, _typed(page), done=good)
    if act == "find":
        wanted = request.form.get("find", "")[:100]
        return redirect(url_for("intake.part", token=token, part=page.value, find=wanted, _anchor="found"), code=303)
    return _onwards(draft, page)


@bp.post("/intake/inquiry/<token>/files/<uuid:file_id>/remove")
@public
@writes
def remove_file(token: str, file_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file off the inquiry."""
    draft = _draft_of(token, to_change=True)
    found = next((row.file for row in draft.files if row.file_id == file_id), None)
    if not EmptyForm().validate():
        abort(400)
    if found is not None and draft.case_id is None:
        service.remove_file(draft, found)
    return redirect(url_for("intake.part", token=token, part=Part.FILES.value), code=303)


@bp.get("/intake/inquiry/<token>/save")
@public
def save(token: str) -> ResponseReturnValue:
    """Where shall the link go?"""
    draft = _draft_of(token)
    form = SaveForm(formdata=None, email=draft.email or (draft.values.get("email") or [""])[0])
    return render_template("intake/save.html", form=form, draft=draft, token=token)


@bp.post("/intake/inquiry/<token>/save")
@limiter.limit("10 per hour")
@public
@writes
def send_draft_link(token: str) -> ResponseReturnValue:
    """Send the link by which the inquiry can be finished within 30 days."""
    draft = _draft_of(token, to_change=True)
    form = SaveForm()
    if not form.validate():
        return render_template("intake/save.html", form=form, draft=draft, token=token), 422
    if over("5 per day", "draft-link", (form.email.data or "").lower()):
        return render_template("intake/save.html", form=form, draft=draft, token=token, refused=_too_often()), 429
    service.send_link(draft, form.email.data or "")
    return redirect(url_for("intake.saved", token=token), code=303)


@bp.get("/intake/inquiry/<token>/saved")
@public
def saved(token: str) -> ResponseReturnValue:
    """The link is on its way."""
    return render_template("intake/saved.html", draft=_draft_of(token), token=token)


@bp.get("/intake/received/<token>")
@public
def received(token: str) -> ResponseReturnValue:
    """The reference, what happens next and by when."""
    case = cases.by_link_hash(links.token_hash(token[:100]))
    if case is None:
        abort(404)
    return render_template("intake/received.html", case=case, token=token)


def _send(draft: InquiryDraft) -> ResponseReturnValue:
    """Take the inquiry if every page is in order; else say which is not."""
    form = SendForm()
    good = form.validate()
    if draft.case_id is not None:
        return _received(draft)
    everything = _whole(draft)
    refused = ""
    if form.fax.data or clock.now() - draft.begun_at < FASTEST_HUMAN:
        refused = _too_fast()
    if not good or refused or not everything.validate():
        return _check_page(draft, form, everything=everything, refused=refused), 422
    values = everything.typed() | form.typed()
    if over(PER_ADDRESS, "inquiry", values["email"].lower()):
        return _check_page(draft, form, refused=_too_often()), 429
    taken = service.take(values, key=draft.key, language=draft.language, attached=[row.file for row in draft.files])
    service.sent(draft, taken.case.id)
    return redirect(url_for("intake.received", token=_follow_token(taken.case)), code=303)


def _keep_files(draft: InquiryDraft) -> ResponseReturnValue:
    """Keep the chosen files; who chose none goes on."""
    if not EmptyForm().validate():
        abort(400)
    if draft.case_id is not None:
        return _received(draft)
    chosen = [file for file in request.files.getlist("files") if file.filename]
    for why in service.add_files(draft, [(file.filename or "", file.read()) for file in chosen]):
        flash(why, "error")
    if chosen and request.form.get("act") != "save":
        here = url_for("intake.part", token=service.token_of(draft), part=Part.FILES.value)
        return redirect(here, code=303)
    service.keep(draft, Part.FILES, {}, done=True)
    return _onwards(draft, Part.FILES)


def _onwards(draft: InquiryDraft, page: Part) -> ResponseReturnValue:
    """Go to the page after this one, back to the summary, or to the page that saves."""
    token = service.token_of(draft)
    if request.form.get("act") == "save":
        return redirect(url_for("intake.save", token=token), code=303)
    following = Part.CHECK if request.args.get("to") == Part.CHECK else page.following
    return redirect(url_for("intake.part", token=token, part=following.value), code=303)


def _received(draft: InquiryDraft) -> ResponseReturnValue:
    """Show what became of a draft that was sent."""
    case = cases.get(draft.case_id) if draft.case_id else None
    if case is None or case.link_hash is None:
        return redirect(url_for("intake.link"), code=303)
    return redirect(url_for("intake.received", token=_follow_token(case)), code=303)


def _follow_token(case: Case) -> str:
    return links.token_for(case_service.FOLLOW, case.id, case.link_nonce)


def _draft_of(token: str, *, to_change: bool = False) -> InquiryDraft:
    draft = queries.draft_by_link_hash(links.token_hash(token[:100]), now=clock.now(), to_change=to_change)
    if draft is None:
        abort(404)
    return draft


def _part_of(name: str) -> Part:
    if name not in set(Part):
        abort(404)
    return Part(name)


def _typed(page: Part) -> dict[str, list[str]]:
    """Return what was typed on a page, as it was sent."""
    return {name: request.form.getlist(name)[:100] for name in fields_of(page)}


def _filled(draft: InquiryDraft, page: Part) -> Form:
    """Return a page's form with what was typed, wrong or right; untouched it holds good guesses."""
    form_type = PARTS.get(page, Form)
    names = fields_of(page)
    if any(name in draft.values for name in names):
        return form_type(formdata=_as_sent(draft, names), meta={"csrf": False})
    form = form_type(formdata=None)
    if page is Part.CONTACT:
        form.preferred_language.data = current_language().value  # type: ignore[attr-defined]  # of ContactPart
    return form


def _whole(draft: InquiryDraft) -> InquiryForm:
    names = [name for page in Part for name in fields_of(page)]
    sent = _as_sent(draft, names)
    for name in ("consent_contact", "consent_share", "consent_news"):
        if request.form.get(name):
            sent.add(name, "y")
    return InquiryForm(formdata=sent, meta={"csrf": False})


def _as_sent(draft: InquiryDraft, names: Any) -> MultiDict[str, str]:
    return MultiDict([(name, text) for name in names for text in draft.values.get(name, [])])


def _part_page(draft: InquiryDraft | None, page: Part, form: Form, *, key: str = "", refused: str = "") -> str:
    wanted = request.args.get("find", request.form.get("find", ""))[:100]
    return render_template(
        "intake/part.html",
        draft=draft,
        token=service.token_of(draft) if draft else "",
        page=page,
        parts=list(Part),
        form=form,
        key=key,
        refused=refused,
        find=wanted,
        found=vocabulary.search_nace(wanted, limit=24) if wanted else [],
        back=request.args.get("to") == Part.CHECK,
        most_files=MOST_FILES,
    )


def _check_page(
    draft: InquiryDraft, form: SendForm, *, everything: InquiryForm | None = None, refused: str = ""
) -> str:
    whole = everything or _whole(draft)
    if everything is None:
        whole.validate()
    page_of = {name: page for page in Part for name in fields_of(page)}
    wrong = [(page_of[field.name], field) for field in whole if field.errors and field.name in page_of]
    return render_template(
        "intake/check.html",
        draft=draft,
        token=service.token_of(draft),
        page=Part.CHECK,
        parts=list(Part),
        form=form,
        whole=whole,
        wrong=wrong,
        refused=refused,
        fields_of=fields_of,
    )


def _too_fast() -> str:
    return _("This was filled in faster than a person can. Please send it again, or write to the office by e-mail.")


def _too_often() -> str:
    return _("Too many letters went to this address today. Try again tomorrow, or write to the office by e-mail.")


def _sent_already() -> str:
    return _("This inquiry was sent already. Copy what you changed into a message to the team on the follow page.")
