"""Suggestions and decisions in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.matches.domain import Choice, RejectReason

CHOICES = {Choice.ACCEPTED: _l("Accepted"), Choice.REJECTED: _l("Rejected"), Choice.DEFERRED: _l("Deferred")}


REJECT_REASONS = {
    RejectReason.OTHER_PRODUCT: _l("Makes or does something else"),
    RejectReason.TOO_SMALL: _l("Too small"),
    RejectReason.TOO_LARGE: _l("Too large"),
    RejectReason.CERTIFICATE: _l("A certificate is missing"),
    RejectReason.NOT_INTERESTED: _l("The firm does not want it"),
    RejectReason.CAPACITY: _l("No capacity at present"),
    RejectReason.OTHER: _l("Other"),
}


LIKELIHOODS = {"very_likely": _l("Very likely"), "likely": _l("Likely"), "possible": _l("Possible")}


FEATURES = {
    "best_line": _l("Closest line"),
    "three_lines": _l("Three closest lines"),
    "bridge": _l("Activity"),
    "shared_class": _l("Same sector"),
    "lexical": _l("Same words"),
    "needs": _l("Needs met"),
    "project": _l("Kind of project"),
    "languages": _l("Common language"),
    "export_market": _l("Exports there"),
    "municipality": _l("Municipality"),
    "completeness": _l("Complete profile"),
}
