"""`flask balance snapshot`."""

from __future__ import annotations

import click
from flask import Blueprint

from iso_portal.balance import service
from iso_portal.core.db import unit_of_work

bp = Blueprint("balance_commands", __name__, cli_group="balance")


@bp.cli.command("snapshot")
def snapshot() -> None:
    """Take the balance snapshot now."""
    with unit_of_work():
        taken = service.take_snapshot()
        click.echo(f"snapshot of {taken.bookings if taken else 0} bookings")
