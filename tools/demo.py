"""`flask --app wsgi demo`, behind `make run`: database, migrations, demo data, web server and worker, in one command.

Children that die are started again, so that a killed web server or worker heals within seconds. Ends its children by
their own process ids.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"


class Child:
    """A process of ours that is started again when it dies."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, cwd=ROOT, env=self.environment)

    def look_after(self) -> None:
        """Start it again when it is gone."""
        if self.process.poll() is not None:
            click.echo(f"{self.name} ended with {self.process.returncode}; starting it again")
            self.process = self._start()

    def end(self) -> None:
        """Ask it to end, and wait."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()


@click.command("demo")
@click.option("--port", default=8000, show_default=True)
@with_appcontext
def demo(port: int) -> None:
    """Start everything, fill an empty portal with demo data, and print where it is."""
    _refuse_taken(port)
    environment = os.environ | {
        "DEMO": "1",
        "PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "VAR": str(current_app.config["VAR"]),
    }
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    for words in (["migrate"], ["seed", "demo"]):
        if subprocess.run([*flask, *words], cwd=ROOT, env=environment, check=False).returncode:
            raise click.ClickException(f"flask {' '.join(words)} failed; what it said stands above")
    web = [sys.executable, "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    children = [
        Child("web server", [*web, "--worker-class", "gthread", "--log-level", "warning", "wsgi:app"], environment),
        Child("worker", [*flask, "worker"], environment),
    ]
    _tell(port)
    stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stop.append(got))
    while not stop:
        time.sleep(0.5)
        for child in children:
            if not stop:
                child.look_after()
    for child in children:
        child.end()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as why:
            raise click.ClickException(f"port {port} is taken; try make run PORT=8001") from why


def _tell(port: int) -> None:
    click.echo(f"\nThe portal runs at http://{HOST}:{port} (end it with Ctrl+C)")
    path = current_app.config["VAR"] / "demo-sign-ins.json"
    if path.exists():
        click.echo("Sign-ins of the demo:")
        for role, words in json.loads(path.read_text(encoding="utf-8")).items():
            click.echo(f"  {role}: {words}")
