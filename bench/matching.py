"""Search against its peers and the floor of memory, and whole suggestions at many firms: `--only matching`.

Every figure of a table comes from one run on one machine, so that its ratios mean something. Vectors are class centres
with noise, since encoding hundreds of thousands of invented lines would take hours and search does not care.
"""

from __future__ import annotations

import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import sqlalchemy as sa
from tqdm import tqdm

from iso_portal.cases import queries as cases
from iso_portal.core.db import db, unit_of_work
from iso_portal.core.embedded_postgres import EmbeddedPostgres
from iso_portal.matches import service
from iso_portal.matches.service import serving
from matching.encoders import has_model
from matching.published import IndexFolder
from matching.search import EXACT, LineStore, Mix, write
from matching.storage import Folder
from matching.text import split_lines
from matching.threads import processors
from seed import scale
from seed.gold import write_gold
from tests import databases
from tests.conftest import make_app

DIMENSIONS = 384
SIZES = (10_000, 100_000, 1_000_000)
GRAPH_MOST = 100_000  # hnswlib takes an hour to build a million lines on two processors
TOP = 10
ROUNDS = 30
LINES_A_FIRM = 4
INQUIRIES = 60
WARM = 5
NOISE = 0.6
TARGETS = {"search": "within 1.5 x the floor", "suggestion": "p95 < 100 ms", "profile of 10 lines": "< 300 ms"}
ALONE = Mix(best=0.0, whole=1.0)


def run(server: EmbeddedPostgres, *, firms: int, sizes: Sequence[int] = SIZES, as_json: bool = False) -> None:
    """Measure everything and print it."""
    told: dict[str, Any] = {"processors": processors(), "targets": TARGETS}
    # Suggestions first: the threads that the peers of the search leave behind would slow the encoder.
    told["suggestion"] = suggestion(server, firms)
    told["search"] = [search(server, size) for size in sizes]
    told["quality"] = quality()
    if as_json:
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        _print(told)


def milliseconds(act: Callable[[int], Any], rounds: int = ROUNDS) -> list[float]:
    """Return how long each round took; the first two warm up and do not count."""
    times = []
    for number in range(rounds + 2):
        begun = time.perf_counter()
        act(number)
        times.append(1000 * (time.perf_counter() - begun))
    return times[2:]


def p50(times: Sequence[float]) -> float:
    """Return the median."""
    return round(statistics.median(times), 2)


def p95(times: Sequence[float]) -> float:
    """Return what nineteen in twenty do not exceed."""
    return round(statistics.quantiles(times, n=20)[18], 2)


def floor(rows: np.ndarray[Any, Any]) -> float:
    """Return the milliseconds that it takes at least to read an array once with all processors: the bandwidth floor."""
    numbers = rows.reshape(-1).view(np.uint64)
    parts = np.array_split(numbers, processors())
    with ThreadPoolExecutor(len(parts)) as threads:
        return p50(milliseconds(lambda _n: list(threads.map(np.max, parts))))


def invented(size: int, dimensions: int = DIMENSIONS) -> np.ndarray[Any, Any]:
    """Return unit vectors around six hundred centres."""
    chance = np.random.default_rng(size)
    centres = chance.standard_normal((615, dimensions), np.float32)
    vectors = np.empty((size, dimensions), np.float32)
    for at in range(0, size, 50_000):
        some = vectors[at : at + 50_000]
        some[:] = centres[chance.integers(0, 615, len(some))]
        some += NOISE * chance.standard_normal(some.shape, np.float32)
        some /= np.linalg.norm(some, axis=1, keepdims=True)
    return vectors


