"""`flask match REF`: the ranking of one case with its reasons; `flask matching rebuild`: the index of all firms."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from pathlib import Path

import click
from flask import Blueprint
from flask.cli import AppGroup
from sqlalchemy.exc import NoResultFound
from tqdm import tqdm

from iso_portal.businesses import queries as businesses
from iso_portal.cases import queries as cases
from iso_portal.core.db import unit_of_work
from iso_portal.matches import queries, service

bp = Blueprint("matches_commands", __name__, cli_group=None)
matching = AppGroup("matching", help="The index that suggestions are searched in.")
bp.cli.add_command(matching)
READ_AT_ONCE = 20  # profiles between two commits; what was read stays when somebody stops us


@matching.command("rebuild")
def rebuild() -> None:
    """Read every profile that was not read yet, then build the index; stopped and begun again it goes on."""
    encoder = service.recommender().encoder_.name
    with tqdm(total=queries.count_unread(encoder), desc="profiles", unit="firm") as bar:
        while True:
            with unit_of_work():
                done = service.read_some(most=READ_AT_ONCE)
            bar.update(done)
            if not done:
                break
    with unit_of_work(), tqdm(total=3 * queries.count_read(encoder), desc="index", unit="step") as bar:
        firms = bar.total // 3
        if not service.serves_from_folder():
            click.echo(f"{firms} firms are few; the worker holds them in memory")
            return
        name = service.publish(bar.update)
    click.echo(f"index {name} with {firms} firms is served from now on")


@matching.command("export-judgements")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_judgements(folder: Path) -> None:
    """Write what was judged into FOLDER, in the form that `python -m matching evaluate` reads."""
    with unit_of_work() as work:
        work.keep = False
        number = service.export_judgements(folder)
    click.echo(f"judgements written: {number}")


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
