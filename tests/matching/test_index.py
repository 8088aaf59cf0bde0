"""An index of several shelves, in memory and in a folder: the same answers as one made in one go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import BusinessFacts, ClassLabels, CrossLingualLSA, InquiryFacts, Line, Recommender
from matching import index as index_module
from matching.index import Index
from matching.published import IndexFolder
from matching.storage import Memory

ROOT = Path(__file__).parents[2]
CLASSES = ROOT / "iso_portal" / "vocabulary" / "data" / "nace_rev2.csv"
LANGUAGES = {"sq": "sq", "sr_latn": "sr_latn", "en": "en"}


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    labels = ClassLabels.from_csv(CLASSES)
    return Recommender(labels, CrossLingualLSA(dimensions=64).fit(labels.parallel())).fit()


def firms(labels: ClassLabels, count: int, seed: int = 0) -> list[BusinessFacts]:
    """Firms whose lines are names of classes in three languages, some without lines or codes."""
    chance = np.random.default_rng(seed)
    made = []
    for number in range(count):
        language = list(LANGUAGES)[number % 3]
        picked = chance.integers(0, len(labels.codes), chance.integers(0, 4))
        lines = tuple(
            Line(text=labels.names[language][n], language=language, kind="products") for n in dict.fromkeys(picked)
        )
        codes = tuple(labels.codes[n] for n in picked[:2]) if number % 5 else ()
        made.append(
            BusinessFacts(
                key=f"firm-{number:05d}",
                lines=lines,
                nace=codes,
                offers=frozenset({"services", "land"}),
                size="10-49",
                freshness=0.25,
            )
        )
    return made  # fmt: skip


ASKED = InquiryFacts(
    key="i", text="We look for wooden doors. And for metal structures, welded.", language="en", nace=("25",)
)


def answered(recommender: Recommender, index: Index, **changes: object) -> list[tuple[str, float]]:
    found = recommender.suggest(replace(ASKED, **changes), index, top=50)  # type: ignore[arg-type]
    return [(one.key, one.score) for one in found.suggestions]


def published(
    recommender: Recommender, path: Path, some: list[BusinessFacts], **noted: object
) -> tuple[IndexFolder, str]:
    folder = IndexFolder(path, recommender.encoder_.name)
    texts = [line.text for firm in some for line in firm.lines]
    raw = index_module.encode_once(recommender.encoder_, texts)
    name = folder.build(
        recommender.imply(some, raw) if len(raw) else some,
        lambda: raw.astype(np.float16),
        centerer=recommender.centerer_,
        bridge=recommender.bridge_,
        marks=range(len(some)),
        noted=dict(noted),
    )
    return folder, name


def test_a_mapped_index_answers_as_one_in_memory(recommender: Recommender, tmp_path: Path) -> None:
    some = firms(recommender.labels, 900)
    folder, name = published(recommender, tmp_path, some, since="today")
    mapped, noted = folder.open(name)
    held = recommender.index(some)
    assert noted == {"since": "today"}
    assert folder.current() == name
    assert [key for key, _ in answered(recommender, mapped)] == [key for key, _ in answered(recommender, held)]
    scores = [[score for _, score in answered(recommender, index)] for index in (mapped, held)]
    assert scores[0] == pytest.approx(scores[1], abs=2e-3)
    assert len(mapped) == 900
    for number in (0, 17, 899):
        assert mapped.firms[number] == held.firms[number]
    assert mapped.firms[17] == some[17]
    assert mapped.mark("firm-00017") == 17
    line = next(n for n, firm in enumerate(some) if firm.lines)
    first, vectors = mapped.vectors_of(line)
    assert [mapped.lines[first], mapped.kinds[first], mapped.languages[first]] == [
        some[line].lines[0].text,
        "products",
        some[line].lines[0].language,
    ]
    assert len(vectors) == len(some[line].lines)
    assert IndexFolder(tmp_path, "another").current() is None


def test_what_changed_stands_beside_and_replaces(recommender: Recommender) -> None:
    some = firms(recommender.labels, 600)
    index = recommender.index(some[:500])
    door = Line(text="wooden doors and metal structures, welded", language="en")
    newer = [replace(some[3], lines=(door,), nace=("25.11", "16.23")), *some[500:]]
    vectors = recommender.encode([line.text for firm in newer for line in firm.lines])
    after = index.changed(newer, vectors, recommender.bridge_, gone=[some[7].key], marks=range(len(newer)))
    keys = [key for key, _ in answered(recommender, after)]
    assert keys[0] == some[3].key
    assert len(set(keys)) == len(keys)
    assert len(after) == 599
    assert after.number(some[7].key) is None
    assert index.number(some[7].key) == 7  # the older one stays as it is
    assert some[3].key not in [key for key, _ in answered(recommender, index)][:1]
    assert after.firms[after.number(some[3].key) or 0].lines[0] == door
    assert after.mark(some[3].key) == 0
    again = after.changed([some[7]], recommender.encode([line.text for line in some[7].lines]), recommender.bridge_)
    assert again.number(some[7].key) is not None


def test_many_small_changes_are_put_together(recommender: Recommender) -> None:
    some = firms(recommender.labels, 400)
    index = recommender.index(some[:380])
    for place, firm in enumerate(some[380:]):
        lines = [line.text for line in firm.lines]
        index = index.changed([firm], recommender.encode(lines), recommender.bridge_, marks=[place])
    assert len(index._shelves) <= index_module.MOST_SHELVES
    assert [index.mark(firm.key) for firm in some[380:]] == list(range(20))
    one = recommender.index(some)
    found, wanted = dict(answered(recommender, index)), dict(answered(recommender, one))
    assert len(found.keys() & wanted.keys()) >= 45  # words and means were learned from fewer firms


def test_who_may_not_be_suggested_is_left_out_however_many_they_are(recommender: Recommender) -> None:
    some = firms(recommender.labels, 1500)
    index = recommender.index(some)
    allowed = {firm.key for firm in some[::30]}
    asked: list[int] = []

    def permit(keys: list[str]) -> set[str]:
        asked.append(len(keys))
        return allowed & set(keys)

    found = answered(recommender, index.permitting(permit))
    assert {key for key, _ in found} <= allowed
    assert len(found) == 50
    assert len(asked) < 8
    barred = [key for key, _ in answered(recommender, index)][:2]
    kept = recommender.suggest(ASKED, index, excluded=barred)
    assert not {one.key for one in kept.suggestions} & set(barred)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_one_firm_can_be_published(recommender: Recommender, tmp_path: Path, count: int) -> None:
    folder, name = published(recommender, tmp_path, firms(recommender.labels, count))
    index, _noted = folder.open(name)
    assert len(answered(recommender, index)) == count
    bare = BusinessFacts(key="bare", lines=())
    after = index.changed([bare], np.zeros((0, 1), np.float32), recommender.bridge_)
    assert ("bare" in dict(answered(recommender, after))) is True


def test_what_is_wrong_is_refused_and_leaves_the_current_one(recommender: Recommender, tmp_path: Path) -> None:
    some = firms(recommender.labels, 30)
    folder, name = published(recommender, tmp_path, some)
    lines = sum(len(firm.lines) for firm in some)
    good = {"centerer": recommender.centerer_, "bridge": recommender.bridge_}
    nothing = np.full((lines, 64), np.nan, np.float32)
    with pytest.raises(ValueError, match="no number"):
        folder.build(some, lambda: nothing, **good)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="vectors for"):
        folder.build(some, lambda: nothing[:3], **good)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="order of their keys"):
        folder.build([some[1], some[0]], lambda: nothing, **good)  # type: ignore[arg-type]
    assert folder.current() == name
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["current", name])
    with pytest.raises(ValueError, match="no number"):
        recommender.index([some[1]], np.full((len(some[1].lines), 64), np.nan, np.float32))


def test_long_texts_are_kept_and_found(recommender: Recommender, tmp_path: Path) -> None:
    long = BusinessFacts(key="long", lines=(Line(text="wooden doors " * 80_000, language="en"),))
    folder, name = published(recommender, tmp_path, [long])
    index, _noted = folder.open(name)
    assert len(index.lines[0]) > 1_000_000
    assert answered(recommender, index, text="wooden doors " * 80_000)[0][0] == "long"


def test_older_folders_go_when_nobody_can_be_about_to_open_them(recommender: Recommender, tmp_path: Path) -> None:
    some = firms(recommender.labels, 5)
    folder, first = published(recommender, tmp_path, some)
    held, _ = folder.open(first)
    _, second = published(recommender, tmp_path, some)
    assert (tmp_path / first).exists()
    past = (tmp_path / "current").stat().st_mtime - 4000
    os.utime(tmp_path / first, (past, past))
    _, third = published(recommender, tmp_path, some)
    assert not (tmp_path / first).exists()
    assert (tmp_path / second).exists()
    assert folder.current() == third
    assert answered(recommender, held)  # whoever holds it keeps it
    with pytest.raises(OSError, match=first):
        folder.open(first)


def test_storage_in_memory_reads_what_was_never_written_as_nothing() -> None:
    assert Memory().array("nothing", np.int8, 3).shape == (0, 3)


READER = """
import sys, time
from pathlib import Path
from matching.published import IndexFolder
folder = IndexFolder(Path(sys.argv[1]), sys.argv[2])
seen, opened = set(), 0
print("ready", flush=True)
until = time.monotonic() + float(sys.argv[3])
while time.monotonic() < until:
    name = folder.current()
    index, noted = folder.open(name)
    assert len(index) == noted["count"], (len(index), noted)
    assert all(index.firms[n].key for n in range(len(index)))
    seen.add(name)
    opened += 1
