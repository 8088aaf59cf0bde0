"""`flask migrate`, `flask worker`: what an operator runs beside the web server."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import Blueprint, current_app

from iso_portal.core.db import Base
from iso_portal.core.jobs import run_worker
from iso_portal.core.migrate import migrate

bp = Blueprint("core_commands", __name__, cli_group=None)


@bp.cli.command("migrate")
@click.argument("action", default="upgrade")
@click.argument("words", nargs=-1)
@click.option("--number", help="Number of a new revision, as 0004; only with action revision.")
def migrate_command(action: str, words: tuple[str, ...], number: str | None) -> None:
    """Bring the tables up to date, or run another action: check, current, history, revision WORDS --number 0004."""
    owner = sa.create_engine(current_app.config["DATABASE_OWNER_URL"], poolclass=sa.NullPool)
    if action == "upgrade":
        migrate(owner, "upgrade", *(words or ("head",)), metadata=Base.metadata)
    elif action == "revision":
        migrate(owner, "revision", " ".join(words), metadata=Base.metadata, rev_id=number, autogenerate=True)
    else:
        migrate(owner, action, *words, metadata=Base.metadata)


@bp.cli.command("worker")
@click.option("--concurrency", default=2, show_default=True, help="Jobs at the same time.")
def worker(concurrency: int) -> None:
    """Work through the queue until SIGTERM; a running job is finished first."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the worker outlives this context
    url = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg://", "postgresql://", 1)
    run_worker(app, url, concurrency=concurrency)
