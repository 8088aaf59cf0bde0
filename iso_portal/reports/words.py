"""Figures in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.core.formats import number, percent
from iso_portal.reports.domain.calculation import Figure, Flag, Reason, rounded
from iso_portal.reports.domain.indicators import Sheet, Unit

REASONS = {
    Reason.NOT_DUE: _l("not due yet"),
    Reason.NOT_REPORTED: _l("not reported"),
    Reason.SUPPRESSED: _l("hidden: too few stand behind it"),
    Reason.NOT_APPLICABLE: _l("nothing was due in this period"),
}
TAGS = {
    "registration": _l("Registration"),
    "lease": _l("Lease or purchase"),
    "payment": _l("Payment"),
    "payroll": _l("Payroll"),
    "contract": _l("Contract"),
    "visit": _l("Visit report"),
    "press": _l("Press"),
    "register": _l("Register extract"),
    "programme": _l("Programme"),
}
K_UNITS = {"investors": _l("investors"), "firms": _l("firms"), "persons": _l("persons")}


def value_of(sheet: Sheet, figure: Figure) -> str:
    """Return a figure as it is shown: its value, or why there is none."""
    if figure.value is None:
        return "[c]" if Flag.HIDDEN in figure.flags else str(REASONS[figure.reason or Reason.NOT_REPORTED])
    if sheet.unit is Unit.PERCENT:
        return percent(figure.value, 1)
    return number(rounded(figure.value, sheet.unit.value), 1 if sheet.unit is Unit.FTE else 0)


def note_of(figure: Figure) -> str:
    """Return what stands under a figure."""
    notes = []
    if Flag.HIDDEN in figure.flags:
        notes.append(str(REASONS[Reason.SUPPRESSED]))
    if Flag.PROVISIONAL in figure.flags:
        notes.append(_("provisional, the period is still open"))
    return ". ".join(notes)
