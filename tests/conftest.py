"""Fixtures for all tests: a real database, undone after each test, and people to act as."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import scoped_session

from iso_portal.accounts.models import Person
from iso_portal.app import create_app
from iso_portal.core.db import db
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from iso_portal.core.jobs import jobs
from iso_portal.core.limits import limiter
from iso_portal.core.settings import Settings
from tests import databases, factories

SHARED_DATA = Path(os.environ.get("SHARED_DATA_DIR", databases.ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of vectors and development sets that stay outside this repository."""
    if not SHARED_DATA.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"SHARED_DATA_DIR: there is no {SHARED_DATA}")
        pytest.skip(f"needs the office's test data: set SHARED_DATA_DIR (there is no {SHARED_DATA})")
    return SHARED_DATA


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedPostgres]:
    """The test server, shared by all test processes."""
    running = databases.start_server()
    yield running
    running.stop()


def make_app(server: EmbeddedPostgres, database: str, var: Path, **changes: Any) -> Flask:
    """Return the portal on one test database, as in a demo, without waiting for forgery tokens."""
    settings = Settings(
        demo=changes.pop("demo", True),
        var=var,
        secret_key="s" * 40,
        link_key="l" * 40,
        vault_key="v" * 40,
        vault_link_key="k" * 40,
        database_url=server.url("iso_app", database=database),
        database_owner_url=server.url("iso_owner", database=database),
        vault_database_url=server.url("iso_vault", database=database),
        base_url="http://localhost",
        encoder="fallback",
    )
    app = create_app(settings)
    limiter.enabled = False  # one for the whole process; the tests of limits switch it on
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    app.config.update(changes)
    return app


@pytest.fixture(scope="session")
def shared_app(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal on this test process's database."""
    with databases.copy_of_template(server) as name:
        app = make_app(server, name, tmp_path_factory.mktemp("var"))
        # Session rows and counters are committed on their own; they may stay behind.
        side = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"], pool_size=2)
        app.extensions["side_engine"] = side
        yield app
        side.dispose()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask) -> Iterator[Flask]:
    """The portal; everything a test writes is undone, commits too.

    Not for tests in which a second connection must see the rows, for steady_reading(), or for the sealed change log:
    those take `own_app`.
    """
    with shared_app.app_context():
        engines = cast("dict[str | None, sa.Engine | sa.Connection]", db.engines)  # the extension's own dict
        engine = db.engine
    with engine.connect() as connection:
        transaction = connection.begin()
        engines[None] = connection
        try:
            yield shared_app
        finally:
            engines[None] = engine
            transaction.rollback()


@pytest.fixture
def own_app(server: EmbeddedPostgres, tmp_path: Path) -> Iterator[Flask]:
    """The portal on a database of its own, with real commits; about a tenth of a second."""
    with databases.copy_of_template(server) as name:
        app = make_app(server, name, tmp_path)
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Any]]:
    """A session inside an application context, for tests of services and queries."""
    with app.test_request_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who reads English."""
    return speaking(app, "en")


def speaking(app: Flask, tag: str) -> FlaskClient:
    """Return a visitor whose browser asks for a language."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = tag
    return client


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., FlaskClient]:
    """Return a function that signs somebody in: sign_in("officer") or sign_in(person); gives the client."""

    def act(who: str | Person = "officer", *, language: str = "en") -> FlaskClient:
        return signed_in(app, who, language=language)

    return act


def signed_in(app: Flask, who: str | Person, *, language: str = "en") -> FlaskClient:
    """Return a client with a session of this person; a role stands for a new person of that role."""
    with app.app_context():
        person = factories.person(role=who) if isinstance(who, str) else who
        db.session.flush()
        key = str(person.id)
        db.session.commit()
    client = speaking(app, language)
    client.set_cookie("iso_language", language)
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = key, True
    return client


@contextmanager
def counted_queries(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that pages send inside; one list for the whole block."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            statements.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def work_off(app: Flask, *, only: str = "", most: int = 200) -> list[str]:
    """Run the waiting jobs in this process, those they queue too, as a worker would. Returns their names in order."""
    done: list[str] = []
    with app.app_context():
        while len(done) < most:
            row = db.session.execute(
                sa.text(
                    "select id, task_name, args from procrastinate_jobs where status = 'todo' "
                    "and task_name like :only order by id limit 1"
                ),
                {"only": f"{only}%"},
            ).one_or_none()
            if row is None:
                break
            db.session.execute(sa.text("delete from procrastinate_jobs where id = :id"), {"id": row.id})
            db.session.commit()
            task = jobs.tasks[row.task_name]
            context = [SimpleNamespace(job=SimpleNamespace(attempts=0, id=row.id))] if task.pass_context else []
            with app.app_context():
                task.func(*context, **row.args)
            done.append(row.task_name)
    return done
