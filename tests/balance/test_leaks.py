"""One secret answer is planted, and then looked for everywhere (balance P2, P3, P7)."""

from __future__ import annotations

import html
import io
import json
import logging
import re
import subprocess
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from iso_portal.accounts.domain import Wing
from iso_portal.accounts.models import Person
from iso_portal.balance import models, service
from iso_portal.balance.models import ActKind, Gate
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from iso_portal.core.i18n import Language
from iso_portal.core.jobs import jobs
from iso_portal.vocabulary import queries as vocabulary
from tests import factories
from tests.balance.vaults import open_gate
from tests.conftest import signed_in, work_off

ROOT = Path(__file__).parents[2]
OWN, OWN_OF_FIRM = "Zqxrvhtk Worte einer Person", "Wvkqjxzy Worte der Eigentümer"
# Tables whose rows may name a community: sums over many, and what the two desks agreed.
MAY_NAME = {"public.balance_snapshots", "public.balance_policy_acts"}
STRANGERS = ("matching", *(f"iso_portal/{name}" for name in ("matches", "intake", "cases", "reports", "files")))
# Names of the vault. "declared" is no name of it: firms declare what they can do.
VAULT_NAMES = re.compile(
    r"\bbalance_vault\b|\bvault\b|declarations_for|assignment_declarations|own_declaration|\bdeclare\w*\(|"
    r"ethnic|communit(y|ies)_of|person_communit|kombësi|nacionalnost|националност|etnicitet",
    re.I,
)


@pytest.fixture
def planted(own_app: Flask, caplog: pytest.LogCaptureFixture) -> Iterator[SimpleNamespace]:
    """An officer and the owners of a firm who declared, changed and looked; a case with both; everything that runs by night."""
    caplog.set_level(logging.DEBUG)
    with own_app.app_context():
        managers = [factories.person("manager", wing=wing) for wing in Wing]
        person = factories.person(wing=Wing.SQ)
        firm = factories.listed("Firma e mbjellë")
        case = factories.case()
        factories.team(case, person, managers[1])
        open_gate()
        open_gate(gate=Gate.COLLECT_FIRMS)
        key, firm_key, case_key = person.id, firm.id, case.id
        first, second = (manager.id for manager in managers)
        db.session.commit()
    client = signed_in(own_app, _person(own_app, key))
    assert client.post("/balance/declaration", data={"communities": "gorani", "own_words": OWN}).status_code == 303
    assert client.post("/balance/declaration", data={"communities": "ashkali", "own_words": OWN}).status_code == 303
    assert OWN in client.post("/balance/declaration/show").text
    assert (
        client.post("/balance/declaration", data={"communities": "gorani", "own_words": "x" * 300}).status_code == 422
    )
    with own_app.test_request_context():
        with unit_of_work():
            service.declare_owners(firm_key, ["turkish"], own_words=OWN_OF_FIRM, language=Language.EN)
        with unit_of_work():
            act = service.propose_change(
                ActKind.TRACKED, {"tracked": ["albanian", "serb"]}, reason="agreed", by=_person(own_app, first)
            )
            service.turn_policy_key(act, by=_person(own_app, second))
        for name in ("balance.snapshot", "balance.expiry"):
            jobs.tasks[name].func()
    work_off(own_app)
    return SimpleNamespace(app=own_app, person=key, firm=firm_key, case=case_key, log=caplog)


def _person(app: Flask, key: uuid.UUID) -> Any:
    with app.app_context():
        found = db.session.get(Person, key)
        db.session.refresh(found)
        db.session.expunge(found)
        db.session.rollback()
    return found


def codes() -> re.Pattern[str]:
    named = [one.code for one in vocabulary.communities() if one.code not in {"other", "mixed", "undisclosed"}]
    return re.compile(r"\b(" + "|".join(named) + r")\b", re.I)


def dump_of(app: Flask, server: EmbeddedPostgres) -> dict[str, list[str]]:
    """Return the rows of every table of every schema, as a backup holds them."""
    name = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
    address = server.url("postgres", database=name, driver="postgresql")
    dumped = subprocess.run(
        [server.binaries / "pg_dump", "--dbname", address, "--data-only"], capture_output=True, check=True
    ).stdout.decode()
    tables: dict[str, list[str]] = {}
    for part in re.finditer(r"^COPY (\S+) \(.*?\) FROM stdin;\n(.*?)^\\\.$", dumped, re.M | re.S):
        tables[part[1]] = part[2].splitlines()
    return tables


def test_a_dump_without_keys_holds_no_own_words_and_no_community_of_anybody(
    planted: SimpleNamespace, server: EmbeddedPostgres
) -> None:
    tables = dump_of(planted.app, server)
    assert tables["balance_vault.declaration"], "the answers are in it, sealed"
    assert tables["balance_vault.data_key"]
    assert tables["audit.change"]
    everything = "\n".join(row for rows in tables.values() for row in rows)
    for words in (OWN, OWN_OF_FIRM):
        assert words not in everything
        assert words.encode().hex() not in everything
    named = codes()
    found = {
        (table, row.split("\t")[4] if table == "audit.change" else "")
        for table, rows in tables.items()
        for row in rows
        if named.search(row)
    }
    wrong = {
        (table, relation)
        for table, relation in found
        if table not in MAY_NAME and f"public.{relation.removeprefix('public.')}" not in MAY_NAME
    }
    assert not wrong
    assert not re.search("gorani|ashkali|turkish", everything, re.I), "these three were declared by one each"


