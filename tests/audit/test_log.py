"""The audit log: every act, append-only, in a sealed chain that shows tampering (trust S13)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.audit import queries, service
from iso_portal.cases import queries as cases
from iso_portal.cases import service as case_service
from iso_portal.core.db import Base, db, unit_of_work
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from iso_portal.core.migrate import migrate
from tests import databases, factories
from tests.conftest import signed_in


def test_changed_rows_are_sealed_with_who_and_verify_finds_the_broken_link(
    own_app: Flask, server: EmbeddedPostgres
) -> None:
    with own_app.test_request_context():
        with unit_of_work():
            officer = factories.person()
            case_id = factories.case().id
        with unit_of_work(actor=str(officer.id), request_id="r1"):
            case_service.add_note(cases.get(case_id), "A note.", by=officer)
        changes = db.session.execute(
            sa.text(
                "select actor, request_id, diff from audit.change where relation = 'public.entries' order by id desc"
            )
        ).first()
        assert changes is not None
        assert (changes.actor, changes.request_id) == (str(officer.id), "r1")
        assert changes.diff["text"] == [None, "A note."]
        assert queries.first_broken_link() is None
        hidden = (
            db.session.execute(sa.text("select diff from audit.change where relation = 'public.people'"))
            .scalars()
            .all()
        )
        assert all(diff["password_hash"] == "hidden" for diff in hidden)
        name = db.engine.url.database or ""
    runner = own_app.test_cli_runner()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    superuser = sa.create_engine(server.url("postgres", database=name), poolclass=sa.NullPool)
    with superuser.begin() as connection:
        connection.execute(sa.text("alter table audit.change disable trigger all"))
        connection.execute(sa.text("update audit.change set actor = 'somebody else' where request_id = 'r1'"))
    broken = runner.invoke(args=["audit", "verify"])
    assert broken.exit_code == 1
    assert "entry altered" in broken.output


@pytest.mark.parametrize(
    "statement", ["delete from audit.change", "update audit.seal set hash = ''", "truncate audit.change"]
)
def test_not_even_the_owner_can_rewrite_the_log(own_app: Flask, statement: str) -> None:
    with own_app.test_request_context(), unit_of_work():
        factories.person()
    owner = sa.create_engine(own_app.config["DATABASE_OWNER_URL"], poolclass=sa.NullPool)
    with owner.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.execute(sa.text(f"{statement} cascade" if "truncate" in statement else statement))


def test_the_page_shows_acts_and_filters_by_verb(app: Flask) -> None:
    with app.app_context():
        service.record(verb="case.note", by=None, kind="case", reason="why not")
        service.record(verb="letter.x", by=None, kind="letter")
        db.session.commit()
    steward = signed_in(app, "data_steward")
    assert "why not" in steward.get("/audit/?verb=case").text
    assert "letter.x" not in steward.get("/audit/?verb=case").text
    assert steward.get("/audit/?page=broken").status_code == 404


def test_models_and_revisions_agree_and_a_second_migration_finds_nothing_to_do(server: EmbeddedPostgres) -> None:
    with databases.copy_of_template(server) as name:
        owner = sa.create_engine(server.url("iso_owner", database=name), poolclass=sa.NullPool)
        migrate(owner, "upgrade", "head", metadata=Base.metadata)
        migrate(owner, "check", metadata=Base.metadata)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_programs_below_a_private_folder_are_copied_within_reach(tmp_path: Path) -> None:
    from iso_portal.core.embedded_postgres import find_binaries, within_reach

    package = find_binaries().parents[1]
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(package / "pginstall", private / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, private / libraries.name)
    binaries = within_reach(private / package.name / "pginstall" / "bin")
    try:
        assert private not in binaries.parents
        assert within_reach(private / package.name / "pginstall" / "bin") == binaries
        told = subprocess.run(
            [binaries / "psql", "--version"], capture_output=True, text=True, check=True, user="nobody"
        )
        assert "psql (PostgreSQL)" in told.stdout
    finally:
        shutil.rmtree(binaries.parents[2])


def test_the_launcher_refuses_what_is_no_cluster() -> None:
    from iso_portal.core.embedded_postgres import PostgresError

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)
        (home / "data").mkdir()
        (home / "data" / "something").write_text("else")
        with pytest.raises(PostgresError, match="not a PostgreSQL cluster"):
            EmbeddedPostgres(home).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_a_cluster_below_a_private_folder_lies_where_its_account_can_enter(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    moved = EmbeddedPostgres(private / "var")
    assert moved.home.parent == Path("/var/tmp")
    assert EmbeddedPostgres(private / "var").home == moved.home
    assert EmbeddedPostgres(private / "other").home != moved.home
