"""Test databases: one server for all test processes, one migrated template, quick copies of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from iso_portal.core.db import Base
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from iso_portal.core.migrate import migrate

ROOT = Path(__file__).parents[1]


def start_server() -> EmbeddedPostgres:
    """Join or start the test server; it forgets on power loss, which is what makes it quick."""
    name = hashlib.sha256(bytes(ROOT)).hexdigest()[:8]
    home = Path(tempfile.gettempdir()) / f"iso-test-{os.geteuid()}-{name}"
    home.mkdir(mode=0o755, exist_ok=True)
    return EmbeddedPostgres(home, durable=False).start()


@contextmanager
def copy_of_template(server: EmbeddedPostgres) -> Iterator[str]:
    """Give a database of its own, with all tables and no rows; dropped afterwards. Yields its name."""
    template = _template(server)
    name = f"test_{uuid.uuid4().hex[:12]}"
    _as_superuser(server, f"create database {name} template {template} owner iso_owner")
    try:
        yield name
    finally:
        _as_superuser(server, f"drop database {name} with (force)")


def _template(server: EmbeddedPostgres) -> str:
    """Return the template for the present models and revisions; the first process to ask makes it."""
    sources = [*(ROOT / "migrations").rglob("*.py"), *(ROOT / "iso_portal").rglob("*models*.py")]
    sources += (ROOT / "iso_portal").rglob("domain/**/*.py")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(set(sources)))).hexdigest()[:12]
    name = f"template_{digest}"
    with open(server.home / "template.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _superuser(server).connect() as connection:
            if connection.scalar(sa.text("select 1 from pg_database where datname = :name"), {"name": name}):
                return name
        draft = f"draft_{digest}"
        _as_superuser(server, f"drop database if exists {draft} with (force)")
        _as_superuser(server, f"create database {draft} template iso owner iso_owner")
        owner = sa.create_engine(server.url("iso_owner", database=draft), poolclass=sa.NullPool)
        migrate(owner, "upgrade", "head", metadata=Base.metadata)
        _as_superuser(server, f"alter database {draft} rename to {name}")
    return name


def _superuser(server: EmbeddedPostgres) -> sa.Engine:
    url = server.url("postgres", database="postgres")
    return sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")


def _as_superuser(server: EmbeddedPostgres, statement: str) -> None:
    with _superuser(server).connect() as connection:
        connection.execute(sa.text(statement))
