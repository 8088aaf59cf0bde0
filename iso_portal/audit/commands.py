"""`flask audit verify`: walk the sealed log of changes."""

from __future__ import annotations

import click
from flask import Blueprint

from iso_portal.audit import queries

bp = Blueprint("audit_commands", __name__, cli_group="audit")


@bp.cli.command("verify")
def verify() -> None:
    """Find the first broken link of the audit log; exit code 1 when there is one."""
    broken = queries.first_broken_link()
    if broken is None:
        click.echo("The audit log holds: every change is there, in order and unaltered.")
        return
    click.echo(f"The audit log is broken at seal {broken.number}, change {broken.change_id}: {broken.reason}")
    raise SystemExit(1)
