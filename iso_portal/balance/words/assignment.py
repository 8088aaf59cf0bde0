"""Teams in the reader's language; no sentence here names or hints a community."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from iso_portal.balance.domain.choices import Kind, Wrong
from iso_portal.balance.domain.pair_facts import Condition
from iso_portal.balance.domain.proposals import Lacking, Missing, Obstacle, Way, WayKind
from iso_portal.balance.models import Outcome, Override
from iso_portal.core.formats import date_medium
from iso_portal.core.i18n import current_language
from iso_portal.vocabulary import queries as vocabulary

# What a person may choose; LANGUAGE is none of them.
OVERRIDES = {
    Override.CONTINUITY: _l("Continuity with an earlier case"),
    Override.KNOWS_FIRM: _l("Knows the firm or the sector"),
    Override.TRAINING: _l("Training"),
    Override.NAMED_PERSON: _l("The investor asked for a named person"),
    Override.OVERLOAD: _l("Known overload"),
    Override.OTHER: _l("Other"),
}
ALL_OVERRIDES = {**OVERRIDES, Override.LANGUAGE: _l("No pair with both languages of the office was possible")}

KINDS = {
    Kind.FIRST: _l("First proposal"),
    Kind.AMONG_FIRST: _l("Among the first three"),
    Kind.OVERRIDE: _l("Another pair"),
    Kind.WAIVED: _l("Without both languages of the office"),
}

OUTCOMES = {
    Outcome.CONFIRMED: _l("Confirmed"),
    Outcome.DECLINED: _l("Declined"),
    Outcome.OVERTAKEN: _l("Overtaken"),
}

OBSTACLES = {
    Obstacle.ABSENT: _l("absent now or within the next days"),
    Obstacle.TIE: _l("declared a tie"),
    Obstacle.NO_FTE: _l("takes no cases at present"),
}

CONDITIONS = {
    Condition.SAME_PERSON: _l("Lead and co-lead are two people."),
    Condition.UNKNOWN: _l("One of these people works on no cases at present."),
    Condition.NO_FTE: _l("One of these two takes no cases at present."),
    Condition.TIE: _l("One of these two declared a tie; nobody can set that aside."),
    Condition.ABSENT: _l("One of these two is away now or within the next five working days."),
    Condition.LANGUAGE: _l("Neither of these two works in the language of the case."),
    Condition.SKILL: _l("Neither of these two has the skill of the sector."),
    Condition.OFFICE_LANGUAGES: _l("Between them, these two do not work in both Albanian and Serbian; other pairs do."),
}
NOT_POSSIBLE = _l("These two cannot work on this case together: see who is not possible, and why.")

WRONG = {
    Wrong.NO_CODE: _l("For another pair than the first three, choose a reason."),
    Wrong.NO_TEXT: _l("Say in a few words why."),
}

# What the page says when something changed since it was shown.
CHANGED = {
    "team": _l("A team was assigned meanwhile."),
    "people": _l("Somebody's presence, ties, languages or skills changed."),
    "loads": _l("The loads of colleagues changed."),
    "weight": _l("The case itself changed: its weight, language or sector."),
    "mode": _l("The policy for proposals changed."),
}

NAME_A_MEMBER = {
    "sq": _l("Name a member of the team who works in Albanian"),
    "sr": _l("Name a member of the team who works in Serbian"),
}

DECLINED_WISH = _l(
    "A wish for somebody of a certain community has no reason here and is declined with this sentence: “The office gives "
    "cases to its people by language, skill, presence and load. It takes no wishes about anybody's community.”"
)


def missing_sentence(missing: Missing) -> str:
    """Return what is missing, and until when or why."""
    if missing.what is Lacking.TWO_PEOPLE:
        if missing.until is not None:
            return _("Fewer than two people are here before %(day)s.", day=date_medium(missing.until))
        return _("Fewer than two people are here.")
    if missing.what is Lacking.SKILL:
        names = ", ".join(vocabulary.nace_label(code, current_language()) for code in missing.wanted)
        start = _("Skill of the sector: %(name)s.", name=names)
    elif missing.what is Lacking.LANGUAGE:
        names = ", ".join(vocabulary.label_all("language", missing.wanted))
        start = _("Language of the case: %(name)s.", name=names)
    else:
        start = _("No pair that is possible works in both Albanian and Serbian.")
    return f"{start} {_why(missing)}"


def _why(missing: Missing) -> str:
    if missing.until is not None and missing.tied:
        return _(
            "Of those who have it, some declared a tie; nobody else is here before %(day)s.",
            day=date_medium(missing.until),
        )
    if missing.until is not None:
        return _("Nobody who has it is here before %(day)s.", day=date_medium(missing.until))
    if missing.tied:
        return _("Everybody who has it declared a tie.")
    if missing.what is Lacking.OFFICE_LANGUAGES:
        return ""
    return _("Nobody in the office has it.")


def way_sentence(way: Way, names: Mapping[str, str]) -> str:
    """Return what can be done. names: of people, by key."""
    if way.kind is WayKind.WAIT and way.until is not None:
        who = ", ".join(sorted(names.get(key, key) for key in way.keys))
        return _("Wait until %(day)s. Back then: %(names)s.", day=date_medium(way.until), names=who)
    if way.kind is WayKind.WAIVE_LANGUAGES:
        return _(
            "Choose a pair without both languages and say why. The lead gets the task to name a member who works in the "
            "missing language."
        )
    return _("Borrow a colleague of another office for this case.")
