"""`make bench`: pages at 1,000 and at many cases, in one run on one machine; prints medians and their ratio.

`python -m bench --cases 100000` takes a few minutes to fill; the default is smaller. `--only public` measures the public
pages alone, from a real server and under load; `--only matching` search and suggestions against their peers.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench import matching, public
from iso_portal.core.db import db
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from seed import scale
from tests import databases
from tests.conftest import counted_queries, make_app, signed_in, speaking

REPEATS = 30
PAGES = {
    "start page": "/",
    "inquiry form": "/intake/inquiry",
    "list of cases": "/cases/",
    "search in cases": "/cases/?text=metall+79",
    "one case": "/cases/{case}/",
    "list of businesses": "/businesses/",
    "search in businesses": "/businesses/?text=drini+11",
}


def measured(app: Flask, address: str, *, public: bool) -> tuple[float, int, int]:
    """Return (median milliseconds, queries, compressed bytes) of a page."""
    client = speaking(app, "en") if public else signed_in(app, "officer")
    client.get(address)
    with counted_queries(app) as statements:
        text = client.get(address).data
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times), len(statements), len(gzip.compress(text, 6))


def main() -> None:
    """Fill databases, measure what is asked for, print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--businesses", type=int, default=20_000)
    parser.add_argument("--firms", type=int, default=100_000, help="firms behind the public pages, and to be suggested")
    parser.add_argument("--only", choices=("pages", "public", "matching"))
    parser.add_argument("--json", action="store_true", help="figures of matching as JSON")
    given = parser.parse_args()
    server = databases.start_server()
    if given.only in {None, "pages"}:
        pages(server, many=given.cases, businesses=given.businesses)
    if given.only in {None, "public"}:
        public.run(server, firms=given.firms)
    if given.only in {None, "matching"}:
        matching.run(server, firms=given.firms, as_json=given.json)
    server.stop()


def pages(server: EmbeddedPostgres, *, many: int, businesses: int) -> None:
    """Measure the pages at 1,000 and at so many cases and businesses, inside this process."""
    results: dict[int, dict[str, tuple[float, int, int]]] = {}
    for cases, firms in ((1_000, 1_000), (many, businesses)):
        with databases.copy_of_template(server) as name, tempfile.TemporaryDirectory() as var:
            app = make_app(server, name, Path(var))
            scale.add(app.config["DATABASE_OWNER_URL"], businesses=firms, cases=cases, staff=12, random_seed=1)
            with app.app_context():
                case = db.session.scalar(sa.text("select id from cases order by received_at desc limit 1"))
            results[cases] = {
                title: measured(app, address.format(case=case), public=title in {"start page", "inquiry form"})
                for title, address in PAGES.items()
            }
            with app.app_context():
                db.engine.dispose()
    small, large = results[1_000], results[many]
    print(f"\n{'page':22}{'1,000':>10}{many:>10,}{'ratio':>8}{'queries':>9}{'gzip KB':>9}")
    for title, row in large.items():
        before = small[title][0]
        print(f"{title:22}{before:>7.1f} ms{row[0]:>7.1f} ms{row[0] / before:>8.2f}{row[1]:>9}{row[2] / 1024:>9.1f}")


if __name__ == "__main__":
    main()
