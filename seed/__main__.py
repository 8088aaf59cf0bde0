"""`python -m seed gold DIR`: the graded seed set for evaluating matching."""

from __future__ import annotations

import sys
from pathlib import Path

from seed.gold import write_gold

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "gold":
        sys.exit("usage: python -m seed gold DIR")
    write_gold(Path(sys.argv[2]))
