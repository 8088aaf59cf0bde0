"""The list of a case: firms with their reasons, what changed since the list before, and classes of the inquiry."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.businesses.models import Business
from iso_portal.cases import queries as cases
from iso_portal.cases.models import Case
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import Cause, Change, Place, Refusal, gone, places
from iso_portal.matches.forms import ClassesForm, EmptyForm
from iso_portal.matches.models import SuggestionRun
from iso_portal.matches.views.blueprint import bp


@dataclass(frozen=True, kw_only=True)
class News:
    """What changed since the list before, which was made at `since`. changed: firms whose profile was changed in between; gone: firms that left."""

    since: datetime
    places: dict[uuid.UUID, Place]
    gone: list[Business]
    causes: list[Cause]
    changed: set[uuid.UUID]

    @property
    def still(self) -> bool:
        """Whether every firm stands where it stood."""
        return all(one.change is Change.SAME for one in self.places.values())

    @property
    def any(self) -> bool:
        """Whether anything moved, or might have."""
        return bool(self.gone) or self.causes != [Cause.OTHERS] or not self.still


@bp.get("/cases/<uuid:case_id>")
@requires(Permission.MATCH_SEE, of=cases.get)
def of_case(case: Case) -> ResponseReturnValue:
    """The suggested firms of a case with their reasons, and the decisions so far."""
    return page(case)


def page(case: Case, *, wrong: Form | None = None, refused: str = "") -> str:
    """Return the page of a case's suggestions, with what was refused."""
    run, before = queries.last_two_runs(case.id)
    decided = queries.decisions(case.id)
    added = queries.added_firms(case.id)
    shown = {one.business_id for one in run.suggestions} if run else set()
    elsewhere = [key for key in decided if key not in shown | {one.business_id for one in added}]
    others = queries.suggestible(elsewhere) if elsewhere else []
    told = cases.said(case).learnt
    return render_template(
        "matches/of_case.html",
        case=case,
        run=run,
        news=_news(run, before) if run and before else None,
        decided=decided,
        added=[one for one in added if one.business_id not in shown],
        others=others,
        hidden=len(elsewhere) - len(others),
        left_out=queries.left_out(service.inquiry_of(case, told)),
        asked=queries.latest_introductions(case.id),
        sectors=list(told.get("sectors") or case.inquiry.sectors),
        match_words=words,
        wrong=wrong,
        refused=refused,
    )


def _news(run: SuggestionRun, before: SuggestionRun) -> News:
    """Compare two lists; firms that may not be suggested any more are in neither."""
    now = [one.business_id for one in run.suggestions]
    then = [one.business_id for one in before.suggestions]
    causes = []
    if run.asked_mark != before.asked_mark:
        causes.append(Cause.INQUIRY)
    if (run.model_version, run.made_with) != (before.model_version, before.made_with):
        causes.append(Cause.MODEL)
    firms = {one.business_id: one.business for one in (*before.suggestions, *run.suggestions)}
    changed = {key for key, firm in firms.items() if firm.updated_at and before.made_at < firm.updated_at}
    return News(
        since=before.made_at,
        places=places(now, then),
        gone=[firms[key] for key in gone(now, then)],
        causes=causes or [Cause.OTHERS],
        changed=changed,
    )


@bp.post("/cases/<uuid:case_id>/refresh")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def refresh(case: Case) -> ResponseReturnValue:
    """Have a new list made."""
    if not EmptyForm().validate():
        abort(400)
    service.ask_refresh(case, by=current_user)
    flash(_("A new list is being made. Load this page again in a few seconds."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


@bp.post("/cases/<uuid:case_id>/classes")
@requires(Permission.MATCH_DECIDE, of=cases.get, seen_with=Permission.MATCH_SEE)
@writes
def classes(case: Case) -> ResponseReturnValue:
    """Keep the classes of the inquiry that a person accepted or chose; a new list follows."""
    form = ClassesForm()
    if not form.validate():
        return page(case, wrong=form), 422
    try:
        service.accept_classes(case, form.codes(), by=current_user)
    except Refusal as why:
        return page(case, wrong=form, refused=str(why)), 422
    flash(_("The classes are kept, and a new list is being made. Load this page again in a few seconds."))
    return redirect(url_for("matches.of_case", case_id=case.id), code=303)


def business_of(key: str | uuid.UUID | None) -> Business:
    """Return the firm that a form or an address names; 404 for none."""
    try:
        return businesses.get(key if isinstance(key, uuid.UUID) else uuid.UUID(key or ""))
    except (ValueError, NoResultFound):
        abort(404)
