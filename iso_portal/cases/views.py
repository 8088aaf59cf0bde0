"""The list of cases and the page of one case."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.cases import queries, service
from iso_portal.cases.domain import MOVES, CloseReason, EntryKind, GateClosed, Missing, Refusal, Stage, Stale, Status
from iso_portal.cases.forms import (
    CorrectForm,
    JobsForm,
    LandingForm,
    MessageForm,
    MoveForm,
    ScreeningForm,
    StatusForm,
    TaskForm,
    TextForm,
)
from iso_portal.cases.models import Case
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form

bp = Blueprint("cases", __name__, url_prefix="/cases")


def edits(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let only those write on a case who may; who may see it is told so."""
    return requires(Permission.CASE_EDIT, of=queries.get, seen_with=Permission.CASE_SEE)(writes(view))


@bp.get("/")
@requires(Permission.CASE_LIST)
def index() -> ResponseReturnValue:
    """All cases, the newest first; filters stand in the address."""
    try:
        filters = queries.Filters(
            text=request.args.get("text", "")[:200],
            stage=Stage(request.args["stage"]) if request.args.get("stage") else None,
            status=Status(request.args["status"]) if request.args.get("status") else None,
            section=request.args.get("section", "")[:1],
            municipality=request.args.get("municipality", "")[:40],
            of_person=current_user.id if request.args.get("mine") else None,
        )
        page = queries.listed(filters, cursor=request.args.get("page"))
    except ValueError:
        abort(404)
    return render_template(
        "cases/index.html", page=page, filters=filters, now=clock.now(), stages=Stage, statuses=Status
    )


@bp.get("/<uuid:case_id>/")
@requires(Permission.CASE_SEE, of=queries.get)
def show(case: Case) -> ResponseReturnValue:
    """Everything about one case at one look."""
    return _page(case)


def _page(case: Case, *, wrong: Form | None = None, refused: str = "", missing: list[Missing] | None = None) -> str:
    """Render the case's page; `wrong` is the form that was refused, with everything typed in it."""
    kind = request.args.get("kind", "")
    kinds = [EntryKind(kind)] if kind in set(EntryKind) else []
    following = MOVES[case.stage]
    forms = {
        "note": TextForm(formdata=None),
        "message": MessageForm(formdata=None),
        "task": TaskForm(formdata=None),
        "screening": ScreeningForm(formdata=None),
        "landing": LandingForm(formdata=None),
        "jobs": JobsForm(formdata=None),
        "status": StatusForm(formdata=None, status=case.status.value, close_reason=case.close_reason or ""),
    }
    forms["task"].owner.pairs = _owners  # type: ignore[attr-defined]  # the one choice that comes from rows
    if wrong is not None:
        forms |= {name: wrong for name, form in forms.items() if type(form) is type(wrong)}
    for name, form in forms.items():
        form.named(name)
    return render_template(
        "cases/show.html",
        case=case,
        timeline=queries.timeline(case.id, kinds=kinds),
        kind=kind,
        kinds=EntryKind,
        tasks=queries.tasks(case.id),
        gates={stage: service.missing_before(case, stage) for stage in following},
        moves=following,
        stages=list(Stage),
        forms=forms,
        wrong=wrong,
        refused=refused,
        missing=missing or [],
        now=clock.now(),
        today=clock.today(),
    )


def _owners() -> list[tuple[str, str]]:
    return [(str(person.id), person.name) for person in queries.owners()]


def _act(case: Case, form: Form, act: Callable[[], object], done: str) -> ResponseReturnValue:
    """Do one thing on a case, or show the page again with what was typed and why it was refused."""
    if not form.validate():
        return _page(case, wrong=form), 422
    try:
        act()
    except Stale as why:
        return _page(case, wrong=form, refused=str(why)), 409
    except GateClosed as why:
        return _page(case, wrong=form, refused=str(why), missing=why.missing), 422
    except Refusal as why:
        return _page(case, wrong=form, refused=str(why)), 422
    flash(done)
    return redirect(url_for("cases.show", case_id=case.id), code=303)


@bp.post("/<uuid:case_id>/move")
@edits
def move(case: Case) -> ResponseReturnValue:
    """Move the case to the next stage."""
    form = MoveForm()
    return _act(
        case,
        form,
        lambda: service.move(case, Stage(form.stage.data), by=current_user, version=form.seen()),
        _("The stage has changed."),
    )


