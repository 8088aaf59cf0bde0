"""An office on one day, whose people each have a browser of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask, g

from iso_portal.core import clock

MIDDAY = datetime(2026, 11, 25, 11, tzinfo=UTC)


@contextmanager
def one_day(app: Flask) -> Iterator[None]:
    """Stay at noon of one day, in one context that all browsers of a test share."""

    @app.before_request
    def forget_who_came_before() -> None:
        g.pop("_login_user", None)

    with clock.turned_to(MIDDAY), app.test_request_context():
        yield
