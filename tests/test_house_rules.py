"""House rules that no linter knows. Each rule is one test; each failure names the file and the line."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PORTAL = ROOT / "iso_portal"
CODE = sorted(path for top in (PORTAL, ROOT / "matching") for path in top.rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.suffix in {".html", ".txt"})
FEATURES = {path.parent.name for path in PORTAL.glob("*/__init__.py")} - {"core"}

LONGEST_FILE = 400
LONGER_FOR_A_REASON = {
    "vocabulary/queries.py": 460,
    "cases/service/casework.py": 460,
}  # one list of words; one verb an act
THE_ONLY_COMMIT = PORTAL / "core" / "db.py"
THE_CLOCK = PORTAL / "core" / "clock.py"
NOW = re.compile(r"(datetime\.)?(datetime\.(now|utcnow|today)|date\.today)|time\.(time|localtime)")
TRANSLATE = {"_", "gettext", "ngettext", "pgettext", "lazy_gettext", "_l"}
NOT_UNDER_OUR_POLICY = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "a handler in the page": re.compile(r"\son[a-z]+\s*=", re.I),
    "something from another origin": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.I
    ),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call with its dotted name, `db.session.commit` or `relationship`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def lines(path: Path, found: Iterator[ast.expr]) -> list[str]:
    return [f"{name_of(path)}:{node.lineno}" for node in found]


@pytest.mark.parametrize("path", CODE, ids=name_of)
class TestEveryModule:
    def test_leaves_the_commit_to_the_unit_of_work(self, path: Path) -> None:
        if path != THE_ONLY_COMMIT:
            assert not lines(path, (call for name, call in calls(path) if name.endswith(".commit")))

    def test_asks_our_clock(self, path: Path) -> None:
        if path != THE_CLOCK:
            assert not lines(path, (call for name, call in calls(path) if NOW.fullmatch(name)))

    def test_leaves_the_environment_to_config(self, path: Path) -> None:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        names = {"os.environ", "os.getenv", "environ", "getenv"}
        read = (node for node in tree if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in names)
        assert not lines(path, read)

    def test_loads_relationships_on_purpose(self, path: Path) -> None:
        careless = (
            call
            for name, call in calls(path)
            if name.rpartition(".")[2] == "relationship"
            and not any(k.arg == "lazy" and ast.unparse(k.value) == "'raise_on_sql'" for k in call.keywords)
        )
        assert not lines(path, careless), 'say lazy="raise_on_sql"'

    def test_translates_outside_of_f_strings(self, path: Path) -> None:
        hidden = (
            inner
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.JoinedStr)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Call) and ast.unparse(inner.func) in TRANSLATE
        )
        assert not lines(path, hidden), "Babel does not extract messages from f-strings on Python 3.11"

    def test_puts_no_values_into_a_lazy_text(self, path: Path) -> None:
        risky = (call for name, call in calls(path) if name in {"_l", "lazy_gettext"} and call.keywords)
        assert not lines(path, risky), "a lazy text with values is printed unescaped"

    def test_is_short(self, path: Path) -> None:
        limit = LONGER_FOR_A_REASON.get(str(path.relative_to(PORTAL)) if PORTAL in path.parents else "", LONGEST_FILE)
        assert len(path.read_text(encoding="utf-8").splitlines()) <= limit

    def test_says_what_it_is_for(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert not text or ast.get_docstring(ast.parse(text)), "write one sentence"

    def test_uses_only_its_own_forms(self, path: Path) -> None:
        owner = path.relative_to(ROOT).parts[1]
        foreign = re.findall(r"iso_portal\.(\w+)(?:\.forms\b| import forms\b)", path.read_text(encoding="utf-8"))
        assert set(foreign) <= {owner, "core"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_keeps_to_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [
        f"{name_of(path)}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
        for what, pattern in NOT_UNDER_OUR_POLICY.items()
        for match in pattern.finditer(text)
    ]
    assert not found


def test_templates_live_with_their_feature() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if not path.name.startswith("_")}
    assert folders <= FEATURES


def test_no_foreign_file_is_kept_here() -> None:
    kept = [name_of(path) for path in (PORTAL / "static").rglob("*.*") if ".min." in path.name or path.suffix == ".map"]
    assert not kept, "serve it from the package that ships it"


def test_every_feature_is_placed_in_the_contracts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    inside = next(contract for contract in contracts if contract["id"] == "inside")
    assert {name.removeprefix("iso_portal.") for name in inside["containers"]} == FEATURES


def test_the_head_file_names_the_newest_revision() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    assert (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip() == numbers[-1]
    assert numbers == [f"{place:04d}" for place in range(1, len(numbers) + 1)]


def test_locks_and_sources_name_no_registry() -> None:
    hosts = re.compile(r"(?:pypi|pythonhosted|npmjs|debian)\.[a-z]{2,}", re.I)
    for path in [*(ROOT / "requirements").iterdir(), ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".ci" / "run"]:
        assert not hosts.search(path.read_text(encoding="utf-8")), path.name
