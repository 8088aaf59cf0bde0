"""The investor's page: may we introduce you to this firm? Opened by the letter's link, which works for one answer."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from iso_portal.cases import queries as cases
from iso_portal.core import clock, links
from iso_portal.core.access import public, writes
from iso_portal.core.i18n import current_language
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import Answer, Refusal
from iso_portal.matches.forms import AnswerForm
from iso_portal.matches.models import InvestorQuestion
from iso_portal.matches.views.blueprint import bp

MOST_LETTERS = 100  # of a token; longer ones are none


@bp.get("/answer/<token>")
@public
def question(token: str) -> ResponseReturnValue:
    """What the office asks the investor; opening it changes nothing."""
    return _page(_asked(token), AnswerForm(formdata=None))


@bp.post("/answer/<token>")
@public
@writes
def answer(token: str) -> ResponseReturnValue:
    """Keep the investor's answer; it uses the link up."""
    asked = _asked(token)
    form = AnswerForm()
    if not form.validate():
        return _page(asked, form), 422
    try:
        service.answer_as_investor(asked, Answer(form.answer.data), form.text.data or "", language=current_language())
    except Refusal as why:
        return _page(asked, form, refused=str(why)), 422
    flash(_("Thank you. Your answer is kept."))
    return redirect(request.path, code=303)


def _asked(token: str) -> InvestorQuestion:
    asked = queries.question_by_hash(links.token_hash(token[:MOST_LETTERS]))
    if asked is None:
        abort(404)
    return asked


def _page(asked: InvestorQuestion, form: AnswerForm, *, refused: str = "") -> str:
    """Show the firm while it agrees and the question stands; its name as the letter did; contact data once both agreed."""
    row = asked.introduction
    agreed = row.business.consent_suggest and row.business.active and row.withdrawn_at is None
    shares = cases.consents(row.case)["share"]
    return render_template(
        "matches/answer.html",
        asked=asked,
        row=row,
        firm=row.business if agreed and shares else None,
        named=service.names_firm(row),
        form=form,
        refused=refused,
        open_link=agreed and shares and asked.answer is None and asked.expires_at >= clock.now(),
        match_words=words,
        address=request.path,
    )