def search(server: EmbeddedPostgres, size: int) -> dict[str, Any]:
    """Find the best ten lines for one vector, ours and the peers', each line an owner of its own."""
    vectors = invented(size)
    asked = invented(ROUNDS + 2)
    with tempfile.TemporaryDirectory() as path:
        storage = Folder(Path(path))
        write(storage, lambda: (vectors[at : at + 50_000] for at in range(0, size, 50_000)), np.arange(size + 1))
        store = LineStore.open(storage)
        scanned = store.lines.high if size > EXACT else store.lines.vectors  # type: ignore[attr-defined]
        ways: dict[str, tuple[Callable[[int], Any], str]] = {
            "ours": (lambda n: store.nearest(asked[n : n + 1], TOP, ALONE), "")
        }
        ways |= _peers(vectors, asked)
        exact = [np.sort(vectors @ one)[-TOP:] for one in asked]
        rows = []
        for name, (act, note) in ways.items():
            found = [np.asarray(act(n)).ravel() for n in range(len(asked))]
            hits = [vectors[own] @ asked[n] >= exact[n][0] - 1e-5 for n, own in enumerate(found)]
            rows.append(
                {"name": name, "recall": round(float(np.mean(hits)), 4), "note": note, "p50": p50(milliseconds(act))}
            )
        if size <= GRAPH_MOST:
            rows.append(_pgvector(server, vectors, asked, exact))
        scan, single = floor(np.asarray(scanned)), floor(vectors)
        for row in rows:
            row["of floor"] = round(row["p50"] / single, 2)
            row["of floor of what is scanned"] = round(row["p50"] / scan, 2)
        return {
            "lines": size,
            "floor": round(single, 2),
            "floor of what is scanned": round(scan, 2),
            "bytes a dimension": round(sum(one.stat().st_size for one in Path(path).iterdir()) / vectors.size, 3),
            "ways": rows,
        }  # fmt: skip


def _peers(vectors: np.ndarray[Any, Any], asked: np.ndarray[Any, Any]) -> dict[str, tuple[Callable[[int], Any], str]]:
    import faiss
    import hnswlib

    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    ways: dict[str, tuple[Callable[[int], Any], str]] = {
        "faiss flat": (lambda n: flat.search(asked[n : n + 1], TOP)[1][0], "")
    }
    if len(vectors) <= GRAPH_MOST:
        graph = hnswlib.Index(space="ip", dim=vectors.shape[1])
        graph.init_index(max_elements=len(vectors), ef_construction=100, M=16)
        begun = time.perf_counter()
        graph.add_items(vectors)
        built = time.perf_counter() - begun
        graph.set_ef(200)
        ways["hnswlib"] = (lambda n: graph.knn_query(asked[n : n + 1], TOP)[0][0], f"ef 200, built in {built:.0f} s")
    return ways


def _pgvector(server: EmbeddedPostgres, vectors: Any, asked: Any, exact: Any) -> dict[str, Any]:
    """Ask PostgreSQL for the same, exactly, vectors in half precision as the portal keeps them."""
    with databases.copy_of_template(server) as name, _connected(server.url("iso_owner", database=name)) as connection:
        connection.execute("create unlogged table bench_lines (id integer primary key, vector halfvec)")
        _copy_binary(connection, "bench_lines (id, vector)", ([_int(n), _half(row)] for n, row in enumerate(vectors)))
        connection.execute("analyze bench_lines")
        texts = ["[" + ",".join(f"{x:.5f}" for x in one) + "]" for one in asked]
        query = "select id from bench_lines order by vector <#> %s::halfvec limit %s"

        def act(number: int) -> list[int]:
            return [row[0] for row in connection.execute(query, (texts[number % len(texts)], TOP)).fetchall()]

        hits = [vectors[act(n)] @ asked[n] >= exact[n][0] - 1e-3 for n in range(5)]
        return {"name": "pgvector", "recall": round(float(np.mean(hits)), 4), "note": "exact scan of halfvec, over the wire", "p50": p50(milliseconds(act, 8))}  # fmt: skip


def suggestion(server: EmbeddedPostgres, firms: int) -> dict[str, Any]:
    """Make whole suggestions in a portal with so many firms."""
    with databases.copy_of_template(server) as name, tempfile.TemporaryDirectory() as var:
        app = make_app(server, name, Path(var))
        app.config["ENCODER"] = "auto"
        (databases.ROOT / "var" / "models").mkdir(parents=True, exist_ok=True)
        (Path(var) / "models").symlink_to(databases.ROOT / "var" / "models")
        scale.add(app.config["DATABASE_OWNER_URL"], businesses=firms, cases=INQUIRIES + WARM, staff=0, random_seed=1)
        with app.app_context():
            lines = _fill(server.url("iso_owner", database=name))
            begun = time.perf_counter()
            with unit_of_work(), tqdm(total=3 * firms, desc="index", unit="step") as bar:
                service.publish(bar.update)
            built = time.perf_counter() - begun
            told = {"firms": firms, "lines": lines, "seconds to build": round(built, 1), **_opened()}
            told |= _ranked()
            db.engine.dispose()
        return told


