"""What time it is: the only place that asks the machine; tests and the demo's history turn it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Belgrade")  # shown as "local time (CET/CEST)"; both banks of the river keep it

_turned: ContextVar[datetime | None] = ContextVar("turned", default=None)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _turned.get() or datetime.now(UTC)


def today() -> date:
    """Return the day on the office's wall."""
    return now().astimezone(LOCAL).date()


@contextmanager
def turned_to(moment: datetime) -> Iterator[None]:
    """Let it be another moment inside, for tests and for invented history. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("give an aware time")
    token = _turned.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _turned.reset(token)