def test_nothing_in_the_vault_names_a_person_or_a_firm(planted: SimpleNamespace, server: EmbeddedPostgres) -> None:
    tables = dump_of(planted.app, server)
    rows = [row for table, rows in tables.items() if table.startswith("balance_vault.") for row in rows]
    for key in (planted.person, planted.firm):
        assert not [row for row in rows if str(key) in row or key.hex in row]
    pseudonyms = [row.split("\t")[0] for row in tables["balance_vault.declaration"]]
    elsewhere = [row for table, rows in tables.items() if table != "balance_vault.declaration" for row in rows]
    assert not [row for row in elsewhere if any(one in row for one in pseudonyms)]


def test_logs_letters_and_error_reports_hold_no_answer(planted: SimpleNamespace) -> None:
    written = [planted.log.text]
    with planted.app.app_context():
        rows = db.session.execute(sa.text("select subject, text, html from letters")).all()
        written += ["\n".join(row) for row in rows]
    written += [
        path.read_text(errors="ignore") for path in Path(planted.app.config["VAR"]).rglob("*") if path.is_file()
    ]
    for text in written:
        for secret in (OWN, OWN_OF_FIRM, "gorani", "ashkali", "turkish"):
            assert secret.lower() not in text.lower()


@pytest.mark.parametrize("role", ["officer", "manager", "data_steward"])
def test_no_page_list_search_or_export_shows_anybodys_answer(planted: SimpleNamespace, role: str) -> None:
    client = signed_in(planted.app, role)
    found = []
    for rule in sorted(planted.app.url_map.iter_rules(), key=str):
        values = {"case_id": planted.case, "business_id": planted.firm}
        if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static") or rule.arguments - set(values):
            continue
        with planted.app.test_request_context():
            address = planted.app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        for query in ("", "?q=gorani&sort=community&community=gorani") if not rule.arguments else ("",):
            answer = client.get(address + query)
            text = readable(answer.data)
            if OWN in text or OWN_OF_FIRM in text:
                found.append((address, query))
            if rule.endpoint not in MAY_LIST_ALL and not query and re.search(r"\b(ashkali|gorani)\b", text, re.I):
                found.append((address, query))
    assert not found


def readable(content: bytes) -> str:
    """Return what a person can read in a page, a table or a workbook."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode(errors="replace")


# Pages on which every community stands because one may be chosen: nobody's answer is among them.
MAY_LIST_ALL = {"balance.declaration", "balance.change", "my_business.declaration"}


def test_two_people_with_different_answers_give_the_same_pages_elsewhere(planted: SimpleNamespace) -> None:
    client = signed_in(planted.app, "officer")
    pages = [
        "/cases/",
        f"/cases/{planted.case}",
        "/businesses/",
        f"/businesses/{planted.firm}",
        "/balance/",
        "/balance/policy",
    ]
    tokens = re.compile(r'name="csrf_token" value="[^"]*"|\d{2}:\d{2}(:\d{2})?')
    before = [tokens.sub("", client.get(page).text) for page in pages]
    with planted.app.test_request_context(), unit_of_work():
        service.erase(db.session.get_one(Person, planted.person))
    after = [tokens.sub("", client.get(page).text) for page in pages]
    assert before == after


def test_no_address_names_a_community(planted: SimpleNamespace) -> None:
    named = codes()
    for rule in planted.app.url_map.iter_rules():
        assert not named.search(rule.rule)
        assert not rule.arguments & {"community", "communities", "group", "ethnicity"}
    for role in ("officer", "manager"):
        for page in ("/balance/", "/balance/policy", "/balance/declaration", f"/businesses/{planted.firm}"):
            links = re.findall(r'(?:href|action)="([^"]*)"', signed_in(planted.app, role).get(page).text)
            assert not [link for link in links if named.search(link)]


def test_features_of_a_match_hold_no_declared_community(planted: SimpleNamespace) -> None:
    with planted.app.app_context():
        names = sa.inspect(db.engine).get_table_names()
        for table in [name for name in names if name.startswith(("match", "suggestion"))]:
            rows = db.session.execute(sa.text(f'select to_jsonb(t) from "{table}" t')).scalars().all()
            assert not codes().search(json.dumps(rows))


@pytest.mark.parametrize("package", STRANGERS)
def test_packages_that_handle_firms_and_inquiries_reach_no_name_of_the_vault(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if VAULT_NAMES.search(line)
    ]
    assert not found


def test_only_the_reader_of_the_vault_opens_answers() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "iso_portal").rglob("*.py")
        if re.search(r"\bopen_answer\(", path.read_text(encoding="utf-8"))
    }
    # The definition, the one reader, and the renewal of the key, which returns nothing of what it opens.
    assert readers == {
        "iso_portal/balance/domain/sealing.py",
        "iso_portal/balance/queries/vault.py",
        "iso_portal/balance/service/keys.py",
    }


def test_the_tables_of_the_vault_stand_apart_from_those_of_the_portal() -> None:
    assert not set(models.vault.tables) & set(db.metadata.tables)
    columns = {column.name for table in db.metadata.tables.values() for column in table.columns}
    assert not [name for name in columns if re.search(r"communit|ethnic|national", name)]


@pytest.mark.parametrize("table", ["businesses", "intake"])
@pytest.mark.parametrize(
    "column",
    ["ethnicity", "ETNICITET", "Etničitet", "kombësia", "KOMBESIA", "Nacionalnost", "националност", "НАЦИОНАЛНОСТ"],
)
def test_an_import_refuses_a_column_for_a_community_in_any_script(own_app: Flask, table: str, column: str) -> None:
    content = f"name,org_name,{column}\nFirma,Firma,x\n".encode()
    answer = signed_in(own_app, "officer").post(
        f"/{table}/import", data={"file": (io.BytesIO(content), "table.csv")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "community is recorded" in html.unescape(answer.text)
