"""Versions of the ranking in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.accounts.words import WING_WORDS
from iso_portal.core.formats import percent
from iso_portal.matches.domain import ModelState, Objector

STATES = {
    ModelState.CANDIDATE: _l("Can be adopted"),
    ModelState.ADOPTED: _l("In use"),
    ModelState.REFUSED: _l("Refused"),
    ModelState.RETIRED: _l("Was in use"),
}
OBJECTORS = {
    Objector.FIRM: _l("A local firm"),
    Objector.INVESTOR: _l("An investor"),
    Objector.COLLEAGUE: _l("A colleague of the office"),
    Objector.OTHER: _l("Somebody else"),
}
WRITTEN = {
    "en": _l("English"),
    "de": _l("German"),
    "sq": _l("Albanian"),
    "sr": _l("Serbian"),
    "fr": _l("French"),
    "it": _l("Italian"),
    "sr_latn": _l("Serbian, Latin script"),
    "sr_cyrl": _l("Serbian, Cyrillic script"),
}


def written(language: str) -> str:
    """Return the name of a language in which inquiries or profiles are written."""
    return str(WRITTEN.get(language.replace("-", "_").lower(), language))


def desk(wing: str) -> str:
    """Return the name of a desk."""
    return str(next((word for code, word in WING_WORDS.items() if code.value == wing), wing))


def why_refused(reason: Mapping[str, Any]) -> str:
    """Return in a sentence why a version may not be adopted."""
    figures = {"new": percent(reason["new"]), "old": percent(reason["old"]), "n": reason["cases"]}
    about = reason["about"]
    match reason["kind"]:
        case "worse_overall":
            return _(
                "On decisions it is worse than the version in use: %(new)s against %(old)s (%(n)s cases).", **figures
            )
        case "worse_language":
            named = {"language": written(about), **figures}
            return _(
                "For inquiries in this language it is worse: %(language)s, %(new)s against %(old)s (%(n)s cases).",
                **named,
            )
        case "worse_wing":
            named = {"desk": desk(about), **figures}
            return _("For decisions of one desk it is worse: %(desk)s, %(new)s against %(old)s (%(n)s cases).", **named)
        case "below_bridge" | "below_bridge_gold":
            return _("It is worse than activity codes alone: %(new)s against %(old)s (%(n)s cases).", **figures)
        case "worse_gold":
            return _("On the graded test set it is worse: %(new)s against %(old)s (%(n)s inquiries).", **figures)
        case "worse_gold_language":
            named = {"language": written(about), **figures}
            return _(
                "On the graded test set it is worse for one language: %(language)s, %(new)s against %(old)s (%(n)s inquiries).",
                **named,
            )
        case "negative":
            return _("In it, a firm falls by being more alike to what is sought.")
    return _("Its weights are no numbers.")
