"""The list of cases and the page of one case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from iso_portal.accounts.models import Person
from iso_portal.cases import queries, service
from iso_portal.cases.domain import EntryKind, GateClosed, Missing, Refusal, Stage, Stale, Status
from iso_portal.cases.forms import (
    FileForm,
    JobsForm,
    LandingForm,
    LearntForm,
    MessageForm,
    ReleaseForm,
    ScreeningForm,
    StatusForm,
    TaskForm,
    TextForm,
)
from iso_portal.cases.models import Case
from iso_portal.cases.views.blueprint import bp
from iso_portal.core import clock
from iso_portal.core.access import Permission, requires
from iso_portal.core.forms import Form
from iso_portal.core.runtime import setting
from iso_portal.files import words as file_words
from iso_portal.files.domain import OPEN, FileState


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
        "cases/index.html",
        page=page,
        filters=filters,
        doubtful=queries.with_duplicates([case.id for case in page.rows]),
        now=clock.now(),
        stages=Stage,
        statuses=Status,
    )


@bp.get("/<uuid:case_id>/")
@requires(Permission.CASE_SEE, of=queries.get)
def show(case: Case) -> ResponseReturnValue:
    """Everything about one case at one look."""
    return case_page(case)


def case_page(case: Case, *, wrong: Form | None = None, refused: str = "", missing: list[Missing] | None = None) -> str:
    """Render the case's page; `wrong` is the form that was refused, with everything typed in it."""
    kind = request.args.get("kind", "")
    kinds = [EntryKind(kind)] if kind in set(EntryKind) else []
    shown = queries.files(case.id)
    people = queries.owners(also=[key for row in shown for key in (row.added_by_id, row.file.released_by_id)])
    told = queries.said(case)
    return render_template(
        "cases/show.html",
        case=case,
        timeline=queries.timeline(case.id, kinds=kinds),
        kind=kind,
        kinds=EntryKind,
        tasks=queries.tasks(case.id),
        alike=queries.alike(case.id),
        consents=told.consents,
        learnt=told.learnt,
        open_requests=service.open_requests(case.id),
        files=shown,
        names={person.id: person.name for person in people},
        scanner=bool(setting("SCANNER_URL")),
        file_words=file_words,
        openable=OPEN,
        gates=service.gates(case, told),
        stages=list(Stage),
        forms=_forms(case, wrong, people),
        release=_release_forms([str(row.file_id) for row in shown if row.file.state is FileState.HELD], wrong),
        wrong=wrong,
        refused=refused,
        missing=missing or [],
        now=clock.now(),
        today=clock.today(),
    )


def _forms(case: Case, wrong: Form | None, people: Sequence[Person]) -> dict[str, Form]:
    """Return the forms of the page; the one that was refused keeps what was typed."""
    forms: dict[str, Form] = {
        "note": TextForm(formdata=None),
        "message": MessageForm(formdata=None),
        "task": TaskForm(formdata=None),
        "screening": ScreeningForm(formdata=None),
        "learnt": LearntForm(formdata=None),
        "landing": LandingForm(formdata=None),
        "jobs": JobsForm(formdata=None),
        "status": StatusForm(formdata=None, status=case.status.value, close_reason=case.close_reason or ""),
        "file": FileForm(formdata=None),
    }
    forms["task"].owner.pairs = lambda: owners(people)  # type: ignore[attr-defined]  # the one choice that comes from rows
    if wrong is not None:
        forms |= {name: wrong for name, form in forms.items() if type(form) is type(wrong)}
    for name, form in forms.items():
        form.named(name)
    return forms


def _release_forms(keys: list[str], wrong: Form | None) -> dict[str, Form]:
    forms: dict[str, Form] = {key: ReleaseForm(formdata=None) for key in keys}
    if isinstance(wrong, ReleaseForm):
        forms[wrong.file_key] = wrong
    return {key: form.named(f"release-{key}") for key, form in forms.items()}


def owners(people: Sequence[Person]) -> list[tuple[str, str]]:
    """Return those of the people who may own a task, for its form."""
    return [(str(person.id), person.name) for person in people if person.active and person.role in queries.OWNERS]


def act(case: Case, form: Form, do: Callable[[], Any], done: str) -> ResponseReturnValue:
    """Do one thing on a case, or show the page again with what was typed and why it was refused."""
    if not form.validate():
        return case_page(case, wrong=form), 422
    try:
        do()
    except Stale as why:
        return case_page(case, wrong=form, refused=str(why)), 409
    except GateClosed as why:
        return case_page(case, wrong=form, refused=str(why), missing=why.missing), 422
    except Refusal as why:
        return case_page(case, wrong=form, refused=str(why)), 422
    flash(done)
    return redirect(url_for("cases.show", case_id=case.id), code=303)


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
