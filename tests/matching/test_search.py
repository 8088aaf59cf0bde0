"""Search over lines: exact against brute force, in both forms; odd sets; several processes."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.encoders import Vectors
from matching.search import DIGITS, NONE, SMALL, LineStore, Mix, top, write
from matching.storage import Folder, Memory

ROOT = Path(__file__).parents[2]
MIX = Mix(best=0.55, whole=0.45)


def unit(vectors: np.ndarray[Any, Any]) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def made(chance: np.random.Generator, owners: int, dimensions: int, repeats: bool = False) -> tuple[Vectors, Any]:
    """Owners with up to five lines; repeats: many lines are the same, as a register's are."""
    counts = chance.integers(0, 6, owners)
    starts = np.concatenate([[0], np.cumsum(counts)])
    vectors = unit(chance.standard_normal((int(starts[-1]), dimensions)))
    if repeats and len(vectors):
        vectors = vectors[chance.integers(0, max(1, len(vectors) // 10), len(vectors))]
    return vectors, starts


def packed(folder: Path, vectors: Vectors, starts: Any, piece: int = 50) -> LineStore:
    def blocks() -> Iterator[Vectors]:
        for at in range(0, len(vectors), piece):
            yield vectors[at : at + piece]

    folder.mkdir(exist_ok=True)
    write(Folder(folder), blocks, starts, exact=0)
    return LineStore.open(Folder(folder))


def by_hand(vectors: Vectors, starts: Any, asked: Vectors) -> list[tuple[float, float, int]]:
    """(best, three, line) of each owner, one after another."""
    found = []
    for low, high in itertools.pairwise(starts):
        similar = asked.astype(np.float64) @ vectors[low:high].T.astype(np.float64)
        scores = np.round(0.55 * similar.max(axis=0) + 0.45 * similar[-1], DIGITS) if high > low else np.zeros(0)
        best = np.sort(scores)[::-1][:3]
        found.append((best[0], best.mean(), low + int(scores.argmax())) if high > low else (NONE, 0.0, -1))
    return found


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    owners=st.integers(0, 60),
    lines=st.integers(1, 4),
    most=st.integers(0, 20),
    both=st.booleans(),
)
def test_both_forms_agree_with_brute_force(
    tmp_path_factory: pytest.TempPathFactory, seed: int, owners: int, lines: int, most: int, both: bool
) -> None:
    chance = np.random.default_rng(seed)
    vectors, starts = made(chance, owners, 16)
    asked = unit(chance.standard_normal((lines, 16)))
    barred = chance.random(owners) < 0.3
    store = packed(tmp_path_factory.mktemp("lines"), vectors, starts) if both else LineStore.of(vectors, starts)
    expected = by_hand(vectors, starts, asked)
    wanted = [n for n in range(owners) if expected[n][2] >= 0 and not barred[n]]
    wanted.sort(key=lambda n: -expected[n][0])
    found = store.nearest(asked, most, MIX, barred)
    close = 1e-4 if both else 1e-5
    assert len(found) == min(most, len(wanted))
    assert [expected[n][0] for n in found] == pytest.approx([expected[n][0] for n in wanted[:most]], abs=close)
    assert not barred[found].any()
    judged = store.judge(np.arange(owners), asked, MIX)
    assert judged.best == pytest.approx([row[0] for row in expected], abs=close)
    assert judged.three == pytest.approx([row[1] for row in expected], abs=close)
    scores = MIX.of((vectors @ asked.T).T) if len(vectors) else np.zeros(0)
    for owner in range(owners):
        line = judged.line[owner]
        if expected[owner][2] < 0:
            assert line == -1
        else:
            assert starts[owner] <= line < starts[owner + 1]
            assert scores[line] == pytest.approx(expected[owner][0], abs=close)


@pytest.mark.parametrize("repeats", [False, True])
@pytest.mark.parametrize("spread", ["even", "few dimensions count", "near each other"])
def test_the_scan_of_bytes_finds_what_exact_search_finds(tmp_path: Path, repeats: bool, spread: str) -> None:
    chance = np.random.default_rng(1)
    vectors, starts = made(chance, 20_000, 64, repeats)
    if spread == "few dimensions count":
        vectors = unit(vectors * (0.9 ** np.arange(64)))
    if spread == "near each other":
        vectors = unit(vectors + 3 * vectors[:1])
    store, exact = packed(tmp_path, vectors, starts, 7_000), LineStore.of(vectors, starts)
    hits = total = 0
    for _ in range(10):
        asked = unit(vectors[chance.integers(0, len(vectors), 4)] + 0.3 * chance.standard_normal((4, 64)) / 8)
        found, wanted = store.nearest(asked, 200, MIX), exact.nearest(asked, 200, MIX)
        scores = exact.judge(np.arange(exact.owners), asked, MIX).best
        hits += int((scores[found] >= scores[wanted].min() - 1e-4).sum())
        total += len(wanted)
    assert hits / total >= 0.999


@pytest.mark.parametrize("lines", [2, 4, 6])
def test_a_whole_that_is_the_mean_of_its_lines_scores_the_same(tmp_path: Path, lines: int) -> None:
    chance = np.random.default_rng(lines)
    vectors, starts = made(chance, 400, 64)
    asked = unit(chance.standard_normal((lines, 64)))
    asked = np.vstack([asked, unit(chance.random((1, lines)).astype(np.float32) @ asked)])
    store = packed(tmp_path, vectors, starts)
    scores, slack = store.lines.scan(asked, MIX)
    exact = MIX.of(asked @ vectors.T)
    assert np.abs(scores - exact).max() <= slack
    np.testing.assert_array_equal(store.nearest(asked, 10, MIX), LineStore.of(vectors, starts).nearest(asked, 10, MIX))


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 5_000])
@pytest.mark.parametrize("alike", [False, True])
def test_the_best_are_those_that_sorting_finds(size: int, alike: bool) -> None:
    chance = np.random.default_rng(size)
    scores = chance.integers(0, 4, size).astype(np.float32) if alike else chance.random(size, np.float32)
    expected = np.lexsort((np.arange(size), -np.round(scores, DIGITS)))[:10]
    np.testing.assert_array_equal(top(scores, 10), expected)


