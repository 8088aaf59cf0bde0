"""The follow page: where an inquiry stands, words both ways, and what the investor may change alone."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import EntryKind, Refusal
from iso_portal.cases.models import Case
from iso_portal.core import clock, links
from iso_portal.core.access import public, writes
from iso_portal.core.downloads import download
from iso_portal.core.forms import Form
from iso_portal.core.i18n import current_language
from iso_portal.core.limits import over
from iso_portal.core.uploads import takes
from iso_portal.files import queries as files
from iso_portal.files import words as file_words
from iso_portal.files.domain import MIME, MOST_FILES, OPEN
from iso_portal.intake import service
from iso_portal.intake.forms import (
    ContactForm,
    DataForm,
    EmptyForm,
    FilesForm,
    MessageForm,
    RenewForm,
    WithdrawForm,
)
from iso_portal.intake.views.blueprint import PER_SENDER, bp, chosen_files, limited
from iso_portal.intake.views.drafts import MOST_UPLOAD, follow_token
from iso_portal.privacy import queries as requests
from iso_portal.privacy import service as privacy
from iso_portal.privacy import words as privacy_words
from iso_portal.privacy.domain import Ask


@bp.get("/intake/follow/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Where the inquiry stands; the secret link alone opens it."""
    return _follow_page(_case_of(token), token, MessageForm(formdata=None, key=links.new_nonce()))


@bp.post("/intake/follow/<token>")
@limited(PER_SENDER)
@public
@takes(MOST_UPLOAD)
@writes
def send_message(token: str) -> ResponseReturnValue:
    """Take a message from the investor, with files, or files alone."""
    case = _case_of(token)
    chosen = chosen_files()
    form = FilesForm() if chosen else MessageForm()
    if not form.validate():
        again = _("Choose the files once more, please; a page cannot keep them.") if chosen else ""
        return _follow_page(case, token, form, refused=again), 422
    text, key = form.text.data or "", (form.key.data or "")[:64]
    if text:
        refused = service.write(case, text, language=current_language(), key=key, uploads=chosen)
    else:
        refused = service.add_files_to_case(case, chosen)
    for why in refused:
        flash(why, "error")
    if text or len(refused) < len(chosen):
        flash(_("Your message is with the team.") if text else _("Your files are with the team."))
    return redirect(url_for("intake.follow", token=token, _anchor="messages"), code=303)


@bp.get("/intake/follow/<token>/files/<uuid:file_id>")
@public
def file(token: str, file_id: uuid.UUID) -> ResponseReturnValue:
    """A file of the inquiry, as a download, once it was checked."""
    case = _case_of(token)
    if file_id not in {row.file_id for row in cases.files(case.id, shared_only=True)}:
        abort(404)
    stored = files.with_content(file_id)
    if stored.state not in OPEN:
        abort(404)
    return download(stored.content, name=stored.name, mime=MIME[stored.kind])


@bp.get("/intake/follow/<token>/contact")
@public
def contact(token: str) -> ResponseReturnValue:
    """The investor's own data, to correct."""
    case = _case_of(token)
    known = {name: getattr(case.inquiry.contact, name) for name in case_service.CONTACT_FIELDS}
    form = ContactForm(formdata=None, data=known | cases.consents(case))
    return render_template("intake/contact.html", case=case, token=token, form=form)


@bp.post("/intake/follow/<token>/contact")
@limited(PER_SENDER)
@public
@writes
def keep_contact(token: str) -> ResponseReturnValue:
    """Keep corrected data; a new address gets a new link, and the old one hears of it."""
    case = _case_of(token)
    form = ContactForm()
    if not form.validate():
        return render_template("intake/contact.html", case=case, token=token, form=form), 422
    values = form.typed()
    share, news = values.pop("share"), values.pop("news")
    said = case_service.change_consents(case, share=share, news=news, language=current_language())
    changed = case_service.correct_contact(case, values)
    flash(_("Your data are corrected.") if said or changed else _("Nothing was changed."))
    if "email" in changed:
        flash(_("Your new address has a letter with a new link; this page's old address opens nothing any more."))
    return redirect(url_for("intake.follow", token=follow_token(case)), code=303)


@bp.get("/intake/follow/<token>/withdraw")
@public
def withdraw(token: str) -> ResponseReturnValue:
    """Ask whether work shall end."""
    return render_template("intake/withdraw.html", case=_case_of(token), token=token, form=WithdrawForm(formdata=None))


