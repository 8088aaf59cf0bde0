"""Queue a job in the transaction that causes it, run the worker, and rescue what a killed worker left behind.

A feature declares its tasks in its own jobs.py (`@jobs.task(name="cases.remind")`); its service queues them by name,
since a service may not import jobs.py:

    defer(db.session, "cases.remind", {"case_id": str(case.id)})

Roll back, and there was no job; commit, and there is exactly one row. A job runs at least once, never "exactly once":
the worker can die between the job's commit and the mark that it is done, so every job must be harmless to repeat.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

import procrastinate
import sqlalchemy as sa
from flask import Flask
from procrastinate import exceptions
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from procrastinate.tasks import configure_task
from procrastinate.types import JSONValue
from sqlalchemy.orm import Session, scoped_session

from iso_portal.core.db import db, unit_of_work
from iso_portal.core.sessions import ABSOLUTE_LIMIT, IDLE_LIMIT

log = logging.getLogger(__name__)

OVER = sa.text("delete from web_session where seen_at < now() - :idle or made_at < now() - :absolute")

HEARTBEAT_SECONDS = 10
SILENT_SECONDS = 60  # a worker silent for so long is taken for dead; several heartbeats, so that a slow disk is not
MOST_ATTEMPTS = 8  # a job that keeps killing its worker is given up, or it would kill every worker for ever

# One App for the whole process. Not one per create_app(): binding a procrastinate Blueprint a second time prefixes its
# task names twice. It stays unopened in web processes; only run_worker() gives it an address.
jobs = procrastinate.App(connector=procrastinate.PsycopgConnector())

# Never opened: it only serves defer(), which brings its own connection. The App's own manager cannot be used for that
# where its asynchronous pool is open, that is inside the worker ("'Cursor' object does not support the asynchronous
# context manager protocol"), and jobs queue jobs.
_on_given_connection = JobManager(procrastinate.SyncPsycopgConnector())


def defer(
    session: Session | scoped_session[Any],
    task: str,
    arguments: Mapping[str, JSONValue] | None = None,
    *,
    lock: str | None = None,
    waiting_once: str | None = None,
    at: datetime | None = None,
) -> int | None:
    """Queue a job in the session's transaction.

    task: its name; arguments: JSON values only (identifiers as text, never rows).
    lock: jobs of one lock run one after another. waiting_once: of all jobs of this key at most one waits.
    at: not before this aware time.

    Returns the job's number, or None when one of this `waiting_once` key waits already.
    Raises LookupError for a task that nobody declared: app.py imports every jobs.py.
    """
    known = jobs.tasks.get(task)
    if known is None:
        raise LookupError(f"no task is called {task}")
    try:
        with session.begin_nested():
            # Inside the block on purpose: the savepoint is only sent when the connection is asked for here. Without
            # it a key that waits already would ruin the whole transaction.
            connection = session.connection().connection.dbapi_connection
            deferrer = configure_task(
                name=known.name,
                job_manager=_on_given_connection,
                connection=connection,
                queue=known.queue,
                priority=known.priority,
                lock=lock or known.lock,
                queueing_lock=waiting_once or known.queueing_lock,
                schedule_at=at,
            )
            return deferrer.defer(**(arguments or {}))
    except exceptions.AlreadyEnqueued:
        return None


@jobs.periodic(cron="* * * * *")
@jobs.task(name="core.rescue_stalled", queueing_lock="core.rescue_stalled", pass_context=True)
async def rescue_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Queue again what a killed worker was doing; procrastinate does not do this by itself."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        try:
            if job.attempts + 1 >= MOST_ATTEMPTS:
                log.error("given up after %s attempts: %s", job.attempts + 1, job.call_string)
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            else:
                log.warning("rescued: %s", job.call_string)
                await manager.retry_job(job)
        except exceptions.UniqueViolation:  # one of the same waiting_once key waits already and will do the work
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@jobs.periodic(cron="30 2 * * *")
@jobs.task(name="core.sweep", queueing_lock="core.sweep")
def sweep(timestamp: int = 0) -> None:
    """Remove every night the sessions that are over and the counters whose window has ended."""
    with unit_of_work():
        db.session.execute(OVER, {"idle": IDLE_LIMIT, "absolute": ABSOLUTE_LIMIT})
        db.session.execute(sa.text("delete from rate_limit where ends_at < now()"))


def run_worker(app: Flask, url: str, *, concurrency: int = 2, **options: Any) -> None:
    """Work until SIGTERM; a running job is finished first (a thread cannot be broken off).

    url: a libpq address (postgresql://, without +psycopg). In `make run` start the worker as a child process, after
    the web server has its port: as a thread it outlives a web server that could not start, and spoils jobs.
    """

    def inside_the_app(run: Callable[[], Any], context: procrastinate.JobContext, worker: object) -> Any:
        with app.app_context():  # gives every job a database session of its own, and takes it back
            return run()

    with jobs.replace_connector(procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4)) as opened:
        opened.run_worker(
            concurrency=concurrency,
            task_middleware=[inside_the_app],
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=SILENT_SECONDS,
            **options,
        )


def install_schema(connection: sa.Connection) -> None:
    """For an Alembic revision: `install_schema(op.get_bind())`.

    Not op.execute(): the text contains ":" and "%". Later releases ship their changes in procrastinate/sql/migrations;
    each becomes a revision of ours.
    """
    raw = connection.connection.dbapi_connection
    assert raw is not None
    with closing(raw.cursor()) as cursor:
        cursor.execute(SchemaManager.get_schema())