@bp.post("/<uuid:case_id>/correct")
@requires(Permission.CASE_CORRECT, of=queries.get, seen_with=Permission.CASE_SEE)
@writes
def correct(case: Case) -> ResponseReturnValue:
    """Set a mistaken stage right, with a reason."""
    form = CorrectForm()
    return _act(
        case,
        form,
        lambda: service.correct_stage(
            case, Stage(form.stage.data), by=current_user, reason=form.reason.data or "", version=form.seen()
        ),
        _("The stage has been corrected."),
    )


@bp.post("/<uuid:case_id>/status")
@edits
def status(case: Case) -> ResponseReturnValue:
    """Set whether work goes on."""
    form = StatusForm()
    return _act(
        case,
        form,
        lambda: service.change_status(
            case,
            Status(form.status.data),
            by=current_user,
            reason=form.reason.data or "",
            close_reason=CloseReason(form.close_reason.data) if form.close_reason.data else None,
            version=form.seen(),
        ),
        _("The status has changed."),
    )


@bp.post("/<uuid:case_id>/notes")
@edits
def note(case: Case) -> ResponseReturnValue:
    """Keep an internal note."""
    form = TextForm()
    return _act(case, form, lambda: service.add_note(case, form.text.data or "", by=current_user), _("Note kept."))


@bp.post("/<uuid:case_id>/calls")
@edits
def call(case: Case) -> ResponseReturnValue:
    """Write down a call."""
    form = TextForm()
    return _act(
        case,
        form,
        lambda: service.log_call(case, form.text.data or "", by=current_user, substantive=bool(form.substantive.data)),
        _("Call kept."),
    )


@bp.post("/<uuid:case_id>/messages")
@edits
def message(case: Case) -> ResponseReturnValue:
    """Write to the investor."""
    form = MessageForm()
    return _act(
        case,
        form,
        lambda: service.send_message(case, form.text.data or "", by=current_user, substantive=not form.holding.data),
        _("The message is on its way."),
    )


@bp.post("/<uuid:case_id>/tasks")
@edits
def task(case: Case) -> ResponseReturnValue:
    """Note something to do."""
    form = TaskForm()
    form.owner.pairs = _owners

    def act() -> None:
        owners = {str(person.id): person for person in queries.owners()}
        service.add_task(
            case,
            form.title.data or "",
            form.due_on.data or clock.today(),
            by=current_user,
            owner=owners.get(form.owner.data or ""),
        )

    return _act(case, form, act, _("Task kept."))


@bp.post("/<uuid:case_id>/tasks/<uuid:task_id>/done")
@edits
def finish(case: Case, task_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a task as done."""
    found = next((row for row in queries.tasks(case.id) if row.id == task_id), None)
    if found is None:
        abort(404)
    return _act(case, Form(), lambda: service.finish_task(case, found, by=current_user), _("Task done."))


@bp.post("/<uuid:case_id>/screening")
@edits
def screening(case: Case) -> ResponseReturnValue:
    """Write down a check against the lists."""
    form = ScreeningForm()
    return _act(
        case,
        form,
        lambda: service.record_screening(
            case, clear=form.clear.data == "yes", note=form.note.data or "", by=current_user
        ),
        _("The check is written down."),
    )


@bp.post("/<uuid:case_id>/landings")
@edits
def landing(case: Case) -> ResponseReturnValue:
    """Write down an investment that began."""
    form = LandingForm()
    return _act(
        case,
        form,
        lambda: service.record_landing(case, by=current_user, **form.typed()),
        _("The outcome is written down at level V1; a colleague of the other desk verifies it."),
    )


@bp.post("/<uuid:case_id>/jobs")
@edits
def jobs(case: Case) -> ResponseReturnValue:
    """Write down people who began work."""
    form = JobsForm()
    return _act(
        case,
        form,
        lambda: service.record_jobs(case, by=current_user, **form.typed()),
        _("The outcome is written down at level V1; a colleague of the other desk verifies it."),
    )


@bp.app_template_global()
def case_clock(case: Case) -> tuple[str, str]:
    """Return (words, tone) of the answer clock."""
    if case.answered_at is not None:
        late = case.answered_at > case.answer_due_at
        return (_("answered late"), "plain") if late else (_("answered in time"), "good")
    if case.status is Status.CLOSED:
        return _("closed"), "plain"
    left = case.answer_due_at - clock.now()
    if left.total_seconds() < 0:
        return _("answer overdue"), "late"
    return (_("answer due today"), "due") if left.days < 1 else (_("answer due"), "plain")
