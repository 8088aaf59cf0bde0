"""Scan what was uploaded, when a scanner is set."""

from __future__ import annotations

import uuid

import procrastinate
from sqlalchemy.exc import NoResultFound

from iso_portal.core.db import db, unit_of_work
from iso_portal.core.jobs import defer, jobs
from iso_portal.core.runtime import setting
from iso_portal.files import queries, service
from iso_portal.files.domain import FileState
from iso_portal.files.service import ScannerTrouble
from iso_portal.files.tables import keeping

RETRY = procrastinate.RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={ScannerTrouble})


@jobs.task(name="files.scan", retry=RETRY)
def scan(file_id: str) -> None:
    """Scan one file; scanning it again is harmless. The page tells of a scanner that does not answer."""
    trouble = None
    with unit_of_work():
        try:
            row = queries.with_content(uuid.UUID(file_id))
        except NoResultFound:
            return
        if row.state is FileState.HELD:
            try:
                service.scan(row)
            except ScannerTrouble as why:
                trouble = why
    if trouble is not None:
        raise trouble  # after the commit, so that the page tells what the queue will try again


@jobs.periodic(cron="*/15 * * * *")
@jobs.task(name="files.scan_held", queueing_lock="files.scan_held")
def scan_held(timestamp: int = 0) -> None:
    """Ask again for files that still wait: a scanner may have been set or repaired meanwhile."""
    if not setting("SCANNER_URL"):
        return
    with unit_of_work():
        for row in queries.held():
            defer(db.session, "files.scan", {"file_id": str(row.id)}, waiting_once=f"files.scan:{row.id}")


@jobs.periodic(cron="50 2 * * *")
@jobs.task(name="files.sweep_tables", queueing_lock="files.sweep_tables")
def sweep_tables(timestamp: int = 0) -> None:
    """Empty every night what uploaded tables held 30 days ago; the rows live on in what was taken in from them."""
    with unit_of_work():
        keeping.sweep()