def _opened() -> dict[str, Any]:
    folder = IndexFolder(serving.folder(), service.recommender().encoder_.name)
    name = str(folder.current())
    sizes = {one.name: one.stat().st_size for one in (folder.path / name).iterdir()}
    lines = json.loads((folder.path / name / "lines.json").read_text())["lines"]
    vectors = sum(sizes.get(f"{plane}.bin", 0) for plane in ("high", "low", "vectors"))
    return {
        "ms to open": p50(milliseconds(lambda _n: folder.open(name), 5)),
        "bytes a line, vectors": round(vectors / lines, 1),
        "bytes a line, all files": round(sum(sizes.values()) / lines, 1),
    }


def _ranked() -> dict[str, Any]:
    """Rank every case, the whole and each stage."""
    model = service.recommender()
    model.encoder_ = getattr(model.encoder_, "encoder", model.encoder_)  # nothing remembered: every inquiry is new
    keys = list(db.session.scalars(sa.text("select id from cases order by id")))
    stages: dict[str, list[float]] = {}

    def stage(name: str, act: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = act()
        stages.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        return result

    for place, key in enumerate(keys):
        if place == WARM:
            stages.clear()
        with unit_of_work() as work:
            work.keep = False
            case = cases.get(key)
            answer, _firms = stage("whole", lambda case=case: service.rank(case))  # type: ignore[misc]
            assert len(answer.suggestions) == TOP
            asked = service.inquiry_of(case)
            index = stage("which profiles changed", lambda: serving.serving().index())
            read = stage("read and encode the inquiry", lambda q=asked, i=index: model.ask(q, i.centerer))  # type: ignore[misc]
            found = stage("retrieve", lambda i=index, r=read: i.retrieve(r))  # type: ignore[misc]
            shown = [index.firms[int(n)].key for n in found.firms]
            stage("who may be suggested", lambda k=shown: serving.permitted(k))  # type: ignore[misc]
            stages.setdefault("candidates", []).append(len(shown))
    counts = stages.pop("candidates")
    rest = [w - sum(stages[n][k] for n in stages if n != "whole") for k, w in enumerate(stages["whole"])]
    stages["features, order, reasons"] = rest
    chance = np.random.default_rng(1)
    profile = [f"{name} {chance.integers(100)}" for name in chance.choice(model.labels.names["sq"], 10)]
    return {
        "encoder": model.encoder_.name,
        "stages": {name: {"p50": p50(times), "p95": p95(times)} for name, times in stages.items()},
        "candidates": statistics.median(counts),
        "profile of 10 lines": p50(milliseconds(lambda _n: model.encode(profile), 10)),
    }


def _fill(url: str) -> int:
    """Give every firm lines with vectors near those of classes, as if all had been read. Returns how many lines."""
    model = service.recommender()
    encoder = model.encoder_.name
    centres = model.encoded_["en"]
    chance = np.random.default_rng(2)
    written = 0
    with _connected(url) as connection:
        connection.execute("alter table match_lines disable trigger user")
        firms: dict[Any, list[tuple[str, str, str]]] = {}
        for key, kind, language, text in connection.execute(
            "select business_id, kind, language, text from business_texts where original order by business_id, kind desc"
        ):
            own = firms.setdefault(key, [])
            own += [(line, language, kind) for line in split_lines(text)][: LINES_A_FIRM - len(own)]

        def rows() -> Iterator[list[bytes]]:
            nonlocal written
            for key, own in tqdm(firms.items(), desc="lines", unit="firm"):
                noise = NOISE / np.sqrt(centres.shape[1]) * chance.standard_normal((len(own), centres.shape[1]))
                near = centres[chance.integers(0, len(centres), len(own))] + noise
                near /= np.linalg.norm(near, axis=1, keepdims=True)
                for place, (text, language, kind) in enumerate(own):
                    written += 1
                    words = (encoder, text, language, kind)
                    yield [_int(place), key.bytes, *(word.encode() for word in words), _half(near[place])]

        _copy_binary(connection, "match_lines (position, business_id, encoder, text, language, kind, vector)", rows())
        connection.execute(
            "insert into match_profiles (business_id, encoder, read_at) select id, %s, now() - interval '1 hour' from businesses",
            (encoder,),
        )
        # Else the server would tidy up in the background while suggestions are measured.
        for table in ("businesses", "business_texts", "match_lines", "match_profiles"):
            connection.execute(f"vacuum (analyze) {table}")
    return written


def quality() -> dict[str, Any]:
    """Return how good the ranking is on the graded seed set, as the package's own command measures it."""
    with tempfile.TemporaryDirectory() as path:
        write_gold(Path(path))
        cache = databases.ROOT / "var" / "models"
        methods = "tfidf_char,encoder,hybrid" if has_model() else "tfidf_char,hybrid"
        command = [sys.executable, "-m", "matching", "evaluate", path, "--methods", methods, "--json"]
        told = subprocess.run(
            [*command, "--cache", str(cache)], cwd=databases.ROOT, capture_output=True, text=True, check=False
        )
        if told.returncode:
            return {"failed": told.stderr.strip().splitlines()[-1]}
        result: dict[str, Any] = json.loads(told.stdout)
        return result


def _connected(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True)


def _int(number: int) -> bytes:
    return struct.pack(">i", number)


def _half(vector: np.ndarray[Any, Any]) -> bytes:
    return struct.pack(">HH", len(vector), 0) + vector.astype(">f2").tobytes()


def _copy_binary(connection: psycopg.Connection[Any], into: str, rows: Iterator[list[bytes]] | Any) -> None:
    """Write rows in PostgreSQL's own form; a million vectors as text would take longer than the measurement."""
    with connection.cursor().copy(f"copy {into} from stdin (format binary)") as stream:
        stream.write(b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0))
        for fields in rows:
            parts = [struct.pack(">h", len(fields))]
            for field in fields:
                parts += [struct.pack(">i", len(field)), field]
            stream.write(b"".join(parts))
        stream.write(struct.pack(">h", -1))


