"""Contracts and house rules catch a deliberate breach: each is planted in a copy and must be reported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = Path(sys.executable).parent / "lint-imports"

# contract or rule -> (file, line that breaches it)
AGAINST_CONTRACTS = {
    "features": ("iso_portal/businesses/queries/profiles.py", "from iso_portal.cases import domain as upwards"),
    "inside": ("iso_portal/cases/models.py", "from iso_portal.cases import service as upwards"),
    "pure": ("matching/text.py", "import flask"),
    "web": ("iso_portal/letters/service.py", "from flask import request"),
    "forms": ("iso_portal/accounts/forms.py", "import sqlalchemy"),
    "pages": ("iso_portal/reports/queries.py", "from iso_portal.cases import views"),
    "door": ("iso_portal/cases/queries.py", "import matching"),
    "vault": ("iso_portal/balance/domain/proposals.py", "from iso_portal.balance import queries"),
    "rows": ("iso_portal/app.py", "from iso_portal.balance.models import Booking"),
    "outside": ("iso_portal/cases/queries.py", "import seed"),
    "circles": ("matching/facts.py", "import matching.recommender"),
}
AGAINST_RULES = {
    "leaves_the_commit": ("iso_portal/cases/service/casework.py", "db.session.commit()"),
    "asks_our_clock": ("iso_portal/cases/domain.py", "import datetime\nAT = datetime.datetime.now()"),
    "leaves_the_environment": ("iso_portal/core/mail.py", "import os\nWHERE = os.environ"),
    "loads_relationships": ("iso_portal/cases/models.py", "x = relationship()"),
    "outside_of_f_strings": ("iso_portal/cases/words.py", "X = f\"{_('a')}\""),
    "no_values_into_a_lazy": ("iso_portal/cases/words.py", "X = _l('%(a)s', a=1)"),
    "uses_only_its_own_forms": ("iso_portal/cases/views/work.py", "from iso_portal.accounts import forms"),
    "content_policy": ("templates/cases/index.html", '<p style="color: red">'),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the checks read."""
    target = tmp_path_factory.mktemp("breach")
    for name in ("iso_portal", "matching", "seed", "tests", "templates", "migrations", "requirements", ".ci"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in ("pyproject.toml", "Makefile", "config.py"):
        shutil.copy(ROOT / name, target / name)
    return target


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("contract", AGAINST_CONTRACTS)
def test_a_contract_catches_its_breach(copy: Path, contract: str) -> None:
    file, line = AGAINST_CONTRACTS[contract]
    before = (copy / file).read_text(encoding="utf-8")
    (copy / file).write_text(before + f"\n{line}\n", encoding="utf-8")
    try:
        answer = run(copy, str(LINT), "--no-cache", "--contract", contract)
    finally:
        (copy / file).write_text(before, encoding="utf-8")
    assert answer.returncode == 1, answer.stdout[-1500:] + answer.stderr[-500:]
    assert "BROKEN" in answer.stdout


@pytest.mark.parametrize("rule", AGAINST_RULES)
def test_a_house_rule_catches_its_breach(copy: Path, rule: str) -> None:
    file, line = AGAINST_RULES[rule]
    before = (copy / file).read_text(encoding="utf-8")
    (copy / file).write_text(before + f"\n{line}\n", encoding="utf-8")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest", "tests/test_house_rules.py", "-k", rule)
    try:
        answer = run(copy, sys.executable, *words)
    finally:
        (copy / file).write_text(before, encoding="utf-8")
    assert answer.returncode == 1, answer.stdout[-1500:]
    assert "1 failed" in answer.stdout