@bp.post("/intake/follow/<token>/withdraw")
@limited(PER_SENDER)
@public
@writes
def end_work(token: str) -> ResponseReturnValue:
    """End work on the inquiry as its sender asks."""
    case = _case_of(token)
    form = WithdrawForm()
    if not form.validate():
        return render_template("intake/withdraw.html", case=case, token=token, form=form), 422
    try:
        case_service.withdraw(case, reason=form.reason.data or "", language=current_language())
    except Refusal as why:
        return render_template("intake/withdraw.html", case=case, token=token, form=form, refused=str(why)), 422
    flash(_("Work on your inquiry has ended. Nothing you wrote is lost; write to us if you want to take it up again."))
    return redirect(url_for("intake.follow", token=token), code=303)


@bp.get("/intake/follow/<token>/data")
@public
def data(token: str) -> ResponseReturnValue:
    """A copy or the erasure of one's data: ask for it, and see what became of it."""
    return _data_page(_case_of(token), token, DataForm(formdata=None))


@bp.post("/intake/follow/<token>/data")
@limited(PER_SENDER)
@public
@writes
def ask_data(token: str) -> ResponseReturnValue:
    """Take a request about personal data."""
    case = _case_of(token)
    form = DataForm()
    if not form.validate():
        return _data_page(case, token, form), 422
    privacy.ask_of_case(case, Ask(form.ask.data or ""), text=form.text.data or "", language=current_language())
    flash(_("Your request is here. You get an answer within 30 days."))
    return redirect(url_for("intake.data", token=token), code=303)


@bp.get("/intake/follow/<token>/copy.json")
@public
def copy(token: str) -> ResponseReturnValue:
    """The copy of one's data, once two colleagues released it."""
    ready = requests.copy_of_case(_case_of(token).id)
    if ready is None:
        abort(404)
    content = json.dumps(ready.result, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": "attachment; filename=my-data.json"}
    return Response(content, mimetype="application/json", headers=headers)


@bp.post("/intake/follow/<token>/link")
@limited("20 per hour")
@public
@writes
def change_link(token: str) -> ResponseReturnValue:
    """Send a new link, or close the page; the present one opens nothing any more."""
    case = _case_of(token)
    if not EmptyForm().validate():
        abort(400)
    if request.form.get("way") == "revoke":
        case_service.revoke_link(case)
        flash(_("The link opens nothing any more. You can ask for a new one here at any time."))
    else:
        service.send_new_link(email=case.inquiry.contact.email, reference=case.reference)
        flash(_("A letter with a new link is on its way; the old one opens nothing any more."))
    return redirect(url_for("intake.link"), code=303)


@bp.get("/intake/link")
@public
def link() -> ResponseReturnValue:
    """Ask for a new secret link."""
    return render_template("intake/link.html", form=RenewForm(formdata=None))


@bp.post("/intake/link")
@limited("20 per hour")
@public
@writes
def send_link() -> ResponseReturnValue:
    """Send a new link if address and reference belong together; the answer does not tell whether they do."""
    form = RenewForm()
    if not form.validate():
        return render_template("intake/link.html", form=form), 422
    email = form.email.data or ""
    if not over("5 per day", "follow-link", email.lower()):
        service.send_new_link(email=email, reference=form.reference.data or "")
    flash(_("If address and reference belong together, a letter with a new link is on its way."))
    return redirect(url_for("intake.link"), code=303)


def _case_of(token: str) -> Case:
    case = cases.by_link_hash(links.token_hash(token[:100]))
    if case is None:
        abort(404)
    return case


def _follow_page(case: Case, token: str, form: Form, *, refused: str = "") -> str:
    attached = cases.files(case.id, shared_only=True)
    of_entry = defaultdict(list)
    for row in attached:
        of_entry[row.entry_id].append(row)
    return render_template(
        "intake/follow.html",
        case=case,
        token=token,
        form=form,
        refused=refused,
        promise=case_service.promise(case),
        now=clock.now(),
        conversation=cases.conversation(case.id),
        files=attached,
        of_entry=of_entry,
        file_words=file_words,
        open_states=OPEN,
        most_files=MOST_FILES,
        introductions=cases.timeline(case.id, kinds=[EntryKind.INTRODUCTION_HELD]),
    )


def _data_page(case: Case, token: str, form: Form) -> str:
    return render_template(
        "intake/data.html",
        case=case,
        token=token,
        form=form,
        asked=requests.of_case(case.id),
        ready=requests.copy_of_case(case.id),
        privacy_words=privacy_words,
    )