def test_ties_go_to_the_first_key_in_either_form(tmp_path: Path) -> None:
    vectors = unit(np.tile(np.ones((1, 8)), (40, 1)))
    starts = np.arange(41)
    for store in (LineStore.of(vectors, starts), packed(tmp_path, vectors, starts)):
        assert store.nearest(vectors[:2], 5, MIX).tolist() == [0, 1, 2, 3, 4]
        assert store.nearest(vectors[:2], 5, MIX, np.arange(40) < 3).tolist() == [3, 4, 5, 6, 7]
    assert top(np.array([1.0, 2.0, 1.0, 2.0, 1.0], np.float32), 3).tolist() == [1, 3, 0]


def test_two_bytes_keep_four_digits_and_take_two_bytes(tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    vectors, starts = made(chance, 300, 384)
    store = packed(tmp_path, vectors, starts)
    assert np.abs(store.lines.rows(np.arange(len(vectors))) - vectors).max() < 1e-4
    size = sum((tmp_path / name).stat().st_size for name in ("high.bin", "low.bin"))
    assert size <= 2 * vectors.size
    first, own = store.lines_of(7)
    assert first == starts[7]
    assert own == pytest.approx(vectors[starts[7] : starts[8]], abs=1e-4)


@pytest.mark.parametrize("exact", [0, 100])
def test_nothing_one_firm_and_firms_without_lines_are_sets_too(tmp_path: Path, exact: int) -> None:
    asked = unit(np.ones((2, 4)))
    for name, vectors, starts, wanted in (
        ("nothing", np.zeros((0, 4)), [0], []),
        ("one", np.ones((1, 4)), [0, 1], [0]),
        ("bare", np.ones((1, 4)), [0, 0, 1, 1], [1]),
        ("all bare", np.zeros((0, 4)), [0, 0, 0], []),
        ("zero", np.zeros((1, 4)), [0, 1], [0]),
    ):
        folder = tmp_path / name
        folder.mkdir()
        write(Folder(folder), lambda v=vectors: iter([unit(v)]), np.array(starts), exact=exact)  # type: ignore[misc]  # mypy cannot infer it
        store = LineStore.open(Folder(folder))
        assert store.nearest(asked, 3, MIX).tolist() == wanted
        assert len(store.judge(np.arange(store.owners), asked, MIX).best) == len(starts) - 1


def test_what_is_no_number_and_what_has_another_length_is_refused() -> None:
    good = unit(np.ones((2, 4)))
    for bad in (np.nan, np.inf):
        broken = good.copy()
        broken[1, 2] = bad
        with pytest.raises(ValueError, match="no number"):
            LineStore.of(broken, np.array([0, 2]))
        with pytest.raises(ValueError, match="no number"):
            write(Memory(), lambda v=broken: iter([v]), np.array([0, 2]), exact=0)  # type: ignore[misc]
        with pytest.raises(ValueError, match="no number"):
            LineStore.of(good, np.array([0, 2])).nearest(broken, 1, MIX)
    with pytest.raises(ValueError, match="dimensions"):
        LineStore.of(good, np.array([0, 2])).nearest(unit(np.ones((1, 5))), 1, MIX)
    with pytest.raises(ValueError, match="2 vectors for 3 lines"):
        write(Memory(), lambda: iter([good]), np.array([0, 3]))


FORKING = """
import os, sys
from pathlib import Path
import numpy as np
from matching.search import LineStore, Mix
from matching.storage import Folder
store = LineStore.open(Folder(Path(sys.argv[1])))
asked = store.lines.rows(np.arange(2))
before = store.nearest(asked, 10, Mix()).tolist()
child = os.fork()
if child == 0:
    os._exit(0 if store.nearest(asked, 10, Mix()).tolist() == before else 7)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("exact", [0, 100_000])
@pytest.mark.parametrize("threads", ["", "1"])
def test_a_process_may_fork_after_it_searched(tmp_path: Path, exact: int, threads: str) -> None:
    vectors, starts = made(np.random.default_rng(3), 9_000, 384)
    assert len(vectors) > SMALL  # so that threads were at work before the fork
    write(Folder(tmp_path), lambda: iter([vectors]), starts, exact=exact)
    environment = {**os.environ, "OMP_NUM_THREADS": threads}
    if not threads:
        del environment["OMP_NUM_THREADS"]
    command = [sys.executable, "-c", FORKING, str(tmp_path)]
    assert subprocess.run(command, cwd=ROOT, env=environment, timeout=60, check=False).returncode == 0
