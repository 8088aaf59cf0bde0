"""Blocks of the overview, alerts, steps and statements in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.balance.models import Alert, Level, Scope
from iso_portal.balance.words.figures import REASONS, because, points
from iso_portal.cases import words as cases
from iso_portal.cases.domain import Stage
from iso_portal.core.formats import date_long, number
from iso_portal.core.i18n import current_language
from iso_portal.core.scripts import sort_key
from iso_portal.vocabulary import queries as vocabulary

RESULTS = {
    "ok": _l("Within the agreed range"),
    "attention": _l("Asks for attention"),
    "insufficient": _l("Cannot be stated"),
}
POSITIONS = {"yes": _l("yes"), "no": _l("no"), "cannot be stated": _l("cannot be stated")}
ATTENTIONS = {
    "evidence": _l("A note or a review is open: see the alerts."),
    "test": _l("The test at the close of the last quarter found a large difference that chance explains badly."),
    "supply": _l("The choice of people who could lead was itself off. Look at languages, skills and leave."),
}
SCOPES = {
    Scope.OFFICE: _l("Lead of all cases"),
    Scope.SECTOR: _l("Lead of cases by sector"),
    Scope.MUNICIPALITY: _l("Lead of cases by municipality"),
    Scope.STAGE: _l("Lead of cases by stage"),
    Scope.CROSS: _l("Cases led from the other desk"),
}
LEVELS = {Level.NOTE: _l("Note"), Level.REVIEW: _l("Review")}
VIEWS = {"weighted": _l("by weight"), "count": _l("by count"), "large": _l("large cases")}
CUTS = {"sector": _l("By sector"), "municipality": _l("By municipality"), "stage": _l("By stage")}
STEPS_OF_FUNNEL = {
    "registered": _l("Registered"),
    "eligible": _l("Could be shown"),
    "shown": _l("Shown on a list"),
    "introduced": _l("Introduced"),
    "outcome": _l("Investment landed"),
}
SUBJECTS = {
    "portfolio": _l("Share of led work"),
    "joint": _l("Joint teams"),
    "workload": _l("Workload"),
    "exposure": _l("Exposure of businesses"),
}
MOST_E_SHOWN = 1000


def block_sentences(block: dict[str, Any]) -> list[str]:
    """Return why a block says what it says, without any figure."""
    if block["result"] == "attention":
        return [str(ATTENTIONS[kind]) for kind in block["kinds"]]
    if block["result"] == "insufficient":
        return [because(why) for why in block["reasons"] if why in REASONS]
    return []


def alert_sentence(alert: Alert, *, figures: bool) -> str:
    """Return what a note or a review says, a review after what a note says; with figures for those who read them."""
    evidence = evidence_words(alert.e)
    if figures:
        first = _(
            "The lead of cases differs from a neutral process by %(points)s points, and chance explains this badly (evidence %(evidence)s, limit 20).",
            points=points(alert.gap),
            evidence=evidence,
        )
        more = _(
            "The same, more clearly (evidence %(evidence)s, limit 100). Both co-managers write a review by %(day)s. Nothing changes by itself.",
            evidence=evidence,
            day=date_long(alert.due_on),
        )
    else:
        first = _("The lead of cases differs from a neutral process, and chance explains this badly.")
        more = _("The same, more clearly. Both co-managers write a review. Nothing changes by itself.")
    return first if alert.level is Level.NOTE else f"{first} {more}"


def evidence_words(value: float) -> str:
    """Return a value of E as it is shown; beyond a thousand it says no more."""
    if value > MOST_E_SHOWN:
        return _("over %(number)s", number=number(MOST_E_SHOWN))
    return number(value, 1 if value < 10 else 0)


def part_name(cut: str, part: str) -> str:
    """Return the name of a sector, municipality or stage."""
    if not part:
        return _("not recorded")
    if cut == "sector":
        return vocabulary.nace_label(part, current_language())
    if cut == "municipality":
        return vocabulary.place_name(part, current_language())
    return str(cases.STAGES[Stage(part)])


def sorted_parts(cut: str, parts: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Return (code, name, figures) of the parts: stages in their order, others by name; "not recorded" last."""
    rows = [(code, part_name(cut, code), row) for code, row in parts.items()]
    if cut == "stage":
        order = [stage.value for stage in Stage]
        return sorted(rows, key=lambda row: order.index(row[0]) if row[0] in order else len(order))
    return sorted(rows, key=lambda row: (not row[0], sort_key(row[1], current_language()), row[0]))


def position_sentence(position: str) -> str:
    """Return one subject of a band statement; the same words whatever it is about."""
    return _("Within the agreed range: %(answer)s", answer=POSITIONS[position])


def half_year(half: str) -> str:
    """Return a half-year's name: 2026-H2."""
    year, number_of = half.split("-H")
    if number_of == "1":
        return _("January to June %(year)s", year=year)
    return _("July to December %(year)s", year=year)
