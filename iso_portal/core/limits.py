"""Rate limits counted in PostgreSQL, so that all processes share them (Flask-Limiter brings no such store).

Counting runs in a short transaction of its own: an attempt counts even when its page is undone. When the database is
away the limits fail with it, and so does sign-in; that is wanted.

A nightly job removes what is over: `delete from rate_limit where ends_at < now()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import Storage

from iso_portal.core.db import side_engine

# One statement, so that two requests cannot both take the last place. A window that is over starts again.
# clock_timestamp(), because now() stands still inside a transaction.
HIT = sa.text("""
    insert into rate_limit as r (key, hits, ends_at)
    values (:key, :amount, clock_timestamp() + make_interval(secs => :seconds))
    on conflict (key) do update set
        hits    = case when r.ends_at < clock_timestamp() then excluded.hits    else r.hits + excluded.hits end,
        ends_at = case when r.ends_at < clock_timestamp() then excluded.ends_at else r.ends_at end
    returning hits
""")
HITS = sa.text("select hits from rate_limit where key = :key and ends_at >= clock_timestamp()")
ENDS_AT = sa.text("""
    select extract(epoch from coalesce(max(ends_at), clock_timestamp()))::float8 from rate_limit
     where key = :key and ends_at >= clock_timestamp()
""")


class PostgresTableStorage(Storage):
    """Fixed-window counters; exact under parallel requests. Importing this module makes the scheme known."""

    STORAGE_SCHEME = ["postgresql-table"]

    def __init__(
        self, uri: str, wrap_exceptions: bool = False, *, engine: Callable[[], sa.Engine], **options: Any
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.engine = engine

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit and return the hits of the running window, which lasts `expiry` seconds from its first hit."""
        with self.engine().begin() as connection:
            hits: int = connection.execute(HIT, {"key": key, "amount": amount, "seconds": expiry}).scalar_one()
        return hits

    def get(self, key: str) -> int:
        return int(self._value(HITS, key) or 0)

    def get_expiry(self, key: str) -> float:
        """Return the window's end in seconds since the epoch; now, when there is none."""
        return float(self._value(ENDS_AT, key))

    def check(self) -> bool:
        with self.engine().connect() as connection:
            connection.execute(sa.text("select from rate_limit limit 1"))
        return True

    def reset(self) -> int | None:
        with self.engine().begin() as connection:
            return connection.execute(sa.text("delete from rate_limit")).rowcount

    def clear(self, key: str) -> None:
        with self.engine().begin() as connection:
            connection.execute(sa.text("delete from rate_limit where key = :key"), {"key": key})

    def _value(self, statement: sa.TextClause, key: str) -> Any:
        with self.engine().connect() as connection:
            return connection.execute(statement, {"key": key}).scalar()


def address_of_the_sender() -> str:
    """Return whom a limit counts for; behind a proxy the address it passed on (TRUSTED_PROXIES)."""
    return request.remote_addr or "unknown"


limiter = Limiter(
    key_func=address_of_the_sender,
    storage_uri="postgresql-table://",
    storage_options={"engine": side_engine},  # type: ignore[dict-item]  # the stubs know strings only
    strategy="fixed-window",  # the only one this store can do
)


def init_limits(app: Flask) -> None:
    """Count for this portal; limits stand beside the routes they protect."""
    limiter.init_app(app)


def over(limit: str, *whose: str) -> bool:
    """Count one act of somebody, an e-mail address for instance, and say whether it was one too many.

    limit: as "10 per day". For limits that a decorator cannot know, since what they count is read on the way.
    """
    return bool(limiter.enabled) and not limiter.limiter.hit(parse(limit), *whose)
