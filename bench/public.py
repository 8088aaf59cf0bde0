"""Public pages from a real server: time to first byte alone and under load, at a thousand and at many firms.

A gunicorn of our own listens on 127.0.0.1, set up as `make run` does it; its clients ask a bounded number of times.
"""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from iso_portal.core.db import db
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from seed import scale
from tests import databases
from tests.conftest import counted_queries, make_app, speaking

HOST = "127.0.0.1"
ALONE, CLIENTS, EACH = 60, 8, 30
SECONDS_TO_START = 60
FEW = 1_000
PAGES = {
    "start page": "/",
    "inquiry form": "/intake/inquiry",
    "directory": "/directory/",
    "directory, last page": "/directory/?page={last}",
    "search in directory": "/directory/?text=drini+11",
    "search, other script": "/directory/?text=%D0%B8%D0%B7%D0%B2%D0%BE%D1%80",
    "directory, filtered": "/directory/?sector=C&municipality=leposavic&certification=ISO+9001&language=sr",
    "one firm": "/directory/{firm}",
    "sites": "/directory/sites?kind=hall&area=1000",
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One page: milliseconds to the first byte alone and under load, queries, bytes as sent and compressed."""

    alone: list[float]
    loaded: list[float]
    queries: int
    size: int
    packed: int


def run(server: EmbeddedPostgres, *, firms: int) -> None:
    """Measure with a thousand firms and with `firms`, print both and their ratios."""
    few, many = (_measured(server, count) for count in (FEW, firms))
    print(
        f"\nPublic pages: ms to first byte, p50 / p95; {CLIENTS} clients under load, {CLIENTS * EACH} requests a page"
    )
    print(
        f"{'page':22}{f'{FEW:,} firms':>17}{f'{firms:,} firms':>17}{'ratio':>7}{'loaded':>17}{'ratio':>7}"
        f"{'queries':>9}{'KB':>7}{'gzip KB':>9}"
    )
    for title, row in many.items():
        before, alone, loaded = (statistics.median(times) for times in (few[title].alone, row.alone, row.loaded))
        print(
            f"{title:22}{_shown(few[title].alone):>17}{_shown(row.alone):>17}{alone / before:>7.2f}"
            f"{_shown(row.loaded):>17}{loaded / alone:>7.2f}{row.queries:>9}"
            f"{row.size / 1024:>7.1f}{row.packed / 1024:>9.1f}"
        )


def _shown(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} / {statistics.quantiles(times, n=20)[18]:.1f}"


def _measured(server: EmbeddedPostgres, firms: int) -> dict[str, Measured]:
    """Fill a database with firms and measure every page on it."""
    with databases.copy_of_template(server) as name, tempfile.TemporaryDirectory() as var:
        app = make_app(server, name, Path(var))
        scale.add(app.config["DATABASE_OWNER_URL"], businesses=firms, cases=0, staff=0, random_seed=1)
        addresses, queries = {}, {}
        with app.app_context():
            firm = db.session.scalar(sa.text("select id from businesses where consent_public order by id limit 1"))
            last = _last_page()
        client = speaking(app, "en")
        for title, template in PAGES.items():
            address = template.format(firm=firm, last=last)
            status = client.get(address, follow_redirects=True).status_code
            if status != 200:
                print(f"{title} answers {status} and is left out")
                continue
            with counted_queries(app) as statements:
                client.get(address, follow_redirects=True)
            addresses[title], queries[title] = address, len(statements)
        with app.app_context():
            db.engine.dispose()
        with _gunicorn(server, name, Path(var)) as port:
            return {title: _page(port, address, queries[title]) for title, address in addresses.items()}


def _last_page() -> str:
    """Return the cursor of the list's last page, as the pager writes it."""
    listed = "select sort_sq, id from businesses where consent_public"
    row = db.session.execute(sa.text(f"{listed} order by sort_sq desc, id desc offset 20 limit 1")).one()
    text = json.dumps(["after", row.sort_sq, str(row.id)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _page(port: int, address: str, queries: int) -> Measured:
    for _warm in range(2 * CLIENTS):
        body = _asked(port, address, 1)[1]
    alone, _body = _asked(port, address, ALONE)
    with ThreadPoolExecutor(CLIENTS) as clients:
        loaded = [
            each for times, _ in clients.map(lambda _n: _asked(port, address, EACH), range(CLIENTS)) for each in times
        ]
    return Measured(alone=alone, loaded=loaded, queries=queries, size=len(body), packed=len(gzip.compress(body, 6)))


def _asked(port: int, address: str, count: int) -> tuple[list[float], bytes]:
    """Ask so many times, each on a connection of its own; returns milliseconds to the first byte, and the last body."""
    times, body = [], b""
    for _ in range(count):
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        begun = time.perf_counter()
        connection.request("GET", address, headers={"Accept-Language": "en", "Accept": "text/html"})
        answer = connection.getresponse()
        times.append(1000 * (time.perf_counter() - begun))
        body = answer.read()
        connection.close()
        if answer.status in {301, 302, 303, 308}:
            address = answer.headers["Location"]
        elif answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}")
    return times, body


@contextmanager
def _gunicorn(server: EmbeddedPostgres, database: str, var: Path) -> Iterator[int]:
    """A web server of ours on a free port, ended by its own process id."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    settings: Mapping[str, str] = {
        "DEMO": "1",
        "VAR": str(var),
        "ENCODER": "fallback",
        "PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "DATABASE_URL": server.url("iso_app", database=database),
        "DATABASE_OWNER_URL": server.url("iso_owner", database=database),
        "VAULT_DATABASE_URL": server.url("iso_vault", database=database),
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    process = subprocess.Popen(
        [*command, "--worker-class", "gthread", "--log-level", "error", "wsgi:app"],
        cwd=databases.ROOT,
        env={**os.environ, **settings},
    )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server answers. Raises RuntimeError when it ended or takes too long."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {process.returncode}")
        try:
            _asked(port, "/healthz", 1)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("gunicorn did not answer in time")