def _print(told: dict[str, Any]) -> None:
    load = os.getloadavg()[0]
    print(
        f"\nMatching: milliseconds, medians of {ROUNDS}; {told['processors']} processors, load {load:.1f}; targets: {TARGETS}"
    )
    for size in told["search"]:
        print(
            f"\n{size['lines']:,} lines of {DIMENSIONS}: reading their vectors once takes {size['floor']} ms (the floor), what "
            f"ours scans of them {size['floor of what is scanned']} ms; {size['bytes a dimension']} bytes a dimension"
        )
        for row in size["ways"]:
            print(
                f"  {row['name']:12}{row['p50']:>9.2f} ms{row['of floor']:>7.2f} x floor{row['of floor of what is scanned']:>7.2f} x "
                f"scanned  recall {row['recall']:.3f}  {row['note']}"
            )
    whole = told["suggestion"]
    print(f"\nWhole suggestion at {whole['firms']:,} firms, {whole['lines']:,} lines, encoder {whole['encoder']}")
    for name, times in whole["stages"].items():
        print(f"  {name:32}{times['p50']:>9.1f} ms p50{times['p95']:>9.1f} ms p95")
    for name in (
        "candidates",
        "profile of 10 lines",
        "ms to open",
        "seconds to build",
        "bytes a line, vectors",
        "bytes a line, all files",
    ):
        print(f"  {name:32}{whole[name]:>9}")
    if "failed" in told["quality"]:
        print(f"\nquality could not be measured: {told['quality']['failed']}")
        return
    print(f"\nGraded seed set, {told['quality']['queries']} inquiries, encoder {told['quality']['encoder']}")
    for name, row in told["quality"]["methods"].items():
        print(f"  {name:20} nDCG@10 {row['ndcg@10']:.3f}  recall@10 {row['recall@10']:.3f}  MRR {row['mrr']:.3f}")
    hybrid = told["quality"]["methods"]["hybrid"]
    for part in ("by_query_lang", "by_doc_lang", "exposure"):
        print(f"  {part}: {json.dumps(hybrid.get(part))}")
    for name in (name for name in hybrid if name.startswith("neutrality")):
        print(f"  {name}: {json.dumps(hybrid[name])}")


if __name__ == "__main__":
    running = databases.start_server()
    run(running, firms=int(sys.argv[1]) if len(sys.argv) > 1 else 2_000, sizes=(10_000,))
    running.stop()
