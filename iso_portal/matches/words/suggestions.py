"""Suggestions and decisions in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.matches.domain import Cause, Change, Choice, LeftOut, RejectReason

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


# A feature that a newer model adds before it has a name here is shown by its own name, see feature_word().
FEATURES = {
    "best_line": _l("Closest line"),
    "three_lines": _l("Three closest lines"),
    "bridge": _l("Activity"),
    "shared_class": _l("Same sector"),
    "lexical": _l("Same words"),
    "needs": _l("Needs met"),
    "project": _l("Kind of project"),
    "wish": _l("What the firm seeks"),
    "capacity": _l("Size for the project"),
    "certifications": _l("Certificates asked for"),
    "site": _l("Site and power"),
    "languages": _l("Common language"),
    "export_market": _l("Exports there"),
    "municipality": _l("Municipality"),
    "freshness": _l("Fresh profile"),
    "completeness": _l("Complete profile"),
}


def feature_word(name: str) -> str:
    """Return the name of a feature in the reader's language."""
    return str(FEATURES.get(name, name.replace("_", " ")))


CHANGES = {
    Change.NEW: _l("New on the list"),
    Change.GONE: _l("No longer on the list"),
    Change.UP: _l("Moved up"),
    Change.DOWN: _l("Moved down"),
    Change.SAME: _l("As before"),
}


CAUSES = {
    Cause.INQUIRY: _l("More is known of the inquiry."),
    Cause.MODEL: _l("The ranking learned from decisions, or reads texts in another way."),
    Cause.PROFILE: _l("its profile changed"),
    Cause.OTHERS: _l("Other firms' profiles changed."),
}


LEFT_OUT = {
    LeftOut.MERGED: _l("Merged with another record"),
    LeftOut.INACTIVE: _l("Not active"),
    LeftOut.NO_CONSENT: _l("Has not agreed to be suggested"),
    LeftOut.PROJECT: _l("Wants no inquiries about this kind of project"),
    LeftOut.COUNTRY: _l("Wants no inquiries from where this investor is"),
    LeftOut.SECTOR: _l("Wants no inquiries about this sector"),
    LeftOut.CAPACITY: _l("The investment is larger than the firm can take part in"),
    LeftOut.BUSY: _l("Wants no inquiries at present"),
    LeftOut.UNREAD: _l("Profile not read yet"),
}
