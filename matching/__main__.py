"""`python -m matching evaluate DIR`, `ablate DIR` and `learn DIR`: how good the ranking is, why, and how it grows."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from matching.ablation import ablate
from matching.class_vectors import KEPT, fingerprint, write
from matching.collection import read_collection
from matching.curve import add_arguments, learn, lines_of
from matching.encoders import load_encoder
from matching.evaluation import evaluate, neutrality_of
from matching.first_day import KEPT as KEPT_FIGURES
from matching.first_day import measure
from matching.labels import ClassLabels
from matching.methods import METHODS
from matching.recommender import Recommender

# Read as a file, never imported: the package stands alone, with any table of the same columns.
CLASSES = Path(__file__).parents[1] / "iso_portal" / "vocabulary" / "data" / "nace_rev2.csv"
NEEDS_MODEL = {"encoder", "hybrid"}


def main() -> int:
    """Run the command; 2 for a folder that cannot be read."""
    given = _parser().parse_args()
    try:
        result = {
            "evaluate": _evaluate,
            "ablate": _ablate,
            "learn": _learn,
            "encode-classes": _encode,
            "measure-first-day": _measure,
        }[given.command](given)
    except (OSError, ValueError, ModuleNotFoundError) as why:
        print(f"cannot {given.command}: {why}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(result, indent=2))
    elif given.command == "measure-first-day":
        print(json.dumps(result["gold"]["overall"]), f"neutral: {result['neutrality']['neutral']}")
    elif given.command == "encode-classes":
        print(f"{result['texts']} texts, {result['bytes'] / 1e6:.1f} MB")
    elif given.command == "learn":
        print(*lines_of(result), sep="\n")
    elif given.command == "evaluate":
        _print_evaluation(result)
    else:
        _print_rows(result["parts"], f"{result['queries']} queries, encoder {result['encoder']}")
        print("recall@10 by language of the firm:")
        for name, row in result["parts"].items():
            print(f"{name:28} {json.dumps({key: own['recall@10'] for key, own in row['by_doc_lang'].items()})}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    evaluating = commands.add_parser("evaluate", help="methods side by side on a folder")
    evaluating.add_argument("--methods", default=",".join(METHODS), help="comma-separated; default: all")
    ablating = commands.add_parser("ablate", help="what each part of the hybrid adds on a folder")
    learning = commands.add_parser("learn", help="how the ranking grows with simulated judgements on a folder")
    add_arguments(learning)
    encoding = commands.add_parser(
        "encode-classes", help="make the kept vectors of the class texts anew (for maintainers)"
    )
    for command in (evaluating, ablating, learning):
        command.add_argument("folder", type=Path, help="with queries.tsv, corpus.tsv and qrels.tsv")
    measuring = commands.add_parser("measure-first-day", help="measure the first day's mix anew (for maintainers)")
    for command in (evaluating, ablating, learning, encoding, measuring):
        command.add_argument("--classes", type=Path, default=CLASSES, help="table of class names")
        command.add_argument("--json", action="store_true", help="print JSON")
    for command in (evaluating, ablating, learning):
        command.add_argument("--encoder", default="auto", choices=("auto", "multilingual", "fallback"))
        command.add_argument("--cache", type=Path, help="folder that keeps the vectors of the class texts")
        command.add_argument("--without-codes", action="store_true", help="withhold the nace columns")
        command.add_argument("--queries", type=int, default=0, help="take about so many queries, evenly; 0: all")
    return parser


def _evaluate(given: argparse.Namespace) -> dict[str, Any]:
    methods = [name for name in given.methods.split(",") if name]
    collection = read_collection(given.folder).thinned(given.queries)
    wanted = given.encoder if NEEDS_MODEL & set(methods) else "fallback"  # words alone need no model
    recommender = _recommender(given, wanted)
    result = evaluate(collection, recommender, methods, with_codes=not given.without_codes)
    if "hybrid" in methods:
        result["methods"]["hybrid"]["neutrality_on_class_names"] = neutrality_of(recommender)
    return result


def _ablate(given: argparse.Namespace) -> dict[str, Any]:
    collection = read_collection(given.folder).thinned(given.queries)
    return ablate(collection, _recommender(given, given.encoder), with_codes=not given.without_codes)


def _learn(given: argparse.Namespace) -> dict[str, Any]:
    return learn(read_collection(given.folder), _recommender(given, given.encoder), given)


def _encode(given: argparse.Namespace) -> dict[str, Any]:
    """Encode names and words of all classes with the multilingual model and keep them beside the words."""
    labels = ClassLabels.from_csv(given.classes)
    encoder, texts = load_encoder(labels.parallel(), wanted="multilingual"), labels.texts()
    write(KEPT, fingerprint(encoder.name, texts), {name: encoder.encode(lines) for name, lines in texts.items()})
    return {"texts": sum(map(len, texts.values())), "bytes": KEPT.stat().st_size}


def _measure(given: argparse.Namespace) -> dict[str, Any]:
    """Measure the first day's mix with the multilingual model and keep the figures."""
    labels = ClassLabels.from_csv(given.classes)
    result = measure(Recommender(labels, load_encoder(labels.parallel(), wanted="multilingual")).fit())
    KEPT_FIGURES.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


def _recommender(given: argparse.Namespace, wanted: str) -> Recommender:
    labels = ClassLabels.from_csv(given.classes)
    return Recommender(labels, load_encoder(labels.parallel(), wanted=wanted)).fit(given.cache)


def _print_rows(rows: dict[str, dict[str, Any]], told: str) -> None:
    print(told)
    print(f"{'':28} nDCG@10 recall@10   MRR  ms/query")
    for name, row in rows.items():
        print(f"{name:28} {row['ndcg@10']:7.3f} {row['recall@10']:9.3f} {row['mrr']:5.3f} {row['ms_per_query']:9.1f}")


def _print_evaluation(result: dict[str, Any]) -> None:
    codes = "codes given" if result["with_codes"] else "codes withheld"
    _print_rows(result["methods"], f"{result['queries']} queries, {codes}, encoder {result['encoder']}")
    hybrid = result["methods"].get("hybrid")
    if hybrid is None:
        return
    for part in ("by_query_lang", "by_doc_lang", "exposure"):
        print(f"{part}: {json.dumps(hybrid[part])}")
    print(f"list for 90 % recall: {hybrid['list_for_90_recall']}")
    print(f"classes predicted from the text: {json.dumps(hybrid['classes'])}")
    for part, where in (("neutrality", "this folder"), ("neutrality_on_class_names", "class names, equal content")):
        _print_neutrality(hybrid[part], where)


def _print_neutrality(found: dict[str, Any], where: str) -> None:
    print(f"neutrality, {where}: {'within' if found['neutral'] else 'BEYOND'} two points")
    for asked, rows in found["by_query_lang"].items():
        told = "; ".join(
            f"{language} shown {row['shown']:.3f} of {row['relevant']:.3f}, recall {row['recall@10']:.3f}"
            for language, row in rows.items()
        )
        print(f"  asked in {asked}: {told}")


if __name__ == "__main__":
    sys.exit(main())
