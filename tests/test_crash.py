"""An acknowledged inquiry survives kill -9 of the web server and of the worker, once, and its letter goes out (F1)."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from iso_portal.core.embedded_postgres import EmbeddedPostgres
from tests import databases
from tests.databases import ROOT

# The pages of the inquiry in order; the answer to one leads to the next.
PAGES: tuple[dict[str, str], ...] = (
    {
        "description": "We look for a supplier of welded steel structures, 30 tonnes a month.",
        "project_type": "contract_sourcing",
    },
    {"sectors": "25"},
    {},
    {},
    {"org_name": "Crash Stahl GmbH", "investor_kind": "company", "country": "DE"},
    {"contact_name": "Ute Harz", "email": "ute@example.org", "preferred_language": "en"},
    {},
    {"consent_contact": "y"},
)


class Portal:
    """Web server and worker as processes of their own, on one test database."""

    def __init__(self, server: EmbeddedPostgres, database: str, var: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = os.environ | {
            "VAR": str(var),
            "DEMO": "1",
            "PORT": str(self.port),
            "ENCODER": "fallback",
            "DATABASE_URL": server.url("iso_app", database=database),
            "DATABASE_OWNER_URL": server.url("iso_owner", database=database),
            "VAULT_DATABASE_URL": server.url("iso_vault", database=database),
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def start_web(self) -> subprocess.Popen[bytes]:
        bind = f"127.0.0.1:{self.port}"
        web = self._start("gunicorn", "--bind", bind, "--workers", "1", "--threads", "2", "wsgi:app")
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"http://{bind}/healthz", timeout=2):
                    return web
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the web server did not start")

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("flask", "--app", "wsgi", "worker")

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, start_new_session=True
        )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)  # its own group: gunicorn's children with it
        process.wait(10)

    def send(self) -> str:
        """Send the inquiry as a browser would; returns the address of the answer page."""
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        opener.addheaders = [("Accept-Language", "en")]
        address = f"http://127.0.0.1:{self.port}/intake/inquiry"
        for number, answers in enumerate(PAGES):
            with opener.open(address) as page:
                text = page.read().decode()
            hidden = dict(re.findall(r'name="(csrf_token|key)" value="([^"]+)"', text))
            if number == len(PAGES) - 1:
                time.sleep(3.1)  # faster than a person is refused
            with opener.open(address, urllib.parse.urlencode(answers | hidden).encode()) as answer:
                address = str(answer.geturl())
        return address


@pytest.fixture
def portal(server: EmbeddedPostgres, tmp_path: Path) -> Iterator[tuple[Portal, sa.Engine, Path]]:
    with databases.copy_of_template(server) as name:
        running = Portal(server, name, tmp_path)
        engine = sa.create_engine(server.url("iso_app", database=name), poolclass=sa.NullPool)
        yield running, engine, tmp_path
        for process in running.processes:
            if process.poll() is None:
                running.kill(process)


def wait_for_letters(folder: Path, count: int) -> list[Path]:
    for _ in range(600):
        found = sorted(folder.glob("*.eml"))
        if len(found) >= count:
            return found
        time.sleep(0.1)
    return sorted(folder.glob("*.eml"))


def test_an_acknowledged_inquiry_survives_kills_of_web_and_worker(portal: tuple[Portal, sa.Engine, Path]) -> None:
    running, engine, var = portal
    web = running.start_web()
    address = running.send()
    running.kill(web)
    assert "/intake/received/" in address
    worker = running.start_worker()
    time.sleep(0.5)
    running.kill(worker)
    running.start_web()
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Language": "en"}), timeout=10) as page:
        assert "ISO-" in page.read().decode()
    running.start_worker()
    letters = wait_for_letters(var / "outbox", 1)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from inquiries")) == 1
        assert connection.scalar(sa.text("select count(*) from cases")) == 1
        assert connection.scalar(sa.text("select count(*) from letters")) == 1
    assert len(letters) == 1
    assert "ISO-" in letters[0].read_text(encoding="utf-8")
