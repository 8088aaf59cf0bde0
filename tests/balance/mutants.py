"""`python -m tests.balance.mutants suppression releases`: change one thing at a time in the rules; some test must fail.

Each mutant runs in a process of its own against the tests of its module; those that no test notices are printed. For a
quiet hour: a module takes minutes. `--every 3` tries a third of the mutants.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib
import importlib.machinery
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "iso_portal" / "balance" / "domain"
PACKAGE = "iso_portal.balance.domain"
LONGEST_SECONDS = 90
MEASURES = ("test_vectors.py", "test_domain_results.py", "test_properties.py")
TESTS = {
    "suppression": ("test_domain_releases.py",),
    "releases": ("test_domain_releases.py",),
    "proposals": ("test_domain_proposals.py",),
    "pair_facts": ("test_domain_proposals.py",),
    "ledgers": ("test_domain_proposals.py", "test_properties.py"),
    "choices": ("test_domain_proposals.py",),
    "gates": ("test_domain_gates.py",),
    "periods": ("test_domain_gates.py",),
}
COMPARES = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
SUMS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}


def mutants(source: str) -> Iterator[tuple[int, str, ast.Module]]:
    """Yield line, what was changed, and the changed module, one change each."""
    sites = sum(1 for node in ast.walk(ast.parse(source)) for _change in changes(node))
    for wanted in range(sites):
        tree = ast.parse(source)
        found = [(node, change) for node in ast.walk(tree) for change in changes(node)]
        node, change = found[wanted]
        before = ast.unparse(node)
        apply(node, change)
        yield getattr(node, "lineno", 0), f"{before}  ->  {ast.unparse(node)}", ast.fix_missing_locations(tree)


def changes(node: ast.AST) -> list[str]:
    """Return what can be changed in a node."""
    if isinstance(node, ast.keyword) and node.arg in {"frozen", "kw_only", "strict"}:
        for inner in ast.walk(node):
            inner.__dict__["told"] = True  # how a class or a zip is written, no rule
    if "told" in node.__dict__:
        return []
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARES:
        return ["compare"]
    if isinstance(node, ast.BinOp) and type(node.op) in SUMS:
        return ["sum"]
    if isinstance(node, ast.BoolOp):
        return ["bool"]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return ["flag"]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not 0 < abs(node.value) < 1e-6:
        return ["number"]
    return []


def apply(node: ast.AST, change: str) -> None:
    """Make one change."""
    if change == "compare":
        assert isinstance(node, ast.Compare)
        node.ops[0] = COMPARES[type(node.ops[0])]()  # type: ignore[index]
    elif change == "sum":
        assert isinstance(node, ast.BinOp)
        node.op = SUMS[type(node.op)]()  # type: ignore[index]
    elif change == "bool":
        assert isinstance(node, ast.BoolOp)
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    else:
        assert isinstance(node, ast.Constant)
        value = node.value
        node.value = not value if change == "flag" else value + 1 if isinstance(value, int) else value * 1.5  # type: ignore[operator]


def survives(module: str, tree: ast.Module, tests: tuple[str, ...]) -> bool:
    """Run a module's tests against a mutant in a process of its own; whether all pass."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST_SECONDS)
        os._exit(_run(module, tree, tests))
    _pid, status = os.waitpid(child, 0)
    return status == 0


def _run(module: str, tree: ast.Module, tests: tuple[str, ...]) -> int:
    name = f"{PACKAGE}.{module}"
    for loaded in [key for key in sys.modules if key.startswith((PACKAGE, "tests.balance.test"))]:
        if not loaded.endswith("sealing"):
            del sys.modules[loaded]
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> object:
        return compile(tree, f"{module}.py", "exec") if fullname == name else original(self, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign,assignment]
    paths = [str(Path(__file__).parent / test) for test in tests]
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:warnings", *paths]))


def main() -> None:
    """Try mutants of the named modules, print those that live."""
    parser = argparse.ArgumentParser(prog="python -m tests.balance.mutants")
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    importlib.import_module("tests.conftest")  # loaded once, before any process is forked

    for module in given.modules:
        source = (DOMAIN / f"{module}.py").read_text(encoding="utf-8")
        tests = TESTS.get(module, MEASURES)
        unchanged = ast.parse(source)
        if not survives(module, unchanged, tests):
            raise SystemExit(f"{module}: its tests fail without any change")
        tried = lived = 0
        for number, (line, what, tree) in enumerate(mutants(source)):
            if number % given.every:
                continue
            tried += 1
            if survives(module, tree, tests):
                lived += 1
                print(f"{module}:{line}: {what}", flush=True)
        print(f"{module}: {tried} mutants, {lived} lived", flush=True)


if __name__ == "__main__":
    main()
