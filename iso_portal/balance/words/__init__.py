"""Balance in the reader's language."""

from iso_portal.balance.words.assignment import LACKING, OBSTACLES, OVERRIDES
from iso_portal.balance.words.communities import answers, community, sorted_communities
from iso_portal.balance.words.figures import REASONS, range_of, share_sentence, unstated

__all__ = [
    "LACKING",
    "OBSTACLES",
    "OVERRIDES",
    "REASONS",
    "answers",
    "community",
    "range_of",
    "share_sentence",
    "sorted_communities",
    "unstated",
]
