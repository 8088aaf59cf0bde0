"""`flask balance snapshot`, `rotate-key` and `rewrap-key`."""

from __future__ import annotations

import click
from flask import Blueprint

from iso_portal.balance import service
from iso_portal.balance.domain.sealing import CannotOpen, key_of
from iso_portal.core.db import unit_of_work

bp = Blueprint("balance_commands", __name__, cli_group="balance")


@bp.cli.command("snapshot")
def snapshot() -> None:
    """Take the balance snapshot now."""
    with unit_of_work():
        taken = service.take_snapshot()
        click.echo(f"snapshot of {taken.bookings if taken else 0} bookings")


@bp.cli.command("rotate-key")
def rotate_key() -> None:
    """Seal every record of the vault anew with a new data key; the old one is removed."""
    with unit_of_work():
        done, left = service.rotate_key(by=None)
    click.echo(f"{done} records sealed anew, {left} did not open")
    if left:
        raise click.ClickException("records that do not open were left as they are; see the audit log")


@bp.cli.command("rewrap-key")
@click.password_option("--former", prompt="The former VAULT_KEY", confirmation_prompt=False)
def rewrap_key(former: str) -> None:
    """Seal the data keys with the present VAULT_KEY, after it was replaced in the environment."""
    try:
        with unit_of_work():
            number = service.rewrap(key_of(former, "declarations"), by=None)
    except CannotOpen as why:
        raise click.ClickException("this was not the former VAULT_KEY; nothing was changed") from why
    click.echo(f"{number} data keys sealed with the present VAULT_KEY")
