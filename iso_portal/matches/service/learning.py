"""Learn from decisions: gather judgements, make a version, have a person adopt it or go back (matching MA8)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import numpy as np
from flask_babel import gettext as _

from iso_portal.accounts.models import Person
from iso_portal.audit import service as audit
from iso_portal.cases.domain import EntryKind
from iso_portal.core import clock
from iso_portal.core.db import db
from iso_portal.core.jobs import defer
from iso_portal.matches import queries
from iso_portal.matches.domain import LEAST_NEW_JUDGEMENTS, TEACHING, Choice, ModelState, Refusal
from iso_portal.matches.models import Decision, RankingVersion, SuggestionLog
from iso_portal.matches.service.adopted import adopted, opened
from iso_portal.matches.service.reading import recommender
from matching import RankingModel, Recommender, default_model
from matching.comparison import Verdict, card_figures, figures_of, verdict
from matching.evaluation import neutrality_of
from matching.features import FEATURES
from matching.graded import gold, graded_pairs
from matching.judgements import ACCEPTED, INTRODUCED, LASTING, REJECTED, Judgement, Judgements, ShownList
from matching.learning import held_back_scores, train
from matching.saving import Unfit, pack, save, unpack


def ask_retrain(*, by: Person) -> None:
    """Have a version made soon. Raises Refusal when too little was judged since the newest one."""
    missing = LEAST_NEW_JUDGEMENTS - queries.waiting_judgements().number
    if missing > 0:
        raise Refusal(_("Too little was judged since the newest version. Judgements still needed: %(n)s.", n=missing))
    defer(db.session, "matches.retrain", {"by_id": str(by.id)}, waiting_once="matches.retrain")
    audit.record(verb="model.ask_retrain", by=by, kind="model")


def retrain(*, by: Person | None = None) -> RankingVersion | None:
    """Make a version from all judgements and judge it; it is kept as a candidate, or as refused with the reasons.

    Returns None when there are too few new judgements, or when the newest version learned from the very same ones, so
    that the job may run twice.
    """
    if queries.waiting_judgements().number < LEAST_NEW_JUDGEMENTS:
        return None
    judgements, newest = gathered(), queries.newest_version()
    if newest is not None and newest.fingerprint == judgements.fingerprint():
        return None
    base = recommender()
    graded = graded_pairs(gold(), base)
    number = (newest.number if newest else 0) + 1
    model = train(judgements, version=f"{default_model().version}+{number}", gold=graded)
    return offer(model, judgements, graded, encoder=base.encoder_.name, held_back=held_back_scores(judgements), by=by)


def offer(
    model: RankingModel,
    judgements: Judgements,
    graded: Judgements,
    *,
    encoder: str,
    held_back: Any = None,
    by: Person | None = None,
    even: dict[str, Any] | None = None,
) -> RankingVersion:
    """Keep a version with its figures and the verdict.

    held_back: scores and chances from models without the case. even: figures of neutrality, measured now when None.
    """
    current, newest = adopted() or default_model(), queries.newest_version()
    found = verdict(model, current, judgements, graded, held_back=held_back[0] if held_back else None)
    card = card_figures(model, judgements, graded, held_back) | {
        "weights": _weights(model),
        "shortlist_gap": float(getattr(model.shortlist, "gap_", model.shortlist.gap)),
        "current": _of_current(current, judgements, graded),
        "encoder": encoder,
        "neutrality": even if even is not None else _neutrality(model),
    }
    fingerprint = judgements.fingerprint()
    content = save(model, fingerprint=fingerprint, card=card)
    row = RankingVersion(
        number=(newest.number if newest else 0) + 1,
        made_at=clock.now(),
        made_by_id=by.id if by else None,
        judgements=len(judgements),
        cases=judgements.cases,
        learned_until=queries.newest_decision(),
        content=content,
        digest=sha256(content).hexdigest(),
        measured_on=pack(graded),
        fingerprint=fingerprint,
        card=card,
        state=ModelState.CANDIDATE if found.adoptable else ModelState.REFUSED,
        reasons=found.told(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(verb="model.made", by=by, subject=row, details={"number": row.number, "state": row.state.value})
    return row


def adopt(row: RankingVersion, *, by: Person, note: str) -> None:
    """Use a version from now on, and have the lists of open cases made anew.

    It is judged once more against what is in use now. A version that was in use before may be taken up again whatever
    was learned since, unless it is worse than the first day's mix. Raises Refusal.
    """
    if row.state is ModelState.ADOPTED:
        raise Refusal(_("This version is in use already."))
    if row.state is ModelState.REFUSED:
        raise Refusal(_("This version was refused and cannot be adopted."))
    found = judged_again(row)
    if not found.adoptable:
        if row.state is ModelState.CANDIDATE:
            row.reasons = found.told()
        raise Refusal(_("Measured again, this version is worse than what is in use. It cannot be adopted."))
    _retire(by)
    row.state, row.note = ModelState.ADOPTED, note
    row.adopted_by_id, row.adopted_by_name, row.adopted_at = by.id, by.name, clock.now()
    db.session.flush()
    audit.record(verb="model.adopted", by=by, subject=row, reason=note, details={"number": row.number})
    _refresh_all()


def judged_again(row: RankingVersion) -> Verdict:
    """Return how a version stands against what is in use now, on all judgements there are. Raises Refusal.

    row: with its content.
    """
    try:
        model, graded = opened(row.content, row.digest), unpack(row.measured_on)
    except Unfit as why:
        raise Refusal(_("This version cannot be used: %(why)s.", why=str(why))) from why
    again = row.state is ModelState.RETIRED
    current = default_model() if again else adopted() or default_model()
    return verdict(model, current, Judgements(rows=()) if again else gathered(), graded)


def use_first_day(*, by: Person, note: str) -> None:
    """Go back to the first day's mix. Raises Refusal when it is in use."""
    if queries.adopted_version() is None:
        raise Refusal(_("The first day's mix is in use already."))
    _retire(by)
    audit.record(verb="model.first_day", by=by, kind="model", reason=note)
    _refresh_all()


