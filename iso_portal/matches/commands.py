"""`flask match REF`: the ranking of one case with its reasons."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict

import click
from flask import Blueprint
from sqlalchemy.exc import NoResultFound

from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.core.db import unit_of_work
from iso_portal.matches import service

bp = Blueprint("matches_commands", __name__, cli_group=None)


@bp.cli.command("match")
@click.argument("reference")
@click.option("--top", default=10, show_default=True, help="How many firms.")
def match(reference: str, top: int) -> None:
    """Print the firms for the case REFERENCE with their reasons, as JSON."""
    with unit_of_work() as work:
        work.keep = False  # nothing is decided here, and no list is shown to anybody
        try:
            answer, firms = service.rank(cases.by_reference(reference), top=top)
        except NoResultFound:
            raise click.ClickException(f"there is no case {reference}") from None
        names = {str(b.id): b.name for b in businesses.of_ids([uuid.UUID(s.key) for s in answer.suggestions])}
        shown = asdict(answer) | {"reference": reference, "firms": firms}
        for one in shown["suggestions"]:
            one["name"] = names[one["key"]]
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
