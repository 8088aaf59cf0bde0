"""The inquiry form: one group of questions a page, kept from the first page on.

The address of a page holds the secret of its draft, so it works without cookies, on two devices, and days later.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.core import links
from iso_portal.core.access import public, writes
from iso_portal.core.i18n import current_language
from iso_portal.core.uploads import takes
from iso_portal.intake import service
from iso_portal.intake.domain import SHORTEST_KEY, Part
from iso_portal.intake.forms import PARTS, EmptyForm, fields_of
from iso_portal.intake.models import InquiryDraft
from iso_portal.intake.views.blueprint import PER_SENDER, bp, chosen_files, limited, too_fast
from iso_portal.intake.views.drafts import (
    MOST_UPLOAD,
    case_of,
    draft_of,
    filled,
    follow_token,
    part_page,
    sent_page,
    to_what_was_sent,
    typed,
)


@bp.get("/intake/inquiry")
@public
def inquiry() -> ResponseReturnValue:
    """The first page; nothing is kept before it is sent."""
    return part_page(None, Part.PROJECT, PARTS[Part.PROJECT](formdata=None), key=links.new_nonce())


@bp.post("/intake/inquiry")
@limited(PER_SENDER)
@public
@writes
def begin_inquiry() -> ResponseReturnValue:
    """Keep the first page and go on to the next; the same page sent twice begins one inquiry."""
    form = PARTS[Part.PROJECT]()
    key = request.form.get("key", "")[:64]
    key = key if len(key) >= SHORTEST_KEY else links.new_nonce()
    if request.form.get("fax"):
        return part_page(None, Part.PROJECT, form, key=key, refused=too_fast()), 422
    good = form.validate()
    if not good and request.form.get("act") != "save":
        return part_page(None, Part.PROJECT, form, key=key), 422
    draft = service.begin(key, language=current_language())
    if draft.case_id is not None:
        return sent_page(draft, form)
    service.keep(draft, Part.PROJECT, typed(fields_of(Part.PROJECT)), done=good, language=current_language())
    return onwards(draft, Part.PROJECT)


@bp.get("/intake/inquiry/<token>")
@public
def resume(token: str) -> ResponseReturnValue:
    """The link of a letter: to the page where the person stopped."""
    draft = draft_of(token)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    page = list(Part)[min(draft.reached, len(Part) - 1)]
    return redirect(url_for("intake.part", token=token, part=page.value))


@bp.get("/intake/inquiry/<token>/<part>")
@public
def part(token: str, part: str) -> ResponseReturnValue:
    """One page of the form, with what was typed so far; on the way back from the summary, with what is wrong."""
    draft, page = draft_of(token), _page_of(part)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    form = filled(draft, page)
    if request.args.get("to") == Part.CHECK:
        form.validate()
    return part_page(draft, page, form)


@bp.post("/intake/inquiry/<token>/<part>")
@limited(PER_SENDER)
@public
@takes(MOST_UPLOAD)
@writes
def keep_part(token: str, part: str) -> ResponseReturnValue:
    """Keep a page and go on."""
    draft, page = draft_of(token, to_change=True), _page_of(part)
    if page is Part.FILES:
        return _keep_files(draft)
    form = PARTS[page]()
    good = form.validate()
    if draft.case_id is not None:
        return sent_page(draft, form)
    act = request.form.get("act", "")
    if not good and act not in {"save", "find", "back"}:
        return part_page(draft, page, form), 422
    service.keep(draft, page, typed(fields_of(page)), done=good, language=current_language())
    if act == "find":
        return redirect(_page_address(token, page, find=request.form.get("find", "")[:100], _anchor="found"), code=303)
    return onwards(draft, page)


@bp.post("/intake/inquiry/<token>/files/<uuid:file_id>/remove")
@limited(PER_SENDER)
@public
@writes
def remove_file(token: str, file_id: uuid.UUID) -> ResponseReturnValue:
    """Take a file off the inquiry."""
    draft = draft_of(token, to_change=True)
    if not EmptyForm().validate():
        abort(400)
    if draft.case_id is not None:
        return to_what_was_sent(draft)
    found = next((row.file for row in draft.files if row.file_id == file_id), None)
    if found is not None:
        service.remove_file(draft, found)
        flash(_("Taken off: %(name)s", name=found.name))
    return redirect(_page_address(token, Part.FILES), code=303)


def _keep_files(draft: InquiryDraft) -> ResponseReturnValue:
    """Keep the chosen files, and go on when all were taken. After sending they go to the team: nothing is lost."""
    if not EmptyForm().validate():
        abort(400)
    chosen = chosen_files()
    if draft.case_id is not None:
        return _to_the_team(draft, chosen)
    refused = service.add_files(draft, chosen)
    for why in refused:
        flash(why, "error")
    if (refused or request.form.get("act") == "add") and request.form.get("act") != "save":
        return redirect(_page_address(service.token_of(draft), Part.FILES), code=303)
    service.keep(draft, Part.FILES, {}, done=True)
    return onwards(draft, Part.FILES)


def _to_the_team(draft: InquiryDraft, chosen: list[tuple[str, bytes]]) -> ResponseReturnValue:
    case = case_of(draft)
    if case is None or not chosen:
        return to_what_was_sent(draft)
    for why in service.add_files_to_case(case, chosen):
        flash(why, "error")
    flash(_("This inquiry was sent already. The files that could be taken are with the team now."))
    return redirect(url_for("intake.follow", token=follow_token(case)), code=303)


def onwards(draft: InquiryDraft, page: Part) -> ResponseReturnValue:
    """Go to the page after this one or before it, to the summary, or to the page that saves."""
    token, act = service.token_of(draft), request.form.get("act")
    if act == "save":
        return redirect(url_for("intake.save", token=token), code=303)
    following = (page.before or page) if act == "back" else page.following
    if request.args.get("to") == Part.CHECK:
        following = Part.CHECK
    return redirect(url_for("intake.part", token=token, part=following.value), code=303)


def _page_address(token: str, page: Part, **more: Any) -> str:
    """Return a page's address; whoever came from the summary goes back there."""
    return url_for("intake.part", token=token, part=page.value, to=request.args.get("to"), **more)


def _page_of(name: str) -> Part:
    if name not in set(Part) - {Part.CHECK}:
        abort(404)
    return Part(name)