def _retire(by: Person) -> None:
    before = queries.adopted_version(to_change=True)
    if before is not None:
        before.state = ModelState.RETIRED
        db.session.flush()
        audit.record(verb="model.retired", by=by, subject=before, details={"number": before.number})


def _refresh_all() -> None:
    defer(db.session, "matches.refresh_open", waiting_once="matches.refresh_open")


def refresh_open() -> int:
    """Queue a new list for each open case; one waits at most for each. Returns how many cases there are."""
    open_cases = queries.outdated(clock.now())
    for case_id in open_cases:
        defer(db.session, "matches.refresh", {"case_id": str(case_id)}, waiting_once=f"matches.refresh:{case_id}")
    return len(open_cases)


def gathered() -> Judgements:
    """Return everything that people judged about fit, with what the firms looked like when they were shown.

    The newest decision about a firm of a case counts. That a firm does not want an inquiry or has no capacity is no
    judgement of fit, and neither is a decision that was put off.
    """
    newest: dict[tuple[uuid.UUID, uuid.UUID], tuple[Decision, SuggestionLog, str | None]] = {}
    lists: list[ShownList] = []
    for run in queries.judged_runs():
        lists.append(_shown(run.case_id, run.log))
        _take(newest, ((made, run.log, run.wings[made.id]) for made in run.decisions))
    _take(newest, queries.judged_apart())
    cases = {case_id for case_id, _firm in newest}
    languages, followed = queries.inquiry_languages(cases), queries.followed(cases)
    rows = []
    for (case_id, firm), (made, log, wing) in newest.items():
        grade = _grade(made, followed.get((case_id, firm), set()))
        numbers = next((row[2] for row in log.rows if row[0] == str(firm)), None)
        if grade is not None and numbers is not None:
            rows.append(
                Judgement(
                    case=str(case_id),
                    firm=str(firm),
                    grade=grade,
                    features=dict(zip(log.features, numbers, strict=True)),
                    rank=made.rank,
                    language=languages.get(case_id, ""),
                    wing=wing or "",
                )
            )
    return Judgements(rows=rows, lists=lists)


def _take(
    newest: dict[tuple[uuid.UUID, uuid.UUID], tuple[Decision, SuggestionLog, str | None]],
    made: Iterable[tuple[Decision, SuggestionLog, str | None]],
) -> None:
    for decision, log, wing in made:
        key = (decision.case_id, decision.business_id)
        if key not in newest or (newest[key][0].decided_at, newest[key][0].id) < (decision.decided_at, decision.id):
            newest[key] = (decision, log, wing)


def _grade(made: Decision, followed: set[EntryKind]) -> int | None:
    """Return the grade of a judgement, or None when it says nothing about fit."""
    if followed & set(queries.CAME_TO_SOMETHING):
        return LASTING
    if followed & set(queries.HELD):
        return INTRODUCED
    if made.choice is Choice.ACCEPTED:
        return ACCEPTED
    return REJECTED if made.choice is Choice.REJECTED and made.reason_code in TEACHING else None


def _shown(case_id: uuid.UUID, log: SuggestionLog) -> ShownList:
    rows = Judgements(
        rows=[
            Judgement(case="", firm=f"{place:06d}", grade=0, features=dict(zip(log.features, row[2], strict=True)))
            for place, row in enumerate(log.rows)
        ]
    )
    return ShownList(case=str(case_id), shown=log.shown, numbers=rows.numbers)


def _neutrality(model: RankingModel) -> dict[str, Any]:
    """Return for inquiries in four languages what share of the looks each language of profiles gets, with equal content.

    Equal content are the names of all classes, which are the same in every language.
    """
    base = recommender()
    return neutrality_of(Recommender(base.labels, base.encoder_, model).fit_on(base.encoded_))


def _weights(model: RankingModel) -> dict[str, float]:
    values = model.ranker.decision_function(np.eye(len(FEATURES)))
    return {name: round(float(value), 4) for name, value in zip(FEATURES, values, strict=True)}


def _of_current(current: RankingModel, judgements: Judgements, graded: Judgements) -> dict[str, Any]:
    """Return the figures of the version in use on the same judgements, to stand beside the new ones."""
    scores = current.ranker.decision_function(judgements.numbers)
    return {
        "version": current.version,
        "decisions": figures_of(judgements, scores, current.calibrator.chances(scores)),
        "gold": figures_of(graded, current.ranker.decision_function(graded.numbers)),
    }
