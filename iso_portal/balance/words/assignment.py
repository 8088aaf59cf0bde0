"""Teams in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from iso_portal.balance.domain.proposals import Lacking, Obstacle
from iso_portal.balance.models import Override

OVERRIDES = {
    Override.CONTINUITY: _l("Continuity with an earlier case"),
    Override.KNOWS_FIRM: _l("Knows the firm or the sector"),
    Override.TRAINING: _l("Training"),
    Override.NAMED_PERSON: _l("The investor asked for a named person"),
    Override.OVERLOAD: _l("Known overload"),
    Override.LANGUAGE: _l("Language"),
    Override.OTHER: _l("Other"),
}


OBSTACLES = {
    Obstacle.ABSENT: _l("absent now or within the next days"),
    Obstacle.TIE: _l("declared a tie"),
    Obstacle.NO_FTE: _l("takes no cases at present"),
}


LACKING = {
    Lacking.TWO_PEOPLE: _l("Fewer than two people are present."),
    Lacking.LANGUAGE: _l("Nobody who is present works in the language of the case."),
    Lacking.SKILL: _l("Nobody who is present has the skill of the sector."),
}
