"""Write the audit log; every service calls this once per act."""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from iso_portal.audit.models import Act
from iso_portal.core import clock
from iso_portal.core.db import db


class Actor(Protocol):
    """Whoever acts: a person of the office."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def name(self) -> str: ...


class Subject(Protocol):
    """Whatever is acted on: a row with an identity."""

    @property
    def id(self) -> uuid.UUID: ...


def record(
    *,
    verb: str,
    by: Actor | None,
    subject: Subject | None = None,
    kind: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> Act:
    """Write one line in the running transaction.

    verb: named thing.verb. by: the person, or None for the clock and for visitors without an account.
    subject: the row acted on; kind: its word when there is no row. details: JSON values; no declared community ever.
    """
    act = Act(
        at=clock.now(),
        verb=verb,
        subject_kind=kind or (type(subject).__name__.lower() if subject is not None else ""),
        subject_id=subject.id if subject is not None else None,
        by_id=by.id if by is not None else None,
        by_name=by.name if by is not None else "",
        reason=reason,
        details=details or {},
    )
    db.session.add(act)
    return act
