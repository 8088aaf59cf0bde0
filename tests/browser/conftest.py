"""A live portal on a database of its own, and headless Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from iso_portal.core.db import db
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from tests import databases
from tests.conftest import make_app


@pytest.fixture(scope="module")
def live_app(server: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The portal with forgery tokens on, as in the running demo; its address is config["BASE_URL"]."""
    with databases.copy_of_template(server) as name:
        app = make_app(server, name, tmp_path_factory.mktemp("live"), WTF_CSRF_ENABLED=True)
        listening = make_server("127.0.0.1", 0, app, threaded=True)
        app.config["BASE_URL"] = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield app
        listening.shutdown()
        thread.join(10)
        listening.server_close()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; CI installs it, elsewhere its absence is a reason to skip."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI must install chromium")
        pytest.skip("needs Debian's chromium")
    with sync_playwright() as running:
        chromium = running.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, live_app: Flask) -> Iterator[Any]:
    """Return a function that opens a page: visit("sq", width=360). Console errors fail the test at its end."""
    contexts: list[Any] = []
    trouble: list[str] = []

    def open_page(tag: str = "en", *, width: int = 1200, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_app.config["BASE_URL"],
            locale=tag,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A refused form answers 422, which the browser reports as an error of the network.
    assert [text for text in trouble if "422" not in text] == []


SHOTS = Path(os.environ["SCREENSHOTS"]) if os.environ.get("SCREENSHOTS") else None


def look(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at, when SCREENSHOTS names a folder."""
    if SHOTS is not None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def settled(page: Page) -> Page:
    """Wait until the page that a click asked for is there: a click comes back before, later still on a busy machine."""
    page.wait_for_timeout(150)  # the browser begins to fetch
    page.wait_for_load_state("load")
    return page
