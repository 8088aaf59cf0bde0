"""One firm for a case: why it is suggested or not, what was decided, the introduction; and two firms side by side."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form
from iso_portal.core.i18n import Language
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import ASKED_DAYS, OWN_RULES, LeftOut, Refusal
from iso_portal.matches.forms import (
    AddForm,
    AskForm,
    AskInvestorForm,
    DecisionForm,
    IntroductionForm,
    MeetingForm,
    TakenForm,
)
from iso_portal.matches.models import SuggestionLog, SuggestionRun
from iso_portal.matches.views.blueprint import bp
from iso_portal.matches.views.suggestions import business_of
from matching import InquiryFacts
from matching.facts import vetoed_codes

MOST_TYPED = 100


@bp.get("/cases/<uuid:case_id>/firms/<uuid:business_id>")
@requires(Permission.MATCH_SEE, of=cases.get)
def firm(case: Case, business_id: uuid.UUID) -> ResponseReturnValue:
    """One firm for this case: reasons, decisions and the introduction."""
    return firm_page(case, business_of(business_id))


def firm_page(case: Case, business: Business, *, wrong: Form | None = None, name: str = "", refused: str = "") -> str:
    """Return the page of a firm for a case. wrong: what was refused, in place of the form of this name."""
    run = queries.latest_run(case.id)
    log = queries.log_of(run.id) if run else None
    decided = queries.decisions_about(case.id, business.id)
    asked = service.asked_now(case)
    row = queries.latest_introductions(case.id).get(business.id)
    suggestion = next((one for one in run.suggestions if one.business_id == business.id), None) if run else None
    return render_template(
        "matches/firm.html",
        case=case,
        business=business,
        run=run,
        suggestion=suggestion,
        why_not=explained(asked, business, run, log) if suggestion is None else None,
        position=suggestion.rank if suggestion else None,
        added=queries.added_firm(case.id, business.id),
        decided=decided,
        row=row,
        question=row.investor_question if row else None,
        shares=cases.consents(case)["share"],
        left_out=service.why_left_out(business, asked),
        own_rules=OWN_RULES,
        lately=service.lately_asked(business, but=case),
        most=service.most_asked(business),
        days=ASKED_DAYS,
        forms=_forms(case, business) | ({name: wrong} if wrong is not None else {}),
        match_words=words,
        wrong=wrong,
        refused=refused,
        now=clock.now(),
    )


def _forms(case: Case, business: Business) -> dict[str, Form]:
    """Return the empty forms of the page, each with ids of its own."""
    asked = case.inquiry
    spoken = business.language
    return {
        "decide": DecisionForm(formdata=None).named("decide"),
        "ask": AskForm(formdata=None, language=spoken).named("ask"),
        "ask_investor": AskInvestorForm(formdata=None, language=asked.preferred_language).named("investor"),
        "taken": TakenForm(formdata=None, language=spoken).named("taken"),
        "investor_taken": TakenForm(formdata=None, language=asked.preferred_language).named("investor-taken"),
        "meeting": MeetingForm(formdata=None).named("meeting"),
        "introduce": IntroductionForm(formdata=None, held_on=clock.today()).named("held"),
    }


def explained(
    asked: InquiryFacts, business: Business, run: SuggestionRun | None, log: SuggestionLog | None
) -> dict[str, object]:
    """Return why a firm is not on a list: the hard rule, else its row in the log beside the last that was shown."""
    left_out = service.why_left_out(business, asked)
    mine = queries.measured(log, business.id) if log else None
    read = queries.read_at(business.id)
    return {
        "left_out": left_out,
        "sectors": vetoed_codes(business.refused_sectors, asked.nace),
        "read_later": bool(run and read and left_out is None and mine is None and read.read_at > run.made_at),
        "mine": mine,
        "last": queries.last_shown(log) if log else None,
        "ranked": len(log.rows) if log else 0,
        "features": log.features if log else [],
        "lines": queries.lines_of([business.id])[:12] if left_out not in {LeftOut.NO_CONSENT, LeftOut.INACTIVE} else [],
    }


@bp.get("/cases/<uuid:case_id>/why-not")
@requires(Permission.MATCH_SEE, of=cases.get)
def why_not(case: Case) -> ResponseReturnValue:
    """Look for a firm, read why it is not on the list, and put it beside the list by hand."""
    return _why_not_page(case, _typed("q"))


def _why_not_page(case: Case, text: str, *, wrong: AddForm | None = None, refused: str = "") -> str:
    run = queries.latest_run(case.id)
    log = queries.log_of(run.id) if run else None
    ranks = {one.business_id: one.rank for one in run.suggestions} if run else {}
    found = queries.found_by_name(text)
    asked = service.asked_now(case)
    return render_template(
        "matches/why_not.html",
        case=case,
        text=text,
        run=run,
        ranks=ranks,
        found=[(one, explained(asked, one, run, log)) for one in found],
        added={one.business_id: one for one in queries.added_firms(case.id)},
        forms={one.id: AddForm(formdata=None).named(f"add-{one.id}") for one in found}
        | ({business_of(wrong.business.data).id: wrong} if wrong is not None else {}),
        match_words=words,
        wrong=wrong,
        refused=refused,
    )


@bp.post("/cases/<uuid:case_id>/firms")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def add(case: Case) -> ResponseReturnValue:
    """Put a firm beside the list, with the reason in words."""
    form = AddForm()
    business = business_of(form.business.data)
    form.named(f"add-{business.id}")
    text = (form.q.data or "")[:MOST_TYPED] or business.name
    if not form.validate():
        return _why_not_page(case, text, wrong=form), 422
    try:
        service.add_firm(case, business, reason=form.reason.data or "", by=current_user)
    except Refusal as why:
        return _why_not_page(case, text, wrong=form, refused=str(why)), 422
    flash(_("The firm stands beside the list, with your name and your reason."))
    return redirect(url_for("matches.firm", case_id=case.id, business_id=business.id), code=303)


@bp.get("/cases/<uuid:case_id>/compare")
@requires(Permission.MATCH_SEE, of=cases.get)
def compare(case: Case) -> ResponseReturnValue:
    """Two firms side by side: profile, reasons, and each feature."""
    run = queries.latest_run(case.id)
    log = queries.log_of(run.id) if run else None
    added = queries.added_firms(case.id)
    choices = [one.business for one in run.suggestions] if run else []
    choices += [one.business for one in added if one.business_id not in {firm.id for firm in choices}]
    known = {str(firm.id): firm for firm in choices}
    pair = [known[key] for key in dict.fromkeys((_typed("a"), _typed("b"))) if key in known]
    if any(key and key not in known for key in (_typed("a"), _typed("b"))):
        abort(404)
    return render_template(
        "matches/compare.html",
        case=case,
        run=run,
        choices=choices,
        pair=pair,
        suggestions={one.business_id: one for one in run.suggestions} if run else {},
        rows={one.id: queries.measured(log, one.id) for one in pair} if log else {},
        features=log.features if log else [],
        match_words=words,
    )


def _typed(name: str) -> str:
    """Return what stands in the address, at most as long as a name."""
    return request.args.get(name, "").replace("\x00", "").strip()[:MOST_TYPED]


def language_of(code: str | None) -> Language:
    """Return the language that a form names; it was checked to be one."""
    return Language(code or "en")
