"""`flask seed demo`, `flask seed scale`: invented data, small and alive or large and quick."""

from __future__ import annotations

import json
import os

import click
from flask import current_app
from flask.cli import with_appcontext

from seed import demo as demo_data
from seed import scale as scale_data


@click.group()
def seed() -> None:
    """Invented data."""


@seed.command("demo")
@with_appcontext
def demo() -> None:
    """Fill an empty portal with living demo data; does nothing when somebody has an account."""
    if not current_app.config["DEMO"]:
        raise click.ClickException("invented people belong in a demo only: set DEMO=1")
    sign_ins = demo_data.fill()
    if sign_ins is None:
        click.echo("the portal has people already; nothing was added")
        return
    path = current_app.config["VAR"] / "demo-sign-ins.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(sign_ins, file, indent=1)
    for role, words in sign_ins.items():
        click.echo(f"{role}: {words}")


@seed.command("scale")
@click.option("--businesses", default=0, help="How many firms to add.")
@click.option("--cases", default=0, help="How many cases to add.")
@click.option("--staff", default=0, help="How many officers to add.")
@click.option("--random-seed", default=1, help="The same number gives the same data.")
@with_appcontext
def scale(businesses: int, cases: int, staff: int, random_seed: int) -> None:
    """Add invented data by COPY, as the owner of the tables, with the change log off meanwhile."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("not in production")
    scale_data.add(
        current_app.config["DATABASE_OWNER_URL"],
        businesses=businesses,
        cases=cases,
        staff=staff,
        random_seed=random_seed,
    )
