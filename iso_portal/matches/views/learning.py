"""Versions of the ranking side by side, the model card for everybody, objections."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.core.access import Permission, public, requires, writes
from iso_portal.core.i18n import current_language
from iso_portal.core.limits import limiter
from iso_portal.matches import queries, service, words
from iso_portal.matches.domain import LEAST_NEW_JUDGEMENTS, Objector, Refusal
from iso_portal.matches.forms import AdoptForm, EmptyForm, ObjectionAnswerForm, ObjectionForm
from iso_portal.matches.models import Objection, RankingVersion
from iso_portal.matches.views.blueprint import bp

SIDE_BY_SIDE = 4


@bp.get("/models")
@requires(Permission.MODEL_SEE)
def models() -> ResponseReturnValue:
    """The versions of the ranking side by side."""
    return _models()


def _models(*, form: AdoptForm | None = None, refused: str = "") -> str:
    versions = queries.versions()
    used = queries.adopted_version()
    shown = [one for one in versions if used is not None and one.id == used.id]
    shown += [one for one in versions if one not in shown][: SIDE_BY_SIDE - len(shown)]
    return render_template(
        "matches/models.html",
        versions=versions,
        shown=sorted(shown, key=lambda one: -one.number),
        used=used,
        waiting=queries.waiting_judgements(),
        least=LEAST_NEW_JUDGEMENTS,
        form=form or AdoptForm(formdata=None),
        refused=refused,
        match_words=words,
    )


@bp.post("/models/retrain")
@requires(Permission.MODEL_ADOPT)
@writes
def retrain() -> ResponseReturnValue:
    """Have a version made from the decisions."""
    EmptyForm()
    try:
        service.ask_retrain(by=current_user)
    except Refusal as why:
        return _models(refused=str(why)), 422
    flash(_("A version is being made. Load this page again in a few minutes."))
    return redirect(url_for("matches.models"), code=303)


@bp.post("/models/first-day")
@requires(Permission.MODEL_ADOPT)
@writes
def first_day() -> ResponseReturnValue:
    """Go back to the first day's mix."""
    form = AdoptForm()
    if not form.validate():
        return _models(form=form), 422
    try:
        service.use_first_day(by=current_user, note=form.note.data or "")
    except Refusal as why:
        return _models(form=form, refused=str(why)), 422
    flash(_("The first day's mix is in use. Lists of open cases are being made anew."))
    return redirect(url_for("matches.models"), code=303)


@bp.get("/models/<int(max=1000000):number>")
@requires(Permission.MODEL_SEE, of=queries.version)
def model(row: RankingVersion) -> ResponseReturnValue:
    """One version with its figures."""
    return _model(row)


def _model(row: RankingVersion, *, form: AdoptForm | None = None, refused: str = "") -> str:
    return render_template(
        "matches/model.html",
        row=row,
        form=form or AdoptForm(formdata=None),
        refused=refused,
        match_words=words,
    )


@bp.post("/models/<int(max=1000000):number>/adopt")
@requires(Permission.MODEL_ADOPT, of=queries.version, seen_with=Permission.MODEL_SEE)
@writes
def adopt(row: RankingVersion) -> ResponseReturnValue:
    """Use a version from now on."""
    form = AdoptForm()
    if not form.validate():
        return _model(row, form=form), 422
    try:
        whole = queries.version(row.number, whole=True, to_change=True)
        service.adopt(whole, by=current_user, note=form.note.data or "")
    except Refusal as why:
        return _model(row, form=form, refused=str(why)), 422
    flash(_("The version is in use. Lists of open cases are being made anew."))
    return redirect(url_for("matches.model", number=row.number), code=303)


@bp.get("/model-card")
@public
def model_card() -> ResponseReturnValue:
    """How firms are ranked, how well, and how to object; for everybody."""
    return _card()


def _card(*, form: ObjectionForm | None = None) -> str:
    used = queries.adopted_version()
    return render_template(
        "matches/model_card.html",
        used=used,
        figures=used.card if used else service.first_day(),
        form=form or ObjectionForm(formdata=None),
        match_words=words,
    )


@bp.post("/model-card/objections")
@limiter.limit("10 per hour")
@public
@writes
def object_to() -> ResponseReturnValue:
    """Take an objection, from anybody."""
    form = ObjectionForm()
    if not form.validate():
        return _card(form=form), 422
    service.object_to(
        form.text.data or "",
        objector=Objector(form.objector.data),
        language=current_language(),
        name=form.name.data or "",
        email=form.email.data or "",
        by=current_user if current_user.is_authenticated else None,
    )
    flash(_("Your objection has reached the office. A person will look at it."))
    return redirect(url_for("matches.model_card"), code=303)


@bp.get("/objections")
@requires(Permission.MODEL_ANSWER)
def objections() -> ResponseReturnValue:
    """What was objected, and the answers."""
    return _objections()


def _objections(*, wrong: ObjectionAnswerForm | None = None, about: uuid.UUID | None = None, refused: str = "") -> str:
    rows = queries.objections()
    forms = {row.id: (wrong if wrong and row.id == about else ObjectionAnswerForm(formdata=None)) for row in rows}
    return render_template(
        "matches/objections.html",
        rows=rows,
        forms={key: form.named(f"o{key}") for key, form in forms.items()},
        wrong=wrong,
        refused=refused,
        match_words=words,
    )


@bp.post("/objections/<uuid:objection_id>")
@requires(Permission.MODEL_ANSWER, of=queries.objection)
@writes
def answer_objection(row: Objection) -> ResponseReturnValue:
    """Answer an objection."""
    form = ObjectionAnswerForm()
    if not form.validate():
        return _objections(wrong=form, about=row.id), 422
    try:
        service.answer_objection(row, form.answer.data or "", by=current_user)
    except Refusal as why:
        return _objections(wrong=form, about=row.id, refused=str(why)), 422
    flash(_("The answer is kept."))
    return redirect(url_for("matches.objections"), code=303)
