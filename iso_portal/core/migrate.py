"""Run Alembic through its API, with numbered revisions, no alembic.ini and no Flask-Migrate.

    run = functools.partial(migrate, owner_engine, metadata=Base.metadata)
    run("upgrade", "head")
    run("revision", "cases", rev_id="0004", autogenerate=True)    # writes migrations/versions/0004_cases.py
    run("check")                                                  # raises when models and revisions disagree

Revisions run as the owner of the tables, never as the role of the portal.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

ONE_AT_A_TIME = 7203  # any number; the same in every process
LOCK_TIMEOUT = sa.text("set lock_timeout = '5s'")  # rather fail than keep readers waiting behind us
FOLDER = Path(__file__).parents[2] / "migrations"


def migrate(engine: sa.Engine, action: str, *words: str, metadata: sa.MetaData, **options: Any) -> Any:
    """Run one of Alembic's commands; a second process that starts meanwhile waits, and then finds nothing to do.

    The lock lives on a connection of its own: inside the migrating transaction it would forbid autocommit_block().
    It is tried again and again: a statement that waits for it holds a snapshot, and CREATE INDEX CONCURRENTLY in the
    process that has the lock waits for every older snapshot, so that both would wait for ever (measured).
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard, engine.connect() as connection:
        while not guard.scalar(sa.select(sa.func.pg_try_advisory_lock(ONE_AT_A_TIME))):
            time.sleep(0.2)
        try:
            with connection.begin():
                connection.execute(LOCK_TIMEOUT)
            config.attributes.update(connection=connection, metadata=metadata)
            return getattr(command, action)(config, *words, **options)
        finally:
            guard.execute(sa.select(sa.func.pg_advisory_unlock(ONE_AT_A_TIME)))


def newest_revision() -> str:
    """Return the number of the newest revision, from the head file that every new revision raises."""
    return (FOLDER / "HEAD").read_text(encoding="utf-8").strip()
