"""What is done on a case."""

from __future__ import annotations

import uuid

from flask import abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.cases import queries, service
from iso_portal.cases.domain import CloseReason, Stage, Status
from iso_portal.cases.forms import (
    CorrectForm,
    JobsForm,
    LandingForm,
    LearntForm,
    MessageForm,
    MoveForm,
    ScreeningForm,
    StatusForm,
    TaskForm,
    TextForm,
)
from iso_portal.cases.models import Case
from iso_portal.cases.views.blueprint import bp, edits
from iso_portal.cases.views.pages import act, owners
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires, writes
from iso_portal.core.forms import Form


@bp.post("/<uuid:case_id>/move")
@edits
def move(case: Case) -> ResponseReturnValue:
    """Move the case to the next stage."""
    form = MoveForm()
    return act(
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
    return act(
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
    return act(
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
    return act(case, form, lambda: service.add_note(case, form.text.data or "", by=current_user), _("Note kept."))


@bp.post("/<uuid:case_id>/calls")
@edits
def call(case: Case) -> ResponseReturnValue:
    """Write down a call."""
    form = TextForm()
    return act(
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
    return act(
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
    people = queries.owners()
    form.owner.pairs = lambda: owners(people)

    def keep() -> None:
        service.add_task(
            case,
            form.title.data or "",
            form.due_on.data or clock.today(),
            by=current_user,
            owner=next((person for person in people if str(person.id) == form.owner.data), None),
        )

    return act(case, form, keep, _("Task kept."))


@bp.post("/<uuid:case_id>/tasks/<uuid:task_id>/done")
@edits
def finish(case: Case, task_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a task as done."""
    found = next((row for row in queries.tasks(case.id) if row.id == task_id), None)
    if found is None:
        abort(404)
    return act(case, Form(), lambda: service.finish_task(case, found, by=current_user), _("Task done."))


@bp.post("/<uuid:case_id>/screening")
@edits
def screening(case: Case) -> ResponseReturnValue:
    """Write down a check against the lists."""
    form = ScreeningForm()
    return act(
        case,
        form,
        lambda: service.record_screening(
            case, clear=form.clear.data == "yes", note=form.note.data or "", by=current_user
        ),
        _("The check is written down."),
    )


@bp.post("/<uuid:case_id>/learnt")
@edits
def learnt(case: Case) -> ResponseReturnValue:
    """Write down what the investor told after the inquiry."""
    form = LearntForm()
    return act(
        case,
        form,
        lambda: service.record_learnt(
            case,
            band=form.band.data,
            timeline=form.timeline.data,
            needs=form.needs.data or [],
            text=form.text.data or "",
            by=current_user,
        ),
        _("It is written down; the inquiry stays as it was sent."),
    )


@bp.post("/<uuid:case_id>/landings")
@edits
def landing(case: Case) -> ResponseReturnValue:
    """Write down an investment that began."""
    form = LandingForm()
    return act(
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
    return act(
        case,
        form,
        lambda: service.record_jobs(case, by=current_user, **form.typed()),
        _("The outcome is written down at level V1; a colleague of the other desk verifies it."),
    )
