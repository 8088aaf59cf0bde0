"""The built index of many firms: made by a command or a job, resumed, swapped, rebuilt when much has changed."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.core.db import db, unit_of_work
from iso_portal.matches import jobs, queries, service
from iso_portal.matches.models import MatchLine, ReadProfile
from iso_portal.matches.service import serving
from tests import factories
from tests.conftest import work_off
from tests.matches.test_freshness import listed, new_case

FIRMS = 45


@pytest.fixture
def office(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Forty-five firms that nobody read yet, as if they were too many for memory."""
    monkeypatch.setattr(serving, "IN_MEMORY", 0)
    with own_app.app_context(), unit_of_work():
        for number in range(FIRMS):
            factories.business(f"Firma {number}", text=f"Prodhojmë dyer druri {number}. Montim {number}.")
        factories.business("Shy", text="Dyer.", consent_suggest=False)
    return own_app


def read(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(ReadProfile)) or 0


def test_the_command_reads_everything_and_builds_the_index(office: Flask) -> None:
    told = office.test_cli_runner().invoke(args=["matching", "rebuild"])
    assert told.exit_code == 0, told.output
    assert f"index 1 with {FIRMS} firms" in told.output
    assert read(office) == FIRMS
    case_id = new_case(office)
    with office.app_context():
        assert len(listed(case_id, top=100)) == FIRMS
    again = office.test_cli_runner().invoke(args=["matching", "rebuild"])
    assert f"index 2 with {FIRMS} firms" in again.output


def test_a_command_that_was_stopped_goes_on_where_it_was(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    with office.app_context():
        model = service.recommender()
    encode = model.encode

    def stopping(lines: list[str]) -> Any:
        if len(encoded) > 50:
            raise KeyboardInterrupt
        encoded.extend(lines)
        return encode(lines)

    monkeypatch.setattr(model, "encode", stopping)
    stopped = office.test_cli_runner().invoke(args=["matching", "rebuild"])
    assert stopped.exit_code != 0
    first = read(office)
    assert 0 < first < FIRMS
    encoded.clear()
    monkeypatch.setattr(model, "encode", lambda lines: encoded.extend(lines) or encode(lines))
    assert office.test_cli_runner().invoke(args=["matching", "rebuild"]).exit_code == 0
    assert read(office) == FIRMS
    assert len(encoded) == 2 * (FIRMS - first)  # two lines a firm, and none twice


def test_few_firms_need_no_folder(own_app: Flask) -> None:
    with own_app.app_context(), unit_of_work():
        factories.business("One", text="Dyer.")
    told = own_app.test_cli_runner().invoke(args=["matching", "rebuild"])
    assert "few" in told.output
    with own_app.app_context():
        assert not serving.folder().exists()
        assert not service.serves_from_folder()


def test_a_job_reads_what_nobody_read_step_by_step(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.lines, "READ_A_STEP", 20)
    with office.app_context():
        jobs.read_profiles.func()
    assert read(office) == 20
    assert work_off(office, only="matches.read_profiles") == ["matches.read_profiles"] * 2
    assert read(office) == FIRMS


def test_the_nightly_job_swaps_the_index_under_a_process_that_ranks(office: Flask) -> None:
    case_id = new_case(office)
    with office.app_context():
        first = listed(case_id, top=100)
        name = serving.serving()._name
        jobs.rebuild_index.func()
        assert listed(case_id, top=100) == first
        assert serving.serving()._name != name


def test_much_change_has_the_index_built_before_the_night(office: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REBUILD_AFTER", 3)
    case_id = new_case(office)
    with office.app_context():
        listed(case_id)
        waiting = sa.text("select count(*) from procrastinate_jobs where task_name = 'matches.rebuild_index'")
        assert db.session.scalar(waiting) == 0
        with unit_of_work():
            for number in range(5):
                factories.business(f"Re {number}", text="Dyer të reja.")
        for _again in range(2):
            listed(case_id)
        assert db.session.scalar(waiting) == 1
    assert work_off(office, only="matches.rebuild_index") == ["matches.rebuild_index"]
    with office.app_context():
        assert not serving.due(service.recommender().encoder_.name)
        assert len(listed(case_id, top=100)) == FIRMS + 5


def test_a_restored_database_without_its_folder_is_served_all_the_same(office: Flask) -> None:
    case_id = new_case(office)
    with office.app_context():
        first = listed(case_id, top=100)
        for path in serving.folder().iterdir():
            if path.is_file():
                path.unlink()
        assert listed(case_id, top=100) == first


def test_vectors_of_another_encoder_are_not_mixed_in(office: Flask) -> None:
    case_id = new_case(office)
    with office.app_context():
        listed(case_id)
        with unit_of_work():
            db.session.execute(sa.update(ReadProfile).values(encoder="another"))
            db.session.execute(sa.update(MatchLine).values(encoder="another"))
        assert queries.count_read(service.recommender().encoder_.name) == 0
        assert len(listed(case_id, top=100)) == FIRMS  # read anew
