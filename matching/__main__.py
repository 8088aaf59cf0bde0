"""`python -m matching evaluate DIR`: how good each method is on a folder of queries, corpus and grades."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from matching.classes import ClassLabels
from matching.evaluation import METHODS, evaluate, read_collection

# Read as a file, never imported: the package stands alone, with any table of the same columns.
CLASSES = Path(__file__).parents[1] / "iso_portal" / "vocabulary" / "data" / "nace_rev2.csv"


def main() -> int:
    """Run the command; 2 for a folder that cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m matching")
    command = parser.add_subparsers(dest="command", required=True).add_parser("evaluate", help=__doc__)
    command.add_argument("folder", type=Path, help="with queries.tsv, corpus.tsv and qrels.tsv")
    command.add_argument("--methods", default=",".join(METHODS), help="comma-separated; default: all")
    command.add_argument("--classes", type=Path, default=CLASSES, help="table of class names")
    command.add_argument("--without-codes", action="store_true", help="withhold the nace columns")
    command.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    try:
        result = evaluate(
            read_collection(given.folder),
            ClassLabels.from_csv(given.classes),
            [name for name in given.methods.split(",") if name],
            with_codes=not given.without_codes,
        )
    except (OSError, ValueError, ModuleNotFoundError) as why:
        print(f"cannot evaluate: {why}", file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(result, indent=2))
        return 0
    print(f"{result['queries']} queries, encoder {result['encoder']}")
    print(f"{'method':20} nDCG@10 recall@10   MRR  ms/query")
    for name, row in result["methods"].items():
        print(f"{name:20} {row['ndcg@10']:7.3f} {row['recall@10']:9.3f} {row['mrr']:5.3f} {row['ms_per_query']:9.1f}")
    if "hybrid" in result["methods"]:
        hybrid = result["methods"]["hybrid"]
        for part in ("by_query_lang", "by_doc_lang", "exposure"):
            print(f"{part}: {json.dumps(hybrid[part])}")
        print(f"list for 90 % recall: {hybrid['list_for_90_recall']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