print(len(seen), opened, flush=True)
"""


def test_two_processes_read_while_the_index_is_swapped(recommender: Recommender, tmp_path: Path) -> None:
    for count in (3,):
        folder, _ = published(recommender, tmp_path, firms(recommender.labels, count), count=count)
    command = [sys.executable, "-c", READER, str(tmp_path), folder.encoder, "3"]
    readers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    until = time.monotonic() + 3
    swaps = 0
    while time.monotonic() < until:
        count = 3 + swaps % 7
        published(recommender, tmp_path, firms(recommender.labels, count), count=count)
        swaps += 1
    for reader in readers:
        told, _ = reader.communicate(timeout=30)
        assert reader.returncode == 0
        assert int(told.split()[0]) > 1
    assert swaps > 1


KILLED = """
import sys, time
from pathlib import Path
import numpy as np
from matching import BusinessFacts, Line
from matching.published import IndexFolder
from matching.centering import LanguageCenterer
centerer = LanguageCenterer().fit(np.eye(4, dtype=np.float32), ["en"] * 4)
def firms():
    for number in range(5000):
        if number == 4000:
            print("half", flush=True)
            time.sleep(60)
        yield BusinessFacts(key=f"{number:05d}", lines=(Line(text="x", language="en"),))
IndexFolder(Path(sys.argv[1]), sys.argv[2]).build(firms(), lambda: None, centerer=centerer, bridge=type("B", (), {"place_": {}})())
"""


def test_a_builder_that_is_killed_leaves_the_current_index(recommender: Recommender, tmp_path: Path) -> None:
    folder, name = published(recommender, tmp_path, firms(recommender.labels, 5))
    command = [sys.executable, "-c", KILLED, str(tmp_path), folder.encoder]
    builder = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "half\n"
    builder.send_signal(signal.SIGKILL)
    builder.wait(30)
    builder.stdout.close()
    assert folder.current() == name
    assert len(folder.open(name)[0]) == 5
    draft = next(one for one in tmp_path.iterdir() if one.name.startswith("draft"))
    os.utime(draft, (1, 1))
    _, after = published(recommender, tmp_path, firms(recommender.labels, 6))
    assert not draft.exists()
    assert json.loads((tmp_path / after / "about.json").read_text())["noted"] == {}
