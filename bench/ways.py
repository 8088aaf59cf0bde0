"""Ways of choosing a pair that the bench compares with the rule: by chance, in turn, by load, by language."""

from __future__ import annotations

from typing import Any

import numpy as np

from iso_portal.balance.domain.proposals import (
    CO_LEAD_WEIGHT,
    LEAD_WEIGHT,
    tie_breaker,
)
from tests.balance.worlds import LANGUAGES, Office, Way


def at_random(seed: int) -> Way:
    """Return the way that draws a possible pair whose lead works in the language of the case."""
    random = np.random.default_rng(seed)

    def choose(office: Office, case: int, leads: Any, _co_leads: Any) -> int:
        return int(random.choice(_speaking(office, case, leads)))

    return choose


def in_turn(office: Office, case: int, leads: Any, co_leads: Any) -> int:
    """Take the next person in turn as lead who works in the language, and the next in turn as co-lead; both go to the
    end of the queue.
    """
    office.queue = office.queue or np.argsort(office.world.tie_numbers).tolist()
    turn = {person: place for place, person in enumerate(office.queue)}
    place = min(_speaking(office, case, leads), key=lambda i: (turn[int(leads[i])], turn[int(co_leads[i])]))
    chosen = [int(leads[place]), int(co_leads[place])]
    office.queue = [person for person in office.queue if person not in chosen] + chosen
    return int(place)


def least_loaded(office: Office, case: int, leads: Any, co_leads: Any) -> int:
    """Take the pair with the least of the larger open load after the case, its lead working in the language."""
    return _least(office, case, leads, co_leads, _speaking(office, case, leads))


def same_language(office: Office, case: int, leads: Any, co_leads: Any) -> int:
    """Take a lead of the community whose language the case is in, then the least open load: what offices slip into."""
    wanted = {"sq": "A", "sr": "S"}.get(LANGUAGES[office.world.languages[case]])
    own = [i for i in _speaking(office, case, leads) if office.world.communities[leads[i]] == wanted]
    return _least(office, case, leads, co_leads, own or _speaking(office, case, leads))


def _speaking(office: Office, case: int, leads: Any) -> list[int]:
    speaks = office.world.speaks[:, office.world.languages[case]]
    return [i for i in range(len(leads)) if speaks[leads[i]]] or list(range(len(leads)))


def _least(office: Office, case: int, leads: Any, co_leads: Any, places: list[int]) -> int:
    weight, ties = float(office.world.weights[case]), office.world.tie_numbers

    def larger(i: int) -> tuple[float, str]:
        after = office.open[leads[i]] + LEAD_WEIGHT * weight, office.open[co_leads[i]] + CO_LEAD_WEIGHT * weight
        return round(float(max(after)), 9), tie_breaker(str(case), str(ties[leads[i]]), str(ties[co_leads[i]]))

    return min(places, key=larger)
