"""The public pages of an inquiry, and the colleague's page for inquiries that come another way."""

from __future__ import annotations

import uuid
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.cases.domain import Channel, EntryKind
from iso_portal.cases.models import Case
from iso_portal.core import clock, links
from iso_portal.core.access import Permission, public, requires, writes
from iso_portal.core.i18n import current_language
from iso_portal.core.limits import limiter
from iso_portal.intake import service
from iso_portal.intake.domain import FASTEST_HUMAN
from iso_portal.intake.forms import InquiryForm, MessageForm, RecordForm, RenewForm

bp = Blueprint("intake", __name__)

PER_SENDER = "20 per hour"


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    """What the office does, for whom, and how to begin."""
    return render_template("intake/start.html")


@bp.get("/intake/inquiry")
@public
def inquiry() -> ResponseReturnValue:
    """The empty inquiry form."""
    form = InquiryForm(formdata=None, key=uuid.uuid4().hex, begun=clock.now().isoformat(), time_zone="Europe/Berlin")
    form.preferred_language.data = current_language().value
    return render_template("intake/inquiry.html", form=form)


@bp.post("/intake/inquiry")
@limiter.limit(PER_SENDER)
@public
@writes
def send_inquiry() -> ResponseReturnValue:
    """Take an inquiry; the same form sent twice is one inquiry."""
    form = InquiryForm()
    good = form.validate()
    refused = _refusal_of_programs(form)
    if not good or refused:
        return render_template("intake/inquiry.html", form=form, refused=refused), 422
    taken = service.take(form.typed(), key=form.key.data or uuid.uuid4().hex, language=current_language())
    return redirect(url_for("intake.received", token=_token(taken.case)), code=303)


@bp.get("/intake/received/<token>")
@public
def received(token: str) -> ResponseReturnValue:
    """The reference, what happens next and by when."""
    return render_template("intake/received.html", case=_case_of(token), token=token)


@bp.get("/intake/follow/<token>")
@public
def follow(token: str) -> ResponseReturnValue:
    """Where the inquiry stands; the secret link alone opens it."""
    case = _case_of(token)
    form = MessageForm(formdata=None, key=uuid.uuid4().hex)
    return _follow_page(case, token, form)


@bp.post("/intake/follow/<token>")
@limiter.limit(PER_SENDER)
@public
@writes
def send_message(token: str) -> ResponseReturnValue:
    """Take a message from the investor."""
    case = _case_of(token)
    form = MessageForm()
    if not form.validate():
        return _follow_page(case, token, form), 422
    case_service.receive_message(
        case, form.text.data or "", language=current_language(), key=(form.key.data or "")[:64]
    )
    flash(_("Your message is with the team."))
    return redirect(url_for("intake.follow", token=token), code=303)


@bp.get("/intake/link")
@public
def link() -> ResponseReturnValue:
    """Ask for a new secret link."""
    return render_template("intake/link.html", form=RenewForm(formdata=None))


@bp.post("/intake/link")
@limiter.limit("5 per hour")
@public
@writes
def send_link() -> ResponseReturnValue:
    """Send a new link if address and reference belong together; the answer does not tell whether they do."""
    form = RenewForm()
    if not form.validate():
        return render_template("intake/link.html", form=form), 422
    service.send_new_link(email=form.email.data or "", reference=form.reference.data or "")
    flash(_("If address and reference belong together, a letter with a new link is on its way."))
    return redirect(url_for("intake.link"), code=303)


@bp.get("/intake/record")
@requires(Permission.INQUIRY_RECORD)
def record() -> ResponseReturnValue:
    """The form for an inquiry by phone, e-mail or at a fair."""
    form = RecordForm(formdata=None, key=uuid.uuid4().hex, begun="", time_zone="Europe/Berlin")
    form.received_at.data = clock.now().astimezone(clock.LOCAL).replace(tzinfo=None, second=0, microsecond=0)
    form.preferred_language.data = current_language().value
    return render_template("intake/record.html", form=form)


@bp.post("/intake/record")
@requires(Permission.INQUIRY_RECORD)
@writes
def keep_record() -> ResponseReturnValue:
    """Take an inquiry that a colleague wrote down."""
    form = RecordForm()
    if not form.validate():
        return render_template("intake/record.html", form=form), 422
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


def _refusal_of_programs(form: InquiryForm) -> str:
    """Return why a sender looks like a program; nobody is refused without a way to write to us (casework C7)."""
    try:
        hasty = clock.now() - datetime.fromisoformat(form.begun.data or "") < FASTEST_HUMAN
    except (ValueError, TypeError):
        hasty = bool(form.begun.data)
    if form.fax.data or hasty:
        return _("This was filled in faster than a person can. Please send it again, or write to the office by e-mail.")
    return ""


def _token(case: Case) -> str:
    return links.token_for(case_service.FOLLOW, case.id, case.link_nonce)


def _case_of(token: str) -> Case:
    case = cases.by_link_hash(links.token_hash(token[:100]))
    if case is None:
        abort(404)
    return case


def _follow_page(case: Case, token: str, form: MessageForm) -> str:
    return render_template(
        "intake/follow.html",
        case=case,
        token=token,
        form=form,
        conversation=cases.conversation(case.id),
        introductions=cases.timeline(case.id, kinds=[EntryKind.INTRODUCTION_HELD]),
        address=request.path,
    )
