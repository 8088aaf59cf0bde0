"""What the office asks a firm, and what the firm answers."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.core.access import writes
from iso_portal.core.i18n import current_language
from iso_portal.matches import queries as matches
from iso_portal.matches import service
from iso_portal.matches.domain import Answer, Refusal
from iso_portal.matches.models import Introduction
from iso_portal.my_business import queries, words
from iso_portal.my_business.forms import AnswerForm
from iso_portal.my_business.views.blueprint import bp, holder


@bp.get("/questions")
@holder
def introductions(business: Business) -> ResponseReturnValue:
    """All questions of the office to this firm."""
    asked = matches.introductions(business_id=business.id)
    return render_template("my_business/introductions.html", business=business, asked=asked, own_words=words)


@bp.get("/questions/<uuid:introduction_id>")
@holder
def introduction(business: Business, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """One question, what the investor looks for, and the firm's answer."""
    row = _introduction(business, introduction_id)
    return _page(business, row, AnswerForm(formdata=None, answer=row.answer, text=row.answer_text))


@bp.post("/questions/<uuid:introduction_id>")
@holder
@writes
def answer(business: Business, introduction_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the firm's answer; sent twice it counts once."""
    row = _introduction(business, introduction_id, to_change=True)
    form = AnswerForm()
    if not form.validate():
        return _page(business, row, form), 422
    try:
        service.answer_introduction(row, Answer(form.answer.data), form.text.data or "", language=current_language())
    except Refusal as why:
        return _page(business, row, form, refused=str(why)), 422
    flash(_("Your answer is with the office."))
    return redirect(url_for("my_business.introduction", introduction_id=row.id), code=303)


def _introduction(business: Business, introduction_id: uuid.UUID, *, to_change: bool = False) -> Introduction:
    try:
        return queries.introduction_of(business, introduction_id, to_change=to_change)
    except NoResultFound:
        abort(404)


def _page(business: Business, row: Introduction, form: AnswerForm, *, refused: str = "") -> str:
    """Show what the investor seeks only while the investor shares it, and who it is only once both said yes."""
    shares = cases.consents(row.case)["share"] and row.withdrawn_at is None
    return render_template(
        "my_business/introduction.html",
        business=business,
        row=row,
        form=form,
        refused=refused,
        inquiry=row.case.inquiry if shares else None,
        investor=row.case.inquiry.investor if shares and row.released_at else None,
        contact=row.case.inquiry.contact if shares and row.released_at else None,
        own_words=words,
    )
