"""The version of the ranking that a person adopted, read once a process."""

from __future__ import annotations

import logging
import uuid
from functools import lru_cache
from hashlib import sha256
from typing import Any

from iso_portal.matches import queries
from matching import first_day as first
from matching.model import RankingModel
from matching.saving import Unfit, load

log = logging.getLogger(__name__)


def adopted() -> RankingModel | None:
    """Return the version in use, or None for the first day's mix.

    Asked of the database each time, so that all processes change over at once. A version that cannot be used any more,
    after an upgrade for instance, is told in the log, and the first day's mix ranks until somebody adopts another.
    """
    key = queries.adopted_key()
    if key is None:
        return None
    try:
        return _kept(*key)
    except Unfit as why:
        log.error("the adopted version of the ranking is not used: %s", why)
        return None


def first_day() -> dict[str, Any]:
    """Return the figures of the first day's mix, measured once for the package, for its card."""
    return first.figures()


def opened(content: bytes, digest: str) -> RankingModel:
    """Return a version from its bytes. Raises Unfit when they are not those that were kept, or do not fit."""
    if sha256(content).hexdigest() != digest:
        raise Unfit("the bytes were changed after they were kept")
    return load(content)


@lru_cache(maxsize=4)
def _kept(version_id: uuid.UUID, digest: str) -> RankingModel:
    return opened(queries.content(version_id), digest)
